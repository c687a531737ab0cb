"""Why a group is called present: what of the fit carries it, and what remains of it without each region."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from xps_keras.analysis.consistency import Outputs
from xps_keras.analysis.result import GroupFinding, Without
from xps_keras.fit.result import Fit
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.loading import load_library
from xps_keras.library.species import load_species

LEAST_PERCENT = 1.0
"""Parts of a fit from this share of its area on are named."""
MOST = 4


def with_reasons(
    groups: Sequence[GroupFinding],
    fit: Fit,
    outputs: Outputs,
    left_out: Sequence[tuple[str, ...]],
    shift_ev: float,
    own_labels: bool = False,
) -> tuple[GroupFinding, ...]:
    """Add to present groups what speaks for them.

    Args:
        groups: The findings, in label order.
        fit: The fit at the shift that stands.
        outputs: Outputs of the graph contract for the variants of the spectrum.
        left_out: Per variant the names of the regions that are missing.
        shift_ev: The shift that stands, on the library's scale in eV.
        own_labels: Whether the groups are a user's own, of which no polymer of the fit is known to carry any.
    """
    rows = [_row(outputs, row, shift_ev) for row in range(len(left_out))]
    return tuple(
        replace(
            group,
            carried_by=() if own_labels else _carriers(index, fit),
            without=tuple(
                Without(", ".join(names), float(np.clip(probabilities[index], 0.0, 1.0)))
                for names, probabilities in zip(left_out, rows, strict=True)
                if names
            ),
        )
        if group.status == "present"
        else group
        for index, group in enumerate(groups)
    )


def _row(outputs: Outputs, row: int, shift_ev: float) -> NDArray[np.float32]:
    """Return the probabilities of a variant at its reading nearest to a shift."""
    if "reading_shift_ev" not in outputs:
        return np.asarray(outputs["probabilities"][row])
    place = int(np.argmin(np.abs(outputs["reading_shift_ev"][row] - shift_ev)))
    return np.asarray(outputs["reading_probabilities"][row, place])


def _carriers(index: int, fit: Fit) -> tuple[str, ...]:
    library, species = load_library(), load_species()
    found = []
    for part in fit.parts:
        counts = None
        if part.kind == "polymer" and part.name in library.keys:
            counts = library.group_counts[library.index(part.name)]
        elif part.name in species.keys:
            counts = species.group_counts[species.keys.index(part.name)]
        hydrocarbon = GROUP_NAMES[index] == "alkane" and part.name == "adventitious hydrocarbon"
        if part.percent >= LEAST_PERCENT and (hydrocarbon or (counts is not None and counts[index] > 0)):
            found.append(f"{part.name} {part.percent:.0f} %")
    return tuple(found[:MOST])
