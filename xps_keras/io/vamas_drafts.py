"""From a VAMAS block to a region: which axis, which column, which unit, which label."""

import re
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import SpectrumWarning
from xps_keras.io.column_names import energy_factor, intensity_factor, role_of, unit_of
from xps_keras.io.corrections import corrections
from xps_keras.io.decode import known_number
from xps_keras.io.draft import Draft
from xps_keras.io.source_words import source_energy
from xps_keras.io.vamas_blocks import (
    ABSCISSA,
    ANALYSER_MODE,
    DWELL,
    PASS_ENERGY,
    SCANS,
    SIGNAL_MODE,
    SOURCE_ENERGY,
    SOURCE_LABEL,
    SPECIES,
    TECHNIQUE,
    TRANSITION,
    Block,
    Header,
)

_LEAST_KEV, _LEAST_SOURCE_EV = 0.1, 15.0


def draft_of(block: Block, header: Header, place: str) -> Draft | str:
    """Turn a block into a draft, or say in a few words why it is no XPS spectrum."""
    technique = block.items[TECHNIQUE][0]
    if technique != "XPS":
        return f"its technique is {technique}, not XPS"
    labels = [label.lower() for label, _ in block.variables]
    energy: NDArray[np.float64]
    if header.scan_mode == "REGULAR":
        abscissa, unit, start_text, step_text = block.items[ABSCISSA]
        try:
            start, step = (float(text.replace(",", ".")) for text in (start_text, step_text))
        except ValueError:
            return f"its axis starts at `{start_text}` with step `{step_text}`, which are no numbers"
        # Rounded to a millionth of an eV: 305 - 0.05 * 20 shall be 304, whatever the binary fractions add up to.
        energy = np.round(start + step * np.arange(len(block.values)), 6)
        columns = range(len(labels))
    else:
        abscissa, unit = block.variables[0]
        energy = np.ascontiguousarray(block.values[:, 0])
        columns = range(1, len(labels))
    scale = energy_scale(abscissa)
    if scale is None:
        return f"its axis is `{abscissa}`, not an energy"
    energy = np.round(energy_factor(unit) * energy, 6)
    column = _signal_column(block.variables, columns)
    if column is None:
        return "it holds no intensity"
    correction, notes = corrections(block.comment, place)
    unread = [block.variables[other][0] for other in columns if other != column and not _is_transmission(block, other)]
    if unread:
        text = f"Of {place} the variables {', '.join(unread)} were not read, only {block.variables[column][0]}."
        notes = [*notes, SpectrumWarning("columns-ignored", text)]
    source = _source(block)
    if source is None and scale == "kinetic":
        source, named = _named_source(block, place)
        notes = [*notes, *named]
    scans = known_number(block.items[SCANS][0])
    return Draft(
        label=_label(block),
        energy_ev=energy,
        intensity=intensity_factor(" ".join(block.variables[column])) * np.ascontiguousarray(block.values[:, column]),
        place=place,
        scale=scale,
        intensity_unit=_unit(block, column),
        source_energy_ev=source,
        dwell_s=known_number(block.items[DWELL][0]),
        scans=None if scans is None else max(1, round(scans)),
        charge_correction_ev=correction,
        element_line=_element_line(block),
        pass_energy_ev=_pass_energy(block),
        transmission=_transmission(block, columns),
        warnings=tuple(notes),
    )


def _named_source(block: Block, place: str) -> tuple[float | None, list[SpectrumWarning]]:
    """Return the energy of the anode by which a source without energy is called, and what to say of it."""
    label = block.items[SOURCE_LABEL][0]
    source = source_energy([f"Source: {label}"])
    if source is None:
        return None, []
    text = f"Of {place} the source energy is not given: that of its label `{label}` ({source} eV) was taken."
    return source, [SpectrumWarning("source-assumed", text)]


def _source(block: Block) -> float | None:
    """Return the energy of the source in eV; what is below any that frees core electrons is in keV."""
    source = known_number(block.items[SOURCE_ENERGY][0])
    return 1e3 * source if source is not None and _LEAST_KEV < source < _LEAST_SOURCE_EV else source


def energy_scale(abscissa: str) -> Literal["binding", "kinetic"] | None:
    """Tell which energy the label of an axis means, None for another quantity."""
    name = abscissa.lower()
    if "binding" in name or re.fullmatch(r"b\.?e\.?", name):
        return "binding"
    return "kinetic" if "kinetic" in name or re.fullmatch(r"k\.?e\.?|energy", name) else None


def _signal_column(variables: list[tuple[str, str]], columns: range) -> int | None:
    """Choose the first variable that looks like counts, else the first that is no transmission or background."""
    counts_like = re.compile(r"count|intens|cps|c/s|signal|yield", re.IGNORECASE)
    others = [column for column in columns if "transmission" not in variables[column][0].lower()]
    others = [column for column in others if role_of(variables[column][0]) != "other"] or others
    for column in others:
        if counts_like.search(" ".join(variables[column])):
            return column
    return others[0] if others else None


def _is_transmission(block: Block, column: int) -> bool:
    return "transmission" in block.variables[column][0].lower()


def _transmission(block: Block, columns: range) -> NDArray[np.float64] | None:
    """Return the column of the analyser's transmission, which some programs leave filled with zeros or ones."""
    for column in columns:
        if _is_transmission(block, column):
            return np.ascontiguousarray(block.values[:, column])
    return None


def _pass_energy(block: Block) -> float | None:
    """Return the pass energy; in the mode FRR, constant retard ratio, the item means another thing."""
    return known_number(block.items[PASS_ENERGY][0]) if block.items[ANALYSER_MODE][0].upper() == "FAT" else None


def _unit(block: Block, column: int) -> Literal["counts", "counts/s", "arbitrary"]:
    if unit_of(" ".join(block.variables[column])) == "counts/s":
        return "counts/s"
    return "counts" if "pulse counting" in block.items[SIGNAL_MODE][0].lower() else "arbitrary"


def _label(block: Block) -> str:
    """Species and transition where the block identifier is a mere number, as PHI MultiPak writes it."""
    if block.name and not re.fullmatch(r"block\s*(no\.?)?\s*\d*|\d+", block.name.strip(), re.IGNORECASE):
        return block.name
    named = f"{block.items[SPECIES][0]} {block.items[TRANSITION][0]}".strip()
    return named or block.name


def _element_line(block: Block) -> str:
    """Core line of the fields for species and transition, where they hold one: ``C 1s``."""
    species, transition = block.items[SPECIES][0], block.items[TRANSITION][0]
    if re.fullmatch(r"[A-Z][a-z]?", species) and re.fullmatch(r"[1-7][spdf]([1357]/2)?", transition):
        return f"{species} {transition}"
    return ""
