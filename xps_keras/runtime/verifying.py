"""Checking exports on the machine that will use them, without TensorFlow."""

import importlib.util
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from xps_keras.errors import ModelError, XpsKerasError
from xps_keras.files import StrPath
from xps_keras.metadata import Metadata, from_json
from xps_keras.runtime.artefact_format import custom_operators
from xps_keras.runtime.formats import artefact_format_of
from xps_keras.runtime.golden import GOLDEN_FILE, check_golden
from xps_keras.runtime.loading import find_artefact, load_artefact
from xps_keras.runtime.sealing import METADATA_FILE, sha256

CARD_FILE = "MODEL_CARD.md"
SUMS_FILE = "SHA256SUMS"
"""Hashes of all other files of an export, in the form of ``sha256sum``."""


@dataclass(frozen=True)
class Verified:
    """An export that was found sound."""

    model: Path
    """The file or version directory."""
    metadata: Metadata
    """What it says about itself."""
    errors: Mapping[str, float] | None
    """Largest difference from the golden file per output; None where the model could not be run here."""


@dataclass(frozen=True)
class Unsound:
    """An export that must not be used, or that this machine cannot run."""

    folder: Path
    """The export's folder."""
    reason: str
    """One sentence that names the place and the remedy."""


def verify(folder: StrPath) -> list[Verified]:
    """Check hashes, metadata, operations and answers of every export in a folder.

    Args:
        folder: Folder of one artefact, or of several as ``xps-keras export --out`` leaves it.

    Returns:
        One entry per artefact, by name. A SavedModel, which a server runs, is checked but for its answers where
        TensorFlow is not installed.

    Raises:
        ModelError: When there is no export, or something about one is not as it was written.
    """
    found = []
    for each in verify_each(folder):
        if isinstance(each, Unsound):
            raise ModelError(each.reason)
        found.append(each)
    return found


def verify_each(folder: StrPath) -> Iterator[Verified | Unsound]:
    """Check every export in a folder, whatever is found about those before it.

    Args:
        folder: Folder of one artefact, or of several.

    Yields:
        One entry per artefact, by name, as soon as it was checked.

    Raises:
        ModelError: When there is no export.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ModelError(f"{folder}: there is no such folder; name the folder that `xps-keras export` wrote.")
    ours = {SUMS_FILE, METADATA_FILE, GOLDEN_FILE, CARD_FILE}
    children = sorted(child for child in folder.iterdir() if child.is_dir() and not child.name.startswith("."))
    exports = [place for place in (folder, *children) if any((place / name).exists() for name in ours)]
    if not exports:
        raise ModelError(f"{folder}: there is no export in this folder; name the folder that `xps-keras export` wrote.")
    for place in exports:
        try:
            yield _verify_one(place)
        except XpsKerasError as error:
            yield Unsound(place, str(error))
        except OSError as error:
            yield Unsound(place, f"{place}: it cannot be read ({error.strerror or error}); copy the folder again.")


def write_sums(folder: Path) -> None:
    """Write the hashes of all files of an export.

    Args:
        folder: The folder, in which everything else stands already.
    """
    (folder / SUMS_FILE).write_text(_sums(folder), encoding="utf-8")


def _sums(folder: Path) -> str:
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return "".join(f"{sha256((folder / name).read_bytes())}  {name}\n" for name in files if name != SUMS_FILE)


def _verify_one(folder: Path) -> Verified:
    _check_sums(folder)
    model = find_artefact(folder)
    form = artefact_format_of(model)
    beside = folder / METADATA_FILE
    metadata = form.open(model)
    if from_json(beside.read_bytes(), str(beside)) != metadata:
        raise ModelError(f"{beside}: this is not the metadata inside {model.name}; export the model again.")
    operators = form.operators(model)
    if operators != metadata.operators or custom_operators(operators):
        raise ModelError(f"{model}: its operations are not those it was exported with; export the model again.")
    if form.served and importlib.util.find_spec(form.module) is None:
        return Verified(model, metadata, None)
    return Verified(model, metadata, check_golden(folder / GOLDEN_FILE, load_artefact(model, golden=False)))


def _check_sums(folder: Path) -> None:
    """Refuse a folder in which a file is missing, altered or added."""
    listing = folder / SUMS_FILE
    if not listing.is_file():
        raise ModelError(f"{folder}: the list {SUMS_FILE} is missing; copy the whole folder or export the model again.")
    expected, found = listing.read_bytes().decode("utf-8", "replace").split("\n"), _sums(folder).split("\n")
    if expected == found:
        return
    names = sorted({line.partition("  ")[2] for line in set(expected) ^ set(found)} - {""}) or [SUMS_FILE]
    raise ModelError(
        f"{folder}: {', '.join(map(repr, names))} {'is' if len(names) == 1 else 'are'} not as {SUMS_FILE} says, so "
        "something is damaged, missing or added; copy the folder again or export the model again."
    )
