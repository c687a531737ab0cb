"""Words that tell the samples of one text file apart where it names none: titles, columns, values that were set."""

import re
from collections.abc import Hashable, Sequence

from xps_keras.io.column_names import energy_scale, plain, role_of, unit_of
from xps_keras.io.core_line import find_core_line, is_survey

_LONGEST = 80  # letters of a line that names something; a longer one is prose
_FEWEST_LETTERS = 2
_WORD = re.compile(r"[^\W\d_][\w.+-]*")
_SETTING = re.compile(
    r"^[\s#%!*/]*((?:etch|sputter)(?:ing)?[ _]?(?:time|level|depth)|tilt|(?:take[- ]?off[ _]?)?angle|temperature|"
    r"position|potential|dose)\b[^\d\n]{0,20}?([-+]?\d+(?:[.,]\d+)?(?:\s?[A-Za-z\u00b0%/]{1,6})?)",
    re.IGNORECASE,
)
_KEY = re.compile(r"[:=]")
_FILE = re.compile(r"\.(?:vms|spe|pro|xy|dat|txt|csv|asc|vgd|xlsx?)$", re.IGNORECASE)
# What instruments and people write about one measurement among several of the same sample.
_NO_NAMES = frozenset(
    "scan scans sweep sweeps cycle cycles curve region regions spectrum spectra survey wide narrow high low resolution "
    "data table xps esca block channel detector point points column name position fwhm area lineshape raw export "
    "exported created date time acquired acquisition pass step start end source mono monochromated total counts count "
    "rate cps ev be ke b.e k.e e au arb units unit xy values value number no of and the for in on at by to from with a "
    "an al mg ag ka kalpha alpha energy energies intensity binding kinetic corrected measured first second third last "
    "repeat repeated again copy normalized normalised smoothed jan feb mar apr may jun jul aug sep oct nov dec mon tue "
    "wed thu fri sat sun am pm".split()
)


def sample_words(text: str) -> str:
    """Return what a line or the name of a column says of a sample, empty where that is nothing.

    Args:
        text: ``C1s PET``, ``Counts PET``, ``PET.vms``, ``Etch time: 60 s``.

    Returns:
        ``PET``, or a value that was set, ``etch time 60 s``. Core lines, units, what a column holds, and what counts
        the repetitions of one measurement are no name; a line ``key: value`` is none but for values that part samples.
    """
    if len(text) > _LONGEST:
        return ""
    setting = _SETTING.match(text)
    if setting is not None:
        return f"{plain(setting[1])} {setting[2].strip()}"
    if _KEY.search(text) or is_survey(text):
        return ""
    kept = []
    for word in _WORD.findall(_FILE.sub("", text.strip())):
        bare = word.strip(".-+")
        meant = role_of(bare) or unit_of(bare) or energy_scale(bare) or find_core_line(bare)
        if (
            not meant
            and plain(bare).rstrip("0123456789") not in _NO_NAMES
            and bare not in ("BE", "KE", "B.E", "K.E", "E")
        ):
            kept.append(bare)
    name = " ".join(kept)
    return name if sum(map(str.isalpha, name)) >= _FEWEST_LETTERS else ""


def told_apart(words: Sequence[Sequence[str]], measured: Sequence[Hashable]) -> list[str]:
    """Name the samples of regions by the words in which they differ.

    Only where one region was measured twice or more under words that differ by more than a number do the words name
    samples; without that they may say anything. A region without such words belongs to the sample before it.

    Args:
        words: What is said about each region, ``sample_words`` of its lines and columns, nearest last.
        measured: What each region is: equal for two measurements of one region.

    Returns:
        One name per region, all empty where nothing tells them apart.
    """
    everywhere = set(words[0]).intersection(*words[1:]) if words else set()
    own = [[word for word in said if word and word not in everywhere] for said in words]
    first: dict[Hashable, list[str]] = {}
    if not any(
        said and _differ(first.setdefault(region, said), said) for region, said in zip(measured, own, strict=True)
    ):
        return [""] * len(words)
    found: list[str] = []
    for said in own:
        found.append(" ".join(dict.fromkeys(said)) if said else (found[-1] if found else ""))
    return found


def _differ(first: Sequence[str], second: Sequence[str]) -> bool:
    """Tell whether words differ by more than a running number; a value that was set is more than that."""
    if any(_SETTING.match(word) for word in (*first, *second)):
        return list(first) != list(second)
    return [_without_digits(word) for word in first] != [_without_digits(word) for word in second]


def _without_digits(word: str) -> str:
    return re.sub(r"[\d\W_]+", "", word).lower()
