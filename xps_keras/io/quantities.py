"""Numbers with their units in lines of words: energies in eV, times in seconds, and no clocks or dates."""

import re
from collections.abc import Iterator

from xps_keras.io.number_table import is_number, read_column

_LONGEST = 80  # letters behind the name of a setting among which its value is sought
# Neither a part of a word, a clock, a date or a range (12:58, 2024-05-06, 278-298), nor a negative number.
_NUMBER = re.compile(
    r"(?<![\w.,'+-])(?<!\d[:/])(\d[\d.,']{0,24}(?:[eE][-+]?\d{1,2})?)(?![\d.,']*[:/-]\d)\s{0,3}([A-Za-z\u00b5\u03bc%]*)"
)
_UNIT_OF_KEY = re.compile(r"\s{0,3}[\[(/]\s{0,3}([A-Za-z\u00b5\u03bc]{1,12})")
_NEXT_KEY = re.compile(
    r"[;,|\t]\s{0,3}[A-Za-z][\w ]{0,40}[:=]|\b(?:pass|binding|kinetic|step)\s?energy|\bwork\s?function", re.IGNORECASE
)
_CLOCK = re.compile(r"\d:\d\d")
_EV = {"ev": 1.0, "kev": 1e3}
_NO_ENERGIES = frozenset("kv v w ma a mm um nm s ms sec min k c scans sweeps cps counts points".split())
_SECONDS = {
    **dict.fromkeys(("", "s", "sec", "secs", "second", "seconds", "sek", "sekunden", "per"), 1.0),
    **dict.fromkeys(("ms", "msec", "millisecond", "milliseconds"), 1e-3),
    **dict.fromkeys(("us", "\u00b5s", "\u03bcs", "microseconds"), 1e-6),
    **dict.fromkeys(("min", "minute", "minutes"), 60.0),
}


def energies_ev(text: str) -> list[tuple[float, bool]]:
    """Find the energies in what stands behind the name of a setting, ``(keV): 1.4866`` or ``: Al Ka 1,486.6 eV``.

    Args:
        text: The rest of the line; the next setting of the line ends it.

    Returns:
        Each energy in eV, in order, and whether a unit is given with it; numbers of another unit are left out.
    """
    key = _UNIT_OF_KEY.match(text)
    unit_of_key = key[1].lower() if key and key[1].lower() in _EV else ""
    found = []
    for value, unit in _numbers(text):
        unit = unit.lower()
        if unit in _NO_ENERGIES:
            continue
        said = unit if unit in _EV else unit_of_key
        found.append((value * _EV.get(said, 1.0), bool(said)))
    return found


def seconds(text: str) -> float | None:
    """Read a time in seconds from what stands behind the name of a setting, ``(ms): 100`` or ``: 0.1 s``.

    Args:
        text: The rest of the line; the next setting of the line ends it.

    Returns:
        The time in s; None for none, for one in no known unit, and for a time of day or a date.
    """
    key = _UNIT_OF_KEY.match(text)
    value, unit = next(_numbers(text), (0.0, ""))
    if not unit and key:
        unit = key[1]
    elif not unit and _CLOCK.search(text):
        return None
    factor = _SECONDS.get(unit.lower())
    return value * factor if factor is not None and value > 0 else None


def _numbers(text: str) -> Iterator[tuple[float, str]]:
    text = text[:_LONGEST]
    end = _NEXT_KEY.search(text, 1)
    for match in _NUMBER.finditer(text[: end.start()] if end else text):
        number = match[1].rstrip(".,'")
        if is_number(number):
            yield read_column([number])[0], match[2]
