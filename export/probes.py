"""Spectra on which artefacts are compared with Keras."""

import numpy as np
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.corpus import Corpus, recipe
from xps_keras.corpus.corpus import BLOCK

PER_RECIPE = 32
"""Spectra of each recipe."""
SEED = 20_260_305
"""Seed of the probes: far from the small numbers people train with, so that no probe was a training spectrum."""


def probe_spectra(max_shift_ev: float) -> NDArray[np.float32]:
    """Draw spectra that cover shifts, mixtures, noise and missing regions.

    Args:
        max_shift_ev: Largest shift of the model's training in eV.

    Returns:
        Ideal spectra of the recipe ``paper``, then noisy ones of ``instrument``, shape ``(64, 6601)``, area 1; every
        second one is scaled to 100,000 counts, since any scale is allowed.
    """
    parts = [
        Corpus(recipe(name, max_shift_ev=max_shift_ev), seed=SEED).batch(0, PER_RECIPE).intensity
        for name in ("paper", "instrument")
    ]
    spectra = np.concatenate(parts)
    spectra[::2] *= 1e5
    return spectra


def corpus_spectra(max_shift_ev: float, count: int) -> NDArray[np.float32]:
    """Draw spectra as instruments record them, for counting group decisions; none of them is a probe.

    Args:
        max_shift_ev: Largest shift of the model's training in eV.
        count: How many, from 0.

    Returns:
        Shape ``(count, 6601)``.
    """
    if not count:
        return np.empty((0, AXIS.size), np.float32)
    corpus = Corpus(recipe("instrument", max_shift_ev=max_shift_ev), seed=SEED + 1)
    # In parts: a batch brings masks and labels of its own length.
    return np.concatenate(
        [corpus.batch(start, min(BLOCK, count - start)).intensity for start in range(0, count, BLOCK)]
    )
