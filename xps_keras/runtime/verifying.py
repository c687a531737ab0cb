"""Checking exports on the machine that will use them, without TensorFlow."""

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from xps_keras.errors import InputError
from xps_keras.files import StrPath
from xps_keras.metadata import ALIGNED, INTENSITY, PROBABILITIES, READING_WEIGHT, SHIFT_EV, Metadata, from_json
from xps_keras.runtime.base import Runtime
from xps_keras.runtime.comparing import Tolerance, compare
from xps_keras.runtime.loading import find_artefact, load
from xps_keras.runtime.operators import (
    custom_operators,
    operators_of_onnx,
    operators_of_saved_model,
    operators_of_tflite,
)
from xps_keras.runtime.raw import BINDING_ENERGY, RAW, RawRuntime, load_raw
from xps_keras.runtime.sealing import METADATA_FILE, open_saved_model, sha256

GOLDEN_FILE = "golden.npz"
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


def verify(folder: StrPath) -> list[Verified]:
    """Check hashes, metadata, operations and answers of every export in a folder.

    Args:
        folder: Folder of one artefact, or of several as ``xps-keras export --out`` leaves it.

    Returns:
        One entry per artefact, by name. A SavedModel can only be run where TensorFlow is installed; without it all else
        is checked.

    Raises:
        InputError: When there is no export, or something about one is not as it was written.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(f"{folder}: there is no such folder; name the folder that `xps-keras export` wrote.")
    ours = {SUMS_FILE, METADATA_FILE, GOLDEN_FILE, CARD_FILE}
    children = sorted(child for child in folder.iterdir() if child.is_dir() and not child.name.startswith("."))
    exports = [place for place in (folder, *children) if any((place / name).exists() for name in ours)]
    if not exports:
        raise InputError(f"{folder}: there is no export in this folder; name the folder that `xps-keras export` wrote.")
    return [_verify_one(place) for place in exports]


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
    beside = folder / METADATA_FILE
    described = from_json(beside.read_bytes(), str(beside))
    opened = load_raw if described.format.endswith(RAW) else load
    runtime: Runtime | RawRuntime | None
    if model.is_dir():
        metadata, _ = open_saved_model(model)
        operators = operators_of_saved_model((model / "saved_model.pb").read_bytes())
        runtime = opened(model) if importlib.util.find_spec("tensorflow") is not None else None
    else:
        runtime = opened(model)
        metadata = runtime.metadata
        read = operators_of_tflite if model.suffix == ".tflite" else operators_of_onnx
        operators = read(model.read_bytes())
    if described != metadata:
        raise InputError(f"{beside}: this is not the metadata inside {model.name}; export the model again.")
    if operators != metadata.operators or custom_operators(operators):
        raise InputError(f"{model}: its operations are not those it was exported with; export the model again.")
    return Verified(model, metadata, None if runtime is None else _check_golden(folder / GOLDEN_FILE, runtime))


def _check_sums(folder: Path) -> None:
    """Refuse a folder in which a file is missing, altered or added."""
    listing = folder / SUMS_FILE
    if not listing.is_file():
        raise InputError(f"{folder}: the list {SUMS_FILE} is missing; copy the whole folder or export the model again.")
    expected, found = listing.read_bytes().decode("utf-8", "replace").split("\n"), _sums(folder).split("\n")
    if expected == found:
        return
    names = sorted({line.partition("  ")[2] for line in set(expected) ^ set(found)} - {""}) or [SUMS_FILE]
    raise InputError(
        f"{folder}: {', '.join(map(repr, names))} {'is' if len(names) == 1 else 'are'} not as {SUMS_FILE} says, so "
        "something is damaged, missing or added; copy the folder again or export the model again."
    )


def _check_golden(path: Path, runtime: Runtime | RawRuntime) -> dict[str, float]:
    """Run the spectra of the golden file and compare within the tolerances it names."""
    try:
        with np.load(path) as stored:
            golden = {name: stored[name] for name in stored.files}
        reference = {name: golden[name] for name in runtime.metadata.outputs}
        allowed = {name: float(golden[f"tolerance/{name}"]) for name in reference}
        columns = [golden[name] for name in (BINDING_ENERGY, INTENSITY) if name in golden]
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"{path}: this is no golden file of this model ({error}); export the model again.") from error
    tolerance = Tolerance(
        probability=allowed[PROBABILITIES],
        weight=allowed.get(READING_WEIGHT, 0.0),
        shift_ev=allowed[SHIFT_EV],
        aligned=allowed[ALIGNED],
        decisions=1.0,  # a handful of spectra says nothing about fractions
    )
    thresholds = np.asarray(runtime.metadata.thresholds, np.float32)
    try:
        answer = runtime.run(*columns)
        found = {name: answer[name] for name in reference}
        return compare(reference, found, tolerance, thresholds, runtime.metadata.format)
    except InputError as error:
        raise InputError(f"{runtime.path}: {error} Do not use it on this machine.") from error
