"""Shards: which examples stand in which file, and how a file is written, here or on an Apache Beam worker."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import tensorflow_datasets as tfds
from etils import epath

from xps_keras.corpus.corpus import BLOCK, Batch, Corpus
from xps_keras.corpus.parallel import drawn_blocks
from xps_keras.corpus.recipes import Recipe
from xps_keras.datasets.xps_polymers.classes import class_numbers
from xps_keras.datasets.xps_polymers.schema import examples, serialize
from xps_keras.measured.store import find_library

SHARD = 8 * BLOCK
"""Examples in a file, some 15 MB. Whole blocks, so that no worker draws spectra that another one needs."""


@dataclass(frozen=True)
class Shard:
    """One file of a split: all that a worker needs to write it."""

    recipe: Recipe
    seed: int
    """Seed of the split's corpus."""
    library: str
    """Name of its library, or the path of an imported one."""
    split: str
    first: int
    """Number of its first example in the split, a multiple of ``SHARD``."""
    count: int
    """Number of its examples."""
    path: str
    file_format: str
    """Value of a ``tfds.core.FileFormat``."""


def shard_counts(size: int) -> list[int]:
    """Return the number of examples in each file of a split of ``size`` examples."""
    return [min(SHARD, size - first) for first in range(0, size, SHARD)]


def write_shards(shards: Sequence[Shard], processes: int, written: Callable[[int], None]) -> None:
    """Write the files of one split one after another.

    Args:
        shards: All files of the split, in order.
        processes: Further processes that draw; 0 draws in this one.
        written: Told how many more examples stand in files.

    Raises:
        InputError: A drawing process ended early.
    """
    total = sum(shard.count for shard in shards)
    blocks = -(-total // BLOCK)
    first = shards[0]
    with drawn_blocks(first.recipe, first.seed, blocks, processes, first.library) as drawn:
        for shard in shards:
            parts = (next(drawn)[: shard.count - done] for done in range(0, shard.count, BLOCK))
            _write(shard, parts, written)


def write_shard(shard: Shard) -> None:
    """Draw and write one file by itself."""
    corpus = Corpus(shard.recipe, shard.seed, find_library(shard.library))
    stretches = ((shard.first + done, min(BLOCK, shard.count - done)) for done in range(0, shard.count, BLOCK))
    _write(shard, (corpus.batch(first, count) for first, count in stretches), lambda count: None)


def write_with_beam(shards: Sequence[Shard], runner: Any, options: Any) -> None:
    """Write files as an Apache Beam pipeline, each by one worker.

    Args:
        shards: The files of all splits.
        runner: A Beam runner or its name.
        options: ``apache_beam`` pipeline options, None for the runner's own.
    """
    import apache_beam as beam

    with beam.Pipeline(runner=runner, options=options) as pipeline:
        # Reshuffled, or a runner may fuse the steps and give all files to one worker.
        _ = pipeline | beam.Create(shards) | beam.Reshuffle() | beam.Map(write_shard)


def _write(shard: Shard, parts: Iterable[Batch], written: Callable[[int], None]) -> None:
    numbers = class_numbers(shard.recipe, shard.library)

    def serialized() -> Iterator[tuple[str, bytes]]:
        first = shard.first
        for batch in parts:
            for key, example in examples(batch, shard.split, first, numbers):
                yield key, serialize(example)
            first += len(batch)
            written(len(batch))

    file_format = tfds.core.FileFormat.from_value(shard.file_format)
    adapter = tfds.core.file_adapters.ADAPTER_FOR_FORMAT[file_format]
    # Under another name until it is whole: a runner may start the same file twice.
    with tfds.core.utils.incomplete_file(epath.Path(shard.path)) as unfinished:
        adapter.write_examples(unfinished, serialized())
