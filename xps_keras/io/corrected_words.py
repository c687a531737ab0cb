"""Words by which people and programs say that the energies of a file were corrected for charging before."""

import re
from collections.abc import Iterable

from xps_keras.errors import SpectrumWarning

_LONGEST = 200  # letters of a line that says so; a longer one is prose or a list of numbers
_ONTO_EV = r"(?<![\d.,])28[45](?:[.,]\d{1,3})?(?![\d.,]?\d)"
"""Where hydrocarbon is put: 284.4 of sp2 carbon to 285.0 of polymers."""
_CARBON = r"C\s?1s|adventitious|C[-\u2013]C|C[-\u2013]H|hydrocarbon|aliphatic|Kohlenwasserstoff|hydrocarbure"
_AMOUNT = (
    r"(?:\s?[(\[]?eV[)\]]?)?(?: applied)?\s{0,3}[:=,;]?\s{0,20}[-+\u2212]?(?!\d{4}-)(?!0+(?:[.,]0*)?(?!\d|[.,]\d))\d"
)
"""A number other than zero behind a name, and no date."""
_DONE = (
    r"corrected|calibrated|referenced|shifted|aligned|adjusted|korrigiert|kalibriert|referenziert|verschoben|corrig\w+|"
    r"recal\w+|r\u00e9f\u00e9renc\w+|calibr\u00e9\w*|d\u00e9cal\u00e9\w*|calibrad\w+|calibrat\w+|referenciad\w+|desplazad\w+"
)
_DOING = (
    r"calibration|correction|referencing|reference|alignment|Kalibrierung|Korrektur|Referenz(?:ierung)?|correzione|"
    r"r\u00e9f\u00e9rence|calibrage|\u00e9talonnage|calibraci\u00f3n|referencia|correcci\u00f3n"
)
_PUT = (
    r"set|fixed|placed|put|assigned|aligned|shifted|adjusted|moved|gesetzt|festgelegt|fix\u00e9\w*|plac\u00e9\w*|"
    r"fijad\w+"
)
_CHARGING = r"(?:surface |sample |static )?charg(?:e|ing)"
_SHIFT = (
    rf"{_CHARGING}[ -](?:correction|corr\.?|shift|offset|calibration)|"
    r"(?:BE|binding energy|energy)[ -](?:correction|shift|offset)|"
    r"(?:charging|shift|offset) (?:applied|subtracted|corrected)|"
    r"(?:aufladungs?|ladungs?|energie)(?:korrektur|verschiebung)|correction de (?:la )?charge"
)
_SAID = re.compile(
    rf"(?i)\b{_CHARGING}[ -](?:corrected|referenced|shifted|calibrated|subtracted)|"
    rf"\b(?:corrected|compensated) (?:numerically )?for {{0,3}}(?:the |any )?{_CHARGING}\b|"
    r"\b(?:auf)?ladungs?(?:korrigiert|kompensiert auf)|\bcorrig\w+ (?:de|en|pour) (?:la )?charge|"
    rf"\b(?:{_SHIFT}){_AMOUNT}|\b(?:{_SHIFT})\s{{0,3}}[:=]\s{{0,20}}yes\b|"
    rf"\b(?:{_DONE})\s(?:to|by|against|with|using|on|auf|um|\u00e0|a|sur)\s.{{0,40}}(?:{_CARBON}|{_ONTO_EV}|\d\s?eV)|"
    rf"\b(?:{_DONE})\b.{{0,40}}{_ONTO_EV}|"
    rf"\b(?:{_DOING})\b.{{0,40}}(?:{_CARBON}).{{0,30}}{_ONTO_EV}|"
    rf"(?:{_CARBON}).{{0,30}}\b(?:{_PUT})\b.{{0,20}}{_ONTO_EV}|"
    r"\bBE\b[^=\n]{0,20}=\s?BE\b[^=\n]{0,12}[-+\u2212]\s?(?!0+(?:[.,]0*)?(?!\d|[.,]\d))\d|"
    # Corrected, correction, corrected for charge in Chinese, Japanese and Korean.
    rf"(?:\u6821\u6b63|\u6821\u6e96|\u6821\u51c6|\u88dc\u6b63|\u8865\u6b63|\u4fee\u6b63|\ubcf4\uc815).{{0,30}}{_ONTO_EV}|"
    rf"{_ONTO_EV}.{{0,12}}(?:\u6821\u6b63|\u6821\u6e96|\u6821\u51c6|\u88dc\u6b63|\u8865\u6b63|\u4fee\u6b63|\ubcf4\uc815)"
)
_NOT_SAID = re.compile(
    r"(?i)\b(?:not|no(?!\.)|none|without|uncorrected|un-?calibrated|nicht|kein\w*|ohne|unkorrigiert\w*|sans|non|pas|sin|"
    r"before (?:\w+ ){0,2}(?:corr|calib|charg|refer|shift)\w*|to be|should|must|needs?|"
    r"spectrometer|analy[sz]er|instrument)\b|\u672a|\u4e0d|\u306a\u3057|\u7121"
)
_MAY_SAY = re.compile(r"(?i)28[45]|charg|ladung|shift|correct|korrektur|corrig|offset|energie|\bBE\b")
"""Of these one stands in every line that says so: most lines hold none, which takes less time to see."""
_ONTO_IN_A_NAME = re.compile(rf"(?i)(?:{_CARBON})\W{{0,9}}{_ONTO_EV}")


def said_corrected(lines: Iterable[str]) -> SpectrumWarning | None:
    """Find a line that says that the energies below it were corrected: `charge corrected to C 1s 284.8 eV`.

    Args:
        lines: Lines of words, or names of columns of energies that were read.

    Returns:
        What to say of the first one; None where none says so.
    """
    said = next((line.strip() for line in lines if _says(line[:_LONGEST])), "")
    if not said:
        return None
    text = (
        f"The energies were corrected before, says `{said[:80]}`: they were read as they stand, the shift is the rest."
    )
    return SpectrumWarning("already-corrected", text)


def _says(line: str) -> bool:
    line = line.replace("_", " ")  # `charge_correction_eV: -2.3`, as programs write keys
    return _MAY_SAY.search(line) is not None and _SAID.search(line) is not None and _NOT_SAID.search(line) is None


def is_put_onto(name: str) -> bool:
    """Tell whether the name of a column of energies says where hydrocarbon was put: ``BE (C 1s = 284.8)``."""
    return _ONTO_IN_A_NAME.search(name) is not None
