"""What a model answers to test spectra beside the truth, gathered batch by batch in bounded memory."""

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from xps_keras.analysis.evidence import main_lines, measured_elements
from xps_keras.analysis.predictor import Predictor
from xps_keras.corpus import Batch, Corpus
from xps_keras.errors import UsageError
from xps_keras.evaluation.amounts import carrier_fractions, smallest_fractions
from xps_keras.evaluation.methods import decided
from xps_keras.fit.result import Method
from xps_keras.groups import GROUP_NAMES, groups_named
from xps_keras.library.library import Polymers

BATCH = 256
"""Spectra at a time."""


@dataclass(frozen=True, eq=False)
class Answers:
    """Answers and truth for ``n`` spectra: about 1 kB each, nothing of the length of the axis."""

    probabilities: NDArray[np.float32]
    """Shape ``(n, groups)``."""
    shift_ev: NDArray[np.float32]
    """Estimated shift in eV, shape ``(n,)``."""
    present: NDArray[np.bool_]
    """Groups that are there, shape ``(n, groups)``."""
    carriers: NDArray[np.float32]
    """Fraction of the sample that carries each group, shape ``(n, groups)``."""
    judged: NDArray[np.bool_]
    """Groups that ``analyze`` would judge if it knew the true shift, shape ``(n, groups)``."""
    smallest_fraction: NDArray[np.float32]
    """Fraction of the weakest polymer in each sample, shape ``(n,)``."""
    true_shift_ev: NDArray[np.float32]
    """Shape ``(n,)``."""
    reading_shift_ev: NDArray[np.float32]
    """Shape ``(n, readings)``; no column for a model with a single reading."""
    reading_uncertainty_ev: NDArray[np.float32]
    """Same shape."""
    reading_weight: NDArray[np.float32]
    """Same shape."""


def gather(
    runtime: Predictor,
    corpus: Corpus,
    size: int,
    batch_size: int = BATCH,
    advance: Callable[[int], None] | None = None,
    method: Method = "network",
) -> Answers:
    """Run a model on the first spectra of a corpus.

    Args:
        runtime: The model.
        corpus: The test spectra.
        size: Number of spectra, from 1.
        batch_size: Spectra drawn and run at a time; it does not change the answers.
        advance: Told after each batch how many spectra it held.
        method: Who decides the shift.

    Returns:
        Answers and truth.

    Raises:
        UsageError: Model and spectra have different groups.
    """
    require_labels(runtime, corpus.library)
    parts = []
    for start in range(0, size, batch_size):
        batch = corpus.batch(start, min(batch_size, size - start))
        parts.append(_answer(runtime, corpus, batch, method))
        if advance is not None:
            advance(len(batch))
    return Answers(
        **{field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Answers)}
    )


def require_labels(runtime: Predictor, library: Polymers) -> None:
    """Refuse to compare a model with spectra of another label set.

    Raises:
        UsageError: The groups of the model are not those of the library.
    """
    metadata = runtime.metadata
    if metadata.labels != library.labels:
        raise UsageError(
            f"The model {metadata.name} tells the {len(metadata.labels)} groups of the library '{metadata.library}', "
            f"but the library '{library.name}' has {len(library.labels)} others; test a model on the labels that it "
            "was trained with."
        )


def _answer(runtime: Predictor, corpus: Corpus, batch: Batch, method: Method) -> Answers:
    own_labels = runtime.metadata.own_labels
    outputs = decided(runtime.run(batch.intensity), batch.intensity, batch.measured, method, own_labels)
    none = np.empty((len(batch), 0), np.float32)
    return Answers(
        probabilities=outputs["probabilities"],
        shift_ev=outputs["shift_ev"][:, 0],
        present=batch.groups > 0.5,
        carriers=carrier_fractions(batch, corpus.library.group_counts),
        judged=judged_groups(batch, runtime.metadata.assessable, runtime.metadata.lines, runtime.metadata.labels),
        smallest_fraction=smallest_fractions(batch),
        true_shift_ev=batch.shift_ev.copy(),  # a view would keep the whole block of spectra alive
        reading_shift_ev=outputs.get("reading_shift_ev", none),
        reading_uncertainty_ev=outputs.get("reading_uncertainty_ev", none),
        reading_weight=outputs.get("reading_weight", none),
    )


def judged_groups(
    batch: Batch,
    assessable: tuple[bool, ...],
    lines: tuple[str, ...] | None = None,
    labels: tuple[str, ...] = GROUP_NAMES,
) -> NDArray[np.bool_]:
    """Tell which groups ``analyze`` would call present or absent rather than not assessable.

    Args:
        batch: Labelled spectra. The true shift says where a line has to be sought, so that the choice of groups does
            not depend on the model.
        assessable: Per group, whether a training polymer holds it.
        lines: Names of the lines that the model knows, None for every line of the table.
        labels: Names of the groups; one that a user's library brought needs no line.

    Returns:
        Shape ``(n, groups)``.
    """
    elements = sorted(main_lines(lines))
    measured = np.zeros((len(batch), len(elements)), bool)
    for row in range(len(batch)):
        found = measured_elements(batch.measured[row], float(batch.shift_ev[row]), lines)
        measured[row] = [element in found for element in elements]
    judged = np.zeros((len(batch), len(labels)), bool)
    for number, group in enumerate(groups_named(labels)):
        # An element without a line in the library can never be measured.
        if assessable[number] and set(group.elements) <= set(elements):
            judged[:, number] = measured[:, [elements.index(element) for element in group.elements]].all(axis=1)
    return judged
