"""Sensitivity factors: those of the library's lines, computed from cross sections, or a user's own table.

Atomic percent is proportional to area / factor. The package's factors are ``cross section x KE^0.75``: J. H. Scofield,
J. Electron Spectrosc. 8 (1976) 129, for the line with both partners of a doublet, and an escape depth that rises with
the power 0.75 of the kinetic energy (calculated for polymers by TPP-2M: 0.77 to 0.80). They hold neither the
transmission of an analyser nor the angular asymmetry, which vanishes at the magic angle, 54.7 degrees between X-rays
and analyser.
"""

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from xps_keras.errors import InputError
from xps_keras.files import StrPath
from xps_keras.library.core_line import first_core_line
from xps_keras.library.lines import LINES, Line
from xps_keras.spectrum import AL_K_ALPHA_EV, MG_K_ALPHA_EV

ESCAPE_DEPTH_EXPONENT = 0.75
SOURCE_TOLERANCE_EV = 1.5
"""Distance from Al or Mg K-alpha up to which a source energy is called so."""
UNCERTAINTY = 0.08
"""Relative standard uncertainty of a factor against that of C 1s. Against theory, O : C of PET was measured 4 % low
(Doren, Genet, Rouxhet, Surf. Sci. Spectra, doi:10.1116/1.1247762), O : C of a polyimide 19 % high and N : C 11 % low
with empirical factors; the exponent of the escape depth is good to 1 %."""
UNSURE = 0.10
"""The same for a line whose cross section under Mg K-alpha is taken from Al K-alpha: 2p lines differ by 4 to 6 %."""
_LARGEST = 1e6
_MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class Sensitivities:
    """Factors by line."""

    factors: Mapping[str, float]
    """Area per atom, any common scale, by a key of ``LINES``."""
    unsure: frozenset[str]
    """Lines whose factor is not that of the X-ray source."""
    words: str
    """How an answer names them, one sentence."""
    whole: bool
    """Whether they hold everything, so that the transmission of the file is not applied: a user's own table does."""


def scofield(source_energy_ev: float | None) -> Sensitivities | None:
    """Return the package's factors.

    Args:
        source_energy_ev: Photon energy in eV; Al K-alpha is assumed where the file does not say.

    Returns:
        The factors; None for a photon energy that is neither Al nor Mg K-alpha.
    """
    source = AL_K_ALPHA_EV if source_energy_ev is None else source_energy_ev
    assumed = ", assumed as the source" if source_energy_ev is None else ""
    words = "Sensitivity factors: cross sections of Scofield (1976) for {} times KE^0.75 for the escape depth."
    levels = [line for line in LINES.values() if line.scofield is not None]
    if abs(source - AL_K_ALPHA_EV) <= SOURCE_TOLERANCE_EV:
        factors = {line.name: line.sensitivity for line in levels}
        return Sensitivities(factors, frozenset(), words.format(f"Al K-alpha{assumed}"), whole=False)
    if abs(source - MG_K_ALPHA_EV) > SOURCE_TOLERANCE_EV:
        return None
    unsure = frozenset(line.name for line in levels if line.scofield_mg is None)
    factors = {
        line.name: (line.scofield_mg or line.scofield or 0.0) * _escape_depth(line, MG_K_ALPHA_EV) for line in levels
    }
    return Sensitivities(factors, unsure, words.format("Mg K-alpha"), whole=False)


def kinetic_energy_ev(line: Line, source_energy_ev: float | None) -> float:
    """Return the kinetic energy of a photoelectron line in eV; Al K-alpha where the source is not known."""
    return (source_energy_ev or AL_K_ALPHA_EV) - AL_K_ALPHA_EV + (line.kinetic_energy_ev or math.nan)


def _escape_depth(line: Line, source_energy_ev: float) -> float:
    ratio = kinetic_energy_ev(line, source_energy_ev) / kinetic_energy_ev(LINES["C 1s"], source_energy_ev)
    return float(ratio**ESCAPE_DEPTH_EXPONENT)


