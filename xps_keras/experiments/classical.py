"""Classical unmixing with unknown shift and broadening: the yardstick of every network.

Non-negative least squares against the library, whose spectra are shifted and broadened as the measured one is thought
to be, in turn with Gauss-Newton steps on shift and variance of the broadening. In ``alternating`` steps the weights
stand still; in ``projected`` ones they move along (variable projection: Golub and Pereyra, SIAM J. Numer. Anal. 10,
413, 1973; Kaufman, BIT 15, 49, 1975), which takes less time and gets stuck far less often.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_erosion

from xps_keras.axis import AXIS
from xps_keras.corpus.engine import engine_of
from xps_keras.experiments.unmixing import can_be_there, unmix, windows_of
from xps_keras.library.library import Library

Floats = NDArray[np.float64]

STEPS = ("projected", "alternating")
"""Kinds of steps, the better one first."""
START_BROADENING_EV = 0.15
"""First guess of the broadening; the recipe's mean is 0.16 eV."""
STEP_EV = 0.005
"""Difference in shift from which derivatives are taken."""
STEP_VARIANCE_EV2 = 0.002
"""Difference in variance from which derivatives are taken."""
CONVERGED_EV = 1e-6
"""A smaller step of the shift is the last one."""
LARGEST_STEP = (0.1, 0.02)
"""Most that a step may change shift in eV and variance in eV²."""
EDGE_CHANNELS = 3
"""This far, and what the first guess may err, a line must reach into unrecorded channels to rule its polymer out."""


@dataclass(frozen=True, eq=False)
class Fit:
    """One unmixed spectrum."""

    weights: Floats
    """Parts of the polymers, sum 1, shape ``(polymers,)``."""
    shift_ev: float
    broadening_ev: float
    residual: float
    """Root of the sum of squares relative to that of the spectrum."""


class Unmixer:
    """Finds polymers, shift and broadening of spectra without noise.

    Args:
        library: The polymers.
        steps: ``projected`` or ``alternating``.
        rounds: Most rounds of unmixing and stepping.
        start_within_ev: How far first guesses of the shift may be off, in eV.
    """

    def __init__(self, library: Library, steps: str, rounds: int, start_within_ev: float) -> None:
        self.polymers = len(library.keys)
        self.projected = steps == "projected"
        self.rounds = rounds
        self.engine = engine_of(library)
        edge = EDGE_CHANNELS + round(start_within_ev / AXIS.step_ev)
        self.windows = binary_erosion(windows_of(library), np.ones((1, 2 * edge + 1), bool))

    def fit(self, spectrum: Floats, measured: NDArray[np.bool_], shift_ev: float) -> Fit:
        """Unmix one spectrum.

        Args:
            spectrum: Shape ``(6601,)``.
            measured: Channels that were recorded, same shape.
            shift_ev: First guess of the shift in eV.

        Returns:
            What was found.
        """
        candidates = np.flatnonzero(self.can_be_there(measured, shift_ev))
        seen = spectrum[measured]
        shift, variance = shift_ev, START_BROADENING_EV**2
        weights, residual = self._unmixed(candidates, shift, variance, measured, seen)
        for _ in range(self.rounds):
            step = self._step(candidates, weights, shift, variance, measured, seen)
            # A step that makes the fit worse went too far.
            for shortened in (1.0, 0.5, 0.25, 0.1):
                tried = shift + shortened * step[0], max(variance + shortened * step[1], 0.0)
                found = self._unmixed(candidates, *tried, measured, seen)
                if found[1] < residual:
                    break
            else:
                break
            done = abs(tried[0] - shift) < CONVERGED_EV
            (shift, variance), (weights, residual) = tried, found
            if done:
                break
        whole = np.zeros(self.polymers)
        whole[candidates] = weights / max(weights.sum(), 1e-30)
        return Fit(whole, shift, float(np.sqrt(variance)), residual)

    def can_be_there(self, measured: NDArray[np.bool_], shift_ev: float) -> NDArray[np.bool_]:
        """Polymers of which no line lies where nothing was recorded, by a first guess of the shift."""
        possible = can_be_there(self.windows, measured, shift_ev)
        return possible if possible.any() else np.ones_like(possible)

    def _spectra(self, weights: Floats, shift_ev: Floats, variance: Floats, measured: NDArray[np.bool_]) -> Floats:
        spectra = self.engine.spectra(weights, shift_ev, np.sqrt(variance))
        return spectra[:, measured].astype(np.float64)

    def _unmixed(
        self, candidates: NDArray[np.intp], shift_ev: float, variance: float, measured: NDArray[np.bool_], seen: Floats
    ) -> tuple[Floats, float]:
        chosen = np.zeros((len(candidates), self.polymers))
        chosen[np.arange(len(candidates)), candidates] = 1.0
        count = len(candidates)
        basis = self._spectra(chosen, np.full(count, shift_ev), np.full(count, variance), measured)
        weights = unmix(basis, seen[None])[0]
        return weights, float(np.linalg.norm(seen - weights @ basis) / np.linalg.norm(seen))

    def _step(
        self,
        candidates: NDArray[np.intp],
        weights: Floats,
        shift_ev: float,
        variance: float,
        measured: NDArray[np.bool_],
        seen: Floats,
    ) -> Floats:
        """Gauss-Newton step of shift and variance."""
        active = np.flatnonzero(weights > 0)
        rows = np.zeros((4 + len(active), self.polymers))
        rows[:4, candidates] = weights
        rows[np.arange(4, len(rows)), candidates[active]] = 1.0
        shifts, variances = np.full(len(rows), shift_ev), np.full(len(rows), variance)
        shifts[1:3] += STEP_EV, -STEP_EV
        variances[3] += STEP_VARIANCE_EV2
        spectra = self._spectra(rows, shifts, variances, measured)
        slope = np.stack(
            [(spectra[1] - spectra[2]) / (2 * STEP_EV), (spectra[3] - spectra[0]) / STEP_VARIANCE_EV2], axis=1
        )
        if self.projected:
            # The part of the slopes that weights of the polymers found cannot make up for.
            q, _ = np.linalg.qr(spectra[4:].T)
            slope -= q @ (q.T @ slope)
        step = np.linalg.lstsq(slope, seen - spectra[0], rcond=None)[0]
        return np.asarray(np.clip(step, -np.array(LARGEST_STEP), LARGEST_STEP), np.float64)
