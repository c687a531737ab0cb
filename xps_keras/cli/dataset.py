"""``xps-keras dataset``: build, describe, draw, check and export the TFDS data set ``xps_polymers``.

The options stand here; the work needs TensorFlow and stands in ``xps_keras.datasets.xps_polymers``.
"""

import os
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer

from xps_keras.cli.extras import needing
from xps_keras.cli.options import from_home

dataset_app = typer.Typer(
    help="The corpus as a TensorFlow data set, xps_polymers.", no_args_is_help=True, rich_markup_mode=None
)

Config = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        help="paper, paper_shift_0 ... 5, instrument, generalise, unseen_fold_0 ... 4, measured, or a recipe's name.",
    ),
]
DataDir = Annotated[
    str | None,  # a place such as gs://bucket/data is none that Path could hold
    typer.Option(
        metavar="DIR",
        parser=os.path.expanduser,
        help="Folder of all data sets; TFDS_DATA_DIR or ~/tensorflow_datasets if left out.",
    ),
]


class Format(StrEnum):
    """Files that a data set is exported as."""

    PARQUET = "parquet"


@dataset_app.command()
def build(
    config: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="paper, paper_shift_0 ... 5, instrument, generalise, unseen_fold_0 ... 4 or measured.",
            show_default="paper",
        ),
    ] = None,
    recipe: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            parser=os.path.expanduser,
            help="Recipe, or .toml file, in place of a config, or for the config measured.",
        ),
    ] = None,
    data_dir: DataDir = None,
    size: Annotated[
        int | None, typer.Option(help="Spectra of train, validation and test together, 80:5:20; 105000 if left out.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the spectra; 42 if left out.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Build anew what stands there.")] = False,
    processes: Annotated[
        int | None, typer.Option(min=0, help="Further processes that draw; one less than processors if left out.")
    ] = None,
    beam: Annotated[bool, typer.Option("--beam", help="Write with Apache Beam.")] = False,
    beam_options: Annotated[
        str, typer.Option(metavar="NAME=VALUE,...", help="Pipeline options, for example runner=FlinkRunner.")
    ] = "",
    library: Annotated[
        str | None, typer.Option(metavar="NAME", help="For measured: which of the imported libraries.")
    ] = None,
    manual_dir: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", parser=from_home, help="For measured: folder of imported libraries other than the usual one."
        ),
    ] = None,
) -> None:
    """Draw a data set and write it where tfds.load finds it."""
    if beam_options and not beam:
        raise typer.BadParameter("give --beam as well.", param_hint="--beam-options")
    if recipe is not None and config not in (None, "measured"):
        raise typer.BadParameter(f"the config {config} has a recipe of its own.", param_hint="--recipe")
    work = _module("build", "build")
    chosen = (config or "paper") if recipe is None else work.config_of(recipe, measured=config == "measured")
    print(
        work.build(
            chosen,
            data_dir,
            size,
            seed,
            overwrite=overwrite,
            processes=processes,
            beam_options=beam_options if beam else None,
            library=library,
            manual_dir=manual_dir,
        )
    )


@dataset_app.command()
def info(config: Config = "paper", data_dir: DataDir = None) -> None:
    """Describe a data set: recipe, seed, splits, checksums, features."""
    _module("tables", "info").print_info(config, data_dir)


@dataset_app.command()
def show(
    png: Annotated[Path, typer.Option(metavar="OUT", parser=from_home, help="Write the picture here.")],
    config: Config = "paper",
    data_dir: DataDir = None,
    split: Annotated[str, typer.Option(help="A split, or a part of one such as test[100:].")] = "train",
    count: Annotated[int, typer.Option(min=1, max=24, help="Number of spectra.")] = 6,
) -> None:
    """Draw a grid of labelled spectra."""
    from xps_keras.cli.outputs import writable

    writable(png)
    _module("picture", "show").save_grid(png, config, data_dir, split, count)


@dataset_app.command()
def verify(
    config: Config = "paper",
    data_dir: DataDir = None,
    sample: Annotated[int, typer.Option(min=1, help="Spectra of each split to draw again and compare.")] = 1024,
) -> None:
    """Draw a sample again and compare; count the groups."""
    _module("tables", "verify").print_verification(config, data_dir, sample)


@dataset_app.command()
def export(
    out: Annotated[
        Path, typer.Option(metavar="DIR", parser=from_home, help="Folder to write, which must not exist yet.")
    ],
    config: Config = "paper",
    data_dir: DataDir = None,
    files: Annotated[Format, typer.Option("--format", help="Files to write.")] = Format.PARQUET,
) -> None:
    """Write a data set as files that are read without TensorFlow."""
    print(_module(files.value, "export", "train,parquet").export_parquet(config, data_dir, out))


def _module(name: str, command: str, extras: str = "train") -> ModuleType:
    return needing("xps_keras.datasets.xps_polymers." + name, f"dataset {command}", extras)
