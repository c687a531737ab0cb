"""What the words around a table of numbers say about it: energy scale, unit, source, name of the region."""

import re
from dataclasses import dataclass
from typing import Literal

from xps_keras.io.decode import known_number
from xps_keras.io.number_table import Style
from xps_keras.spectrum import AL_K_ALPHA_EV, MG_K_ALPHA_EV

# `be` and `ke` alone are words of other languages and English; in capitals or before a unit they are meant.
_BINDING = re.compile(r"(?i:binding)|\bBE(?=[\W_]|$)|\bB\.\s?E\.|(?i:\bbe\s*[/(\[_]\s*ev)")
_KINETIC = re.compile(r"(?i:kinetic)|\bKE(?=[\W_]|$)|\bK\.\s?E\.|(?i:\bke\s*[/(\[_]\s*ev)")
_AXIS_LINE = re.compile(r"energy\s*(axis|scale)\b", re.IGNORECASE)
_PER_SECOND = re.compile(r"counts?\s*(/|per)\s*s|count\s*rate|\bcps\b|\bc/s\b", re.IGNORECASE)
_COUNTS = re.compile(r"\bcounts?\b", re.IGNORECASE)
_SOURCE = re.compile(r"(?:excitation|photon|source|x-?ray)\s*energy\D{0,20}?(\d+(?:[.,]\d+)?)", re.IGNORECASE)
_HV = re.compile(r"\bh[vν]\s*[=:]\s*(\d+(?:[.,]\d+)?)", re.IGNORECASE)
_ANODES = ((re.compile(r"\bAl[\s-]*K", re.IGNORECASE), AL_K_ALPHA_EV), (re.compile(r"\bMg[\s-]*K"), MG_K_ALPHA_EV))
_DWELL = re.compile(r"dwell\s*time\D{0,15}?(\d+(?:[.,]\d+)?)", re.IGNORECASE)
_SCANS = re.compile(r"\b(?:scans|sweeps)\b\s*[:=]\s*(\d+)", re.IGNORECASE)
_REGION = re.compile(r"\bregion(?:\s*name)?\s*[:=]\s*(.+)", re.IGNORECASE)
_CORE_LINE = re.compile(r"\b[A-Z][a-z]?\s?[1-5][spdf](?![A-Za-z])")
_PLAIN_NAMES = re.compile(r"(?i)(counts?|intensity|cps|y|signal|counts?\s*/\s*s|a\.?u\.?|[\W_]|\((.*)\))*")
COMMENT_MARKS = "#%!*;/"


@dataclass(frozen=True)
class Notes:
    """Everything the words before a table say; None where they say nothing."""

    scale: Literal["binding", "kinetic"] | None = None
    unit: Literal["counts", "counts/s"] | None = None
    source_energy_ev: float | None = None
    dwell_s: float | None = None
    scans: int | None = None
    label: str = ""
    energy_column: int = 0
    intensity_column: int = 1

    def after(self, earlier: "Notes") -> "Notes":
        """Fill what these notes leave open from those of an earlier table of the same file."""
        return Notes(
            scale=self.scale or earlier.scale,
            unit=self.unit or earlier.unit,
            source_energy_ev=self.source_energy_ev or earlier.source_energy_ev,
            dwell_s=self.dwell_s or earlier.dwell_s,
            scans=self.scans or earlier.scans,
            label=self.label,
            energy_column=self.energy_column,
            intensity_column=self.intensity_column,
        )


def read_notes(lines: list[str], style: Style, columns: int) -> Notes:
    """Read the lines of words before a table.

    Args:
        lines: The lines, in file order, comment marks included.
        style: How the table separates its columns.
        columns: Number of columns of the table.

    Returns:
        What they say.
    """
    texts = [line.strip().lstrip(COMMENT_MARKS).strip() for line in lines if line.strip()]
    everything = "\n".join(texts)
    energy, intensity, name = _columns(texts, style, columns)
    unit: Literal["counts", "counts/s"] | None = None
    if _PER_SECOND.search(name) or (not _COUNTS.search(name) and _PER_SECOND.search(everything)):
        unit = "counts/s"
    elif _PER_SECOND.search(everything) and "rate" in everything.lower():
        unit = "counts/s"  # SPECS names the column `counts` and says `Count Rate: Counts per Second` above
    elif _COUNTS.search(everything):
        unit = "counts"
    scans = _SCANS.search(everything)
    return Notes(
        scale=_scale(texts),
        unit=unit,
        source_energy_ev=_source(everything),
        dwell_s=_first_number(_DWELL, everything),
        scans=int(scans[1]) if scans else None,
        label=_label(texts, name),
        energy_column=energy,
        intensity_column=intensity,
    )


def _columns(texts: list[str], style: Style, columns: int) -> tuple[int, int, str]:
    """Find energy and intensity by the column names, binding energy first; by position where there are no names."""
    names: list[str] = []
    for text in reversed(texts):
        cells = style.cells(text.partition("ColumnLabels:")[2] or text)
        if len(cells) == columns:
            names = cells
            break
    for pattern in (_BINDING, _KINETIC):
        for index, name in enumerate(names[:-1]):
            if pattern.search(name):
                following = range(index + 1, columns)
                counts = [i for i in following if _COUNTS.search(names[i]) or _PER_SECOND.search(names[i])]
                intensity = counts[0] if counts else index + 1
                return index, intensity, names[intensity]
    return 0, 1, names[1] if len(names) > 1 else ""


def _scale(texts: list[str]) -> Literal["binding", "kinetic"] | None:
    """The line about the energy axis decides, else the words nearest to the table."""
    axis_lines = [text for text in texts if _AXIS_LINE.search(text)]
    for text in [*reversed(axis_lines), *reversed(texts)]:
        if _BINDING.search(text):
            return "binding"
        if _KINETIC.search(text):
            return "kinetic"
    return None


def _first_number(pattern: re.Pattern[str], text: str) -> float | None:
    match = pattern.search(text)
    return known_number(match[1]) if match else None


def _source(text: str) -> float | None:
    stated = _first_number(_SOURCE, text) or _first_number(_HV, text)
    if stated is not None:
        return stated
    return next((energy for pattern, energy in _ANODES if pattern.search(text)), None)


def _label(texts: list[str], column_name: str) -> str:
    for text in reversed(texts):
        match = _REGION.search(text)
        if match:
            return match[1].strip()
    for text in reversed(texts):
        line = _CORE_LINE.search(text)
        if line and len(text) < 40:
            return line[0]
    return "" if _PLAIN_NAMES.fullmatch(column_name) else column_name
