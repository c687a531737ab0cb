"""What words of a file say of a sample: titles, names of columns, values that were set."""

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import PureWindowsPath

from xps_keras.io.column_names import energy_scale, plain, role_of, unit_of
from xps_keras.library.core_line import core_lines

_LONGEST = 200  # letters of a line that names something; a longer one is prose
_TOKEN = re.compile(r"[^\s,;()\[\]{}<>\"'|/\\_#*!]+")
_SCALES = re.compile(r"\b[BK]\.\s?E\.?(?=\W|\Z)|\ba\.\s?u\.|(?i:\b(?:high|hi|low|lo)[- ]?res(?:olution)?\b)")
_FILE = re.compile(r"\.(?:vms|spe|pro|xy|dat|txt|csv|asc|vgd|xlsx?)$", re.IGNORECASE)
_SETTING = re.compile(
    r"^[\s#%!*/]*((?:etch|sputter)(?:ing)?[ _]?(?:time|level|depth)|tilt|(?:take[- ]?off[ _]?)?angle|temperature|"
    r"position|potential|dose)\b[^\d\n]{0,20}?([-+]?\d+(?:[.,]\d+)?(?:\s?[A-Za-z\u00b0%/]{1,6})?)",
    re.IGNORECASE,
)
_NAMING = re.compile(
    r"^[\s#%!*/]*(?:(?:file|block|spectrum|data ?set)?[ _]?(?:name|id|identifier)|title|comment|description|file|label|"
    r"titel|kommentar|bemerkung|nom|titre|nombre|treatment|substrate|material|film|polymer|coating|condition|state)"
    r"\s?[:=]\s?(?=\S)",
    re.IGNORECASE,
)
_RUNNING = re.compile(r"[\s#%!*/]*(?:block|spectrum|data ?set)", re.IGNORECASE)
_KEY = re.compile(r"^[\s#%!*/]*([^\W\d_][^:=]{0,40}?)\s?[:=]\s?(?=\S)(.*)")
_ANY_KEY = re.compile(r"[:=]")
# Keys whose values change from region to region, or with every repetition, of one sample.
_ACQUISITION = re.compile(
    r"date|(?<!etch )(?<!sputter )(?<!etching )(?<!exposure )(?<!treatment )time|acqui|scan|sweep|cycle|curve|dwell|"
    r"pass|step|start|stop|end|points|channel|counts?|rate|region|source|anode|excitation|energ|unit|binding|kinetic|axis|"
    r"operator|user|lens|slit|aperture|iris|mode|detector|analy[sz]er|method|version|software|instrument|format|column|"
    r"label|transmission|resolution|work ?function|gain|offset|technique|created|exported|saved|modified|number of|"
    r"values|parameters?|remote|eff|emission current|filament|flood|neutrali|level|layout|ordinate|abscissa|"
    r"index|scale|u?uid|guid|hash|checksum|md5|serial|elapsed|finish|stamp|record|iteration|loop|repeat|\brun\b|"
    r"measured by|bearbeiter|analyst|status|op[e\u00e9]rat|heure|uhrzeit|datum|fecha",
    re.IGNORECASE,
)
# Numbers of these keys are set; those of others are read while it is measured, as pressures and currents are.
_SET = re.compile(
    r"bias|voltage|potential|angle|theta|\bphi\b|tilt|dose|fluence|exposure|irradiat|concentration|content|thickness|"
    r"loading|depth|etch|sputter|anneal|treat|layer|plasma|cycles|\bph\b|cur(?:e|ing)\b|\bage\b|age?ing|spectrum|"
    r"(?:sample|specimen|spot)(?! curr)|\bpoint|\barea\b|wafer|batch|\blot\b|\bsoc\b",
    re.IGNORECASE,
)
_VALUE = re.compile(r"[-+.\d][-+.,\deE]*\s?\S{0,5}")
_PATH = re.compile(r"[A-Za-z]:[\\/]|\\\\|/\w+/")
_ORIGIN = re.compile(r"\b[A-Z]{1,2}\([XYZ]\d*\)")  # columns as Origin calls them
_LISTED = re.compile(r"^\s*\d+\s?[:.)]\s+")
_DATE = re.compile(
    r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}(?:T[\d.:+-]+)?Z?|\d{1,2}[:h]\d\d(?::\d\d(?:[.,]\d+)?)?(?:[+-]\d\d:?\d\d|Z)?|"
    r"\d{1,2}-?[A-Z][a-z]{2,8}-?\d{2,4}"
)
_FILE_NUMBER = re.compile(r"(?<=\D)0\d\d+$")
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
_UNITS = (
    "s|sec|min|h|hrs?|d|days?|nm|[u\u00b5\u03bcm]m|k|\u00b0c?|c|k?w|k?v|(?:wt|mol|vol|at)%?|[mu]m|ppm|m?l|mbar|pa|"
    "deg(?:rees?)?"
)
# A number with one of these was set, as a time of etching, and is more than a count.
_UNIT = re.compile(_UNITS)
_WITH_UNIT = re.compile(rf"{_NUMBER.pattern}(?:{_UNITS}|%)")
_ALONE = re.compile(
    rf"(?:(?:no|nr|num(?:ber)?|nummer|n\u00b0|\u2116)\.? ?)?[-+\u2212]?\d+(?:[.,]\d+)?(?: ?(?:{_UNITS}|k?ev|%))?|"
    r"\d{1,4}([-./])\d{1,2}\1\d{1,4}|\d{1,2}-?[a-z]{3,9}-?\d{4}",
    re.IGNORECASE,
)
# Numbers behind these count repetitions of one measurement.
_COUNTERS = frozenset(
    "scan scans sweep sweeps cycle cycles curve curves run runs frame loop iteration repeat repetition acquisition "
    "measurement meas acq trace wave col column x y series block channel chan detector det step rep "
    "accumulation page messung durchlauf wiederholung mesure balayage barrido medida misura meting "
    "\u0441\u043a\u0430\u043d \u626b\u63cf \u30b9\u30ad\u30e3\u30f3".split()
)
_NUMBER_WORDS = frozenset("one two three four five six seven eight nine ten eins zwei drei un deux trois".split())
# Numbers behind these count what was measured.
_PLACES = frozenset(
    "sample samples specimen spot position pos point location site area probe piece coupon spectrum place".split()
)
_NUMBERED = frozenset("no nr number num nummer n\u00b0 \u2116".split())
_GASES = frozenset("plasma gas flow ion ions beam annealed treated sputtered glow".split())
# Words of regions and processing, which name a sample only where they stand alone, or before a treatment.
_WEAK = frozenset(
    "carbon oxygen nitrogen fluorine silicon sulfur sulphur chlorine al mg ag raw normalized normalised smoothed "
    "corrected".split()
)
_ORDINALS = frozenset(
    "first second third fourth fifth last next 1st 2nd 3rd 4th 5th erste zweite dritte vierte premier deuxieme".split()
)
# What instruments and people write about one measurement among several of the same sample.
_NO_NAMES = _COUNTERS | frozenset(
    "region regions spectra survey su1s wide narrow snap snapshot detail zoom resolution data table xps esca points "
    "name fwhm lineshape export exported created date time acquired pass source mono monochromated total counts count "
    "rate cps ev be ke b.e k.e e au arb units unit xy values value of and the for in on at by to from with a an ka "
    "warmup warm-up analyzer analyser "
    "kalpha alpha energy energies intensity binding kinetic measured repeated again copy jan feb "
    "mar apr may jun jul aug sep oct nov dec january february march april june july august september october november "
    "december mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday am pm".split()
)
_COUNTED = _COUNTERS | frozenset("region regions counts count cps be ke ev intensity energy".split())


