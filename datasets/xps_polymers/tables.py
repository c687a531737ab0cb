"""What is known of a stored data set, as tables."""

import sys
from pathlib import Path

from rich.table import Table
from rich.text import Text

from xps_keras.datasets.xps_polymers.stored import find, library_of, recipe_of, splits_of
from xps_keras.datasets.xps_polymers.verify import verify
from xps_keras.files import StrPath
from xps_keras.progress import progress_bar
from xps_keras.terminal import console_for


def print_info(config: str, data_dir: StrPath | None) -> None:
    """Print recipe, seed, splits with checksums, and features of a data set.

    Args:
        config: Name of a config of ``xps_polymers``.
        data_dir: Folder of all data sets, None for that of TFDS.

    Raises:
        InputError: There is no such data set, or a file of it is missing.
    """
    builder = find(config, data_dir)
    recipe, metadata = recipe_of(builder), builder.info.metadata
    mixed_in = f", {100 * recipe.hypothetical:g} % of the components hypothetical" if recipe.hypothetical else ""
    console = console_for(sys.stdout)
    console.print(Text.assemble((builder.info.full_name, "bold"), f"\n  {builder.data_dir}"))
    shifts = "whole channels" if recipe.whole_channels else "any size"
    console.print(
        Text(
            f"  recipe {recipe.name}, shifts to {recipe.max_shift_ev:g} eV ({shifts}){mixed_in}, "
            f"seed {metadata['seed']}, drawn by xps-keras {metadata['package_version']}\n"
        )
    )
    splits = _table("split", "library", "seed", "spectra", "files", "MB", "SHA-256 of the files")
    for split in splits_of(builder):
        seed = str(metadata["split_seeds"][split.name])
        figures = (f"{split.examples:,}", str(split.files), f"{split.size_bytes / 1e6:.1f}")
        library = Path(library_of(builder, split.name)).stem
        splits.add_row(split.name, library, seed, *figures, split.sha256)
    console.print(splits)
    features = _table("feature", "shape", "dtype", "meaning")
    for name, feature in builder.info.features.items():
        spec = feature.get_tensor_spec()
        features.add_row(name, Text(str(tuple(spec.shape))), spec.dtype.name, Text(feature.doc.desc or ""))
    console.print(Text(""))
    console.print(features)


def print_verification(config: str, data_dir: StrPath | None, sample: int) -> None:
    """Check a data set and print what was compared.

    Args:
        config: Name of a config of ``xps_polymers``.
        data_dir: Folder of all data sets, None for that of TFDS.
        sample: Examples of each split to draw again.

    Raises:
        InputError: There is no such data set, or anything is not as it should be.
    """
    builder = find(config, data_dir)
    total = sum(split.num_examples for split in builder.info.splits.values())
    with progress_bar(total, shown=sys.stderr.isatty()) as advance:
        found = verify(builder, sample, report=advance)
    same = (
        "the same bytes"
        if found.largest_deviation == 0
        else f"within {found.largest_deviation:.1g} of the highest channel"
    )
    console = console_for(sys.stdout)
    console.print(Text(f"{builder.info.full_name}: {found.examples:,} spectra, each there once"))
    console.print(Text(f"  {found.redrawn:,} drawn again: {same}"))
    for split, sigmas in found.frequencies.items():
        furthest = "not judged" if sigmas is None else f"all as often as expected, the furthest {sigmas:.1f} sigma off"
        console.print(Text(f"  groups in {split}: {furthest}"))


def _table(*titles: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for title in titles:
        table.add_column(title, justify="right" if title in ("seed", "spectra", "files", "MB") else "left")
    return table
