"""What an instrument does to ideal spectra: regions, sensitivity, background, noise, background subtraction."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.corpus.chance import log_uniform
from xps_keras.corpus.recipes import Instrument
from xps_keras.library.library import Library, Peaks
from xps_keras.library.lines import LINES, Line
from xps_keras.measured.library import MeasuredLibrary
from xps_keras.preprocessing.background import subtract

CONFIDENCE_SCALE = {"S": 0.5, "C": 0.5, "K": 1.0, "E": 1.7}
"""How far a tabulated energy may be off, relative to the recipe's jitter: S and C are sourced, E is an estimate."""


SHARED = 0.6
"""Part of the variance of an energy that an environment has in common in all polymers, where components are moved."""
CONFIDENCE_EV = {"S": 0.5, "C": 0.5, "K": 1.0, "E": 2.5}
"""The same for components: with 0.1 eV it is 0.05 eV for what is sourced, 0.1 for K and 0.25 for E. The tables state
0.1 to 0.2 eV for K and 0.3 eV for E as what an energy is good to."""


@dataclass(frozen=True, eq=False)
class Counted:
    """One line of several spectra of a block as it was recorded, its background still below it."""

    line: Line
    rows: NDArray[np.intp]
    """Spectra of the block, shape ``(m,)``."""
    channels: NDArray[np.intp]
    """Channels of the axis, shape ``(m, points)``."""
    counts: NDArray[np.float32]
    """Counts over ``dwell_s``, shape ``(m, points)``."""
    dwell_s: NDArray[np.float64]
    """Time per channel in units of that of C 1s at its nominal counts, shape ``(m,)``."""


def jitter(peaks: Peaks, instrument: Instrument, rng: np.random.Generator) -> Peaks:
    """Draw another library within the uncertainty of this one.

    Args:
        peaks: The peak table.
        instrument: Standard deviations.
        rng: Source of randomness.

    Returns:
        The peak table with energies, widths and areas moved.
    """
    if instrument.jitter_of == "peaks":
        part = np.arange(len(peaks.energy_ev))
        scale = np.array([CONFIDENCE_SCALE[letter] for letter in peaks.confidence])
    else:
        part = np.unique(peaks.component, return_inverse=True)[1]
        scale = np.array([CONFIDENCE_EV[letter] for letter in peaks.confidence])
    count = int(part.max(initial=-1)) + 1
    deviation_ev = instrument.library_energy_jitter_ev
    if instrument.library_energy_jitter_times != (1.0, 1.0):
        deviation_ev *= float(log_uniform(rng, instrument.library_energy_jitter_times, 1)[0])
    energy = rng.normal(0.0, deviation_ev, count)[part]
    if instrument.jitter_of == "components":
        names = {name: place for place, name in enumerate(dict.fromkeys(zip(peaks.line, peaks.label, strict=True)))}
        first = np.unique(part, return_index=True)[1]  # the environment of a doublet is that of its first partner
        environment = np.array([names[peaks.line[at], peaks.label[at]] for at in first])[part]
        common = rng.normal(0.0, deviation_ev, len(names))[environment]
        energy = np.sqrt(1.0 - SHARED) * energy + np.sqrt(SHARED) * common
    minor = peaks.is_kind("shake-up") if instrument.jitter_of == "peaks" else peaks.is_kind("shake-up", "satellite")
    return replace(
        peaks,
        energy_ev=peaks.energy_ev + energy * scale,
        fwhm_ev=peaks.fwhm_ev * np.exp(rng.normal(0.0, instrument.library_width_jitter, count)[part]),
        area=peaks.area
        * np.exp(rng.normal(0.0, instrument.library_area_jitter, count)[part] * np.where(minor, 4.0, 1.0)),
    )


def lines_present(*tables: Library | MeasuredLibrary | Peaks) -> tuple[tuple[Line, ...], NDArray[np.bool_]]:
    """Return the lines of tables and which of their entries shows which, shape ``(entries, lines)``.

    Args:
        tables: Libraries or peak tables; the entries of one follow those of the other.
    """
    pairs: list[tuple[int, str]] = []
    entries = 0
    for table in tables:
        if isinstance(table, MeasuredLibrary):
            pairs += [(entries + entry, line) for entry, lines in enumerate(table.lines) for line in lines]
            entries += len(table.keys)
            continue
        peaks = table if isinstance(table, Peaks) else table.peaks
        pairs += zip((entries + peaks.polymer).tolist(), peaks.line, strict=True)
        entries += int(peaks.polymer.max()) + 1
    present = {line for _, line in pairs}
    names = tuple(name for name in LINES if name in present)
    shows = np.zeros((entries, len(names)), bool)
    shows[[entry for entry, _ in pairs], [names.index(line) for _, line in pairs]] = True
    return tuple(LINES[name] for name in names), shows


