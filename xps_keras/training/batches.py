"""A corpus as the batches that ``fit`` takes."""

from typing import Any

import keras
import numpy as np

from xps_keras.corpus import Batch, Corpus


def pairs(batch: Batch, inputs: list[str], outputs: list[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what a training graph takes and what its outputs are compared with, by name."""
    fields = {
        "intensity": batch.intensity,
        "true_shift_ev": batch.shift_ev[:, None],
        "shift_ev": batch.shift_ev[:, None],
        "logits": batch.groups,
    }
    return {name: fields[name] for name in inputs}, {name: fields[name] for name in outputs}


class FixedCorpus(keras.utils.PyDataset):
    """The first ``size`` spectra of a corpus, drawn once and held in memory (26 kB each), in a new order every epoch.

    Args:
        corpus: The corpus.
        size: Number of spectra.
        batch_size: Spectra per batch; an incomplete last batch is left out when ``shuffle`` is set.
        inputs: Names of the training graph's inputs.
        outputs: Names of its outputs.
        shuffle: Seed of the order, None to keep it.
    """

    def __init__(
        self, corpus: Corpus, size: int, batch_size: int, inputs: list[str], outputs: list[str], shuffle: int | None
    ) -> None:
        super().__init__()
        drawn = corpus.batch(0, size)
        self.x, self.y = pairs(drawn, inputs, outputs)
        self.size, self.batch_size, self.shuffle = size, batch_size, shuffle
        self.start_epoch(0)

    def start_epoch(self, epoch: int) -> None:
        """Draw the order of an epoch from the seed and the epoch's number, so that a resumed run repeats it."""
        order = np.arange(self.size)
        if self.shuffle is not None:
            order = np.random.default_rng([self.shuffle, epoch]).permutation(self.size)
        self.order = order

    def __len__(self) -> int:
        if self.shuffle is None:
            return -(-self.size // self.batch_size)
        return max(self.size // self.batch_size, 1)

    def __getitem__(self, index: int) -> tuple[dict[str, Any], dict[str, Any]]:
        rows = self.order[index * self.batch_size : (index + 1) * self.batch_size]
        return {k: v[rows] for k, v in self.x.items()}, {k: v[rows] for k, v in self.y.items()}


class StreamedCorpus(keras.utils.PyDataset):
    """Fresh spectra for every step, never the same twice, in constant memory.

    Args:
        corpus: The corpus.
        size: Spectra per epoch.
        batch_size: Spectra per batch.
        inputs: Names of the training graph's inputs.
        outputs: Names of its outputs.
    """

    def __init__(self, corpus: Corpus, size: int, batch_size: int, inputs: list[str], outputs: list[str]) -> None:
        # One worker thread draws while the network trains; NumPy's transforms and draws release the lock.
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=16)
        self.corpus, self.batch_size, self.inputs, self.outputs = corpus, batch_size, inputs, outputs
        self.steps = max(size // batch_size, 1)
        self.epoch = 0

    def start_epoch(self, epoch: int) -> None:
        """Go on to the spectra of an epoch."""
        self.epoch = epoch

    def __len__(self) -> int:
        return self.steps

    def __getitem__(self, index: int) -> tuple[dict[str, Any], dict[str, Any]]:
        start = (self.epoch * self.steps + index) * self.batch_size
        return pairs(self.corpus.batch(start, self.batch_size), self.inputs, self.outputs)
