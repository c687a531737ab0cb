"""Reader of the text that PHI's programs export: one table per region, named by its `Element` line.

``Element C 1s; Region 6 of 6; Depth Cycle 1 of 1; Time Per Step 50; Sweeps 16; Anode Mg; Photon Energy 1253.6; XPS;``
stands before rows of binding energy and counts.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from xps_keras.errors import InputError, SpectrumWarning
from xps_keras.io.cut_short import cut_short, whole_lines
from xps_keras.io.decode import known_number, to_lines, to_text
from xps_keras.io.draft import Draft, Parsed
from xps_keras.io.number_table import AmbiguousError, is_number, read_column, split_line
from xps_keras.io.reader import Reader
from xps_keras.spectrum import AL_K_ALPHA_EV, MG_K_ALPHA_EV

_ELEMENT = re.compile(r"^\s{0,8}Element\s{1,4}([^;\t]{1,40});\s{0,4}Region\s{1,4}\d+\s{1,4}of\s{1,4}\d+", re.IGNORECASE)
_REGION = re.compile(r"Region\s{1,4}(\d+)\s{1,4}of\s{1,4}(\d+)", re.IGNORECASE)
_CYCLE = re.compile(r"Depth Cycle\s{1,4}(\d+)\s{1,4}of\s{1,4}(\d+)", re.IGNORECASE)
_AREA = re.compile(r"Area\s{1,4}(\d+)\s{1,4}of\s{1,4}(\d+)", re.IGNORECASE)
_FIELD = r"\s{1,4}([\d.,]+)"
_HEAD_BYTES = 8192


class PhiTextReader:
    """Text of PHI MultiPak and its forerunners."""

    name = "PHI text"
    extra = None

    def recognises(self, content: bytes, path: Path) -> bool:
        """Tell whether an `Element` line with the number of its region stands near the top."""
        text = to_text(content[:_HEAD_BYTES])
        return text is not None and any(map(_ELEMENT.match, to_lines(text)))

    def read(self, content: bytes, path: Path) -> Parsed:
        """Read every region; a depth profile gives a sample per cycle.

        Args:
            content: The file.
            path: Its path, for messages.

        Returns:
            One draft per `Element` line.

        Raises:
            InputError: If a row is broken, or no numbers follow.
        """
        lines, cut = whole_lines(to_text(content) or "")
        heads = [index for index, line in enumerate(lines) if _ELEMENT.match(line)]
        drafts = [
            draft
            for index, end in zip(heads, [*heads[1:], len(lines)], strict=True)
            if (draft := _region(lines, index, end, path.name)) is not None
        ]
        if not drafts:
            raise InputError(f"{path.name}: no numbers stand under an `Element` line, export the regions again.")
        drafts = list(_in_parts(drafts))
        count = drafts[-1].part + 1
        text = f"{count} exports stand one behind the other in this file; all were read."
        several = (SpectrumWarning("several-files", text),) if count > 1 else ()
        return Parsed(tuple(drafts), (*cut, *_missing(lines[heads[-1]]), *several))


READER: Reader = PhiTextReader()


def _missing(last: str) -> tuple[SpectrumWarning, ...]:
    """Say that regions or cycles are missing behind the last one."""
    for pattern, what in ((_REGION, "region"), (_CYCLE, "depth cycle"), (_AREA, "area")):
        match = pattern.search(last)
        if match is not None and int(match[1]) < int(match[2]):
            return (
                cut_short(f"The last {what} of the file is number {match[1]} of {match[2]}: the others are missing."),
            )
    return ()


def _in_parts(drafts: list[Draft]) -> Iterator[Draft]:
    """Number the exports that stand one behind the other: in one, no region comes twice."""
    part, known = 0, set[tuple[str, str, float, float]]()
    for draft in drafts:
        key = (draft.label, draft.sample, float(draft.energy_ev[0]), float(draft.energy_ev[-1]))
        if key in known:
            part, known = part + 1, set()
        known.add(key)
        yield replace(draft, part=part)


def _region(lines: list[str], head: int, end: int, file: str) -> Draft | None:
    words = lines[head]
    element = _ELEMENT.match(words)
    separator = "\t" if any("\t" in line for line in lines[head + 1 : head + 10]) else None
    rows: list[tuple[str, str, int]] = []
    footer = 0
    for index in range(head + 1, end):
        if not lines[index].strip():
            continue
        cells = split_line(lines[index], separator).cells
        numbers = [is_number(cell) for cell in cells]
        if len(cells) == 2 and all(numbers) and not footer:
            rows.append((cells[0], cells[1], index + 1))
        elif rows and (footer or not any(numbers[:1])):
            footer = footer or index + 1
            if len(cells) == 2 and all(numbers):
                raise _broken(lines, footer, file)
        else:
            raise _broken(lines, index + 1, file)
    if not rows:
        return None
    try:
        energy, counts = (read_column(list(cells)) for cells in zip(*((one, two) for one, two, _ in rows), strict=True))
    except AmbiguousError as error:
        raise InputError(f"{file}: the table at line {head + 2} can be read in two ways: {error}.") from None
    name = element[1].strip() if element else ""
    steps = {"area": _AREA.search(words), "depth cycle": _CYCLE.search(words)}
    milliseconds, sweeps = _number("Time Per Step", words), _number("Sweeps", words)
    anode = re.search(r"Anode\s{1,4}(Al|Mg)\b", words)
    source = _number("Photon Energy", words)
    if source is None and anode:
        source = AL_K_ALPHA_EV if anode[1] == "Al" else MG_K_ALPHA_EV
    return Draft(
        label=name,
        energy_ev=np.array(energy, dtype=np.float64),
        intensity=np.array(counts, dtype=np.float64),
        place=f"the region at line {head + 1}",
        scale="binding",
        intensity_unit="counts",
        source_energy_ev=source,
        dwell_s=None if milliseconds is None else milliseconds / 1000.0,
        scans=None if sweeps is None else max(1, round(sweeps)),
        sample=", ".join(f"{what} {match[1]}" for what, match in steps.items() if match and match[2] != "1"),
        element_line=name,
        lines=np.array([row[2] for row in rows], dtype=np.int64),
    )


def _number(field: str, words: str) -> float | None:
    match = re.search(field + _FIELD, words, re.IGNORECASE)
    return known_number(match[1][:12]) if match else None


def _broken(lines: list[str], number: int, file: str) -> InputError:
    text = lines[number - 1].strip()[:40]
    return InputError(
        f"{file}: line {number} (`{text}`) stands inside a region and is no row of two numbers, correct it."
    )