def read_sensitivities(path: StrPath) -> Sensitivities:
    """Read a user's own table: a row for each line, its name and its factor.

    ``C 1s,1`` and ``C,1`` are the same; an element means its main line. Both partners of a doublet are one line. A row
    of titles may stand first, lines that begin with ``#`` are left out. Commas, semicolons and tabs part the cells;
    with semicolons and tabs a comma may be the decimal sign.

    Args:
        path: The table, UTF-8 text.

    Returns:
        The factors, taken whole: neither escape depth nor transmission is applied to them.

    Raises:
        InputError: The table cannot be read, names an unknown line or one twice, or a factor is no positive number.
    """
    path = Path(path)
    try:
        with path.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
        text = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: the table of sensitivities cannot be read ({_said(error)}).") from error
    if len(content) > _MOST_BYTES or "\0" in text:
        raise InputError(f"{path}: this is no table of sensitivities; write a row such as `O 1s,2.93` for each line.")
    factors: dict[str, float] = {}
    others: list[str] = []
    first = True
    for number, row in enumerate(text.splitlines(), start=1):
        if not row.strip() or row.lstrip().startswith("#"):
            continue
        separator = max(";\t,", key=row.count)
        try:
            cells = [cell.strip() for cell in next(csv.reader(io.StringIO(row), delimiter=separator))]
        except csv.Error:  # a cell of more than 131072 letters
            cells = []
        while cells and not cells[-1]:
            cells.pop()
        titles, first = first and len(cells) == 2 and not any(map(str.isdigit, cells[1])), False
        if titles and cells[0].lower() in _TITLES:
            continue
        if len(cells) != 2:
            raise InputError(f"{path}: line {number} (`{row.strip()[:40]}`) is no line and its factor, as `O 1s,2.93`.")
        if _of_no_line(cells[0]):
            others.append(cells[0])
            continue
        name = _line(cells[0], f"{path}: line {number}")
        if name in factors:
            raise InputError(f"{path}: line {number} gives a second factor for {name}, keep one of them.")
        factors[name] = _factor(cells[1], separator, f"{path}: line {number}")
    if not factors:
        raise InputError(f"{path}: the table holds no factor; write a row such as `O 1s,2.93` for each line.")
    words = f"Sensitivity factors: {path.name}, area over factor; neither escape depth nor transmission was applied."
    if others:
        more = f" and {len(others) - _MOST_NAMED} more" if len(others) > _MOST_NAMED else ""
        words += f" Passed over, for the library has no such line: {', '.join(others[:_MOST_NAMED])}{more}."
    return Sensitivities(factors, frozenset(), words, whole=True)


_MOST_NAMED = 6


def _of_no_line(cell: str) -> bool:
    """Tell whether a cell names a core line of an element that the library has no line of."""
    line = first_core_line(cell)
    return line is not None and line.element not in {known.element for known in LINES.values()}


_TITLES = frozenset({"line", "element", "lines", "elements", "name", "peak", "level", "core level", "element/line"})


def _said(error: Exception) -> str:
    return (error.strerror or "it is no file") if isinstance(error, OSError) else "it is no UTF-8 text"


def _line(cell: str, place: str) -> str:
    name = " ".join(cell.split())
    if name in LINES:
        return _with_factor(name, place)
    mains = [line.name for line in LINES.values() if line.main and line.element == name]
    if mains:
        return mains[0]
    spaced = {key.replace(" ", "").casefold(): key for key in LINES}
    folded = name.replace(" ", "").replace("_", "").casefold()
    if folded in spaced:
        return _with_factor(spaced[folded], place)
    whole = folded.split("/")[0][:-1] if "/" in folded else ""
    if whole in spaced:
        raise InputError(
            f"{place}: `{cell[:40]}` is one partner of a doublet; give the factor of both together as {spaced[whole]}."
        )
    near = get_close_matches(folded, spaced, n=1, cutoff=0.6)
    hint = f"the nearest is {spaced[near[0]]}." if near else f"known lines: {', '.join(scofield_lines())}."
    raise InputError(f"{place}: `{cell[:40]}` is no line that the library knows; {hint}")


def _with_factor(name: str, place: str) -> str:
    if LINES[name].scofield is None:
        raise InputError(f"{place}: {name} is an Auger line, by which no element is measured; leave it out.")
    return name


def scofield_lines() -> tuple[str, ...]:
    """Return the names of the lines that may have a factor."""
    return tuple(name for name, line in LINES.items() if line.scofield is not None)


def _factor(cell: str, separator: str, place: str) -> float:
    try:
        value = float(cell.replace(",", ".") if separator != "," else cell)
    except ValueError:
        value = math.nan
    if not 1.0 / _LARGEST < value < _LARGEST:  # written so that NaN fails too
        raise InputError(f"{place}: the factor `{cell[:40]}` is no positive number.")
    return value
