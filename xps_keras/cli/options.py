"""Options that several commands share, each declared once, and how their lists of words and numbers are read.

An option of one command alone stands beside that command. Only Typer is imported here.
"""

import os
from pathlib import Path
from typing import Annotated

import typer

from xps_keras.cli.extras import TRAINING, needing
from xps_keras.errors import UsageError

Model = Annotated[str, typer.Option(metavar="PATH", help="Artefact to use: TFLite, ONNX or SavedModel.")]
Png = Annotated[Path | None, typer.Option("--png", metavar="OUT", help="Write a picture here.")]
LibraryName = Annotated[
    str, typer.Option("--library", metavar="NAME", help="Library: polymers, or the name of an imported one.")
]

Recipe = Annotated[
    str, typer.Option(metavar="NAME", help="Recipe: paper, generalise, instrument, surface, or a .toml file.")
]
OwnNetwork = Annotated[
    str | None,
    typer.Option(
        "--network", metavar="FILE.py", help="Run this file first: it defines layers that the .keras file holds."
    ),
]
MaxShift = Annotated[
    float | None,
    typer.Option(metavar="EV", min=0.0, help="Largest shift, either sign; the recipe's own when left out."),
]
Size = Annotated[int | None, typer.Option(min=1, help="Training spectra; the network's own when left out.")]
Epochs = Annotated[int | None, typer.Option(min=1, help="Most epochs; the network's own when left out.")]
Stream = Annotated[bool, typer.Option("--stream", help="Draw fresh spectra in every epoch.")]

Workers = Annotated[
    str | None,
    typer.Option(metavar="HOST:PORT,...", help="All worker processes, the chief first; TF_CONFIG when left out."),
]
WorkerIndex = Annotated[int | None, typer.Option(min=0, help="Place of this process among the workers, from 0.")]
Join = Annotated[
    bool, typer.Option("--join", help="Make the table of what all workers trained; one that is missing is refused.")
]

Out = Annotated[
    Path, typer.Option(metavar="DIR", help="Folder for models, JSON and picture; begun work in it goes on.")
]
GivenMaxShift = Annotated[float, typer.Option(metavar="EV", min=0.0, help="Largest shift, either sign.")]
Seed = Annotated[int, typer.Option(min=0, help="Seed of the trainings.")]
ValidationSize = Annotated[int, typer.Option(min=1, help="Validation spectra, for early stopping and calibration.")]
TestSize = Annotated[int, typer.Option(min=1, help="Test spectra per measurement.")]
TestSeed = Annotated[int, typer.Option(min=0, help="Seed of the test spectra.")]


class OptionError(UsageError):
    """An option was given a value that it does not take, or one that does not go with another: exit status 2."""


def from_home(text: str) -> Path:
    """Read a path that may begin with ``~``, which shells replace in ``--out ~/x`` but not in ``--out=~/x``."""
    return Path(os.path.expanduser(text))


def near_285(energy_ev: float | None) -> float | None:
    """Check an energy in eV for saturated hydrocarbon C 1s; None, where nothing was given, passes.

    Raises:
        typer.BadParameter: The energy is none of saturated hydrocarbon C 1s.
    """
    if energy_ev is not None and not 280.0 <= energy_ev <= 290.0:  # written so that NaN fails too
        raise typer.BadParameter("saturated hydrocarbon C 1s lies near 285 eV; give an energy from 280 to 290 eV.")
    return energy_ev


def run_network(name: str | None, command: str) -> None:
    """Run the Python file of a network where one is named, so that Keras knows its layers.

    Args:
        name: Value of ``--network``.
        command: Name of the command, for the message.

    Raises:
        UsageError: TensorFlow is missing, or the file is no network.
    """
    if name is not None:
        needing("xps_keras.own_networks", command, TRAINING).find_network(name)


def words(text: str) -> list[str]:
    """Part a list at its commas."""
    return [word.strip() for word in text.split(",") if word.strip()]


def numbers(text: str, option: str) -> list[float]:
    """Read a list of numbers.

    Args:
        text: The list, parted by commas.
        option: Name of the option, for the message.

    Raises:
        OptionError: One of them is no number.
    """
    try:
        return [float(word) for word in words(text)]
    except ValueError as error:
        raise OptionError(f"{option} takes numbers separated by commas, not '{text}'.") from error


def whole_numbers(text: str, option: str, least: int = 1) -> tuple[int, ...]:
    """Read a list of whole numbers.

    Args:
        text: The list, parted by commas.
        option: Name of the option, for the message.
        least: The smallest number allowed.

    Raises:
        OptionError: One of them is no whole number, or too small.
    """
    found = numbers(text, option)
    if not all(number.is_integer() and number >= least for number in found):
        raise OptionError(f"{option} takes whole numbers from {least}, separated by commas, not '{text}'.")
    return tuple(int(number) for number in found)
