"""Data sets that stand on disk: finding, describing and reading them."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tensorflow as tf
import tensorflow_datasets as tfds

from xps_keras.corpus.recipes import Recipe, recipe_from_dict
from xps_keras.datasets.xps_polymers.build import named_builder
from xps_keras.datasets.xps_polymers.xps_polymers_dataset_builder import Builder, PolymersConfig
from xps_keras.errors import InputError, UsageError
from xps_keras.files import StrPath, read_regular
from xps_keras.library.editions import in_edition

LARGEST_METADATA = 10_000_000
"""Bytes of a data set's metadata, which take some thousand."""


@dataclass(frozen=True)
class Split:
    """What stands in the files of a split."""

    name: str
    examples: int
    files: int
    size_bytes: int
    sha256: str
    """Of the contents of all files, in the order of their numbers: equal for equal data sets."""


def find(config: str, data_dir: StrPath | None) -> Builder:
    """Find a finished data set.

    Args:
        config: Name of a config of ``xps_polymers``.
        data_dir: Folder of all data sets, None for that of TFDS.

    Returns:
        Its builder, which knows what stands on disk.

    Raises:
        InputError: There is no such config, or it has not been built in this folder.
    """
    if config not in Builder.builder_configs and (own := _of_a_recipe(config, data_dir)) is not None:
        return own
    builder = named_builder(config, data_dir)
    if not builder.is_prepared():
        for version in Builder.SUPPORTED_VERSIONS:
            older = named_builder(config, data_dir, version=str(version))
            if older.is_prepared():
                return older
        place = "" if data_dir is None else f" --data-dir {data_dir}"
        raise InputError(
            f"{builder.data_dir_root}: there is no data set xps_polymers/{config}; "
            f"build it with `xps-keras dataset build --config {config}{place}`."
        )
    return builder


def _of_a_recipe(config: str, data_dir: StrPath | None) -> Builder | None:
    """Find a data set of a recipe that no config of the package names; it carries the recipe itself."""
    root = Path(named_builder("paper", data_dir).data_dir_root)
    for version in (Builder.VERSION, *Builder.SUPPORTED_VERSIONS):
        metadata = root / Builder.name / config / str(version) / "metadata.json"
        if not metadata.is_file():
            continue
        try:
            given = recipe_from_dict(json.loads(read_regular(metadata, LARGEST_METADATA))["recipe"])
        except (ValueError, KeyError, TypeError, OSError, AttributeError, RecursionError) as error:
            raise InputError(f"{metadata}: this file is damaged; build the data set anew with --overwrite.") from error
        library = None if config.startswith("measured_") else "polymers"
        found = PolymersConfig(
            name=config, description=f"Drawn by the recipe {given.name}.", library=library, given=given
        )
        return named_builder(found, data_dir, version=str(version))
    return None


def recipe_of(builder: Builder) -> Recipe:
    """Return the recipe that a stored data set was drawn with."""
    return recipe_from_dict(builder.info.metadata["recipe"])


def library_of(builder: Builder, split: str) -> str:
    """Return the name of the library of a split, in the edition of the data set, or the path of an imported one."""
    return in_edition(stored_library_of(builder, split), builder.edition)


def stored_library_of(builder: Builder, split: str) -> str:
    """Return the name of the library of a split as the data set has it."""
    # Data sets of version 1.0.0 name one library for all splits.
    libraries = builder.info.metadata.get("libraries", {})
    return str(libraries.get(split, builder.info.metadata["library"]))


def splits_of(builder: Builder) -> list[Split]:
    """Read the files of a data set and describe its splits.

    Args:
        builder: From ``find``.

    Returns:
        The splits.

    Raises:
        InputError: A file is missing.
    """
    described = []
    for name, split in builder.info.splits.items():
        digest = hashlib.sha256()
        for path in split.filepaths:
            if not path.exists():
                raise InputError(f"{path}: this file is missing; build the data set anew with --overwrite.")
            with open(path, "rb") as stream:
                while piece := stream.read(1 << 20):
                    digest.update(piece)
        size = sum(path.stat().length for path in split.filepaths)
        described.append(Split(name, split.num_examples, len(split.filepaths), size, digest.hexdigest()))
    return described


def read(builder: Builder, split: str, names: tuple[str, ...] | None = None) -> Iterator[dict[str, Any]]:
    """Read examples in batches of 256.

    Args:
        builder: From ``find``.
        split: A split or a part of one, for example ``train[:100]``.
        names: Features to read, None for all.

    Yields:
        Arrays by the name of their feature, the first axis the examples.

    Raises:
        InputError: A file is missing or damaged.
        UsageError: There is no such part of a split.
    """
    decoders = None if names is None else tfds.decode.PartialDecoding(dict.fromkeys(names, True))
    once = tfds.ReadConfig(try_autocache=False)
    try:
        try:
            stored = builder.as_dataset(split=split, decoders=decoders, read_config=once)
            if builder.info.splits[split].num_examples < 0:
                raise ValueError("it ends before it begins")
        except ValueError as error:
            held = ", ".join(f"{name} ({each.num_examples:,})" for name, each in builder.info.splits.items())
            raise UsageError(
                f"'{split[:60]}' is no part of a split; there are {held}, and a part is written train[100:200] or "
                "test[:50%]."
            ) from error
        yield from tfds.as_numpy(stored.batch(256))
    except (tf.errors.OpError, OSError) as error:
        reason = error.message if isinstance(error, tf.errors.OpError) else str(error)
        raise InputError(
            f"{builder.data_dir}: the split '{split}' cannot be read ({reason}); build it anew with --overwrite."
        ) from error
