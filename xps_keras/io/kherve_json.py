"""Reader of KherveFitting projects (JSON): core levels with energies and counts, beside backgrounds and fits.

The number at the end of a core level's name is that of its sample (``C1s``, ``C1s1``, ``C1s2``; none is 0), under which
the project keeps the sample's name and its energy correction. The stored energies hold that correction.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError, SpectrumWarning
from xps_keras.io.corrections import applied_before
from xps_keras.io.decode import to_text
from xps_keras.io.draft import Draft, Parsed
from xps_keras.io.reader import Reader

_LEVELS, _ENERGIES, _COUNTS = "Core levels", "B.E.", "Raw Data"
_LARGEST_BYTES = 60_000_000
"""A project above this is none: numbers of JSON take ten times their room in memory."""
_LONGEST_NAME = 60  # letters of a name in a message
_SAMPLE = re.compile(r"(.*?)[ _-]?(\d{0,9})", re.DOTALL)
_OTHER_TECHNIQUES = re.compile(
    r"(?i)(?:Raman|FT-?IR|SQUID|TGA|EELS|EIS|XRD|UV-?VIS|PL|ELLIPS|MS|GC|DIL|BET|AFM|EDX|XAS|NEXAFS|XANES)"
    r"(?![A-Za-z])|Ra_"
)
"""Names of sheets whose first column holds no energies of photoelectrons."""


@dataclass(frozen=True)
class _Level:
    """One core level of a project."""

    key: str
    """What the project calls it, ``C1s1``."""
    values: Mapping[str, Any]

    @property
    def place(self) -> str:
        """Where it stands, for messages."""
        return f"core level `{self.key[:_LONGEST_NAME]}`"

    @property
    def label(self) -> str:
        """Its name without the number of the sample."""
        return self._parts[0] or self.key

    @property
    def number(self) -> str:
        """Number of its sample, as the project writes it."""
        return str(int(self._parts[1] or 0)) if self._parts[0] else "0"

    @property
    def _parts(self) -> tuple[str, str]:
        found = _SAMPLE.fullmatch(self.key)
        return (found[1], found[2]) if found else (self.key, "")


class KherveJsonReader:
    """Projects of KherveFitting."""

    name = "KherveFitting project"
    extra = None

    def recognises(self, content: bytes, path: Path) -> bool:
        """Tell whether the file is a JSON object that names core levels and binding energies near its top."""
        head = (to_text(content[:65_536]) or "").lstrip("\ufeff \t\r\n")
        return head.startswith("{") and all(f'"{name}"' in head for name in (_LEVELS, _ENERGIES))

    def read(self, content: bytes, path: Path) -> Parsed:
        """Read the raw data of every core level.

        Args:
            content: The file.
            path: Its path, for messages.

        Returns:
            One draft per core level, in the energies that the project stores.

        Raises:
            InputError: If the JSON is broken or too large, or no core level holds energies and counts.
        """
        project = _project(content, path)
        stored = project.get(_LEVELS)
        levels = [_Level(key, values) for key, values in _object(stored).items() if isinstance(values, dict)]
        names = _names(project, levels)
        drafts: list[Draft] = []
        warnings: list[SpectrumWarning] = []
        for level in levels:
            try:
                drafts.append(_draft(level, names[level.number], _correction(project, level.number)))
            except ValueError as error:
                text = f"{level.place[:1].upper()}{level.place[1:]} was left out: {error}."
                warnings.append(SpectrumWarning("block-skipped", text))
        if not drafts:
            why = warnings[0].text if warnings else "it holds no core level."
            raise InputError(f"{path.name}: no spectrum in this KherveFitting project: {why}")
        return Parsed(tuple(drafts), tuple(warnings))


READER: Reader = KherveJsonReader()


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _project(content: bytes, path: Path) -> dict[str, Any]:
    if len(content) > _LARGEST_BYTES:
        raise InputError(
            f"{path.name}: the KherveFitting project has {len(content) / 1e6:.0f} MB, more than any "
            f"({_LARGEST_BYTES / 1e6:.0f} MB), export its raw data as text or VAMAS."
        )
    try:
        project = json.loads((to_text(content) or "").lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        said = " ".join(str(error).split())[:100] or type(error).__name__
        raise InputError(
            f"{path.name}: the JSON of this KherveFitting project is broken ({said}), save the project again."
        ) from error
    return _object(project)


def _names(project: Mapping[str, Any], levels: list[_Level]) -> dict[str, str]:
    """Name the samples by their numbers; without names only several are called by them."""
    numbers = list(dict.fromkeys(level.number for level in levels))
    given = _object(project.get("SampleNames"))
    found = {number: _text(given.get(number)) for number in numbers}
    times = Counter(found.values())
    if len(numbers) < 2:
        return found
    return {
        number: name if name and times[name] == 1 else ", ".join(filter(None, (name, f"sample {number}")))
        for number, name in found.items()
    }


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _correction(project: Mapping[str, Any], number: str) -> float | None:
    """Return what was added to the energies of a sample in eV; None for nothing. Older projects hold one for all."""
    several = project.get("BEcorrections")
    told = several.get(number) if isinstance(several, dict) else project.get("BEcorrection")
    if isinstance(told, bool) or not isinstance(told, int | float) or not abs(told) < 1e6:
        return None
    return float(told) or None


def _draft(level: _Level, sample: str, correction: float | None) -> Draft:
    if _OTHER_TECHNIQUES.match(level.key):
        raise ValueError("by its name it is no photoelectron spectrum")
    energy, counts = (_numbers(level.values.get(name), name) for name in (_ENERGIES, _COUNTS))
    if len(energy) != len(counts):
        raise ValueError(f"it holds {len(energy)} energies and {len(counts)} raw data")
    return Draft(
        label=level.label,
        energy_ev=energy,
        intensity=counts,
        place=level.place,
        charge_correction_ev=correction,
        sample=sample,
        warnings=() if correction is None else (applied_before(correction, level.place),),
    )


def _numbers(values: Any, name: str) -> NDArray[np.float64]:
    if not isinstance(values, list) or not values:
        raise ValueError(f"it holds no `{name}`")
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in values):
        raise ValueError(f"its `{name}` are not all numbers")
    try:
        return np.array(values, dtype=np.float64)
    except OverflowError:
        raise ValueError(f"its `{name}` hold a number beyond any measurement") from None
