"""The energy of the X-ray source in the words of a file: a number, or the name of an anode."""

import re
from collections.abc import Iterable, Sequence

from xps_keras.io.quantities import energies_ev
from xps_keras.spectrum import AL_K_ALPHA_EV, MG_K_ALPHA_EV

# X-ray Data Booklet (2009), table 1-2
_AG_L_ALPHA_EV, _CR_K_ALPHA_EV, _ZR_L_ALPHA_EV, _GA_K_ALPHA_EV = 2984.3, 5414.7, 2042.4, 9251.7
_LEAST_EV, _MOST_EV = 15.0, 20_000.0
_LEAST_BESIDE_A_NAME_EV = 100.0  # a number beside a mere name may be a pass energy or a work function
_SETTING = re.compile(
    r"(?:excitation|photon|source|x-?ray|characteristic|anregungs|photonen|beamline|mono(?:chromator)?)\s?energ\w*|"
    r"(?<![^\W_])e[_ ]?ph(?:ot(?:on)?)?(?![^\W_])|"
    r"(?<![^\W_])(?:excitation|monochromator|photons?)(?=\s{0,3}[:=]\s{0,3}\d[\d.,]{0,12}\s{0,3}k?eV)|"
    r"(?:\u00e9|e\u0301|e)nergie\s(?:des?\s(?:la\s)?|d')(?:photons?|excitation|source)|"
    r"energ[i\u00ed]a\s(?:de\sl?[oa]?s?\s?)?(?:fot\u00f3n|fotones|excitaci\u00f3n)|energia\s(?:dei\s)?foton\w*|"
    r"(?:\u6fc0\u53d1|\u5149\u5b50|\u6fc0\u767c)\u80fd\u91cf?|(?:\u52b1\u8d77|\u5149\u5b50)\u30a8\u30cd\u30eb\u30ae\u30fc",
    re.IGNORECASE,
)
_HV = re.compile(r"(?<![^\W_])h\s?[v\u03bd\u03c5](?=[\s=:(\[]{0,4}(?:k?eV[\s\])=:]{0,6})?\d)", re.IGNORECASE)
_PE, _LEAST_PE_EV = re.compile(r"(?<![^\W_])PE\s{0,3}[:=]\s{0,3}(?=\d)"), 400.0
"""Two letters that mean the pass energy, or the photon energy where no analyser passes so much."""
_ANODES = (
    (r"(?i:\bAl)[\s_-]?(?i:K)", "Al", AL_K_ALPHA_EV),
    (r"\bMg[\s_-]?K", "Mg", MG_K_ALPHA_EV),
    (r"\bAg[\s_-]?L[\s_-]?(?:a|\u03b1)", "Ag", _AG_L_ALPHA_EV),
    (r"\bCr[\s_-]?K[\s_-]?(?:a|\u03b1)", "Cr", _CR_K_ALPHA_EV),
    (r"\bZr[\s_-]?L[\s_-]?(?:a|\u03b1)", "Zr", _ZR_L_ALPHA_EV),
    (r"\bGa[\s_-]?K[\s_-]?(?:a|\u03b1)", "Ga", _GA_K_ALPHA_EV),
)
_KIND = r"\s{0,3}[:=]?\s{0,3}(?i:(?:un|non-?)?mono\w{0,12}\s)?"
_SOURCE = rf"(?i:\b(?:source|anode|radiation)\b){_KIND}"
_CALLED = rf"(?i:\b(?:source|anode|radiation|x-?rays?|r\u00f6ntgenquelle|quelle)\b){_KIND}"
_USED = r"(?i:\b(?:source|anode)\b.{0,60}\b(?:used|using)\b):?\s?"
_NAMES = tuple((re.compile(rf"{line}|(?:{_CALLED}|{_USED}){element}\b"), energy) for line, element, energy in _ANODES)
_BESIDE = re.compile(rf"(?:{_SOURCE}|{'|'.join(line for line, _, _ in _ANODES)})[^\d,;]{{0,30}}(?=\d)")


def source_energy(lines: Sequence[str]) -> float | None:
    """Find the energy of the source.

    A setting of that name goes before a number beside an anode, and that before the anode's name alone. A line that
    names several, as twin anodes do, tells nothing.

    Args:
        lines: The words of a file, line by line.

    Returns:
        The energy in eV; None when the words name none, or several.
    """
    for pattern in (_SETTING, _HV):
        stated = (_plausible(line[match.end() :]) for line in lines for match in pattern.finditer(line))
        first = next((energy for energy in stated if energy is not None), None)
        if first is not None:
            return first
    return _only(map(_beside_a_name, lines)) or _only(map(_named, lines)) or _only(map(_abbreviated, lines))


def _plausible(text: str) -> float | None:
    for energy, _ in energies_ev(text):
        # No photon of less frees a core electron: `1.4866` is in keV, and the comma of `1,486` parts thousands.
        in_ev = energy * 1e3 if energy < _LEAST_EV else energy
        if _LEAST_EV <= in_ev <= _MOST_EV:
            return in_ev
    return None


def _beside_a_name(line: str) -> set[float]:
    found = (energies_ev(line[match.end() :])[:1] for match in _BESIDE.finditer(line))
    energies = [energy for first in found for energy, said in first if said]
    return {energy for energy in energies if _LEAST_BESIDE_A_NAME_EV <= energy <= _MOST_EV}


def _abbreviated(line: str) -> set[float]:
    found = (energies_ev(line[match.end() :])[:1] for match in _PE.finditer(line))
    return {energy for first in found for energy, said in first if said and _LEAST_PE_EV <= energy <= _MOST_EV}


def _named(line: str) -> set[float]:
    return {energy for pattern, energy in _NAMES if pattern.search(line)}


def _only(of_lines: Iterable[set[float]]) -> float | None:
    """Return the energy on which all lines that give exactly one agree."""
    single = {energy for energies in of_lines if len(energies) == 1 for energy in energies}
    return single.pop() if len(single) == 1 else None
