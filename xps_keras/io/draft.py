"""What every reader hands on, and the checks that turn it into regions."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError, SpectrumWarning
from xps_keras.io.impossible_source import refuse_impossible_source
from xps_keras.io.messages import short_name
from xps_keras.median import median
from xps_keras.printable import printable
from xps_keras.spectrum import AL_K_ALPHA_EV, FEWEST_POINTS, Region

_SOURCE_ASSUMED = "source-assumed"  # code by which readers say that the file gives no source energy
_AL_TOLERANCE_EV = 0.5  # instruments write 1486.6, 1486.61, 1486.68, 1486.7, 1487
_FERMI_SIDE_EV = -20.0  # a valence band reaches a little to either side of zero, a core level does not
LARGEST = 1e30
"""No number in a file may reach this: far above any count, and safe in single precision."""
SMALLEST = 1e-30
"""Some number of a region must reach this, for the same reason."""
LEAST_DWELL_S, MOST_DWELL_S, MOST_SCANS = 1e-6, 1e6, 1_000_000
"""A point is measured for longer than a microsecond and shorter than a week, a million times at most."""
MOST_NEGATIVE = 0.6
"""Largest part of a region's points that may be negative where no peak stands out: noise around zero is negative in
half of them. Where the highest point stands further above zero than the lowest one below it, a constant was subtracted,
and more points may be negative: the background takes a constant out."""


@dataclass(frozen=True)
class Draft:
    """One region as a file holds it, unchecked, in the file's own order and energy scale."""

    label: str
    energy_ev: NDArray[np.float64]
    """Energies in eV as recorded, shape ``(n,)``."""
    intensity: NDArray[np.float64]
    """Intensities, shape ``(n,)``."""
    place: str
    """Where the region stands in the file: ``block 3 (line 120)``."""
    scale: Literal["binding", "kinetic"] = "binding"
    intensity_unit: Literal["counts", "counts/s", "arbitrary"] = "arbitrary"
    source_energy_ev: float | None = None
    dwell_s: float | None = None
    scans: int | None = None
    charge_correction_ev: float | None = None
    part: int = 0
    """Number of the file within the file, from 0, where several stand one behind the other."""
    blocks: tuple[int, ...] = ()
    """Numbers, from 1, of the file's own blocks that the region was read from."""
    warnings: tuple[SpectrumWarning, ...] = ()
    """What a user should know about this region; what concerns the whole file stands in ``Parsed``."""
    sample: str = ""
    """Name of the sample, with level, position or angle where the file tells several apart by them; '' for none."""
    words: tuple[str, ...] = ()
    """What else the file says of the sample, ``sample_words`` of titles and columns, values that were set."""
    number: str = ""
    """Number, with its unit, or date that stands alone above the region, and may name the sample; '' for none."""
    made: bool = False
    """Whether words above the region say that it was made of another one, as a fit or a normalised copy."""
    element_line: str = ""
    """Core line that the file itself names for the region, in a field of its own (``Bi 4f``); '' when it names none."""
    pass_energy_ev: float | None = None
    transmission: NDArray[np.float64] | None = None
    """Transmission of the analyser at each point as the file holds it, shape ``(n,)``; None when it holds none."""
    lines: NDArray[np.int64] | None = None
    """Line of each point in the file, counted from 1, shape ``(n,)``; None when points have no lines of their own."""

    def spot(self, index: int) -> str:
        """Name the place of one point for a message."""
        return f"point {index + 1} of {self.place}" if self.lines is None else f"line {int(self.lines[index])}"


@dataclass(frozen=True)
class Parsed:
    """Everything a reader found in one file."""

    drafts: tuple[Draft, ...]
    warnings: tuple[SpectrumWarning, ...] = ()


