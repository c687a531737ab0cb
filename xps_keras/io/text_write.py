"""Writer of two-column text: one region, energies and intensities, for programs that plot."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from xps_keras.files import write_whole
from xps_keras.printable import printable
from xps_keras.spectrum import Region, Spectrum

_UNIT_NAMES = {"counts": "counts", "counts/s": "counts/s", "arbitrary": "intensity"}
_UNFIT = re.compile(r"[^\w.+-]+", re.ASCII)
_LONGEST_NAME = 40


def write_columns(spectrum: Spectrum, region: Region, correction_ev: float, path: Path, comment: str = "") -> None:
    """Write one region as comma-separated text, two columns under a heading.

    Args:
        spectrum: The sample, for its name.
        region: The region; intensities are written as measured.
        correction_ev: Energy in eV to add to the measured binding energies (minus the shift).
        path: Target; written whole or not at all.
        comment: Text for the head of the file, any number of lines, each behind a ``#``.

    Raises:
        UsageError: The target cannot be written.
    """
    head = [*comment.splitlines()]
    if spectrum.sample:
        head.append(f"Sample: {spectrum.sample}")
    if region.label:
        head.append(f"Region: {region.label}")
    lines = [f"# {printable(line)}" for line in head]
    lines.append(f"binding energy / eV,{_UNIT_NAMES[region.intensity_unit]}")
    for energy, intensity in zip(region.binding_energy_ev + correction_ev, region.intensity, strict=True):
        lines.append(f"{energy:.4f},{intensity:.10g}")
    write_whole(path, "\n".join(lines) + "\n")


def region_names(regions: Sequence[Region]) -> list[str]:
    """Return a name for the file of each region: its label without what file systems dislike, ``C1s``, each once.

    Args:
        regions: The regions of one sample.

    Returns:
        The names, without suffix.
    """
    names = [
        _UNFIT.sub("", region.label)[:_LONGEST_NAME].strip(".") or f"{region.low_ev:.0f}-{region.high_ev:.0f}eV"
        for region in regions
    ]
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        seen[name.casefold()] += 1
        again = seen[name.casefold()]
        found.append(name if again == 1 else f"{name}-{again}")
    return found
