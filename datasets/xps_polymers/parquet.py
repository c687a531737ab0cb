"""A stored data set as Parquet files, for readers without TensorFlow: values as TFDS gives them, to the byte."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.datasets.xps_polymers.card import card
from xps_keras.datasets.xps_polymers.croissant import PARQUET, croissant, described
from xps_keras.datasets.xps_polymers.features import kind_of
from xps_keras.datasets.xps_polymers.refusals import require_room, sentences
from xps_keras.datasets.xps_polymers.stored import find, library_of, read
from xps_keras.datasets.xps_polymers.xps_polymers_dataset_builder import Builder
from xps_keras.errors import UsageError
from xps_keras.files import StrPath
from xps_keras.progress import progress_bar
from xps_keras.staging import clear_leftovers, install, staging

METADATA_KEY = "xps_polymers"
"""Key in the schema metadata of every file; its value is JSON."""
COMPRESSION = "lz4"
"""2.9 kB a spectrum. zstd makes 2.6 kB and is 8 % slower to read; what takes most of the time is building the lists."""
ROWS = 512
"""Spectra in a row group, 17 MB when read: what a reader holds at a time."""


def export_parquet(config: str, data_dir: StrPath | None, out: StrPath) -> Path:
    """Write a data set as Parquet files, with Croissant metadata and a card, whole or not at all.

    Args:
        config: Name of a config of ``xps_polymers`` that stands on disk.
        data_dir: Folder of all data sets, None for that of TFDS.
        out: Folder to write; it must not exist, or be empty.

    Returns:
        The folder: ``data/SPLIT-00000-of-00020.parquet`` and so on, ``croissant.json`` and ``README.md``.

    Raises:
        XpsKerasError: There is no such data set or it is damaged, something stands in ``out``, or it cannot be written.
    """
    out = Path(out)
    builder = find(config, data_dir)
    with sentences(out, "the export"):
        clear_leftovers(out)
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise UsageError(f"{out}: something stands here already; name another folder.")
        require_room(out, builder.info.splits.total_num_examples, "name another folder with --out")
        with staging(out) as folder:
            (folder / "data").mkdir()
            with progress_bar(builder.info.splits.total_num_examples, shown=sys.stderr.isatty()) as advance:
                for path, table in _tables(builder, folder / "data"):
                    _write(path, table)
                    advance(len(table))
            files = [described(path, folder, path.name.split("-")[0]) for path in sorted(folder.glob("data/*"))]
            (folder / "croissant.json").write_text(croissant(builder, files, PARQUET), encoding="utf-8")
            (folder / "README.md").write_text(card(builder), encoding="utf-8")
            install(folder, out)
    return out


def schema_of(builder: Builder, split: str) -> pa.Schema:
    """Return columns and metadata of a split's files; no value is ever missing.

    The metadata holds under ``METADATA_KEY`` as JSON the names of groups and polymers, axis, recipe, seeds, library and
    versions.

    Args:
        builder: From ``stored.find``.
        split: Name of the split.
    """
    info = builder.info
    metadata = {name: info.metadata[name] for name in ("recipe", "seed", "split_seeds", "size", "package_version")}
    about = {
        "name": f"{builder.name}/{builder.builder_config.name}",
        "version": str(builder.version),
        "split": split,
        "axis": {"first_ev": AXIS.low_ev, "step_ev": AXIS.step_ev, "channels": AXIS.size},
        "groups": list(info.features["groups"].names),
        "polymers": list(info.features["polymers"].feature.names),
        "library": Path(library_of(builder, split)).stem,
        "library_sha256": dict(info.metadata.get("library_sha256", {})),
        **metadata,
    }
    fields = [pa.field(name, _type(feature), nullable=False) for name, feature in info.features.items()]
    return pa.schema(fields, {METADATA_KEY: json.dumps(about, ensure_ascii=False)})


def _type(feature: Any) -> pa.DataType:
    dtype, length = kind_of(feature)
    single = pa.type_for_alias(dtype)
    return single if length is None else pa.list_(pa.field("element", single, nullable=False), length)


def _tables(builder: Builder, folder: Path) -> Iterator[tuple[Path, pa.Table]]:
    """Read the data set file by file; each becomes a Parquet file of the same spectra in the same order."""
    for split, about in builder.info.splits.items():
        schema = schema_of(builder, split)
        first = 0
        for number, count in enumerate(about.shard_lengths):
            rows = [
                pa.record_batch([_column(batch[field.name], field.type) for field in schema], schema=schema)
                for batch in read(builder, f"{split}[{first}:{first + count}]")
            ]
            first += count
            name = f"{split}-{number:05d}-of-{len(about.shard_lengths):05d}.parquet"
            yield folder / name, pa.Table.from_batches(rows, schema)


def _column(values: NDArray[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_fixed_size_list(kind):
        return pa.FixedSizeListArray.from_arrays(pa.array(values.reshape(-1)), type=kind)
    return pa.array(values, type=kind)


def _write(path: Path, table: pa.Table) -> None:
    # Dictionaries find nothing in spectra, and limits of single channels help nobody to find one.
    with_limits = [field.name for field in table.schema if not pa.types.is_fixed_size_list(field.type)]
    settings: dict[str, Any] = {"compression": COMPRESSION, "use_dictionary": False, "write_statistics": with_limits}
    pq.write_table(table, path, row_group_size=ROWS, **settings)