def to_region(draft: Draft, file: str) -> tuple[Region, tuple[SpectrumWarning, ...]]:
    """Check one draft and put it on an ascending binding-energy axis.

    Binding energy = source energy - kinetic energy, and nothing else: a file's work function is not subtracted,
    because instruments refer their kinetic energies to the Fermi level (CasaXPS ignores it likewise).

    Args:
        draft: The region as read.
        file: Name of the file, for messages.

    Returns:
        The region, float64 and ascending, and what a user should know about it.

    Raises:
        InputError: If the region has too few points, values that are no numbers, energies out of order, no source
            energy for a kinetic scale or one below its energies, no signal at all, or mostly negative intensities.
    """
    energy = np.asarray(draft.energy_ev, dtype=np.float64)
    intensity = np.asarray(draft.intensity, dtype=np.float64)
    if len(energy) < FEWEST_POINTS:
        raise InputError(
            f"{file}: {draft.place} holds {len(energy)} points where a region needs at least {FEWEST_POINTS}, "
            "export the whole region."
        )
    for values, what in ((energy, "energy"), (intensity, "intensity")):
        wrong = np.flatnonzero(~(np.abs(values) < LARGEST))
        if len(wrong):
            raise InputError(
                f"{file}: the {what} at {draft.spot(int(wrong[0]))} is not a finite number below {LARGEST:g}, "
                f"correct or remove it ({len(wrong)} such values)."
            )
    warnings = [*draft.warnings]
    if draft.scale == "kinetic":
        if draft.source_energy_ev is None:
            given = "" if draft.lines is None else "add a header line such as `Excitation energy: 1486.6 eV` or "
            raise InputError(
                f"{file}: {draft.place} is on a kinetic energy scale and the file does not give the source energy, "
                f"{given}export binding energies."
            )
        refuse_impossible_source(
            energy,
            draft.source_energy_ev,
            place=draft.place,
            label=draft.label,
            file=file,
            assumed=any(warning.code == _SOURCE_ASSUMED for warning in draft.warnings),
        )
        energy = draft.source_energy_ev - energy
    if draft.scale == "binding" and median(energy) < _FERMI_SIDE_EV and float(energy.max()) < -_FERMI_SIDE_EV:
        energy = -energy
        text = f"The energies of {draft.place} are negative, E - E(Fermi): they were read as binding energies."
        warnings.append(SpectrumWarning("negative-energies", text))
    ascending = median(np.diff(energy)) >= 0
    energy, intensity = _ascending(energy, intensity, draft, file)
    dwell, scans, said = _acquisition(draft)
    warnings += [*_intensity_warnings(intensity, draft, file), *_source_warnings(draft), *said]
    region = Region(
        label=short_name(printable(draft.label)),
        binding_energy_ev=energy,
        intensity=intensity,
        intensity_unit=draft.intensity_unit,
        recorded_energy=draft.scale,
        source_energy_ev=draft.source_energy_ev,
        dwell_s=dwell,
        scans=scans,
        charge_correction_ev=draft.charge_correction_ev,
        place=draft.place,
        sample=short_name(printable(draft.sample)),
        element_line=draft.element_line,
        blocks=draft.blocks,
        pass_energy_ev=draft.pass_energy_ev,
        transmission=_transmission(draft, ascending),
    )
    return region, tuple(warnings)


def _transmission(draft: Draft, ascending: bool) -> NDArray[np.float64] | None:
    """Return the transmission on ascending binding energies; None for columns of zeros or other fillings."""
    if draft.transmission is None:
        return None
    values = np.asarray(draft.transmission, dtype=np.float64)
    if values.shape != np.shape(draft.energy_ev) or not np.all((values > SMALLEST) & (values < LARGEST)):
        return None
    return values.copy() if ascending else values[::-1].copy()


def _ascending(
    energy: NDArray[np.float64], intensity: NDArray[np.float64], draft: Draft, file: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    step = np.diff(energy)
    descending = median(step) < 0
    wrong = np.flatnonzero(step >= 0 if descending else step <= 0)
    if len(wrong):
        index = int(wrong[0]) + 1
        kind = "repeats the energy before it" if step[wrong[0]] == 0 else "turns back against the direction of the axis"
        raise InputError(
            f"{file}: the energy at {draft.spot(index)} ({draft.energy_ev[index]:g} eV) {kind}, "
            "export one region at a time with energies in order."
        )
    if descending:
        return energy[::-1].copy(), intensity[::-1].copy()
    return energy, intensity


def _intensity_warnings(intensity: NDArray[np.float64], draft: Draft, file: str) -> list[SpectrumWarning]:
    if not intensity.any():
        raise InputError(f"{file}: all intensities of {draft.place} are zero, check the column that was exported.")
    if np.abs(intensity).max() < SMALLEST:
        raise InputError(
            f"{file}: all intensities of {draft.place} lie below {SMALLEST:g}, where single precision ends, "
            "multiply them by a constant."
        )
    if intensity.min() == intensity.max():
        raise InputError(
            f"{file}: all intensities of {draft.place} are {intensity[0]:g}, check the column that was exported."
        )
    share = float((intensity < 0).mean())
    if share > MOST_NEGATIVE and intensity.max() <= -intensity.min():
        raise InputError(
            f"{file}: {share:.0%} of the intensities of {draft.place} are negative, "
            "export counts without background subtraction."
        )
    if share == 0:
        return []
    text = (
        f"{share:.0%} of the intensities of {draft.place} are negative, as after an earlier background subtraction; "
        "counts as measured are better."
    )
    return [SpectrumWarning("negative-intensity", text)]


def _acquisition(draft: Draft) -> tuple[float | None, int | None, list[SpectrumWarning]]:
    """Dwell time and scans, unless they are absurd: intensities divided by them would leave single precision."""
    dwell, scans = draft.dwell_s, draft.scans
    sound = (dwell is None or LEAST_DWELL_S <= dwell <= MOST_DWELL_S) and (scans is None or 1 <= scans <= MOST_SCANS)
    if sound:
        return dwell, scans, []
    text = (
        f"The dwell time and scans of {draft.place} ({dwell or 1:g} s, {float(scans or 1):g}) are beyond any "
        "measurement and were not used."
    )
    return None, None, [SpectrumWarning("acquisition-ignored", text)]


def _source_warnings(draft: Draft) -> list[SpectrumWarning]:
    source = draft.source_energy_ev
    if source is None or abs(source - AL_K_ALPHA_EV) <= _AL_TOLERANCE_EV:
        return []
    text = (
        f"The source energy of {source:g} eV is not Al K-alpha ({AL_K_ALPHA_EV} eV): core levels keep their binding "
        "energies, but Auger lines move and relative intensities differ from what the model was trained on."
    )
    return [SpectrumWarning("source-energy", text)]
