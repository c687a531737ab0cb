"""How far classical unmixing gets on the recipe ``paper`` when shift and broadening are given.

Every test spectrum is unmixed by non-negative least squares against the library, rebuilt at the spectrum's own shift
and broadening. What this finds, another method can find; what it misses without noise, the spectra do not tell.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls
from scipy.sparse import csr_array

from xps_keras.axis import AXIS
from xps_keras.corpus import Batch, Corpus, recipe
from xps_keras.corpus.engine import FourierLibrary
from xps_keras.library.library import Library
from xps_keras.library.lines import LINES

NOISE = (0.0, 1e-4, 1e-3, 1e-2)
"""Standard deviations of the noise of every channel, relative to the highest channel."""
THRESHOLDS = tuple(float(value) for value in np.geomspace(1e-5, 0.1, 41))
"""Weights from which a polymer counts as found."""


@dataclass(frozen=True, eq=False)
class Unmixing:
    """Outcome of ``unmix_mixtures`` for ``n`` mixtures, ``k`` noises and ``t`` thresholds."""

    seed: int
    least_fraction: NDArray[np.float64]
    """Fraction of the weakest component of every mixture, shape ``(n,)``."""
    least_telling: NDArray[np.float64]
    """Fraction of the weakest component without which the labels would differ, shape ``(n,)``."""
    right: NDArray[np.bool_]
    """Whether all labels are right, for every noise and threshold, shape ``(k, t, n)``."""

    @property
    def exact_match(self) -> NDArray[np.float64]:
        """Part of the mixtures with all labels right, shape ``(k, t)``."""
        return np.asarray(self.right.mean(axis=2))

    @property
    def best_threshold(self) -> NDArray[np.intp]:
        """Place in ``THRESHOLDS`` of the threshold with the best exact match, for every noise, shape ``(k,)``.

        Where several do equally well, the middle one of them.
        """
        exact = self.exact_match
        return np.array([np.flatnonzero(row == row.max())[np.sum(row == row.max()) // 2] for row in exact])


def unmix(basis: NDArray[np.float64], spectra: NDArray[np.float64]) -> NDArray[np.float64]:
    """Find the non-negative weights whose mixture comes nearest to each spectrum.

    The problem is first reduced to as many equations as there are candidates (QR decomposition), which leaves the
    solution as it is.

    Args:
        basis: Spectra of the candidates, shape ``(k, m)`` with ``k <= m``.
        spectra: Spectra, shape ``(n, m)``.

    Returns:
        Weights, shape ``(n, k)``.
    """
    q, r = np.linalg.qr(basis.T)
    return np.array([nnls(r, q.T @ spectrum)[0] for spectrum in spectra])


def windows_of(library: Library) -> NDArray[np.bool_]:
    """Channels in which the recipe ``paper`` records each polymer, shape ``(polymers, 6601)``."""
    windows = np.zeros((len(library.keys), AXIS.size), bool)
    for polymer, key in enumerate(library.keys):
        for name in library.lines_of(key):
            windows[polymer, AXIS.window(LINES[name].window_low_ev, LINES[name].window_high_ev)] = True
    return windows


def unmix_mixtures(
    library: Library, size: int, seed: int, advance: Callable[[int], None] = lambda done: None
) -> Unmixing:
    """Unmix test mixtures of the recipe ``paper``, with true shift and broadening given.

    Polymers with a line where the spectrum holds no recorded channel are left out: they cannot be in it. A network
    sees the same zeros.

    Args:
        library: The polymers.
        size: Number of mixtures.
        seed: Seed of mixtures and noise.
        advance: Told after each mixture that one more is done.

    Returns:
        What was right.
    """
    corpus = Corpus(recipe("paper"), seed, library)
    engine = FourierLibrary(library.peaks, len(library.keys))
    windows = windows_of(library)
    present = library.group_counts > 0
    rng = np.random.default_rng([seed, 1])
    right = np.zeros((len(NOISE), len(THRESHOLDS), size), bool)
    least = np.zeros((2, size))
    for start in range(0, size, 64):
        batch = corpus.batch(start, min(64, size - start))
        for row in range(len(batch)):
            number = start + row
            candidates = np.flatnonzero(can_be_there(windows, batch.measured[row], float(batch.shift_ev[row])))
            basis, clean = _problem(engine, len(library.keys), candidates, batch, row)
            spectra = clean + np.array(NOISE)[:, None] * clean.max() * rng.standard_normal(clean.size)
            truth = batch.groups[row] > 0
            for noise, weights in enumerate(unmix(basis, spectra)):
                share = weights / max(weights.sum(), 1e-30)
                called = (share >= np.array(THRESHOLDS)[:, None]) @ present[candidates]
                right[noise, :, number] = (called == truth).all(axis=1)
            least[:, number] = _weakest(batch, row, present)
            advance(1)
    return Unmixing(seed, least[0], least[1], right)


def can_be_there(windows: NDArray[np.bool_], measured: NDArray[np.bool_], shift_ev: float) -> NDArray[np.bool_]:
    """Return the polymers of which no line lies where nothing was recorded.

    Args:
        windows: What ``windows_of`` returned, shape ``(polymers, 6601)``.
        measured: Recorded channels, shape ``(6601,)``.
        shift_ev: Measured minus true binding energy in eV.

    Returns:
        Shape ``(polymers,)``.
    """
    channels = round(shift_ev / AXIS.step_ev)
    at_rest = np.roll(measured, -channels)
    if channels:
        # What the shift moved over an end of the axis was lost: nothing is known there.
        at_rest[slice(-channels, None) if channels > 0 else slice(0, -channels)] = True
    return np.asarray(~(windows & ~at_rest).any(axis=1))


def _problem(
    engine: FourierLibrary, polymers: int, candidates: NDArray[np.intp], batch: Batch, row: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Candidates at the shift and broadening of one spectrum, and that spectrum, on its recorded channels."""
    ones, rows = np.ones(len(candidates), np.float32), np.arange(len(candidates) + 1)
    weights = csr_array((ones, candidates, rows), shape=(len(candidates), polymers))
    shift = np.full(len(candidates), round(float(batch.shift_ev[row]), 3))
    broadening = np.full(len(candidates), batch.broadening_ev[row])
    channels = batch.measured[row]
    basis = engine.spectra(weights, shift, broadening)[:, channels].astype(np.float64)
    return basis, batch.intensity[row, channels].astype(np.float64)


def _weakest(batch: Batch, row: int, present: NDArray[np.bool_]) -> tuple[float, float]:
    """Fractions of the weakest component, and of the weakest without which the labels would differ."""
    fraction: dict[int, float] = {}
    for polymer, share in zip(batch.polymers[row], batch.fractions[row], strict=True):
        if share > 0:
            fraction[int(polymer)] = fraction.get(int(polymer), 0.0) + float(share)
    truth = batch.groups[row] > 0
    telling = [
        share
        for polymer, share in fraction.items()
        if len(fraction) == 1 or (present[[p for p in fraction if p != polymer]].any(axis=0) != truth).any()
    ]
    return min(fraction.values()), min(telling, default=1.0)
