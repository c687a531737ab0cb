"""Core lines and surveys as instruments and people write them: ``C 1s``, ``Sn3d5``, ``BI4F7/2``, ``o1s``."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LINE = re.compile(r"(?<![A-Za-z])([A-Za-z]{1,2})[ \u00a0_]?([1-7][spdfSPDF])(?:[1357]/2)?(?![A-Za-z])")
_ELEMENTS = (
    "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb "
    "Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au "
    "Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm"
).split()
"""In the order of their atomic numbers, from 1."""
_FIRST = {"1s": 1, "2s": 3, "2p": 5, "3s": 11, "3p": 13, "3d": 30, "4s": 19, "4p": 31, "4d": 39, "4f": 57} | {
    "5s": 37,
    "5p": 49,
    "5d": 71,
    "5f": 90,
    "6s": 55,
    "6p": 81,
}
"""Atomic number of the first element that has electrons of a level, for 3d the first that keeps them to itself."""
_ODD = frozenset("h he tc pm po at rn fr ra ac pa np pu am cm".split())
"""Elements that nobody writes in small letters or capitals; `PA 3D` is polyamide."""
_WORDS = frozenset("as in be i la".split())
"""Elements that are words as well: in small letters or capitals a line only where no other word stands beside it."""
_BESIDE = re.compile(r"(?i)(?:[\W\d_]|scan|snap|region)*")
_SURVEY = re.compile(r"(?i)survey|\bwide\b|\bsu1s\b")


@dataclass(frozen=True)
class CoreLine:
    """One core line in a text."""

    element: str
    level: str
    """Principal quantum number and letter, ``3d``; without the spin."""
    begin: int
    end: int
    """Where the line stands in the text, the spin included."""

    @property
    def name(self) -> str:
        """Element and level, ``Sn 3d``."""
        return f"{self.element} {self.level}"


def core_lines(text: str) -> Iterator[CoreLine]:
    """Find the core lines that a text names, in whatever case of letters.

    Args:
        text: ``C1s Scan``, ``PET O 1S``, ``bi4f7/2``.

    Returns:
        Lines of elements that have the level, in the order of the text.
    """
    for match in _LINE.finditer(text):
        element, level = match[1].capitalize(), match[2].lower()
        if element not in _ELEMENTS or _ELEMENTS.index(element) + 1 < _FIRST.get(level, len(_ELEMENTS) + 1):
            continue
        if (match[1] == element and match[2] == level) or _surely(text, match):
            yield CoreLine(element, level, match.start(), match.end())


def _surely(text: str, match: re.Match[str]) -> bool:
    """Tell whether letters in another case than is usual are meant for a line."""
    before, behind = text[: match.start()], text[match.end() :]
    if match[1].lower() in _WORDS:
        return _BESIDE.fullmatch(before) is not None and _BESIDE.fullmatch(behind) is not None
    return match[1].lower() not in _ODD and not before[-1:].isdigit()


def first_core_line(text: str) -> CoreLine | None:
    """Return the first core line that a text names, None where it names none."""
    return next(core_lines(text), None)


def find_core_line(text: str) -> str:
    """Return element and level of the first core line that a text names, ``Sn 3d``; empty where it names none."""
    line = first_core_line(text)
    return "" if line is None else line.name


def is_survey(name: str) -> bool:
    """Tell whether a name says that a region is a survey."""
    return _SURVEY.search(name) is not None
