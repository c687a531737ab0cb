"""Reader of Scienta SES text: sections in brackets, and a block of numbers per region."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError, SpectrumWarning
from xps_keras.io.column_names import energy_scale
from xps_keras.io.decode import known_number, to_lines, to_text
from xps_keras.io.draft import Draft, Parsed
from xps_keras.io.reader import Reader

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
        """Read every region; several slices of a detector are summed, and steps of a third dimension are sweeps.

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
        for index, line in enumerate(to_lines(to_text(content) or "")):
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
            _draft(region, block, f"{number}:{step}" if step else number, path.name)
            for number, region in regions.items()
            for step, block in region.blocks.items()
        ]
        if not drafts:
            raise InputError(f"{path.name}: no [Data] section of this Scienta file holds numbers, export it again.")
        empty = [(number, region) for number, region in regions.items() if not region.blocks]
        return Parsed(tuple(drafts), tuple(_empty(number, region) for number, region in empty))


READER: Reader = ScientaReader()


def _empty(number: str, region: _Region) -> SpectrumWarning:
    name = region.fields.get("region name", "")
    return SpectrumWarning("region-skipped", f"Region {number}{f' ({name})' if name else ''} holds no rows of numbers.")


def _draft(region: _Region, block: _Block, number: str, file: str) -> Draft:
    table = _table(block, file)
    energy, slices = table[:, 0], table[:, 1:]
    fields = region.fields
    warnings: tuple[SpectrumWarning, ...] = ()
    if slices.shape[1] > 1:
        text = f"The {slices.shape[1]} slices of region {number} were summed."
        warnings = (SpectrumWarning("sweeps-summed", text),)
    axis = fields.get("dimension 1 name", "") or fields.get("energy scale", "")
    scale: Literal["binding", "kinetic"] = energy_scale(axis) or "binding"
    if energy_scale(axis) is None:
        text = f"Region {number} does not say whether its energies are binding or kinetic: binding was assumed."
        warnings = (*warnings, SpectrumWarning("scale-assumed", text))
    milliseconds = known_number(fields.get("step time", "")[:12])
    sweeps = known_number(fields.get("number of sweeps", "")[:12])
    return Draft(
        label=fields.get("region name", ""),
        energy_ev=energy,
        intensity=slices.sum(axis=1),
        place=f"region {number} (line {block.first_line})",
        scale=scale,
        # Analogue detectors give fractions; nothing in the file says counts.
        intensity_unit="arbitrary",
        source_energy_ev=known_number(fields.get("excitation energy", "")[:16]),
        dwell_s=None if milliseconds is None else milliseconds / 1000.0,
        scans=None if sweeps is None else max(1, round(sweeps)),
        pass_energy_ev=known_number(fields.get("pass energy", "")[:16]),
        sample=fields.get("sample", ""),
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
