"""Tables that were made of the spectra beside them: fits, backgrounds, normalised copies, collections of all."""

from collections.abc import Sequence

import numpy as np

from xps_keras.errors import SpectrumWarning
from xps_keras.io.draft import Draft
from xps_keras.io.one_axis import Floats, noise_of

_EXACT = 1e-3  # of the range of a copy, which may have been rounded
_SMOOTH = 0.1  # part of the noise of a measured spectrum, below which nothing was measured: a hundred times the counts
_MOST_BESIDE = 64  # spectra on one axis, of which a copy is sought


def without_made(drafts: Sequence[Draft]) -> tuple[list[Draft], tuple[SpectrumWarning, ...]]:
    """Leave out regions whose words say that they were made of others, where the numbers say so too.

    Args:
        drafts: Regions of a file.

    Returns:
        The measured ones, and what was left out.
    """
    measured: dict[tuple[int, bytes], list[Draft]] = {}
    for draft in drafts:
        if not draft.made:
            measured.setdefault((draft.part, draft.energy_ev.tobytes()), []).append(draft)
    kept: list[Draft] = []
    said: list[SpectrumWarning] = []
    for draft in drafts:
        beside = measured.get((draft.part, draft.energy_ev.tobytes()), [])[:_MOST_BESIDE] if draft.made else []
        source = next((one for one in beside if _made_of(draft.intensity, one.intensity)), None)
        if source is None:
            kept.append(draft)
            continue
        text = f"What stands in {draft.place} was made of the spectrum in {source.place} and was not read."
        said.append(SpectrumWarning("columns-ignored", text))
    return kept, tuple(said)


def without_collections(sheets: Sequence[tuple[str, Sequence[Draft]]]) -> tuple[list[Draft], list[SpectrumWarning]]:
    """Leave out sheets, such as ``All``, that hold nothing but what stands in others, number for number.

    Args:
        sheets: Title and regions of each sheet of a workbook.

    Returns:
        The regions of the others, in order, and what was left out.
    """
    numbers = [{_numbers(draft) for draft in drafts} for _, drafts in sheets]
    kept = set(range(len(sheets)))
    said: list[SpectrumWarning] = []
    for place in sorted(kept, key=lambda place: (-len(numbers[place]), -place)):
        elsewhere = set().union(*(numbers[other] for other in kept if other != place))
        if len(numbers[place]) > 1 and numbers[place] <= elsewhere:
            kept.remove(place)
            text = f"What sheet {sheets[place][0]} holds is, number for number, that of other sheets: it was read once."
            said.append(SpectrumWarning("copy-ignored", text))
    return [draft for place in sorted(kept) for draft in sheets[place][1]], said


def _numbers(draft: Draft) -> tuple[bytes, bytes]:
    """Return energies and intensities of a region, ascending, as no other measurement has them."""
    order = np.argsort(draft.energy_ev, kind="stable")
    return np.round(draft.energy_ev[order], 6).tobytes(), draft.intensity[order].tobytes()


def _made_of(values: Floats, measured: Floats) -> bool:
    """Tell whether values are a measured spectrum on another scale, or a curve without its noise."""
    if not (np.isfinite(values).all() and np.isfinite(measured).all() and np.ptp(measured) > 0.0):
        return False
    if noise_of(values) < _SMOOTH * noise_of(measured):
        return True
    basis = np.stack([measured, np.ones_like(measured)], axis=1)
    left = values - basis @ np.linalg.lstsq(basis, values, rcond=None)[0]
    return float(np.abs(left).max()) < _EXACT * float(np.ptp(values))
