"""What the names of columns mean, in the languages that instruments and their users write."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Role = Literal["binding", "kinetic", "energy", "intensity", "other", ""]
"""``other``: a background, a fit, an index, a transmission. An empty role: a name that says nothing."""
Unit = Literal["counts", "counts/s"]


def plain(name: str) -> str:
    """Lower a name and take its accents off."""
    decomposed = unicodedata.normalize("NFKD", name.strip().lower())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", bare)


# Words in lower case and without accents. English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Czech,
# Swedish, Finnish, Russian, Chinese, Japanese, Korean.
_BINDING = (
    "binding|bindungs|liaison|enlace|ligadura|legame|ligacao|bindings|wiazania|vazebn|bindnings|sidos|связи|"
    "结合能|結合能|結合エネルキー|結合エネルギー|결합|"
    "e-ef\\b|e-e_?f|e - e_?f|e-e\\(fermi|e_b\\b|\\beb\\b|ebin|e_bin|\\bbin\\. ?energy"
)
_KINETIC = (
    "kinetic(?!s)|kinetisch|cinetique|cinetica|kinetyczn|kineticka|kinetisk|kineett|кинетич|动能|動能|運動エネルキー|"
    "運動エネルギー|운동|\\be_?kin\\b|e_k\\b|\\bkin\\. ?en"
)
_ENERGY = "energy|energie|energia|energi\\b|energii|энерг|エネルキー|エネルギー|能量|에너지|^ev$|^e$|^e ?[/(\\[]"
_INTENSITY = (
    "count|\\bcts\\b|intensit|intensid|intensyw|интенсивн|отсчет|имп|強度|强度|计数|計数|カウント|세기|강도|계수|cps|c/s|"
    "zahl|impuls|signal|yield|coups|cuentas|conteggi|contagen|zliczen|telling|laskuri|pulssi|^int\\b|^y$|\\barb|a\\.u\\."
)
_MADE = (
    "background|backgnd|shirley|tougaard|normali[sz]|normalid|normiert|\\bnorm\\b|\\bbkg|\\bbg\\b|baseline|"
    "untergrund|hintergrund|\\bfond\\b|fondo|sfondo|fundo|achtergrond|bakgrund|tlo\\b|"
    "pozadi|tausta|фон|背景|バックク|バックグ|배경|envelope|\\b[iy]?fit(?:s|ted|ting)?(?![a-z])|\\bsum\\b|residu|component|peak|"
    "(?<![a-z])calc(?:ul[a-z]*|olat[a-z]*)?(?![a-z])|berechn|simul|theor|^total$|\\bsumm[ae]\\b|\\bsomm[ae]\\b|"
    "\\bsuma\\b|anpassung|gefittet|\\bajust|\\baggiust|geglatt|\\blisse|suaviz|hullkurve|enveloppe|envolvente|inviluppo|"
    "拟合|擬合|归一|歸一|規格化|正規化|平滑|包络|フィット|フィッティング|피팅|정규화|(?<![a-z])smooth"
)
"""What is made of a spectrum, or stands in a plot of its fit."""
_BESIDE = (
    "\\bd ?(?:counts|cps|int)\\b|sqrt|ring (?:current|intens)|\\bi_?0\\b|"
    "transmission|(?<![a-z])(?:error|time|dwell|pass(?![a-z]))|sigma|\\bstd|index|^#|^no\\.?$|^nr\\.?$|point|"
    "(?:photon|excitation|source|x-?ray|anregungs|photonen)[ _-]?energ|channel|kanal|^row|number(?! of counts)"
)
_OTHER = f"{_MADE}|{_BESIDE}"
_PER_SECOND = (
    "cps|c/s|/ ?s(?:ec)?\\b|counts? ?(?:per|/) ?s|1/s|(?<![a-z\\d])s\\^?[-\u2212]1\\b|"
    "(?:intensity|counts?|signal)[ (\\[/]{1,3}hz\\b|per second|pro sekunde|par seconde|por segundo|al secondo|"
    "zahlrate|countrate|count rate|в секунду|毎秒|每秒|초당"
)
_ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("binding", re.compile(plain(_BINDING))),
    ("kinetic", re.compile(plain(_KINETIC))),
    ("other", re.compile(plain(_OTHER))),
    ("intensity", re.compile(plain(_INTENSITY))),
    ("energy", re.compile(plain(_ENERGY))),
)
# `be` and `ke` alone are words of other languages and English; in capitals, before a unit or a bracket they are meant.
_BE = re.compile(r"\bBE(?=[\W_]|\Z)|\bB\.\s?E\.|(?i:\bbe\s*[/(\[_]\s*e?v?)|(?i:\A\s*be\s*\Z)")
_KE = re.compile(r"\bKE(?=[\W_]|\Z)|\bK\.\s?E\.|(?i:\bke\s*[/(\[_]\s*e?v?)|(?i:\A\s*ke\s*\Z)")
_ERROR = re.compile(r"\b(?:d|\u0394|\u03b4|\u03c3_?)[IN]\b")
_UNDERSCORED = re.compile(r"(?i)_(?:bkg|bg|fit|sum|std|tlo|fond)\b|\b(?:bkg|bg|fit|std)_")
_SCALED_RESIDUALS = re.compile(r"(?i)\(\s?residuals?\s?[\u00d7x*]\s?[\d.,]+\s?\)")
"""In the title of an axis, behind what was measured: how much larger the residuals were drawn."""
_RAW = re.compile(
    r"(?<![a-z])(?:raw|data|measured|exp(?:t|tl|eriment(?:al|ell|ale)?)?|obs(?:erved)?|messung|messwerte?|gemessen|"
    r"(?:mess|roh)daten|roh|mesure[es]*|brut[es]*|medid[ao]s?|misurat[aeio]|crud[ao]s?|grezz[aio])(?![a-z])|"
    + plain("原始|实测|実測|測定|测量|生データ|실측|측정")
)
_TOTAL = re.compile(
    r"\b(?:sum|total|envelope|fit|summe|anpassung|hullkurve|somm[ae]|suma|enveloppe|ajust\w*|envolvente)\b|拟合|包络"
)
_ENVIRONMENT = re.compile(r"(?<![A-Za-z])[CNOSFH][-=\u2013\u2261][CNOSFH](?![a-z])|\bsp[23]\b|(?<![A-Za-z])CF[23]?\b")
_CORRECTED = re.compile(
    plain(r"corr|calib|shift|referenc|\btrue\b|adjust|align|korr|kalibr|corrig|etalonn|校正|補正|修正|보정")
)
_LETTERS = frozenset("in")
"""Names of a column that count its rows, or hold an intensity."""
ENERGY_ROLES = ("binding", "kinetic", "energy")
"""Roles of columns of energies, the likeliest first."""
_MADE_WORDS = re.compile(plain(_MADE))
_PER_SECOND_WORDS = re.compile(plain(_PER_SECOND))
_COUNTS = r"count|\bcts\b|zahl|impuls|coups|cuentas|conteggi|contagen|zliczen|отсчет|имп|计数|計数|カウント|계수"
_COUNTS_WORDS = re.compile(plain(_COUNTS))
_THOUSANDS = re.compile(r"(?<![A-Za-z\d])k\s?(?:cps|c/s|counts?|cts)(?![A-Za-z])", re.IGNORECASE)
_POWER = re.compile(
    r"(?<!\d)(?:10\s?\^\s?(\d)(?!\d|\s?s\b)|10([\u00b3\u2074-\u2079])|1e\+?0?(\d)(?!\d))", re.IGNORECASE
)
_ENERGY_FACTORS = (
    (re.compile(r"(?<![A-Za-z])ke\s?V(?![A-Za-z])"), 1e3),
    (re.compile(r"(?<![A-Za-z])me\s?V(?![A-Za-z])"), 1e-3),
)


@dataclass(frozen=True)
class Pair:
    """An energy column and the intensity column that belongs to it, counted from 0."""

    energy: int
    intensity: int
    scale: Literal["binding", "kinetic"] | None


def role_of(name: str) -> Role:
    """Tell what a column of this name holds."""
    name = _SCALED_RESIDUALS.sub("", name)
    if _BE.search(name):
        return "binding"
    if _KE.search(name):
        return "kinetic"
    if _ERROR.search(name):
        return "other"
    text = plain(name).replace("_", " ") if _UNDERSCORED.search(name) else plain(name)
    return next((role for role, pattern in _ROLES if pattern.search(text)), "")


def is_measured(name: str) -> bool:
    """Tell whether a name says that a column holds what was measured, beside others that were made of it."""
    return _RAW.search(plain(name).replace("_", " ")) is not None and not is_corrected(name)


def is_made(name: str) -> bool:
    """Tell whether a name is that of a curve made of a spectrum: a background, a fit, a component, a smoothed copy."""
    return role_of(name) == "other" and _MADE_WORDS.search(plain(name).replace("_", " ")) is not None


def is_environment(name: str) -> bool:
    """Tell whether a name is that of a chemical environment, ``C-O``: a component of a fit."""
    return _ENVIRONMENT.search(name) is not None


def is_total(name: str) -> bool:
    """Tell whether a name says the sum of the components of a fit."""
    return _TOTAL.search(plain(name)) is not None


def is_corrected(name: str) -> bool:
    """Tell whether the name of a column of energies says that they were corrected."""
    return _CORRECTED.search(plain(name)) is not None


def may_count_rows(name: str) -> bool:
    """Tell whether a name, ``i`` or ``N``, is that of an intensity or of an index, as its numbers say."""
    return plain(name) in _LETTERS


def energy_scale(text: str) -> Literal["binding", "kinetic"] | None:
    """Tell which energy a line of words speaks of, None when of neither or of a time, a source or a setting."""
    binding, kinetic = _scales_in(text)
    return "binding" if binding else ("kinetic" if kinetic else None)


def names_both_scales(text: str) -> bool:
    """Tell whether a line of words speaks of binding and of kinetic energies, so that it says nothing of an axis."""
    return all(_scales_in(text))


def _scales_in(text: str) -> tuple[bool, bool]:
    lowered = plain(text)
    return (
        bool(_BE.search(text) or _ROLES[0][1].search(lowered)),
        bool(_KE.search(text) or _ROLES[1][1].search(lowered)),
    )


def unit_of(name: str) -> Unit | None:
    """Tell whether a name says counts or counts per second."""
    text = plain(name)
    if _PER_SECOND_WORDS.search(text):
        return "counts/s"
    return "counts" if _COUNTS_WORDS.search(text) else None


def intensity_factor(name: str) -> float:
    """Tell how many counts one of the unit that a name gives means: 1000 for ``kcps`` and ``counts (10^3)``."""
    power = _POWER.search(name)
    if power is not None:
        return 10.0 ** unicodedata.digit(next(filter(None, power.groups())))
    return 1e3 if _THOUSANDS.search(name) else 1.0


def energy_factor(name: str) -> float:
    """Tell how many eV one of the unit that the name of an energy column gives means: 1000 for ``keV``."""
    return next((factor for pattern, factor in _ENERGY_FACTORS if pattern.search(name)), 1.0)


def on_both_sides(is_energy: Sequence[bool]) -> bool:
    """Tell whether each of several regions has energies before and behind its intensities, ``KE, counts, BE``.

    Args:
        is_energy: Of each column of energies or intensities, left to right, whether it holds energies.
    """
    return len(is_energy) > 3 and list(is_energy) == [True, False, True] * (len(is_energy) // 3)


def in_turn(names: Sequence[str]) -> list[Pair]:
    """Pair energies that all stand before all intensities, or behind them: ``BE C1s, BE O1s, C1s, O1s``.

    Args:
        names: Names of all columns.

    Returns:
        The first energies with the first intensities and so on; empty where they are not as many, or mixed.
    """
    roles = [role_of(name) for name in names]
    energies = [index for index, role in enumerate(roles) if role in ENERGY_ROLES]
    intensities = [index for index, role in enumerate(roles) if role == "intensity"]
    intensities = intensities or [index for index, role in enumerate(roles) if role == "" and names[index]]
    apart = energies and intensities and (energies[-1] < intensities[0] or intensities[-1] < energies[0])
    of_one_scale = len({roles[index] for index in energies}) == 1
    if not apart or not of_one_scale or len(energies) != len(intensities) or len(energies) < 2:
        return []
    return [
        Pair(energy, intensity, role if role == "binding" or role == "kinetic" else None)
        for energy, intensity, role in zip(energies, intensities, (roles[index] for index in energies), strict=True)
    ]


def pairs_by_name(names: Sequence[str]) -> list[Pair]:
    """Find energies and intensities by the names of the columns.

    Energy columns that follow one another without an intensity between them, as K.E. and B.E. do, are two scales of
    one region: binding energy is taken. Of several intensities behind one energy the first is taken; backgrounds, fits
    and indices are none. Intensities that stand before their energy are found too.

    Args:
        names: Names of all columns.

    Returns:
        The pairs, left to right; empty where the names tell no energy and no intensity.
    """
    roles = [role_of(name) for name in names]
    energies = [index for index, role in enumerate(roles) if role in ENERGY_ROLES]
    intensities = [index for index, role in enumerate(roles) if role == "intensity"]
    if not energies:
        return []
    if not intensities:
        # Columns called by a sample or a core line: the first behind each run of energies, or before each where the
        # last column is an energy.
        beside = 1 if roles[-1] in ENERGY_ROLES else -1
        intensities = [
            index
            for index, role in enumerate(roles)
            if role == "" and 0 <= index + beside < len(roles) and roles[index + beside] in ENERGY_ROLES
        ]
        raw = [index for index, name in enumerate(names) if not roles[index] and is_measured(name)]
        if raw and len(energies) in (1, len(raw)):
            intensities = raw[: len(energies)]
        elif len(energies) == 1 and intensities and is_environment(names[intensities[0]]):
            intensities = [index for index, name in enumerate(names) if is_total(name)][:1] or intensities
        intensities = intensities or [place for place, role in enumerate(roles) if not role and place > energies[0]][:1]
    elif intensities[0] > energies[0]:
        # `BE, C1s, BE, Counts`: where another energy follows before any intensity, what stands between is one.
        intensities += [
            index + 1
            for index, following in pairwise([*energies, len(roles)])
            if following > index + 1 and roles[index + 1] == "" and "intensity" not in roles[index:following]
        ]
        intensities.sort()
    if not intensities:
        return []
    swapped = intensities[0] < energies[0]
    leading = intensities if swapped else energies
    groups: list[tuple[list[int], list[int]]] = []
    order = sorted([*energies, *intensities])
    if on_both_sides([index in energies for index in order]):
        groups, order = [([*order[at : at + 3 : 2]], [order[at + 1]]) for at in range(0, len(order), 3)], []
        swapped = False
    for index in order:
        if index in leading and (not groups or groups[-1][1]):
            groups.append(([], []))
        groups[-1][0 if index in leading else 1].append(index)
    pairs = []
    for lead, trail in groups:
        scales, counts = (trail, lead) if swapped else (lead, trail)
        if scales and counts:
            # As recorded before corrected, which an answer would correct again.
            energy = min(
                scales,
                key=lambda index: (ENERGY_ROLES.index(str(roles[index])), is_corrected(names[index])),
            )
            role = roles[energy]
            scale: Literal["binding", "kinetic"] | None = role if role == "binding" or role == "kinetic" else None
            measured = next((index for index in counts if is_measured(names[index])), counts[0])
            pairs.append(Pair(energy, measured, scale))
    return pairs
