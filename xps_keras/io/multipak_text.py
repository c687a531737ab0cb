"""Reader of the text that PHI's MultiPak Exporter makes of spectra and depth profiles: a header, then block upon block.

A block begins with a line that names the lines below it, ``//Area Comment,RegionNo,AtomicName,Area No,XLabel,YLabel,
DataCount``. Then come rows of an energy and intensities: one of each area, or one per level of a depth profile.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError, SpectrumWarning
from xps_keras.io.column_names import energy_scale, unit_of
from xps_keras.io.cut_short import whole_lines
from xps_keras.io.decode import known_number, to_lines, to_text
from xps_keras.io.draft import Draft, Parsed
from xps_keras.io.levels import level_name
from xps_keras.io.number_table import AmbiguousError, is_number, read_column, split_line
from xps_keras.io.reader import Reader
from xps_keras.library.core_line import find_core_line, is_survey

_HEAD = re.compile(r"//\s{0,3}Area Comment\s{0,3},", re.IGNORECASE)
_HEAD_BYTES = 65_536
_TIME = re.compile(r"Sputter Time\s{0,3}\((\w{1,7})\)", re.IGNORECASE)
_SOURCE = re.compile(r"\d{1,12}(?:\.\d{1,12})?")
_SECONDS, _PASS_ENERGY = 10, 11  # cells of `SpectralRegDef`, see `phi`
_MOST_NAMED = 8  # lines in one message


@dataclass(frozen=True)
class _Block:
    """One block: what the lines below its first one say, and its numbers."""

    line: int
    """Line of its first row, counted from 1."""
    said: dict[str, str]
    """Values by their keys, ``areacomment``."""
    rows: NDArray[np.float64]
    """Shape ``(points, columns)``."""

    @property
    def is_spectrum(self) -> bool:
        """Whether its first column is an energy; the other blocks of a depth profile are areas over the time."""
        return "energy" in self.said.get("xlabel", "").lower()


class MultiPakTextReader:
    """Text of PHI's MultiPak Exporter."""

    name = "PHI MultiPak text"
    extra = None

    def recognises(self, content: bytes, path: Path) -> bool:
        """Tell whether a line that begins a block stands near the top."""
        text = to_text(content[:_HEAD_BYTES])
        return text is not None and any(map(_HEAD.match, to_lines(text)))

    def read(self, content: bytes, path: Path) -> Parsed:
        """Read every region, a sample per area and per level of a depth profile.

        Args:
            content: The file.
            path: Its path, for messages.

        Returns:
            One draft per spectrum, in file order.

        Raises:
            InputError: If a row is broken, or no block holds a spectrum.
        """
        lines, warnings = whole_lines(to_text(content) or "")
        heads = [index for index, line in enumerate(lines) if _HEAD.match(line)]
        header: defaultdict[str, list[str]] = defaultdict(list)
        for line in lines[: heads[0]]:
            key, _, value = line.partition(":")
            header[key.strip()].append(value.strip())
        blocks = []
        for begin, end in zip(heads, [*heads[1:], len(lines)], strict=True):
            block, cut = _block(lines, begin, end, path.name)
            blocks.append(block)
            warnings += cut
        spectra = [block for block in blocks if block.is_spectrum]
        others = [f"{block.line} (`{block.said.get('xlabel', '')}`)" for block in blocks if not block.is_spectrum]
        if not spectra:
            raise InputError(f"{path.name}: no block of numbers stands over an energy, export the spectra.")
        if others:
            more = f" and {len(others) - _MOST_NAMED} more" if len(others) > _MOST_NAMED else ""
            text = f"The tables at lines {', '.join(others[:_MOST_NAMED])}{more} are no spectra and were not read."
            warnings.append(SpectrumWarning("columns-ignored", text))
        return Parsed(tuple(_drafts(spectra, header, _times(blocks))), tuple(warnings))


READER: Reader = MultiPakTextReader()


