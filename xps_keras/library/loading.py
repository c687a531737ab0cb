"""Loading the sets of polymers that the package brings."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.library import KINDS, Library, Peaks, read_only
from xps_keras.library.packed import load_packed, numbered_components
from xps_keras.library.tables import read_table


def _column(rows: list[dict[str, str]], name: str) -> NDArray[np.float64]:
    return np.array([float(row[name]) for row in rows], dtype=np.float64)


@lru_cache(maxsize=4)
def load_library(name: str = "polymers") -> Library:
    """Load a set of reference polymers from the tables of the package.

    Args:
        name: ``polymers``, the 104 reference polymers, or ``hypothetical``, polymers that were drawn by chance and
            computed by the rules (``hypothetical.py``).

    Returns:
        The set; its arrays are read-only because every caller shares them.

    Raises:
        InputError: If there is no such set.
    """
    if name == "hypothetical":
        return load_packed()
    if name != "polymers":
        raise InputError(f"There is no library {name!r}; this package brings 'polymers' and 'hypothetical'.")
    polymers, labels, rows = read_table("polymers.csv"), read_table("labels.csv"), read_table("peaks.csv")
    keys = tuple(row["key"] for row in polymers)
    place = {key: index for index, key in enumerate(keys)}
    counts = np.array([[float(row[group]) for group in GROUP_NAMES] for row in labels], dtype=np.float32)
    polymer = np.array([place[row["key"]] for row in rows], dtype=np.int64)
    peaks = Peaks(
        polymer=polymer,
        line=tuple(row["line"] for row in rows),
        label=tuple(row["label"] for row in rows),
        component=numbered_components(polymer, np.array([int(row["component"]) for row in rows])),
        kind=tuple(KINDS[KINDS.index(row["kind"])] for row in rows),  # an unknown kind raises
        energy_ev=_column(rows, "energy_ev"),
        fwhm_ev=_column(rows, "fwhm_ev"),
        lorentzian_fraction=_column(rows, "lorentzian_fraction"),
        area=_column(rows, "area"),
        confidence=tuple(row["confidence"] for row in rows),
    )
    return read_only(
        Library(
            name=name,
            keys=keys,
            polymer_names=tuple(row["name"] for row in polymers),
            smiles=tuple(row["smiles"] for row in polymers),
            group_counts=counts,
            peaks=peaks,
        )
    )
