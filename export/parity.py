"""The gate: an artefact is written only when its own runtime gives the numbers that Keras gives."""

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xps_keras.export.probes import corpus_spectra, probe_spectra
from xps_keras.graph_contract import PROBABILITIES
from xps_keras.runtime import Runtime
from xps_keras.runtime.base import CHUNK
from xps_keras.runtime.comparing import Arrays, Tolerance, agreement, compare
from xps_keras.runtime.serving_graph import graph_of, serving_function
from xps_keras.runtime.trained import Trained

BATCHES = (1, 3, 7)
"""Sizes of the first batches; what remains of the spectra makes one more."""

EXACT = Tolerance(probability=1e-5, weight=1e-5, shift_ev=1e-4, aligned=1e-4, decisions=1e-4)
"""For formats that calculate as Keras does, in float32 and with its operations."""


@dataclass(frozen=True, eq=False)
class Reference:
    """Spectra and what Keras gives for them."""

    spectra: NDArray[np.float32]
    """Probes of every kind, shape ``(n, channels)``, n above 11."""
    outputs: Arrays
    """All outputs for them, by name."""
    corpus: NDArray[np.float32]
    """Spectra of the recipe ``instrument``, shape ``(m, channels)``; m may be zero."""
    probabilities: NDArray[np.float32]
    """For ``corpus``, shape ``(m, groups)``."""


def reference_of(model: Trained, spectra: NDArray[np.float32] | None = None, compared: int = 0) -> Reference:
    """Run the Keras model on what its artefacts will be compared on.

    Args:
        model: The trained model.
        spectra: Probes, shape ``(n, channels)``, n above 11; None draws them from the corpus.
        compared: Number of spectra of the recipe ``instrument`` on which group decisions are compared.

    Returns:
        The reference, to be used for every artefact of the model.
    """
    graph = graph_of(model)
    if spectra is None:
        spectra = probe_spectra(model.metadata.max_shift_ev)
    outputs = {name: np.asarray(value) for name, value in graph(spectra, training=False).items()}
    corpus = corpus_spectra(model.metadata.max_shift_ev, compared)
    serve = serving_function(graph)  # traced, not layer by layer as above: for thousands of spectra the time counts
    chunks = [corpus[start : start + CHUNK] for start in range(0, compared, CHUNK)]
    parts = [np.asarray(serve(chunk)[PROBABILITIES]) for chunk in chunks]
    width = outputs[PROBABILITIES].shape[1]
    return Reference(spectra, outputs, corpus, np.concatenate([np.empty((0, width), np.float32), *parts]))


def measure(runtime: Runtime, reference: Reference, tolerance: Tolerance) -> tuple[dict[str, float], dict[str, float]]:
    """Compare an artefact with Keras: all outputs in batches of several sizes, then decisions on many spectra.

    Args:
        runtime: The artefact, loaded.
        reference: What Keras gives.
        tolerance: What is allowed.

    Returns:
        The largest difference per output on the probes, and ``Metadata.agreement`` on the corpus.

    Raises:
        ModelError: When a difference exceeds the tolerance.
    """
    spectra = reference.spectra
    edges = np.cumsum((0, *BATCHES))
    edges = np.append(edges, len(spectra)) if len(spectra) > edges[-1] else edges
    parts = [runtime.run(spectra[start:stop]) for start, stop in itertools.pairwise(edges)]
    measured = {name: np.concatenate([part[name] for part in parts]) for name in runtime.metadata.outputs}
    thresholds = np.asarray(runtime.metadata.thresholds, np.float32)
    what = f"{runtime.metadata.format} ({runtime.metadata.quantization})"
    errors = compare(reference.outputs, measured, tolerance, thresholds, what)
    if not len(reference.corpus):
        return errors, {}
    found = runtime.run(reference.corpus)[PROBABILITIES]
    return errors, agreement(reference.probabilities, found, tolerance, thresholds, what)
