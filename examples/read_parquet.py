"""Read an exported data set as NumPy batches, without TensorFlow and without this package.

``python examples/read_parquet.py DIR``, after ``xps-keras dataset export --out DIR``; needs ``pip install pyarrow``.
For PyTorch: ``torch.from_numpy(batch["spectrum"])``; for JAX: ``jax.numpy.asarray(batch["spectrum"])``.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq


def about(folder: str | Path, split: str = "train") -> dict[str, Any]:
    """Return what a split's files say of themselves: names of groups and polymers, axis, recipe, seeds, versions."""
    first = min(Path(folder, "data").glob(f"{split}-*.parquet"))
    found: dict[str, Any] = json.loads(pq.read_schema(first).metadata[b"xps_polymers"])
    return found


def batches(
    folder: str | Path,
    split: str = "train",
    names: Sequence[str] = ("spectrum", "groups"),
    size: int = 256,
    seed: int | None = None,
) -> Iterator[dict[str, np.ndarray]]:
    """Read a split once.

    Args:
        folder: The export.
        split: ``train``, ``validation`` or ``test``.
        names: Features to read; others cost nothing.
        size: Spectra in a batch; the last one of each row group (512 spectra) may be smaller.
        seed: None for the order of the files; else row groups come in another order, and the spectra in each too.

    Yields:
        Arrays by feature, the first axis the spectra.
    """
    files = [pq.ParquetFile(path) for path in sorted(Path(folder, "data").glob(f"{split}-*.parquet"))]
    places = [(file, group) for file in files for group in range(file.num_row_groups)]
    rng = None if seed is None else np.random.default_rng(seed)
    for file, group in places if rng is None else [places[at] for at in rng.permutation(len(places))]:
        table = file.read_row_group(group, columns=list(names))
        columns = {name: as_numpy(table[name].combine_chunks()) for name in names}
        order = np.arange(len(table)) if rng is None else rng.permutation(len(table))
        for start in range(0, len(table), size):
            rows = slice(start, start + size) if rng is None else order[start : start + size]
            yield {name: values[rows] for name, values in columns.items()}


def as_numpy(column: pa.Array) -> np.ndarray:
    """Return a column as an array of shape ``(rows,)``, or ``(rows, n)`` where each row holds n values."""
    if pa.types.is_fixed_size_list(column.type):
        return column.flatten().to_numpy(zero_copy_only=False).reshape(len(column), -1)
    return column.to_numpy(zero_copy_only=False)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python examples/read_parquet.py DIR")
    if not list(Path(sys.argv[1], "data").glob("train-*.parquet")):
        sys.exit(
            f"{sys.argv[1]}: there is no data/train-*.parquet here; `xps-keras dataset export --out DIR` writes it."
        )
    told = about(sys.argv[1])
    print(f"{told['name']} {told['version']}, {len(told['groups'])} groups, recipe {told['recipe']['name']}")
    read = 0
    for batch in batches(sys.argv[1], seed=1):
        read += len(batch["spectrum"])
    print(f"{read} spectra; the last batch: {batch['spectrum'].shape} and {batch['groups'].shape}")
