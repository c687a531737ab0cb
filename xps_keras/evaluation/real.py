"""Measure a model on a folder of real files whose charge, and maybe groups, are known from elsewhere."""

import csv
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from xps_keras.analysis.analyzing import analyze
from xps_keras.analysis.predictor import Runnable
from xps_keras.errors import InputError, XpsKerasError
from xps_keras.groups import GROUP_NAMES
from xps_keras.io import read
from xps_keras.plain import json_text
from xps_keras.version import __version__

SCHEMA = "xps-keras/real-evaluation/1"
"""Name and version of the JSON form; the number rises when a field changes its meaning."""
DOUBT = frozenset(
    {
        "classical-disagrees",
        "shift-at-limit",
        "regions-disagree",
        "unexplained-signal",
        "charge-undecided",
    }
)
"""Codes of warnings that say that the charge is doubtful."""
NEEDED = ("file", "shift_ev", "tolerance_ev")
"""Columns that the table must have; ``groups`` may stand beside them."""

Outcome = Literal["right", "flagged", "WRONG", "refused"]
"""``right``: within the tolerance. ``flagged``: not, but a warning says that the charge is doubtful. ``WRONG``: not,
and no such warning. ``refused``: no answer."""


@dataclass(frozen=True)
class Known:
    """What is known about a file."""

    file: str
    """Its path inside the folder."""
    shift_ev: float
    """Measured minus true binding energy in eV, saturated hydrocarbon C 1s at 285.0 eV."""
    tolerance_ev: float
    """How far from it an answer is still right, in eV."""
    groups: tuple[str, ...] | None
    """The groups that it holds; None where the table does not say."""


@dataclass(frozen=True)
class Scored:
    """What was said about a file."""

    known: Known
    outcome: Outcome
    shift_ev: float | None
    """What was said; None where no answer was given."""
    uncertainty_ev: float | None
    doubts: tuple[str, ...]
    """Codes of the warnings that say that the charge is doubtful."""
    present: tuple[str, ...]
    """Groups that were called present."""
    missed: tuple[str, ...] | None
    """Known groups that were not called, though assessable; None where groups are not known."""
    false: tuple[str, ...] | None
    """Groups that were called and are not known to be there; None where groups are not known."""
    message: str | None
    """Why no answer was given."""


def read_known(folder: Path, labels: tuple[str, ...] = GROUP_NAMES) -> tuple[Known, ...]:
    """Read the table of known shifts of a folder: its one CSV file with the columns ``NEEDED``.

    Args:
        folder: The folder.
        labels: Names of the groups of the model.

    Returns:
        What is known, in the order of the table.

    Raises:
        InputError: There is no such folder or table, there are several tables, or a row cannot be used.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: there is no such folder; name one with spectra and a table of known shifts.")
    found = {path: rows for path in sorted(folder.glob("*.csv")) if (rows := _rows(path)) is not None}
    if not found:
        raise InputError(f"{folder}: no CSV file in it has the columns {', '.join(NEEDED)}; add such a table.")
    if len(found) > 1:
        names = ", ".join(path.name for path in found)
        raise InputError(f"{folder}: there are several tables with the column `shift_ev` ({names}); keep one of them.")
    ((path, rows),) = found.items()
    if not rows:
        raise InputError(f"{path}: the table has no rows; add a line for each spectrum.")
    return tuple(_known(row, f"{path}, row {number}", folder, labels) for number, row in rows)


def _rows(path: Path) -> list[tuple[int, dict[str, str]]] | None:
    """Return the rows of a table of known shifts, each with its line; None for any other file, such as a spectrum."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if not set(NEEDED) <= set(reader.fieldnames or ()):
                return None
            return [(reader.line_num, row) for row in reader]
    except (UnicodeDecodeError, csv.Error):
        return None  # a spectrum in another encoding is no table
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error}).") from error


def _known(row: dict[str, str], where: str, folder: Path, labels: tuple[str, ...]) -> Known:
    numbers = {}
    for column in NEEDED[1:]:
        try:
            numbers[column] = float(row[column] or "")
        except ValueError as error:
            raise InputError(f"{where}: {column} must be a number in eV, not '{row[column] or ''}'.") from error
        if not math.isfinite(numbers[column]):
            raise InputError(f"{where}: {column} must be a finite number in eV, not '{row[column]}'.")
    if numbers["tolerance_ev"] <= 0:
        raise InputError(f"{where}: tolerance_ev must be positive, not {numbers['tolerance_ev']:g}.")
    if not row["file"] or not (folder / row["file"]).is_file():
        raise InputError(f"{where}: there is no file '{row['file']}' in {folder}; correct the name or add the file.")
    text = row.get("groups")
    groups = None if not text else tuple(name.strip() for name in text.split(";") if name.strip())
    for name in groups or ():
        if name not in labels:
            raise InputError(f"{where}: there is no group '{name}'; groups are named as in docs/rules.md, `;` between.")
    return Known(row["file"], numbers["shift_ev"], numbers["tolerance_ev"], groups)


def score(folder: Path, known: Sequence[Known], model: Runnable) -> tuple[Scored, ...]:
    """Analyse the files of a folder and judge each answer.

    Args:
        folder: The folder.
        known: What ``read_known`` returned.
        model: The model.
    """
    return tuple(_scored(folder, one, model) for one in known)


def _scored(folder: Path, known: Known, model: Runnable) -> Scored:
    try:
        answer = analyze(read(folder / known.file), model)
    except XpsKerasError as error:
        return Scored(known, "refused", None, None, (), (), None, None, str(error))
    doubts = tuple(sorted({warning.code for warning in answer.warnings} & DOUBT))
    right = abs(answer.shift_ev - known.shift_ev) <= known.tolerance_ev
    present = tuple(group.name for group in answer.present)
    missed = false = None
    if known.groups is not None:
        unseen = {group.name for group in answer.groups if group.status == "not assessable"}
        missed = tuple(name for name in known.groups if name not in present and name not in unseen)
        false = tuple(name for name in present if name not in known.groups)
    return Scored(
        known=known,
        outcome="right" if right else "flagged" if doubts else "WRONG",
        shift_ev=answer.shift_ev,
        uncertainty_ev=answer.shift_uncertainty_ev,
        doubts=doubts,
        present=present,
        missed=missed,
        false=false,
        message=None,
    )


def totals(scored: Sequence[Scored]) -> dict[str, int]:
    """Count the files of each outcome."""
    return {name: sum(one.outcome == name for one in scored) for name in get_args(Outcome)}


def to_dict(scored: Sequence[Scored], model: Runnable) -> dict[str, Any]:
    """Return the JSON form; ``docs/evaluation.md`` defines it."""
    files = []
    for one in scored:
        row = asdict(one)
        files.append(
            {**{f"known_{name}" if name != "file" else name: value for name, value in row.pop("known").items()}, **row}
        )
    return {
        "schema": SCHEMA,
        "package_version": __version__,
        "model": {"name": model.name, "package_version": model.metadata.package_version, "sha256": model.sha256},
        "files": files,
        "totals": totals(scored),
    }


def to_json(scored: Sequence[Scored], model: Runnable) -> str:
    """Return the text of the JSON file."""
    return json_text(to_dict(scored, model))
