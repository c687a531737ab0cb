"""What a call of ``analyze`` will do, file by file; every output is checked before any work begins."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from xps_keras.cli.inputs import Inputs
from xps_keras.cli.job import Job
from xps_keras.cli.outputs import Identity, different, not_an_input, protected, taken_names, targets, writable
from xps_keras.errors import UsageError
from xps_keras.files import through
from xps_keras.pretrained import PRETRAINED

if TYPE_CHECKING:
    from xps_keras.fit.result import Method

PICTURES = (".png", ".svg", ".pdf")
TABLES = (".csv", ".xlsx")


@dataclass(frozen=True)
class Wishes:
    """What was asked for, option by option."""

    files: tuple[Path, ...]
    model: str = PRETRAINED
    json_out: str | None = None
    """A file, or ``-`` for stdout."""
    table: Path | None = None
    picture: Path | None = None
    picture_format: str | None = None
    """``png``, ``svg`` or ``pdf``."""
    style: Literal["slide", "paper"] = "slide"
    vamas: Path | None = None
    columns: Path | None = None
    html: Path | None = None
    reference_ev: float = 285.0
    method: "Method" = "network"
    charge: str | None = None
    components: bool = False
    sensitivity: Path | None = None
    sample: str | None = None
    processes: int | None = None
    explain: bool = False
    quiet: bool = False
    verbose: bool = False


@dataclass(frozen=True)
class Plan:
    """The files of a call and where everything goes."""

    jobs: tuple[Job, ...]
    picture_suffix: str
    inputs: frozenset[Identity]
    """What no output may replace."""
    derived: bool
    """Whether names of outputs come up only when a file is read: numbered pictures, regions as columns."""
    writes: bool
    """Whether anything goes to a file."""


def plan(wishes: Wishes, inputs: Inputs) -> Plan:
    """Name every output and check it.

    Args:
        wishes: What was asked for.
        inputs: The files.

    Returns:
        One job a file.

    Raises:
        UsageError: An output cannot be written, would overwrite an input or the model, or is named twice.
    """
    suffix = _picture_suffix(wishes, inputs)
    pictures = targets(wishes.picture, inputs, suffix)
    copies = targets(wishes.vamas, inputs, ".vms")
    csv_folder = wishes.columns is not None and (inputs.several or os.path.isdir(wishes.columns))
    regions = targets(wishes.columns, inputs, "" if csv_folder else ".csv")
    json_out = None if wishes.json_out in (None, "-") else Path(str(wishes.json_out))
    for path in (json_out, _table(wishes.table), wishes.html):
        if path is not None:
            writable(path, make_folder=True)
    outputs = [json_out, wishes.table, wishes.html, *pictures, *copies, *regions]
    writes = any(path is not None for path in outputs)
    others = [] if wishes.sensitivity is None else [wishes.sensitivity]
    keep = protected(inputs, wishes.model, others) if writes else frozenset()
    different(outputs)
    for path in outputs:
        if path is not None:
            not_an_input(path, keep)
    taken = taken_names(pictures)
    jobs = tuple(
        Job(
            path=str(item.path),
            name=os.path.join(item.folder, item.path.name),
            found=item.found,
            picture=_text(pictures[index]),
            vamas=_text(copies[index]),
            csv=_text(regions[index]),
            csv_folder=csv_folder,
            taken=taken[index],
        )
        for index, item in enumerate(inputs.files)
    )
    derived = wishes.picture is not None or wishes.columns is not None
    return Plan(jobs, suffix, keep, derived, writes)


def _table(path: Path | None) -> Path | None:
    if path is None or through(path):
        return path
    suffix = path.suffix.lower()
    if suffix not in TABLES:
        raise UsageError(f"{path}: a table is written as .csv or .xlsx; end its name with one of them.")
    if suffix == ".xlsx":
        from xps_keras.analysis.table import needs_xlsx

        needs_xlsx()
    return path


def _picture_suffix(wishes: Wishes, inputs: Inputs) -> str:
    """Return the suffix of pictures: in a folder the one that was asked for, else that of the file."""
    wanted = None if wishes.picture_format is None else f".{wishes.picture_format}"
    path = wishes.picture
    if path is None or inputs.several or os.path.isdir(path):
        return wanted or PICTURES[0]
    suffix = path.suffix.lower()
    if wanted is not None and suffix in PICTURES and wanted != suffix:
        raise UsageError(f"{path}: this name and --picture-format {wishes.picture_format} do not go together.")
    if suffix in PICTURES or (through(path) and suffix == ""):
        return wanted or suffix or PICTURES[0]
    raise UsageError(f"{path}: a picture is written as .png, .svg or .pdf; end its name with one of them.")


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)