@lru_cache(maxsize=1024)
def sample_words(text: str) -> str:
    """Return what a line or the name of a column says of a sample, empty where that is nothing.

    Args:
        text: ``C1s PET``, ``Counts PET``, ``PET.vms``, ``Etch time: 60 s``, ``Sample 2``.

    Returns:
        ``PET``, ``sample 2``, or a value that was set, ``etch time 60 s``. Core lines, units, what a column holds, and
        what counts the repetitions of one measurement are no name; a line ``key: value`` is none but for values that
        part samples and for a name beside a core line (``PET: C 1s``).
    """
    if len(text) > _LONGEST:
        return ""
    setting = _SETTING.match(text)
    if setting is not None:
        return f"{plain(setting[1])} {setting[2].strip()}"
    value = _NAMING.sub("", text)
    if _PATH.match(value.strip()) or (value != text and ("\\" in value or "/" in value)):
        path = PureWindowsPath(value.strip())
        letter = path.stem if len(path.stem) == 1 and path.stem.isalpha() else ""
        return sample_words(path.name) or letter or sample_words(path.parent.name)
    value = _ORIGIN.sub(" ", value)
    bare = _LISTED.sub("", _FILE.sub("", value.strip()))
    bare = _SCALES.sub(" ", without_core_line(bare)).lstrip("#%!*/ ")
    bare = re.sub(r":\s{0,9}(?=region\b)|(?<=\bregion) {0,9}:", " ", re.sub(r"(\d) %", r"\1%", bare))
    undated = _DATE.sub(" ", bare)
    if _ANY_KEY.search(undated):
        key = _KEY.match(undated)
        if key is None or _ACQUISITION.search(key[1]) or _ANY_KEY.search(key[2]):
            return ""
        told = name_in(key[2])
        if not _VALUE.fullmatch(key[2].strip()):
            return told
        told = told or key[2].strip()
        return f"{plain(key[1])} {told}" if _SET.search(key[1]) and re.search(r"\d", told) else ""
    return name_in(bare)


def without_core_line(text: str) -> str:
    """Put the word `region` in the place of core lines, ``PET C1s``."""
    for line in reversed(list(core_lines(text))):
        text = f"{text[: line.begin]} region {text[line.end :]}"
    return text


