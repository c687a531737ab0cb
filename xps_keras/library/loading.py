"""Loading the sets of polymers that the package brings."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import UsageError
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.editions import HYPOTHETICAL, OLDER_EDITIONS, POLYMERS, PRESENT, in_edition
from xps_keras.library.library import KINDS, Library, Peaks, read_only
from xps_keras.library.packed import load_packed, numbered_components, widened
from xps_keras.library.tables import read_table

OWN_LIBRARIES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        in_edition(whole, edition): (whole, edition)
        for edition in (PRESENT, *OLDER_EDITIONS)
        for whole in (POLYMERS, HYPOTHETICAL)
    }
)
"""Names of the package's libraries -> plain name and edition."""


def _column(rows: list[dict[str, str]], name: str) -> NDArray[np.float64]:
    return np.array([float(row[name]) for row in rows], dtype=np.float64)


@lru_cache(maxsize=8)
def load_library(name: str = "polymers") -> Library:
    """Load a set of reference polymers from the tables of the package.

    Args:
        name: ``polymers``, the reference polymers, or ``hypothetical``, polymers that were drawn by chance and
            computed by the rules (``chemistry/hypothetical.py``); ``polymers-0.1`` and ``hypothetical-0.1`` as they
            were in that version of the package.

    Returns:
        The set; its arrays are read-only because every caller shares them.

    Raises:
        UsageError: If there is no such set.
    """
    if name not in OWN_LIBRARIES:
        raise UsageError(f"There is no library {name!r}; this package brings {', '.join(map(repr, OWN_LIBRARIES))}.")
    whole, edition = OWN_LIBRARIES[name]
    if whole == HYPOTHETICAL:
        return load_packed(name, edition)
    suffix = f"-{edition}.csv" if edition else ".csv"
    polymers, labels, rows = (read_table(table + suffix) for table in ("polymers", "labels", "peaks"))
    keys = tuple(row["key"] for row in polymers)
    place = {key: index for index, key in enumerate(keys)}
    # Groups that came later have no column in the tables of an older edition.
    groups = [group for group in GROUP_NAMES if not edition or group in labels[0]]
    counts = widened(np.array([[float(row[group]) for group in groups] for row in labels], dtype=np.float32))
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
            edition=edition,
        )
    )


@lru_cache(maxsize=1)
def common_polymers() -> frozenset[str]:
    """Return the keys of the polymers that laboratories most often have."""
    return frozenset(row["key"] for row in read_table("common_polymers.csv"))
