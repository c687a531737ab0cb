"""The methods that the experiment ``realism`` compares on the same spectra, and the rule that flags an answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import label

from xps_keras.analysis.consistency import parts_of_mask, reading_order, variants
from xps_keras.analysis.doubt import verdicts
from xps_keras.analysis.evidence import measured_elements
from xps_keras.analysis.maxima import C1S_SEARCH_EV
from xps_keras.analysis.result import LIBRARY_REFERENCE_EV
from xps_keras.axis import AXIS
from xps_keras.corpus import Batch
from xps_keras.experiments.classical import Unmixer
from xps_keras.library.library import Library
from xps_keras.library.lines import LINES
from xps_keras.metadata import Metadata
from xps_keras.preprocessing.signals import strongest_maximum_ev

Outputs = dict[str, NDArray[np.float32]]


class Runs(Protocol):
    """What a rule needs of a model."""

    @property
    def metadata(self) -> Metadata:
        """Its fitted rule of consistency, among others."""

    def run(self, intensity: NDArray[np.floating]) -> Outputs:
        """Map spectra of shape ``(batch, 6601)`` to the named outputs of the graph contract."""


@dataclass(frozen=True, eq=False)
class Verdict:
    """What a rule makes of the answers to ``n`` spectra."""

    flagged: NDArray[np.bool_]
    """Whether the charge is called doubtful, shape ``(n,)``."""
    doubt: NDArray[np.float64]
    """How doubtful it is: more is worse, and only the order counts; shape ``(n,)``."""
    outputs: Outputs
    """The answers that stand: those of the model to all regions, or to the regions that the rule trusts."""


Rule = Callable[[Runs, Batch, Outputs], Verdict]
"""Takes the model, the spectra and what it said about them with all their regions. It may run the model again on parts
of the spectra."""

DIFFERENCE_EV = 0.5
"""Difference between all regions and C 1s alone from which the rule below doubts."""
SPREAD_EV = 0.3
"""Standard deviation of the readings from which the rule below doubts."""
CARBON_STATES_EV = (0.0, 1.5, 3.5, 6.5)
"""What the strongest carbon may be, relative to hydrocarbon: starts of the fit. C-H, C-O, C=O or COO, CF2."""
NEARBY_EV = (-0.4, 0.0, 0.4)
"""How far from each of them the fit is tried as well."""
FIT_ROUNDS = 12
START_WITHIN_EV = 1.0


def difference_or_spread(model: Runs, batch: Batch, outputs: Outputs) -> Verdict:
    """Doubt where C 1s alone gives another shift, or where the readings of the shift lie far apart; change no answer.

    Args:
        model: The model.
        batch: The spectra.
        outputs: What it said about them.

    Returns:
        The flags, and the answers as they were.
    """
    alone = model.run(np.where(carbon_channels(batch.measured), batch.intensity, 0.0))["shift_ev"][:, 0]
    differs = np.abs(outputs["shift_ev"][:, 0] - alone) > DIFFERENCE_EV
    flagged = np.asarray(differs | (spread_ev(outputs) > SPREAD_EV))
    return Verdict(flagged, flagged.astype(np.float64), outputs)


def as_analyze(model: Runs, batch: Batch, outputs: Outputs) -> Verdict:
    """Judge as ``analyze`` does, by the rule that was fitted for the model: another part of the regions may stand.

    Args:
        model: The model.
        batch: The spectra.
        outputs: What it said about them.

    Returns:
        Where the charge is called undecided, and the answers to the regions that stand.
    """
    found = verdicts(model, batch.intensity, batch.measured)
    standing = batch.intensity.copy()
    for row, verdict in enumerate(found):
        if verdict.stands:
            spectra, _ = variants(batch.intensity[row], parts_of_mask(batch.measured[row]))
            standing[row] = spectra[verdict.stands]
    changed = any(verdict.stands for verdict in found)
    given = model.run(standing) if changed else outputs
    flagged, doubt = (np.array([getattr(verdict, name) for verdict in found]) for name in ("doubted", "doubt"))
    return Verdict(flagged, doubt.astype(np.float64), _standing_first(given))


def _standing_first(outputs: Outputs) -> Outputs:
    """Return outputs with the readings in the order of ``reading_order``, and what follows from the first of them."""
    if "reading_shift_ev" not in outputs:
        return outputs
    changed = {name: values.copy() for name, values in outputs.items()}
    for row, (shift, weight) in enumerate(zip(outputs["reading_shift_ev"], outputs["reading_weight"], strict=True)):
        order = reading_order(shift, weight)
        for name in ("shift_ev", "uncertainty_ev", "weight", "probabilities"):
            changed[f"reading_{name}"][row] = outputs[f"reading_{name}"][row][order]
        if order[0] != np.argmax(weight):
            changed["shift_ev"][row] = shift[order[0]]
            changed["probabilities"][row] = outputs["reading_probabilities"][row][order[0]]
    return changed


RULES: dict[str, Rule] = {"analyze": as_analyze, "difference": difference_or_spread}
"""Rules by the name that the command line knows."""


def spread_ev(outputs: Outputs) -> NDArray[np.float64]:
    """Return the standard deviation of the readings in eV, weighted; 0 for a model with one reading; shape ``(n,)``."""
    if "reading_shift_ev" not in outputs:
        return np.zeros(len(outputs["shift_ev"]))
    shift = outputs["reading_shift_ev"].astype(np.float64)
    weight = outputs["reading_weight"].astype(np.float64)
    weight = weight / np.maximum(weight.sum(axis=1, keepdims=True), 1e-12)
    mean = (weight * shift).sum(axis=1, keepdims=True)
    return np.asarray(np.sqrt((weight * np.square(shift - mean)).sum(axis=1)))


def carbon_channels(measured: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the recorded channels of the region in which C 1s stands.

    Args:
        measured: Recorded channels, shape ``(n, 6601)``.

    Returns:
        Same shape: every unbroken stretch that reaches into 276-300 eV.
    """
    window = AXIS.window(*C1S_SEARCH_EV)
    found = np.zeros_like(measured)
    for row, recorded in enumerate(measured):
        stretches, _ = label(recorded)
        found[row] = recorded & np.isin(stretches, np.unique(stretches[window]))
    return found


