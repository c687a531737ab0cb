"""Tables of other techniques: what their first column is, where its name says that it is no energy of electrons."""

import re

from xps_keras.errors import SpectrumWarning
from xps_keras.io.column_names import plain, role_of

_IN_EV = re.compile(r"(?<![a-z])ev(?![a-z])")
# Names in lower case and without accents. What a line of settings may begin with as well, such as a temperature, counts
# with its unit only, or beside an intensity.
_SURE = (
    (
        "a Raman shift or wavenumber",
        r"raman|拉曼|ラマン|^wave$|(?<![a-z])cm ?\^?[-\u2212] ?1|1/cm|wave ?number|wellenzahl|波数|nombre d.onde",
    ),
    (
        "a wavelength",
        r"wave ?length|wellenlange|longueur d.onde|longitud(?:es)? de onda|波长|波長|^nm$|[(\[/] ?nm ?[)\]]?$",
    ),
    ("an angle of diffraction", r"2[ -]?(?:theta|\u03b8)|(?:theta|\u03b8) ?[(\[/]|^theta$"),
    ("a mass", r"^m ?/ ?[zq]\b|\bamu\b|质荷比"),
    ("an energy loss", r"(?:energy[ _-]?loss|loss[ _-]?energy|energieverlust|perte d.energie|能量损失|エネルギー損失)"),
    (
        "a photon energy",
        r"photon(?:en)?[ _-]?energ|energie des? photons?|光子能量|光子エネルギー|^h ?[v\u03bd\u03c5] ?(?:[(\[/]|$)",
    ),
    ("an X-ray energy in keV", r"^kev$"),
)
_WITH_UNIT = (
    ("a temperature", r"temperat|温度|^t ?[(\[/]"),
    ("a time", r"(?:^|retention |elapsed |etch |etching |sputter )time|zeit\b|^temps|^tiempo|时间|時間"),
    ("a mass", r"^mass"),
    ("a position", r"^position|^distance|^depth|^tiefe|位置"),
)
_UNIT = re.compile(r"[(\[/]\s?(?:\u00b0|k\b|c\b|degc|s\b|sec|min|h\b|ms\b|u\b|da\b|[um\u00b5\u03bcn]?m\b)")
_ABSORPTION = re.compile(
    r"(?<![a-z])(?:tey|tfy|pey|aey|pfy)(?![a-z])|^mu ?\(?e?\)?$|^\u03bc ?\(?e?\)?$|absorption|absorbance|xanes|nexafs"
)
_SURE_WORDS = tuple((quantity, re.compile(plain(words))) for quantity, words in _SURE)
_UNIT_WORDS = tuple((quantity, re.compile(plain(words))) for quantity, words in _WITH_UNIT)


def other_quantity(first: str, second: str) -> str:
    """Tell what the first column of a table is, where it is no energy of electrons.

    Args:
        first: Name of the column that would be read as energies.
        second: Name of the column that would be read as intensities.

    Returns:
        The quantity in words, ``a Raman shift``; empty where the names say nothing of the kind.
    """
    role = role_of(first)
    if role in ("binding", "kinetic"):
        return ""
    name = plain(first)
    in_ev = _IN_EV.search(name) is not None
    for quantity, words in _SURE_WORDS:
        if words.search(name) and (not in_ev or "energy" in quantity):
            return quantity
    if not in_ev and (_UNIT.search(name) or role_of(second) == "intensity"):
        for quantity, words in _UNIT_WORDS:
            if words.search(name):
                return quantity
    return "a photon energy, of X-ray absorption" if role == "energy" and _ABSORPTION.search(plain(second)) else ""


def no_xps(place: str, name: str, quantity: str) -> SpectrumWarning:
    """Say that a table is left out because its first column is no energy of electrons.

    Args:
        place: Where it stands, as a sentence begins.
        name: Name of the column.
        quantity: What it is, see ``other_quantity``.
    """
    text = f"{place} is no XPS spectrum: its first column (`{name}`) is {quantity}."
    return SpectrumWarning("region-skipped", text)