def name_in(text: str) -> str:
    """Keep the words that name something, and the numbers that belong to them."""
    kept: list[str] = []
    weak: list[str] = []
    before, last = "", ""
    words = _words(text)
    for place, (joint, word) in enumerate(words):
        following = next((found for _, other in words[place + 1 :] if (found := plain(other)) not in _NUMBERED), "")
        low = plain(word)
        if low in _NUMBERED and (following[:1].isdigit() or len(following) == 1):
            continue  # `Sample no. 2` is `Sample 2`
        word = _FILE_NUMBER.sub("", word) or word
        kind = _kind(word, before, last, following, first=place == 0)
        if kind in ("name", "place"):
            kept.append(("_" if joint == "_" and before in ("name", "place") else " ") + word)
        elif low in _WEAK:
            weak.append(word)
        before, last = kind, low
    name = "".join(kept).strip()
    # A place alone, without its number, tells nothing.
    if plain(name) in _PLACES or not any(map(str.isalpha, name)):
        return " ".join(weak)
    return name


def counts_repetitions(text: str) -> bool:
    """Tell whether words only count the repetitions of a measurement, or say when it was made: ``scan 2``, a date."""
    words = [plain(word) for _, word in _words(text)]
    return bool(words) and all(
        word.rstrip("0123456789.-+") in _COUNTERS | _NUMBERED
        or _NUMBER.fullmatch(word)
        or _DATE.fullmatch(word.upper())
        for word in words
    )


def number_alone(texts: Iterable[str]) -> str:
    """Return the number, with its unit, or the date which one alone of several texts is; empty for none.

    Args:
        texts: Lines and cells above a region. Core lines in them do not count, nor what says that they name something:
            ``C1s 4711``, ``ID: 4711``, ``File: 4711.spe``.

    Returns:
        ``4711``, ``0.5 %``, ``No. 3``, ``2024-03-01``.
    """
    bare = (without_core_line(_value_of(text)).replace(" region ", " ").strip(" _:()") for text in texts)
    found = [text for text in bare if _ALONE.fullmatch(text)]
    return found[0] if len(found) == 1 else ""


def _value_of(text: str) -> str:
    """Return what a line calls something, ``ID: 101``, without the folder and the ending of a file."""
    value = text if _RUNNING.match(text) else _NAMING.sub("", text)
    path = _PATH.match(value.strip()) or (value != text and "\\" in value)
    return PureWindowsPath(value.strip()).stem if path else _FILE.sub("", value)


def _kind(word: str, before: str, last: str, following: str, first: bool) -> str:
    """Tell what a word is: a ``name``, a ``place`` measured, a ``counter`` of repetitions, or nothing of these."""
    low = plain(word)
    stem = low.rstrip("0123456789.-+")
    number = _NUMBER.fullmatch(low) is not None
    if before == "counter" and (number or len(word) == 1 or low in _NUMBER_WORDS):
        return ""
    if _DATE.fullmatch(word):
        return ""
    if low in _ORDINALS:
        return "" if following.rstrip("0123456789") in _COUNTERS else "name"
    if _WITH_UNIT.fullmatch(low) or (number and _UNIT.fullmatch(following)):
        return "name"
    if number:
        if len(low) > 2 and low.startswith("0") and low.isdigit():
            return ""  # `001`: how files are counted
        counted = following in _COUNTERS or following.startswith("point") or following in ("ev", "kev")
        leads = first and following.isalpha() and following not in _NO_NAMES and not _means_a_column(following)
        return "name" if last == "after" or (not counted and (leads or before in ("name", "place"))) else ""
    if stem in _PLACES:
        numbered = low != stem or following[:1].isdigit() or len(following) == 1
        return "place" if numbered else ""
    if len(word) == 1:
        # A letter alone is a unit or a quantity, unless it stands for a sample: `A`, `Sample B`, `Counts A`.
        named = (word.isupper() and word != "E") or before == "place" or (before == "name" and _UNIT.fullmatch(low))
        return "name" if named else ""
    if low in _WEAK and following in _GASES:
        return "name"
    if low in _NUMBERED:
        return "name"
    if low in _NO_NAMES or stem in _COUNTED or low in _WEAK or _means_a_column(word):
        return "counter" if stem in _COUNTERS else ""
    return "name"


def _words(text: str) -> list[tuple[str, str]]:
    """Cut a text into words, each with the letter before it."""
    found = []
    for match in _TOKEN.finditer(text):
        word = match[0].strip(".:").rstrip("-+")
        word = word if re.match(r"[-+]?\.?\d", word) else word.lstrip("-+.")
        if word and any(map(str.isalnum, word)):
            found.append((text[match.start() - 1] if match.start() else "", word))
    return found


def _means_a_column(word: str) -> bool:
    return bool(role_of(word) or unit_of(word) or energy_scale(word))