def carbon_maximum(batch: Batch) -> NDArray[np.float64]:
    """Reference to the strongest C 1s maximum, as if it were hydrocarbon; shift in eV, NaN where none is seen."""
    energy = AXIS.energies_ev
    shifts = np.full(len(batch), np.nan)
    for row, channels in enumerate(carbon_channels(batch.measured)):
        net = batch.intensity[row, channels].astype(np.float64)
        top = strongest_maximum_ev(energy[channels], net, *C1S_SEARCH_EV)
        if top is not None:
            shifts[row] = top - LIBRARY_REFERENCE_EV
    return shifts


class ClassicalFit:
    """Non-negative fit of the library's polymers with unknown shift and width.

    It takes the strongest carbon for each of several states in turn, and begins with the shift that leaves the least.

    Args:
        library: The polymers.
    """

    def __init__(self, library: Library) -> None:
        self._scan = _Recorded(library, "projected", 0, START_WITHIN_EV)
        self._unmixer = _Recorded(library, "projected", FIT_ROUNDS, START_WITHIN_EV)

    def shifts(self, batch: Batch, maximum_ev: NDArray[np.float64]) -> NDArray[np.float64]:
        """Fit spectra.

        Args:
            batch: The spectra.
            maximum_ev: What ``carbon_maximum`` found in them.

        Returns:
            Shifts in eV, NaN where the maximum is, shape ``(n,)``.
        """
        found = np.full(len(batch), np.nan)
        for row in np.flatnonzero(np.isfinite(maximum_ev)):
            spectrum = batch.intensity[row].astype(np.float64)
            starts = [float(maximum_ev[row]) - state + nearby for state in CARBON_STATES_EV for nearby in NEARBY_EV]
            tried = [self._scan.fit(spectrum, batch.measured[row], start) for start in starts]
            best = min(tried, key=lambda fit: fit.residual).shift_ev
            found[row] = self._unmixer.fit(spectrum, batch.measured[row], best).shift_ev
        return found


class _Recorded(Unmixer):
    """An unmixer whose candidates are the polymers of which every element's main line was recorded.

    Its parent takes a line that was not recorded as absent; further lines of an element mostly are not recorded here.
    """

    def __init__(self, library: Library, steps: str, rounds: int, start_within_ev: float) -> None:
        super().__init__(library, steps, rounds, start_within_ev)
        self._elements = [{LINES[line].element for line in library.lines_of(key)} for key in library.keys]

    def can_be_there(self, measured: NDArray[np.bool_], shift_ev: float) -> NDArray[np.bool_]:
        recorded = measured_elements(measured, shift_ev) | {"C"}
        return np.array([elements <= recorded for elements in self._elements])