def _block(lines: Sequence[str], begin: int, end: int, file: str) -> tuple[_Block, list[SpectrumWarning]]:
    keys = [re.sub(r"\W", "", key).lower() for key in lines[begin].split(",")]
    first = begin + 1 + len(keys)
    said = dict(zip(keys, (line.strip() for line in lines[begin + 1 : min(first, end)]), strict=False))
    separator = "\t" if any("\t" in line for line in lines[first : first + 2]) else ","
    cells = [
        (split_line(line, separator).cells, number)
        for number, line in enumerate(lines[first:end], start=first + 1)
        if line.strip()
    ]
    width = len(cells[0][0]) if cells else 0
    for row, number in cells:
        if len(row) != width or width < 2 or not all(map(is_number, row)):
            text = lines[number - 1].strip()[:40]
            raise InputError(f"{file}: line {number} (`{text}`) is no row of {max(width, 2)} numbers, correct it.")
    if not cells:
        raise InputError(f"{file}: no numbers stand below line {begin + 1}, export the spectra again.")
    try:
        columns = [read_column([row[index] for row, _ in cells]) for index in range(width)]
    except AmbiguousError as error:
        raise InputError(f"{file}: the table at line {first + 1} can be read in two ways: {error}.") from None
    count = known_number(said.get("datacount", ""))
    cut = []
    if count is not None and count != len(cells):
        text = f"The table at line {first + 1} has {len(cells)} rows where its head says {count:.0f}: they were read."
        cut = [SpectrumWarning("file-truncated", text)]
    return _Block(first + 1, said, np.array(columns, dtype=np.float64).T), cut


def _times(blocks: Sequence[_Block]) -> list[str]:
    """Return the sputter time of each level, from the first block of areas over it; empty where there is none."""
    for block in blocks:
        if unit := _TIME.match(block.said.get("xlabel", "")):
            return [f"{abs(time):g} {unit[1]}" for time in block.rows[:, 0]]
    return []


def _drafts(spectra: Sequence[_Block], header: dict[str, list[str]], times: Sequence[str]) -> list[Draft]:
    source = _SOURCE.search(next(iter(header.get("XraySource", [])), ""))
    settings = {cells[0]: cells for line in header.get("SpectralRegDef", []) if (cells := line.split())}
    what = "level" if "".join(header.get("FileType", [])).upper().startswith("DEPTH") else "position"
    areas: defaultdict[str, set[str]] = defaultdict(set)
    for block in spectra:
        areas[block.said.get("areacomment", "")].add(block.said.get("areano", ""))
    drafts = []
    for block in spectra:
        said, levels = block.said, block.rows.shape[1] - 1
        name = said.get("areacomment", "")
        if len(areas[name]) > 1:
            name = ", ".join(filter(None, (name, f"area {said.get('areano', '')}")))
        region = said.get("atomicname", "")
        line = find_core_line(region)
        cells = settings.get(said.get("regionno", ""), [])
        seconds, pass_energy = (known_number(cells[at]) if at < len(cells) else None for at in (_SECONDS, _PASS_ENERGY))
        for level in range(levels):
            time = times[level] if len(times) == levels else ""
            drafts.append(
                Draft(
                    label="survey" if is_survey(region) else line or region,
                    energy_ev=block.rows[:, 0],
                    intensity=block.rows[:, 1 + level],
                    place=f"the table at line {block.line}" + (f" (column {level + 2})" if levels > 1 else ""),
                    scale=energy_scale(said["xlabel"]) or "binding",
                    intensity_unit=unit_of(said.get("ylabel", "")) or "arbitrary",
                    source_energy_ev=float(source[0]) if source else None,
                    dwell_s=seconds or None,
                    pass_energy_ev=pass_energy or None,
                    sample=level_name(name, level + 1, time, what) if levels > 1 else name,
                    element_line=line,
                )
            )
    return drafts
