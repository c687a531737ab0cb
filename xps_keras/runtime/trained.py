"""A trained model as ``train`` leaves it: ``model.keras`` and ``config.json`` in one folder."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.errors import ModelError
from xps_keras.files import StrPath, read_regular
from xps_keras.graph_contract import GRAPH_OUTPUTS, INTENSITY, UNCOUNTED
from xps_keras.groups import GROUP_NAMES
from xps_keras.metadata import Metadata, from_json, to_json
from xps_keras.pretrained import SHIPPED
from xps_keras.printable import printable
from xps_keras.runtime.keras_archive import load_model

_LARGEST_BESIDE = 10_000_000
"""Bytes of a file beside a model."""


@dataclass(frozen=True)
class Calibration:
    """Per group: probability = sigmoid(scale * logit + bias); for shifts: a factor on their uncertainty."""

    scale: NDArray[np.float32]
    """Shape ``(groups,)``, positive."""
    bias: NDArray[np.float32]
    """Shape ``(groups,)``."""
    note: str
    """How the numbers were found, one sentence."""
    uncertainty_scale: float = 1.0
    """Factor on the standard deviations of shifts, positive."""


UNCALIBRATED = Calibration(
    np.ones(len(GROUP_NAMES), np.float32),
    np.zeros(len(GROUP_NAMES), np.float32),
    "none: the plain sigmoid of the logits",
)
"""For a model that was never calibrated."""


@dataclass(frozen=True, eq=False)  # compared by identity: what is derived from one is kept for it
class Trained:
    """A trained model with what an export needs to know about it."""

    path: Path
    model: Any
    """The Keras model, from ``intensity`` to ``logits``, ``shift_ev``, ``aligned`` and perhaps readings."""
    calibration: Calibration
    metadata: Metadata
    evaluation: Mapping[str, Any] | None
    """Content of the ``evaluation.json`` beside the model, for the model card; None where there is none."""


def load_trained(path: StrPath) -> Trained:
    """Load a ``.keras`` file and the ``config.json`` beside it.

    Args:
        path: The ``.keras`` file, or the name of a shipped model.

    Returns:
        The trained model.

    Raises:
        ModelError: When a file is missing, damaged or lacks something.
    """
    from xps_keras.own_networks import run_source  # and with it every custom layer of the package

    path = SHIPPED[path] / "model.keras" if isinstance(path, str) and path in SHIPPED else Path(path)
    if not path.is_file():
        raise ModelError(f"{path}: there is no such file; name the model.keras of a training run, or {_names()}.")
    if path.suffix != ".keras":
        raise ModelError(f"{path}: only a .keras file can be exported; name the model.keras of a training run.")
    config = _read_object(path.parent / "config.json", "copy the whole training folder")
    source = config.get("network_source")
    if isinstance(source, dict):
        run_source(source)
    model = load_model(path, _remedy(source))
    if not isinstance(config.get("labels", []), list | None):
        raise ModelError(f"{path.parent / 'config.json'}: `labels` must be a list; copy the whole training folder.")
    count = len(config.get("labels") or GROUP_NAMES)
    calibration = read_calibration(config.get("calibration"), str(path.parent / "config.json"), count)
    _check_graph(model, count, path)
    metadata = metadata_of(model, config, calibration, str(path.parent / "config.json"))
    evaluation = path.parent / "evaluation.json"
    measured = _read_object(evaluation, "evaluate the model again") if evaluation.exists() else None
    return Trained(path, model, calibration, metadata, measured)


def _names() -> str:
    return " or ".join(f"`{name}`" for name in SHIPPED)


def _check_graph(model: Any, groups: int, path: Path) -> None:
    """Refuse a network of another axis, of another number of groups, or without our outputs."""
    taken = getattr(model, "input", None)
    taken = taken[INTENSITY] if isinstance(taken, dict) and list(taken) == [INTENSITY] else taken
    shape = tuple(getattr(taken, "shape", ()))
    if shape != (None, AXIS.size):
        raise ModelError(
            f"{path}: the network takes an input of shape {shape}, where spectra of {AXIS.size} channels were "
            "expected; train it for the axis of this version."
        )
    given = model.output if isinstance(model.output, dict) else {}
    sizes = {"groups": groups, "channels": AXIS.size, "1": 1, "readings": _readings(model)}
    for row in GRAPH_OUTPUTS.values():
        if row.source in given and not UNCOUNTED & set(row.shape):
            wanted = (None, *(sizes[size] for size in row.shape))
            if tuple(given[row.source].shape) != wanted:
                raise ModelError(
                    f"{path}: the network gives `{row.source}` of shape {tuple(given[row.source].shape)}, where "
                    f"{wanted} was expected: {groups} groups in `config.json`; copy the whole training folder."
                )


def _remedy(source: Any) -> str:
    """Say what helps where Keras cannot load a model."""
    if isinstance(source, dict) and "file" in source:
        return f"its network stands in a file {printable(str(source['file']))}, which you can name with --network"
    return "train it again or copy it again"


def metadata_of(model: Any, config: Mapping[str, Any], calibration: Calibration, source: str) -> Metadata:
    """Gather the metadata of a trained model.

    Args:
        model: The Keras model.
        config: Content of ``config.json``.
        calibration: Its calibration.
        source: Name of ``config.json``, for messages.

    Raises:
        ModelError: When ``config.json`` lacks something or a value is of a wrong kind.
    """
    needed = ("model", "recipe", "seed", "max_shift_ev", "thresholds", "assessable", "package_version")
    missing = [key for key in needed if key not in config]
    if missing:
        raise ModelError(f"{source}: {', '.join(missing)} missing; train the model with this version of xps-keras.")
    recipe = config["recipe"]
    limits = config.get("detection_limits")
    names = set(model.output) if isinstance(model.output, dict) else set()
    metadata = Metadata(
        name=config["model"],
        recipe=recipe["name"] if isinstance(recipe, dict) and "name" in recipe else recipe,
        seed=config["seed"],
        max_shift_ev=config["max_shift_ev"],
        thresholds=config["thresholds"],
        assessable=config["assessable"],
        package_version=config["package_version"],
        weights_sha256=weights_sha256(model),
        calibration=calibration.note,
        detection_limits=limits,
        readings=_readings(model),
        further_outputs=tuple(row.name for row in GRAPH_OUTPUTS.values() if row.optional and row.source in names),
        lines=config.get("lines"),
        network=config.get("network"),
        labels=config.get("labels", GROUP_NAMES),
        own_labels=config.get("own_labels", False),
        recipe_fields=recipe if isinstance(recipe, dict) else None,
        library=config.get("library", "polymers"),
        library_sha256=config.get("library_sha256"),
        consistency=config.get("consistency"),
    )
    try:
        text = to_json(metadata)
    except ValueError as error:
        raise ModelError(f"{source}: a number is not finite ({error}); train the model again.") from error
    return from_json(text, source)  # one place checks types, lengths and ranges


def weights_sha256(model: Any) -> str:
    """Hash a model's weights: shape, type and little-endian bytes of each, in the model's order.

    Args:
        model: A built Keras model.

    Returns:
        SHA-256, hexadecimal.
    """
    digest = hashlib.sha256()
    for weight in model.weights:
        values = np.ascontiguousarray(keras.ops.convert_to_numpy(weight.value))
        digest.update(f"{values.shape}{values.dtype.name}".encode())
        digest.update(values.astype(values.dtype.newbyteorder("<")).tobytes())
    return digest.hexdigest()


def read_calibration(content: Any, source: str, groups: int = len(GROUP_NAMES)) -> Calibration:
    """Read the ``calibration`` entry of ``config.json``.

    Args:
        content: ``{"scale": [...], "bias": [...]}``, a number per group each, perhaps with a ``note`` and an
            ``uncertainty_scale``; None for an uncalibrated model.
        source: Name of the file, for messages.
        groups: Number of groups.

    Raises:
        ModelError: When it has another form or a scale is not positive.
    """
    if content is None:
        return replace(UNCALIBRATED, scale=np.ones(groups, np.float32), bias=np.zeros(groups, np.float32))
    try:
        scale, bias = (np.asarray(content[key], np.float32) for key in ("scale", "bias"))
        uncertainty_scale = float(content.get("uncertainty_scale", 1.0))
        fits = scale.shape == bias.shape == (groups,) and 0 < uncertainty_scale < np.inf
        fits = fits and bool(np.isfinite(bias).all() and np.isfinite(scale).all() and (scale > 0).all())
    except (KeyError, TypeError, ValueError, AttributeError):
        fits = False
    if not fits:
        raise ModelError(
            f"{source}: `calibration` must hold `scale` (positive) and `bias`, {groups} finite numbers each, "
            "and a positive `uncertainty_scale` or none; calibrate the model again."
        )
    note = content.get("note")
    described = note if isinstance(note, str) else "sigmoid(scale * logit + bias), one pair per group"
    return Calibration(scale, bias, described, uncertainty_scale)


def _readings(model: Any) -> int | None:
    """Number of readings a model gives, None for one without."""
    outputs = model.output
    if isinstance(outputs, dict) and "reading_weight" in outputs:
        return int(outputs["reading_weight"].shape[-1])
    return None


def _read_object(path: Path, remedy: str) -> dict[str, Any]:
    """Read a JSON object that stands beside a model."""
    if not path.is_file():
        raise ModelError(f"{path}: this file must stand beside the model; {remedy}.")
    try:
        content = json.loads(read_regular(path, _LARGEST_BESIDE))
    except (ValueError, OSError, RecursionError) as error:
        raise ModelError(f"{path}: this is not a readable JSON file ({str(error)[:200]}); {remedy}.") from error
    if not isinstance(content, dict):
        raise ModelError(f"{path}: a JSON object was expected; {remedy}.")
    return content
