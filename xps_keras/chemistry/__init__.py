"""From structure to spectrum: repeat units, rules, hypothetical polymers; what needs rdkit."""

from xps_keras.chemistry.from_structure import (
    assign,
    counts_from_structure,
    library_from_structures,
    peaks_from_structure,
)
from xps_keras.chemistry.repeat_unit import resolve, same_polymer

__all__ = [
    "assign",
    "counts_from_structure",
    "library_from_structures",
    "peaks_from_structure",
    "resolve",
    "same_polymer",
]
