"""Reader of PHI's binary files: spectra (.spe) and depth profiles (.pro), a text header and then numbers.

The header ends with the line ``EOFH``. Behind it stand four 32-bit words (the second is the number of blocks), one
description of 24 words per block, and the values. Of a description we use the words 3 (number of the region), 4 (kind
of block), 5 and 6 (points, levels), 8 and 10 (names of the two dimensions), 14 (unit), 19 and 20 (bytes of its values,
and where they begin, counted from the end of the header). The layout was found out on files and agrees with their text
exports; PHI has not published it.
"""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError, SpectrumWarning
from xps_keras.io.cut_short import cut_short
from xps_keras.io.draft import Draft, Parsed
from xps_keras.io.levels import level_name
from xps_keras.io.reader import Reader
from xps_keras.library.core_line import find_core_line, is_survey

_BEGIN, _END = b"SOFH", b"EOFH"
_LARGEST_HEADER = 4_000_000
_PREFIX, _DESCRIPTION = 16, 96  # bytes
_SPECTRUM, _TIMES = 1, 8
_REMEDY = "export it again or save it as VAMAS from MultiPak"
_MOST_LEVELS = 10_000
_MOST_SHARED = 2  # times that the values of all blocks together may be as long as the file
_MOST_NAMED = 8  # regions in one message
_EXACT = 1e-3  # eV by which points and step may miss the end of a region


@dataclass(frozen=True)
class _Region:
    """One line `SpectralRegDef` of the header."""

    name: str
    points: int
    step_ev: float
    start_ev: float
    seconds: float | None
    """Time per channel over all sweeps in s."""
    pass_energy_ev: float | None


@dataclass(frozen=True)
class _Block:
    """One block of values."""

    number: int
    kind: int
    unit: bytes
    values: NDArray[np.float64]
    """Shape ``(levels, points)``."""


class PhiReader:
    """Spectra and depth profiles of PHI."""

    name = "PHI binary"
    extra = None

    def recognises(self, content: bytes, path: Path) -> bool:
        """Tell whether the file begins with PHI's mark, SOFH."""
        return content.startswith(_BEGIN)

    def read(self, content: bytes, path: Path) -> Parsed:
        """Read every region, a sample per level of a depth profile or per area."""
        header, binary = _split(content, path)
        regions = _regions(header, path)
        last = dict(header)
        name, file_type = _description(last.get("FileDesc", "")), last.get("FileType", "")
        source = re.search(r"(\d{1,12}(?:\.\d{1,12})?)", last.get("XraySource", ""))
        blocks, warnings = _blocks(binary, path)
        times = _sputter_times(blocks, len(regions))
        spectra = [block for block in blocks if block.kind == _SPECTRUM]
        found: list[tuple[int, int, Draft]] = []
        seen: Counter[int] = Counter()
        areas = Counter(block.number for block in spectra).most_common(1)
        most = max((len(block.values) for block in spectra), default=0)
        several = bool(areas) and areas[0][1] > 1
        for block in spectra:
            seen[block.number] += 1
            region = regions.get(block.number)
            if region is None or region.points != block.values.shape[1]:
                what = "is not in the header" if region is None else f"has {region.points} points in the header"
                text = f"Block {block.number} of {block.values.shape[1]} points {what}: it was left out."
                warnings.append(SpectrumWarning("block-unreadable", text))
                continue
            for level, values in enumerate(block.values):
                sample = _sample(name, most, level, times, file_type)
                place = f"region {block.number} ({region.name})"
                if several:
                    area = seen[block.number]
                    sample, place = level_name(sample, area, what="area"), f"{place} of area {area}"
                if most > 1:
                    place += f", level {level + 1}"
                draft = _draft(region, values, block.unit, sample, place, float(source[1]) if source else None)
                found.append((seen[block.number], level, draft))
        if not found:
            raise InputError(f"{path.name}: no block of numbers fits a region of the header, {_REMEDY}.")
        if last.get("EnergyRecal", "").lower().startswith("y"):
            text = (
                "The header says that the energy scale was recalibrated (EnergyRecal: yes) but not by how much; "
                "the shift found now is the rest."
            )
            warnings.append(SpectrumWarning("already-corrected", text))
        empty = [f"{number} ({region.name})" for number, region in regions.items() if not seen[number]]
        if empty:
            text = f"The header names regions of which the file holds no values: {', '.join(empty[:_MOST_NAMED])}."
            warnings.append(SpectrumWarning("region-skipped", text))
        # Stored region by region: sorted so that the regions of one level stand together, in the order of the levels.
        found.sort(key=lambda item: item[:2])
        return Parsed(tuple(draft for _, _, draft in found), tuple(warnings))


READER: Reader = PhiReader()


def _split(content: bytes, path: Path) -> tuple[list[tuple[str, str]], bytes]:
    end = content.find(_END, 0, _LARGEST_HEADER)
    line_end = content.find(b"\n", end)
    if end < 0 or line_end < 0:
        raise InputError(f"{path.name}: the end of the header (EOFH) is missing, the file is cut off; {_REMEDY}.")
    lines = content[:end].decode("latin-1").splitlines()
    pairs = [(key.strip(), value.strip()) for key, colon, value in (line.partition(":") for line in lines) if colon]
    return pairs, content[line_end + 1 :]


def _description(text: str) -> str:
    """Read the sample's name from `FileDesc: (1, SnO2_10nm)`."""
    match = re.fullmatch(r"\(\s{0,8}\d{1,12}\s{0,8},(.*)\)", text)
    return match[1].strip() if match else text


