"""Words by which names of axes and columns say what they hold."""

import re
from typing import Literal

from xps_keras.io.decode import known_number
from xps_keras.spectrum import AL_K_ALPHA_EV, MG_K_ALPHA_EV

_BINDING = re.compile(r"(?i:binding|bindungs|liaison|enlace|legame)|\bBE(?=[\W_]|$)|\bB\.\s?E\.")
_KINETIC = re.compile(r"(?i:kinetic|kinetisch|cin[eé]ti)|\bKE(?=[\W_]|$)|\bK\.\s?E\.")
_PER_SECOND = re.compile(r"(?i)counts?[ _]*(?:/|per|_per_)[ _]*s|\bcps\b|\bc/s\b|count\s*rate")
_COUNTS = re.compile(r"(?i)\bcounts?\b")

_SOURCE = re.compile(r"(?:excitation|photon|source|x-?ray)\s*energy\D{0,20}?(\d+(?:[.,]\d+)?)", re.IGNORECASE)
_HV = re.compile(r"\bh[vν]\s*[=:]\s*(\d+(?:[.,]\d+)?)", re.IGNORECASE)
_ANODES = ((re.compile(r"\bAl[\s-]*K", re.IGNORECASE), AL_K_ALPHA_EV), (re.compile(r"\bMg[\s-]*K"), MG_K_ALPHA_EV))


def energy_scale(text: str) -> Literal["binding", "kinetic"] | None:
    """Tell whether words name binding or kinetic energy; None when they name neither or both."""
    binding, kinetic = bool(_BINDING.search(text)), bool(_KINETIC.search(text))
    if binding == kinetic:
        return None
    return "binding" if binding else "kinetic"


def intensity_unit(text: str) -> Literal["counts", "counts/s", "arbitrary"]:
    """Tell the unit of intensities from words; arbitrary when they say ``a.u.`` or nothing."""
    if _PER_SECOND.search(text):
        return "counts/s"
    return "counts" if _COUNTS.search(text) and "a.u." not in text.lower() else "arbitrary"


def source_energy(text: str) -> float | None:
    """Find the photon energy in eV that words give, by number or by anode; None when they give none."""
    for pattern in (_SOURCE, _HV):
        match = pattern.search(text)
        if match is not None and (stated := known_number(match[1])) is not None:
            return stated
    return next((energy for anode, energy in _ANODES if anode.search(text)), None)
