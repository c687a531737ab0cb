"""Reader of Scienta SES text: sections in brackets, and a block of numbers per region."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError, SpectrumWarning
from xps_keras.io.column_names import energy_scale
from xps_keras.io.cut_short import whole_lines
from xps_keras.io.decode import known_number, to_text
from xps_keras.io.draft import Draft, Parsed
from xps_keras.io.levels import level_name
from xps_keras.io.reader import Reader
from xps_keras.io.sample_words import sample_words
from xps_keras.io.unsaid_scale import SCALE_ASSUMED, settled

_REPETITION = re.compile(r"(?i)point|sweep|iteration|scan|repe|cycle|run")
"""In the name of a third dimension whose steps repeat one measurement."""
_SECTION = re.compile(r"^\[([A-Za-z ]{1,40}?)\s?(\d{0,6})(?::(\d{1,6}))?\]\s{0,8}$")


@dataclass
class _Block:
    """The rows of one [Data] section."""

    first_line: int
    """Line of the first row, counted from 1."""
    rows: list[str] = field(default_factory=list)


@dataclass
class _Region:
    """The sections of one region."""

    fields: dict[str, str] = field(default_factory=dict)
    blocks: dict[str, _Block] = field(default_factory=dict)
    """Blocks of numbers by their step of the third dimension, empty where there is none."""


class ScientaReader:
    """Text of the Scienta SES program."""

    name = "Scienta SES text"
    extra = None

    def recognises(self, content: bytes, path: Path) -> bool:
        """Tell whether the file begins with an [Info] section and has a [Region n] one."""
        text = to_text(content[:65_536])
        return text is not None and text.lstrip("\ufeff \t\r\n").startswith("[Info]") and "[Region" in text

    def read(self, content: bytes, path: Path) -> Parsed:
        """Read every region; several slices of a detector are summed.

        Steps of a third dimension are samples where it is an angle, a position or a time, else sweeps.

        Args:
            content: The file.
            path: Its path, for messages.

        Returns:
            One draft per section [Data n] or [Data n:step].

        Raises:
            InputError: If a row is broken, or no data follow.
        """
        regions: dict[str, _Region] = {}
        section, number, step = "", "", ""
        lines, cut = whole_lines(to_text(content) or "")
        for index, line in enumerate(lines):
            match = _SECTION.match(line)
            if match:
                section, number, step = match[1].strip().lower(), match[2], match[3] or ""
                continue
            if not number or not line.strip():
                continue
            region = regions.setdefault(number, _Region())
            if section == "data":
                region.blocks.setdefault(step, _Block(index + 1)).rows.append(line)
            elif "=" in line:
                name, _, value = line.partition("=")
                region.fields.setdefault(name.strip().lower(), value.strip())
        drafts = [
            _draft(region, block, number, step, path.name)
            for number, region in regions.items()
            for step, block in region.blocks.items()
        ]
        if not drafts:
            raise InputError(f"{path.name}: no [Data] section of this Scienta file holds numbers, export it again.")
        empty = [(number, region) for number, region in regions.items() if not region.blocks]
        return Parsed(tuple(settled(drafts)), (*cut, *(_empty(number, region) for number, region in empty)))


READER: Reader = ScientaReader()


def _empty(number: str, region: _Region) -> SpectrumWarning:
    name = region.fields.get("region name", "")
    return SpectrumWarning("region-skipped", f"Region {number}{f' ({name})' if name else ''} holds no rows of numbers.")


def _level(region: _Region, step: str) -> str:
    """Name the sample at a step of the third dimension: with its place in a series where one was measured."""
    sample, name = region.fields.get("sample", ""), region.fields.get("dimension 3 name", "")
    if not step or len(region.blocks) < 2 or not name or _REPETITION.search(name):
        return sample
    what, _, unit = name.partition("[")
    value = f"{_value(region, step)} {unit.strip(' ]')}".strip() if _value(region, step) else ""
    return level_name(sample, list(region.blocks).index(step) + 1, value, what.strip().lower())


def _value(region: _Region, step: str) -> str:
    """Return the value of the third dimension at a step, empty where the file gives none."""
    values = region.fields.get("dimension 3 scale", "").split()
    return values[list(region.blocks).index(step)] if step and len(values) == len(region.blocks) else ""


def _source(region: _Region, step: str) -> float | None:
    """Return the photon energy in eV, that of the step where it was scanned."""
    scanned = re.search(r"(?i)(?:photon|excitation) energy", region.fields.get("dimension 3 name", ""))
    told = (_value(region, step) if scanned else "") or region.fields.get("excitation energy", "")
    return known_number(told[:16])


def _draft(region: _Region, block: _Block, number: str, step: str, file: str) -> Draft:
    table = _table(block, file)
    energy, slices = table[:, 0], table[:, 1:]
    fields = region.fields
    warnings: tuple[SpectrumWarning, ...] = ()
    if slices.shape[1] > 1:
        text = f"The {slices.shape[1]} slices of region {number} were summed."
        warnings = (SpectrumWarning("sweeps-summed", text),)
    told = energy_scale(fields.get("dimension 1 name", "")) or energy_scale(fields.get("energy scale", ""))
    scale: Literal["binding", "kinetic"] = told or "binding"
    if told is None:
        text = f"Region {number} does not say whether its energies are binding or kinetic: binding was assumed."
        warnings = (*warnings, SpectrumWarning(SCALE_ASSUMED, text))
    promised = known_number(fields.get("dimension 1 size", "")[:12])
    if promised is not None and round(promised) != len(energy):
        text = f"Region {number} holds {len(energy)} rows where its heading says {promised:g}: the file may be cut off."
        warnings = (*warnings, SpectrumWarning("file-truncated", text))
    milliseconds = known_number(fields.get("step time", "")[:12])
    sweeps = known_number(fields.get("number of sweeps", "")[:12])
    return Draft(
        label=fields.get("region name", ""),
        energy_ev=energy,
        intensity=slices.sum(axis=1),
        place=f"region {f'{number}:{step}' if step else number} (line {block.first_line})",
        scale=scale,
        # Analogue detectors give fractions; nothing in the file says counts.
        intensity_unit="arbitrary",
        source_energy_ev=_source(region, step),
        dwell_s=None if milliseconds is None else milliseconds / 1000.0,
        scans=None if sweeps is None else max(1, round(sweeps)),
        pass_energy_ev=known_number(fields.get("pass energy", "")[:16]),
        sample=_level(region, step),
        words=(said,) if (said := sample_words(fields.get("comments", ""))) else (),
        lines=np.arange(block.first_line, block.first_line + len(energy)),
        warnings=warnings,
    )


def _table(block: _Block, file: str) -> NDArray[np.float64]:
    rows: list[list[float]] = []
    for offset, line in enumerate(block.rows):
        try:
            row = [float(cell) for cell in line.replace(",", ".").split()]
        except ValueError:
            row = []
        if len(row) < 2 or (rows and len(row) != len(rows[0])):
            raise InputError(
                f"{file}: line {block.first_line + offset} (`{line.strip()[:40]}`) is no row of this Scienta region, "
                "correct it."
            )
        rows.append(row)
    return np.array(rows, dtype=np.float64)
