"""From the regions of a file to the 6601 channels of the model: stitching, and what is refused."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.errors import InputError, SpectrumWarning
from xps_keras.preprocessing.planned import (
    LARGEST_STEP_EV,
    LEAST_CARBON_EV,
    STEP_TOLERANCE,
    PlannedRegion,
    carbon_share,
    grid_of,
    has_peak,
    plan,
    preference,
)
from xps_keras.preprocessing.region_warnings import region_warnings
from xps_keras.spectrum import Spectrum

ASSUMED = ("source-assumed", "scale-assumed")
"""Codes of what a reader assumed about energies, which may be why no region lies where it should."""
SOUND_SCALE = (1e-9, 1e15)
"""Highest channels between these stay as they are; the others are divided by the highest."""


@dataclass(frozen=True, eq=False)
class Channels:
    """The model's input and how it came about."""

    intensity: NDArray[np.float32]
    """Net intensity on ``AXIS``, shape ``(6601,)``, never negative, zero where nothing was measured."""
    measured: NDArray[np.bool_]
    """Channels that a used region covers, shape ``(6601,)``."""
    regions: tuple[PlannedRegion, ...]
    """Every region of the file in file order, used or not."""
    warnings: tuple[SpectrumWarning, ...]
    """What to know about the choice of regions; the reader's own warnings stand in ``Spectrum.warnings``."""


def to_channels(spectrum: Spectrum) -> Channels:
    """Put the usable regions of a file onto the model's axis.

    Per region: an even grid, intensity divided by dwell time and scans where the file gives them, the background of
    ``xps_keras.preprocessing.background`` subtracted over the whole region, the net intensity interpolated onto the
    axis (averaged over each channel where the step is finer), clipped at zero.

    Args:
        spectrum: What the file holds.

    Returns:
        The channels.

    Raises:
        InputError: If there is only a survey, or no region with a C 1s peak.
    """
    regions = plan(spectrum)
    require_carbon(spectrum, regions)
    intensity, measured = stitch(regions)
    return Channels(_in_single_precision(np.maximum(intensity, 0.0)), measured, regions, region_warnings(regions))


def _in_single_precision(intensity: NDArray[np.float64]) -> NDArray[np.float32]:
    """Bring an absurd scale to one: the model takes any, but its squares must not leave single precision."""
    top = float(intensity.max())
    if top > 0.0 and not SOUND_SCALE[0] < top < SOUND_SCALE[1]:
        intensity = intensity / top
    return intensity.astype(np.float32)


def stitch(regions: Sequence[PlannedRegion]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Put the net intensities of the used regions onto the axis.

    Args:
        regions: What ``plan`` returned.

    Returns:
        Net intensity, which may be negative, zero where nothing was measured, and the measured channels, both of shape
        ``(6601,)``.
    """
    intensity = np.zeros(AXIS.size, dtype=np.float64)
    measured = np.zeros(AXIS.size, dtype=bool)
    # The better of two regions that share a few channels goes last and overwrites.
    for used in sorted((region for region in regions if region.used), key=preference, reverse=True):
        values, inside = _on_axis(used)
        intensity[inside] = values
        measured |= inside
    return intensity, measured


def _on_axis(used: PlannedRegion) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Net intensity in the axis channels inside a region, and the mask of these channels."""
    energy, net = grid_of(used), used.net
    axis = AXIS.energies_ev
    inside = (axis >= energy[0] - 1e-6) & (axis <= energy[-1] + 1e-6)
    if float(energy[1] - energy[0]) > 0.75 * AXIS.step_ev:
        return np.interp(axis[inside], energy, net), inside
    # Finer points than channels: the mean over each channel keeps all counts, a value picked by interpolation does not.
    area = np.concatenate(([0.0], np.cumsum(0.5 * (net[1:] + net[:-1]) * np.diff(energy))))
    half = 0.5 * AXIS.step_ev
    left, right = np.maximum(axis[inside] - half, energy[0]), np.minimum(axis[inside] + half, energy[-1])
    mean = (np.interp(right, energy, area) - np.interp(left, energy, area)) / (right - left)
    return mean, inside


def require_carbon(spectrum: Spectrum, regions: tuple[PlannedRegion, ...]) -> None:
    """Refuse a file whose used regions show no C 1s peak.

    Args:
        spectrum: What the file holds.
        regions: Its plan.

    Raises:
        InputError: If there is only a survey, or no region with a C 1s peak.
    """
    name = spectrum.path.name
    used = [region for region in regions if region.used]
    carbon = [r for r in used if carbon_share(r.region) >= LEAST_CARBON_EV]
    if any(has_peak(region) for region in carbon):
        return
    if not regions:
        raise InputError(f"{name}: no region is left, and without C 1s there is no answer.")
    remedy = "record C 1s from 278 to 298 eV in steps of 0.1 eV or less"
    coarse = [r.region for r in regions if r.region.step_ev > LARGEST_STEP_EV * STEP_TOLERANCE]
    if carbon:
        first = carbon[0].region
        low_end = int(np.argmax(first.intensity)) < len(first.intensity) // 8
        why = (
            ", which is highest at its low end: carbon charged so far stands below it, and needs a longer range; the "
            "tail of Sr 3p is cut off where a region of the file is named for Sr"
            if low_end
            else f"; {remedy}, and for longer"
        )
        raise InputError(
            f"{name}: no whole peak stands above the noise in {first.place or 'the C 1s region'} "
            f"({first.low_ev:.1f}-{first.high_ev:.1f} eV){why}."
        )
    if coarse and not used:
        raise InputError(
            f"{name}: the file holds a survey only (step {coarse[0].step_ev:.2g} eV): chemical states of carbon lie "
            f"about 0.5 eV apart and need steps of {LARGEST_STEP_EV} eV or less; {remedy}, and O 1s if it can be had."
        )
    refused = [r for r in regions if r.why is not None and carbon_share(r.region) >= LEAST_CARBON_EV]
    if refused:
        span = f"{refused[0].region.low_ev:.1f}-{refused[0].region.high_ev:.1f} eV"
        raise InputError(f"{name}: {refused[0].name} ({span}) cannot be used, for {refused[0].why}; {remedy}.")
    spans = [(r.name, f"{r.region.low_ev:.0f} to {r.region.high_ev:.0f} eV") for r in regions[:6]]
    held = "; ".join(span if name == span else f"{name} {span}" for name, span in spans)
    left_out = [warning.text.rstrip(".") for warning in spectrum.warnings if warning.code == "region-skipped"]
    why = "; a" + left_out[0][1:].replace(f"{name}: ", "") if left_out and left_out[0].startswith("A region") else ""
    assumed = (warning.text.rstrip(".") for warning in spectrum.warnings if warning.code in ASSUMED)
    why += "".join(f"; {text[0].lower()}{text[1:]}" for text in assumed)
    raise InputError(f"{name}: no organic region: the file holds {held}, but no usable C 1s; {remedy}{why}.")
