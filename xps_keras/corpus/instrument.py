"""What an instrument does to ideal spectra: regions, sensitivity, background, noise, background subtraction."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.corpus.recipes import Instrument
from xps_keras.library.library import Library, Peaks
from xps_keras.library.lines import LINES, Line
from xps_keras.measured.library import MeasuredLibrary
from xps_keras.preprocessing.background import subtract

CONFIDENCE_SCALE = {"S": 0.5, "C": 0.5, "K": 1.0, "E": 1.7}
"""How far a tabulated energy may be off, relative to the recipe's jitter: S and C are sourced, E is an estimate."""


def jitter(peaks: Peaks, instrument: Instrument, rng: np.random.Generator) -> Peaks:
    """Draw another library within the uncertainty of this one.

    Args:
        peaks: The peak table.
        instrument: Standard deviations.
        rng: Source of randomness.

    Returns:
        The peak table with energies, widths and areas moved.
    """
    count = len(peaks.energy_ev)
    confidence = np.array([CONFIDENCE_SCALE[letter] for letter in peaks.confidence])
    shake_up = peaks.is_kind("shake-up")
    return replace(
        peaks,
        energy_ev=peaks.energy_ev + rng.normal(0.0, instrument.library_energy_jitter_ev, count) * confidence,
        fwhm_ev=peaks.fwhm_ev * np.exp(rng.normal(0.0, instrument.library_width_jitter, count)),
        area=peaks.area * np.exp(rng.normal(0.0, instrument.library_area_jitter, count) * np.where(shake_up, 4.0, 1.0)),
    )


def lines_present(library: Library | MeasuredLibrary) -> tuple[tuple[Line, ...], NDArray[np.bool_]]:
    """Return the lines of a library and which polymer shows which, shape ``(polymers, lines)``."""
    if isinstance(library, MeasuredLibrary):
        pairs = [(polymer, line) for polymer, lines in enumerate(library.lines) for line in lines]
    else:
        pairs = list(zip(library.peaks.polymer, library.peaks.line, strict=True))
    present = {line for _, line in pairs}
    names = tuple(name for name in LINES if name in present)
    shows = np.zeros((len(library.keys), len(names)), bool)
    shows[[polymer for polymer, _ in pairs], [names.index(line) for _, line in pairs]] = True
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
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Record regions of ideal spectra as counts and subtract a background from them as ``analyze`` would.

    Args:
        ideal: Ideal spectra, shape ``(n, AXIS.size)``.
        shift_ev: Their shifts in eV, shape ``(n,)``; half the operators move their window along with the peaks.
        recorded: Recorded lines, shape ``(n, lines)``.
        lines: The lines.
        instrument: The instrument.
        rng: Source of randomness.

    Returns:
        Net spectra, zero outside the recorded regions and where noise went below zero, and the recorded channels.
    """
    step = AXIS.step_ev
    carbon = next(line for line in lines if line.name == "C 1s")
    top = ideal[:, AXIS.window(carbon.window_low_ev - 6, carbon.window_high_ev + 6)].max(axis=1)
    counts = _log_uniform(rng, instrument.peak_counts, len(ideal)) / top
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
        start = np.round((np.minimum(middle - 0.5 * length * step, latest) - AXIS.low_ev) / step).astype(int)
        channels = np.clip(start, 0, AXIS.size - length)[:, None] + np.arange(length)
        clean = np.take_along_axis(ideal[rows], channels, axis=1) * counts[rows, None]
        clean *= np.exp(rng.normal(0.0, instrument.region_scale, (rows.size, 1))).astype(np.float32)
        expected = clean + background(clean, top[rows] * counts[rows], step, instrument, rng)
        dwell = np.exp(rng.uniform(-1.0, 1.0, (rows.size, 1)))  # a region may be recorded up to 2.7 times longer
        noisy = (counting.poisson(np.maximum(expected * dwell, 0.0)) / dwell).astype(np.float32)
        net[rows[:, None], channels] = np.maximum(subtract(noisy, instrument.end_points), 0.0)
        measured[rows[:, None], channels] = True
    return net, measured


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
    level = _log_uniform(rng, instrument.background_level, (rows, 1)) * top[:, None]
    slope = rng.normal(0.0, instrument.background_slope, (rows, 1)) * np.linspace(-0.5, 0.5, length)
    below = np.cumsum(clean, axis=1) * step_ev
    step = rng.uniform(*instrument.loss_per_ev, (rows, 1)) * below
    area = below[:, -1:]
    center = (clean * energy).sum(axis=1, keepdims=True) * step_ev / np.maximum(area, 1e-12)
    distance = (energy - center - instrument.hump_distance_ev) / instrument.hump_width_ev
    height = rng.uniform(*instrument.hump_area, (rows, 1)) * area / (np.sqrt(2 * np.pi) * instrument.hump_width_ev)
    hump = height * np.exp(-0.5 * np.square(distance))
    return np.asarray(level * np.maximum(1.0 + slope, 0.1) + step + hump, np.float32)


def _log_uniform(
    rng: np.random.Generator, bounds: tuple[float, float], size: int | tuple[int, ...]
) -> NDArray[np.float64]:
    return np.exp(rng.uniform(np.log(bounds[0]), np.log(bounds[1]), size))
