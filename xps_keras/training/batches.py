"""A corpus as global batches, in an order that depends on seed and epoch alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xps_keras.corpus import Batch, Corpus
from xps_keras.corpus.ahead import ahead
from xps_keras.corpus.corpus import BLOCK
from xps_keras.training.losses import INPUTS, OBJECTIVES
from xps_keras.training.progress import tracked

Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class GlobalBatch:
    """A global batch: what a training graph takes, what its outputs are compared with, and how much rows count."""

    x: Columns
    y: Columns
    weight: NDArray[np.float32]


def pairs(batch: Batch, inputs: list[str], outputs: list[str]) -> tuple[Columns, Columns]:
    """Return what a training graph takes and what its outputs are compared with, by name."""
    x = {name: INPUTS[name](batch) for name in inputs}
    return x, {name: OBJECTIVES[name].target(batch) for name in outputs}


class FixedCorpus:
    """The first ``size`` spectra of a corpus, drawn once and held in memory (26 kB each), in a new order every epoch.

    Args:
        corpus: The corpus.
        size: Number of spectra.
        batch_size: Spectra per batch; an incomplete last batch is left out when ``shuffle`` is set, else filled up
            with rows of weight zero.
        inputs: Names of the training graph's inputs.
        outputs: Names of its outputs.
        shuffle: Seed of the order, None to keep it.
    """

    def __init__(
        self, corpus: Corpus, size: int, batch_size: int, inputs: list[str], outputs: list[str], shuffle: int | None
    ) -> None:
        self.size, self.shuffle = size, shuffle
        self.batch_size = batch_size if shuffle is None else min(batch_size, size)
        self.x, self.y = _held(corpus, size, inputs, outputs)

    def __len__(self) -> int:
        if self.shuffle is None:
            return -(-self.size // self.batch_size)
        return self.size // self.batch_size

    def epoch(self, number: int) -> Iterator[GlobalBatch]:
        """Yield the batches of an epoch, picked in a thread of its own while the network trains."""
        with ahead(self._picked(number), depth=4) as batches:
            yield from batches

    def _picked(self, number: int) -> Iterator[GlobalBatch]:
        order = np.arange(self.size)
        if self.shuffle is not None:
            order = np.random.default_rng([self.shuffle, number]).permutation(self.size)
        for index in range(len(self)):
            rows = order[index * self.batch_size : (index + 1) * self.batch_size]
            weight = (np.arange(self.batch_size) < len(rows)).astype(np.float32)
            rows = np.resize(rows, self.batch_size)
            yield GlobalBatch(_taken(self.x, rows), _taken(self.y, rows), weight)


class StreamedCorpus:
    """Fresh spectra for every step, never the same twice, in constant memory.

    Args:
        corpus: The corpus.
        size: Spectra per epoch.
        batch_size: Spectra per batch.
        inputs: Names of the training graph's inputs.
        outputs: Names of its outputs.
    """

    def __init__(self, corpus: Corpus, size: int, batch_size: int, inputs: list[str], outputs: list[str]) -> None:
        self.corpus, self.batch_size, self.inputs, self.outputs = corpus, min(batch_size, size), inputs, outputs
        self.steps = size // self.batch_size

    def __len__(self) -> int:
        return self.steps

    def epoch(self, number: int) -> Iterator[GlobalBatch]:
        """Yield the batches of an epoch, drawn in a thread of its own while the network trains."""
        with ahead(self._drawn(number), depth=8) as batches:
            yield from batches

    def _drawn(self, number: int) -> Iterator[GlobalBatch]:
        weight = np.ones(self.batch_size, np.float32)
        for index in range(self.steps):
            start = (number * self.steps + index) * self.batch_size
            yield GlobalBatch(*pairs(self.corpus.batch(start, self.batch_size), self.inputs, self.outputs), weight)


def _held(corpus: Corpus, size: int, inputs: list[str], outputs: list[str]) -> tuple[Columns, Columns]:
    """Draw block by block, so that nothing is held twice."""
    held: tuple[Columns, Columns] = {}, {}
    for start in tracked(range(0, size, BLOCK), "drawing"):
        count = min(BLOCK, size - start)
        for columns, drawn in zip(held, pairs(corpus.batch(start, count), inputs, outputs), strict=True):
            for name, array in drawn.items():
                target = columns.setdefault(name, np.empty((size, *array.shape[1:]), array.dtype))
                target[start : start + count] = array
    return held


def _taken(columns: Columns, rows: NDArray[np.intp]) -> Columns:
    return {name: array[rows] for name, array in columns.items()}
