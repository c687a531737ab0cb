"""Reader of the text into which Kratos Vision dumps a data set (``.kal``): objects of numbered fields.

``3 Spectrum scan start = 100 eV`` stands in a line of its own; a list, ``12 Ordinate values = {10, 11, ...}``, may go
on over several lines. Energies are given by their start and step, intensities one by one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError, SpectrumWarning
from xps_keras.io.column_names import energy_scale, unit_of
from xps_keras.io.cut_short import cut_short
from xps_keras.io.decode import known_number, to_lines, to_text
from xps_keras.io.draft import Draft, Parsed
from xps_keras.io.quantities import energies_ev, seconds
from xps_keras.io.reader import Reader
from xps_keras.io.sample_words import sample_words
from xps_keras.io.source_words import source_energy
from xps_keras.io.unsaid_source import with_sources
from xps_keras.library.core_line import find_core_line, is_survey

_BEGIN = re.compile(r"\s{0,8}Dataset filename\s{0,40}=", re.IGNORECASE)
_OBJECT = re.compile(r"\s{0,8}Object name\s{0,40}=\s{0,8}(.*)", re.IGNORECASE)
_FIELD = re.compile(r"\s{0,16}\d{1,6}\s{1,8}(\S[^=]{0,120}?)\s{0,40}=\s{0,8}(.*)")
_HEAD_BYTES = 65_536
_START, _STEP, _VALUES = "spectrum scan start", "spectrum scan step size", "ordinate values"
_TRANSMISSION_AT, _TRANSMISSION = "transmission function kinetic energy", "transmission function value"
_LISTS = (_VALUES, _TRANSMISSION_AT, _TRANSMISSION)
_ANODE = re.compile(r"_(AL|MG|AG|ZR|CR)(?:_|$)")
_MOST_NAMED = 8  # objects in one message


@dataclass
class _Object:
    """One object of a data set: its name, the fields that hold a word or a number, and the lists that are read."""

    name: str
    line: int
    """Line of its name, counted from 1."""
    fields: dict[str, str] = field(default_factory=dict)
    lists: dict[str, NDArray[np.float64]] = field(default_factory=dict)

    def number(self, key: str) -> float | None:
        """Return the number with which a field begins; None where it has none."""
        return known_number(self.fields.get(key, "").partition(" ")[0])


class KratosTextReader:
    """Dumps of Kratos Vision."""

    name = "Kratos Vision text"
    extra = None

    def recognises(self, content: bytes, path: Path) -> bool:
        """Tell whether the lines stand near the top that begin a data set and an object."""
        lines = to_lines(to_text(content[:_HEAD_BYTES]) or "")
        return any(map(_BEGIN.match, lines)) and any(map(_OBJECT.match, lines))

    def read(self, content: bytes, path: Path) -> Parsed:
        """Read every spectrum of a data set.

        Args:
            content: The file.
            path: Its path, for messages.

        Returns:
            One draft per object that holds a spectrum.

        Raises:
            InputError: If a list is broken, or no object holds a spectrum.
        """
        drafts: list[Draft] = []
        left: list[str] = []
        lines = to_lines(to_text(content) or "")
        for found in _objects(lines, path.name):
            draft = _draft(found)
            if draft is not None:
                drafts.append(draft)
            elif _VALUES in found.lists:
                left.append(f"`{found.name}` (line {found.line})")
        open_at = _open_list(lines)
        if not drafts and open_at:
            raise InputError(f"{path.name}: the list that begins at line {open_at} has no end, export the file again.")
        if not drafts:
            raise InputError(f"{path.name}: no object of this Kratos data set holds a spectrum, export the spectra.")
        warnings = []
        if open_at:
            text = f"The file ends within the list that begins at line {open_at}: its object was left out."
            warnings.append(cut_short(text))
        if left:
            more = f" and {len(left) - _MOST_NAMED} more" if len(left) > _MOST_NAMED else ""
            text = f"Objects without a scale of energies were not read: {', '.join(left[:_MOST_NAMED])}{more}."
            warnings.append(SpectrumWarning("region-skipped", text))
        return Parsed(tuple(with_sources(drafts)), tuple(warnings))


READER: Reader = KratosTextReader()


def _objects(lines: Sequence[str], file: str) -> Iterator[_Object]:
    current: _Object | None = None
    number = 0
    while number < len(lines):
        line, number = lines[number], number + 1
        if match := _OBJECT.match(line):
            if current is not None:
                yield current
            current = _Object(match[1].strip(), number)
        elif current is not None and (match := _FIELD.match(line)):
            key, value = match[1].lower(), match[2].strip()
            if key not in _LISTS or not value.startswith("{"):
                current.fields.setdefault(key, value)  # lists of other things, such as words, are passed over
                continue
            pieces, begin = [value], number
            while "}" not in pieces[-1]:
                if number == len(lines):
                    return  # cut short: the object is left out
                if "=" in lines[number]:
                    raise InputError(f"{file}: the list that begins at line {begin} has no end, export the file again.")
                pieces.append(lines[number])
                number += 1
            current.lists.setdefault(key, _numbers(" ".join(pieces), begin, file))
    if current is not None:
        yield current


def _open_list(lines: Sequence[str]) -> int:
    """Return the line of the list within which a text ends, 0 where it ends within none."""
    last = next((number for number in range(len(lines), 0, -1) if set("{}") & set(lines[number - 1])), 0)
    return last if last and lines[last - 1].rfind("{") > lines[last - 1].rfind("}") else 0


def _numbers(text: str, line: int, file: str) -> NDArray[np.float64]:
    cells = text.partition("}")[0].lstrip("{").replace(",", " ").split()
    try:
        return np.array(cells, dtype=np.float64)
    except ValueError:
        raise InputError(f"{file}: the list that begins at line {line} holds more than numbers, correct it.") from None


def _draft(found: _Object) -> Draft | None:
    """Make a draft of an object; None where it holds no spectrum."""
    fields, values = found.fields, found.lists.get(_VALUES)
    start, step = found.number(_START), found.number(_STEP)
    if values is None or not values.size or start is None or not step:
        return None
    name = found.name.rpartition("/")[0] or found.name
    region = f"{fields.get('chemical symbol or formula', '')} {fields.get('transition or charge state', '')}".strip()
    line = find_core_line(region)
    label = line or find_core_line(name) or ("survey" if is_survey(f"{region} {name}") else region or name)
    energy = np.round(start + step * np.arange(len(values)), 6)
    scale = energy_scale(fields.get("abscissa label", "")) or "kinetic"
    sweeps = found.number("# sweeps completed")
    anode = _ANODE.search(fields.get("xray reference energy", "")) or _ANODE.search(fields.get("xray gun anode", ""))
    passed = energies_ev(fields.get("pass energy", ""))
    return Draft(
        label=label,
        energy_ev=energy,
        intensity=values,
        place=f"object {found.name} (line {found.line})",
        scale=scale,
        intensity_unit=unit_of(fields.get("ordinate units", "")) or "counts",
        source_energy_ev=source_energy([f"anode {anode[1].title()}"]) if anode else None,
        dwell_s=seconds(fields.get("dwell time", "")),
        scans=None if sweeps is None or sweeps > 1e6 else max(1, round(sweeps)),
        pass_energy_ev=next((one for one, _ in passed if one > 0), None),
        transmission=_transmission(found, energy) if scale == "kinetic" else None,
        words=tuple(filter(None, [sample_words(name)])),
        element_line=line,
    )


def _transmission(found: _Object, kinetic: NDArray[np.float64]) -> NDArray[np.float64] | None:
    at = found.lists.get(_TRANSMISSION_AT)
    values = found.lists.get(_TRANSMISSION)
    if at is None or values is None or len(at) != len(values) or len(at) < 2 or not (np.diff(at) > 0).all():
        return None
    if at[0] > kinetic.min() or at[-1] < kinetic.max():
        return None
    return np.interp(kinetic, at, values)