def choose_regions(
    shows: NDArray[np.bool_], lines: tuple[Line, ...], instrument: Instrument, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Draw which lines an analyst recorded.

    Args:
        shows: Which lines each sample has, shape ``(n, lines)``.
        lines: The lines.
        instrument: Probabilities.
        rng: Source of randomness.

    Returns:
        Recorded lines, shape ``(n, lines)``; C 1s always is.
    """
    main = np.array([line.main for line in lines])
    chance = np.where(
        shows,
        np.where(main, instrument.survey_of_elements, instrument.secondary_lines),
        np.where(main, instrument.blank_lines, 0.0),
    )
    recorded = rng.random(shows.shape) < chance
    recorded[rng.random(len(shows)) < instrument.only_carbon] = False
    recorded[:, [line.name for line in lines].index("C 1s")] = True
    return recorded


def measure(
    ideal: NDArray[np.float32],
    shift_ev: NDArray[np.floating],
    recorded: NDArray[np.bool_],
    lines: tuple[Line, ...],
    instrument: Instrument,
    rng: np.random.Generator,
    counted: list[Counted] | None = None,
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Record regions of ideal spectra as counts and subtract a background from them as ``analyze`` would.

    Args:
        ideal: Ideal spectra, shape ``(n, AXIS.size)``.
        shift_ev: Their shifts in eV, shape ``(n,)``; half the operators move their window along with the peaks.
        recorded: Recorded lines, shape ``(n, lines)``.
        lines: The lines.
        instrument: The instrument.
        rng: Source of randomness.
        counted: List to which every region is added as it was counted; None keeps none.

    Returns:
        Net spectra, zero outside the recorded regions and where noise went below zero, and the recorded channels.
    """
    step = AXIS.step_ev
    carbon = next(line for line in lines if line.name == "C 1s")
    top = ideal[:, AXIS.window(carbon.window_low_ev - 6, carbon.window_high_ev + 6)].max(axis=1)
    counts = log_uniform(rng, instrument.peak_counts, len(ideal)) / top
    follows = rng.random(len(ideal)) < 0.5
    # A stream of its own: how many numbers a count takes depends on the last digits of what is expected, and the
    # regions of other spectra must not depend on those.
    (counting,) = rng.spawn(1)
    net = np.zeros_like(ideal)
    measured = np.zeros(ideal.shape, bool)
    for number, line in enumerate(lines):
        rows = np.flatnonzero(recorded[:, number])
        if not rows.size:
            continue
        length = round(rng.uniform(*instrument.window_ev) / step)
        middle = 0.5 * (line.window_low_ev + line.window_high_ev) + rng.normal(0.0, 1.0, rows.size)
        middle += np.where(follows[rows], shift_ev[rows], 0.0)
        # The operator saw the peak: the region begins before it, however much it is charged.
        latest = line.window_low_ev + instrument.latest_start_ev + shift_ev[rows]
        low_ev = np.minimum(middle - 0.5 * length * step, latest)
        for some, low, size in _windows(line, rows, low_ev, length, shift_ev, instrument, rng):
            start = np.round((low - AXIS.low_ev) / step).astype(int)
            channels = np.clip(start, 0, AXIS.size - size)[:, None] + np.arange(size)
            clean = _seen(ideal, some, channels, line, instrument, rng) * counts[some, None]
            clean *= np.exp(rng.normal(0.0, instrument.region_scale, (some.size, 1))).astype(np.float32)
            expected = clean + background(clean, top[some] * counts[some], step, instrument, rng)
            dwell = np.exp(rng.uniform(-1.0, 1.0, (some.size, 1)))  # a region may be recorded up to 2.7 times longer
            noisy = (counting.poisson(np.maximum(expected * dwell, 0.0)) / dwell).astype(np.float32)
            if counted is not None:
                counted.append(Counted(line, some, channels, noisy, dwell[:, 0]))
            # Recipes without flanks stay as they were before flanks were subtracted.
            left = subtract(noisy, instrument.end_points, with_flanks=instrument.steep_backgrounds > 0)
            net[some[:, None], channels] = np.maximum(left, 0.0)
            measured[some[:, None], channels] = True
    return net, measured


def _windows(
    line: Line,
    rows: NDArray[np.intp],
    low_ev: NDArray[np.floating],
    length: int,
    shift_ev: NDArray[np.floating],
    instrument: Instrument,
    rng: np.random.Generator,
) -> list[tuple[NDArray[np.intp], NDArray[np.floating], int]]:
    """Split the samples of a line into those recorded as usual and those whose C 1s window is short.

    Returns:
        Samples, low ends in eV and number of channels of each part that is not empty.
    """
    if not instrument.short_carbon or line.name != "C 1s":
        return [(rows, low_ev, length)]
    short = rng.random(rows.size) < instrument.short_carbon
    size = round(rng.uniform(*instrument.short_carbon_ev) / AXIS.step_ev)
    end = rng.uniform(*instrument.short_carbon_end_ev, rows.size) + shift_ev[rows]
    cut = (rows[short], end[short] - size * AXIS.step_ev, size)
    return [part for part in ((rows[~short], low_ev[~short], length), cut) if part[0].size]


def _seen(
    ideal: NDArray[np.float32],
    rows: NDArray[np.intp],
    channels: NDArray[np.intp],
    line: Line,
    instrument: Instrument,
    rng: np.random.Generator,
) -> NDArray[np.float32]:
    """Take a region out of ideal spectra, where asked for a little apart from the common shift."""
    whole = ideal[rows[:, None], channels]
    if not instrument.misalignment_ev or line.name == "C 1s":
        return whole
    # Straight lines between channels broaden a peak of 1 eV by less than 1 %.
    apart = rng.normal(0.0, instrument.misalignment_ev, (rows.size, 1)) / AXIS.step_ev
    far = np.floor(apart).astype(int)
    below, above = (ideal[rows[:, None], np.clip(channels - far - step, 0, AXIS.size - 1)] for step in (0, 1))
    part = (apart - far).astype(np.float32)
    return np.asarray((1.0 - part) * below + part * above, np.float32)


def background(
    clean: NDArray[np.floating],
    top: NDArray[np.floating],
    step_ev: float,
    instrument: Instrument,
    rng: np.random.Generator,
) -> NDArray[np.float32]:
    """Draw a flat and sloping background, the step and the distant hump of scattered electrons.

    Args:
        clean: Net intensity of one region of several samples in counts, shape ``(n, channels)``.
        top: Counts at the top of each sample's C 1s, shape ``(n,)``; the flat part is relative to it.
        step_ev: Distance of two channels in eV.
        instrument: Ranges of the parts.
        rng: Source of randomness.

    Returns:
        Background in counts, same shape as ``clean``.
    """
    rows, length = clean.shape
    energy = (step_ev * np.arange(length)).astype(np.float32)
    level = log_uniform(rng, instrument.background_level, (rows, 1)) * top[:, None]
    slope = rng.normal(0.0, instrument.background_slope, (rows, 1)) * np.linspace(-0.5, 0.5, length)
    below = np.cumsum(clean, axis=1) * step_ev
    step = rng.uniform(*instrument.loss_per_ev, (rows, 1)) * below
    area = below[:, -1:]
    center = (clean * energy).sum(axis=1, keepdims=True) * step_ev / np.maximum(area, 1e-12)
    distance = (energy - center - instrument.hump_distance_ev) / instrument.hump_width_ev
    height = rng.uniform(*instrument.hump_area, (rows, 1)) * area / (np.sqrt(2 * np.pi) * instrument.hump_width_ev)
    hump = height * np.exp(-0.5 * np.square(distance))
    drawn = level * np.maximum(1.0 + slope, 0.1) + step + hump
    if instrument.steep_backgrounds:
        drawn = drawn + _steep(clean, instrument, rng)
    return np.asarray(drawn, np.float32)


def _steep(clean: NDArray[np.floating], instrument: Instrument, rng: np.random.Generator) -> NDArray[np.floating]:
    """Draw the flank of something else under some regions: straight to strongly curved, rising or falling."""
    rows, length = clean.shape
    rise = log_uniform(rng, instrument.steep_rise, (rows, 1)) * clean.max(axis=1, keepdims=True)
    power = rng.uniform(0.6, 3.0, (rows, 1))
    ramp = np.linspace(0.0, 1.0, length) ** power
    ramp = np.where(rng.random((rows, 1)) < 0.3, ramp[:, ::-1], ramp)
    return np.where(rng.random((rows, 1)) < instrument.steep_backgrounds, rise * ramp, 0.0)