def _regions(header: list[tuple[str, str]], path: Path) -> dict[int, _Region]:
    """Read `number trace name element points step start end start end seconds pass-energy kind`."""
    lines = [value for key, value in header if key == "SpectralRegDef"]
    lines = lines or [value for key, value in header if key == "SpectralRegDefFull"]
    regions: dict[int, _Region] = {}
    for line in lines:
        cells = line.split()
        try:
            number, points = int(cells[0]), int(cells[4])
            step, start, end = (float(cell) for cell in cells[5:8])
            seconds = float(cells[10]) if len(cells) > 10 else 0.0
            pass_energy = float(cells[11]) if len(cells) > 11 else 0.0
            missed = abs(start + (points - 1) * step - end)
        except (ValueError, IndexError, OverflowError):
            raise InputError(
                f"{path.name}: the header line `SpectralRegDef: {line[:60]}` is broken, {_REMEDY}."
            ) from None
        if not (points > 1 and missed <= max(_EXACT * points, abs(step))):
            raise InputError(
                f"{path.name}: {points} points of {step:g} eV do not lead from {start:g} to {end:g} eV in the header "
                f"line of region {number}, {_REMEDY}."
            )
        regions[number] = _Region(cells[2], points, step, start, seconds if seconds > 0 else None, pass_energy or None)
    if not regions:
        raise InputError(f"{path.name}: the header names no region (SpectralRegDef), {_REMEDY}.")
    return regions


def _blocks(binary: bytes, path: Path) -> tuple[list[_Block], list[SpectrumWarning]]:
    """Read the blocks; every count is held against the size of the file before anything is made of it.

    Returns:
        The blocks, of those behind the end of a file that was cut short the levels that it holds; and what is missing.
    """
    broken = InputError(f"{path.name}: the list of blocks behind the header does not fit the file's size, {_REMEDY}.")
    if len(binary) < _PREFIX:
        raise broken
    count = int(np.frombuffer(binary, "<u4", 4)[1])
    if not 1 <= count <= (len(binary) - _PREFIX) // _DESCRIPTION:
        raise broken
    blocks: list[_Block] = []
    lost: list[str] = []
    room = _MOST_SHARED * len(binary)  # many blocks that are the same bytes would fill the memory
    for index in range(count):
        words = np.frombuffer(binary, "<u4", 24, _PREFIX + _DESCRIPTION * index)
        number, kind, points, levels = (int(word) for word in words[3:7])
        size, begin = int(words[19]), int(words[20])
        width = size // (points * levels) if points * levels else 0
        room -= size
        ends_early = begin + size > len(binary)
        held = max(len(binary) - begin, 0) // (width * points) if width and ends_early else levels
        if width not in (4, 8) or size != width * points * levels or room < 0 or (not held and not blocks):
            raise InputError(
                f"{path.name}: block {index + 1} says it holds {levels} times {points} values in {size} bytes, which "
                f"the file does not have, {_REMEDY}."
            )
        if levels > _MOST_LEVELS:
            raise InputError(
                f"{path.name}: block {index + 1} holds {levels} spectra, more than a profile has (a map; at most "
                f"{_MOST_LEVELS} are read), export the spectra of some areas."
            )
        if ends_early:
            lost.append(f"block {index + 1} ({held} of {levels} levels are there)")
            if not held:
                continue
        with np.errstate(invalid="ignore"):  # values that are no numbers are refused later, by name
            values = np.frombuffer(binary, f"<f{width}", points * held, begin).astype(np.float64)
        blocks.append(_Block(number, kind, words[14:15].tobytes(), values.reshape(held, points)))
    return blocks, [cut_short(f"The file ends early, within {', '.join(lost[:_MOST_NAMED])}.")] if lost else []


def _sputter_times(blocks: list[_Block], regions: int) -> list[float]:
    """Return the sputter time in s of each level, as recorded for the first region; empty where there is none."""
    for block in blocks:
        if block.kind == _TIMES and block.unit[:1] == b"s" and len(block.values) == regions:
            times = block.values[0]
            times = times[: int(np.flatnonzero(times)[-1]) + 1 if times.any() else 1]  # levels not reached have zeros
            if np.isfinite(times).all() and (np.diff(times) >= 0).all():
                return [abs(float(time)) for time in times]  # the first is stored as -0
    return []


def _sample(name: str, levels: int, level: int, times: list[float], file_type: str) -> str:
    if levels == 1:
        return name
    what = "level" if file_type.upper().startswith("DEPTH") else "position"
    return level_name(name, level + 1, f"{times[level]:g} s" if level < len(times) else "", what)


def _draft(
    region: _Region, values: NDArray[np.float64], unit: bytes, sample: str, place: str, source: float | None
) -> Draft:
    line = find_core_line(region.name)
    units: dict[bytes, Literal["counts", "counts/s"]] = {b"c/s": "counts/s", b"cts": "counts", b"cou": "counts"}
    return Draft(
        label="survey" if is_survey(region.name) else line or region.name,
        energy_ev=region.start_ev + region.step_ev * np.arange(region.points, dtype=np.float64),
        intensity=values,
        place=place,
        intensity_unit=units.get(unit[:3], "arbitrary"),
        source_energy_ev=source,
        dwell_s=region.seconds,
        pass_energy_ev=region.pass_energy_ev,
        sample=sample,
        element_line=line,
    )
