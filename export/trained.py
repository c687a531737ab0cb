"""A trained model as ``train`` leaves it: ``model.keras`` and ``config.json`` in one folder."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.groups import GROUP_NAMES
from xps_keras.metadata import Metadata, from_json, to_json


@dataclass(frozen=True)
class Calibration:
    """Per group: probability = sigmoid(scale * logit + bias)."""

    scale: NDArray[np.float32]
    """Shape ``(40,)``, positive."""
    bias: NDArray[np.float32]
    """Shape ``(40,)``."""
    note: str
    """How the numbers were found, one sentence."""


UNCALIBRATED = Calibration(
    np.ones(len(GROUP_NAMES), np.float32),
    np.zeros(len(GROUP_NAMES), np.float32),
    "none: the plain sigmoid of the logits",
)
"""For a model that was never calibrated."""


@dataclass(frozen=True)
class Trained:
    """A trained model with what an export needs to know about it."""

    path: Path
    model: Any
    """The Keras model, from ``intensity`` to ``logits``, ``shift_ev``, ``aligned`` and perhaps readings."""
    calibration: Calibration
    metadata: Metadata


def load_trained(path: str | Path) -> Trained:
    """Load a ``.keras`` file and the ``config.json`` beside it.

    Args:
        path: The ``.keras`` file.

    Returns:
        The trained model.

    Raises:
        InputError: When a file is missing, damaged or lacks something.
    """
    import xps_keras.models.networks  # noqa: F401  # registers every custom layer that the file may name

    path = Path(path)
    config = _read_config(path.parent / "config.json", path)
    if not path.is_file():
        raise InputError(f"{path}: there is no such file; name the model.keras of a training run.")
    try:
        model = keras.saving.load_model(path, compile=False)
    except Exception as error:  # Keras raises whatever the zip, HDF5 or JSON code inside raises
        # Keras puts what went wrong behind these words and a page of configuration before them.
        reason = str(error).rpartition("Exception encountered:")[2].strip().splitlines() or [type(error).__name__]
        raise InputError(
            f"{path}: Keras cannot load this model ({reason[0].rstrip('. ')}); train it again or copy it again."
        ) from error
    calibration = read_calibration(config.get("calibration"), str(path.parent / "config.json"))
    return Trained(path, model, calibration, metadata_of(model, config, calibration, str(path.parent / "config.json")))


def metadata_of(model: Any, config: Mapping[str, Any], calibration: Calibration, source: str) -> Metadata:
    """Gather the metadata of a trained model.

    Args:
        model: The Keras model.
        config: Content of ``config.json``.
        calibration: Its calibration.
        source: Name of ``config.json``, for messages.

    Raises:
        InputError: When ``config.json`` lacks something or a value is of a wrong kind.
    """
    needed = ("model", "recipe", "seed", "max_shift_ev", "thresholds", "assessable", "package_version")
    missing = [key for key in needed if key not in config]
    if missing:
        raise InputError(f"{source}: {', '.join(missing)} missing; train the model with this version of xps-keras.")
    recipe = config["recipe"]
    limits = config.get("detection_limits")
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
        library=config.get("library", "polymers"),
        library_sha256=config.get("library_sha256"),
    )
    try:
        text = to_json(metadata)
    except ValueError as error:
        raise InputError(f"{source}: a number is not finite ({error}); train the model again.") from error
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


def read_calibration(content: Any, source: str) -> Calibration:
    """Read the ``calibration`` entry of ``config.json``.

    Args:
        content: ``{"scale": [40], "bias": [40]}``, perhaps with a ``note``; None for an uncalibrated model.
        source: Name of the file, for messages.

    Raises:
        InputError: When it has another form or a scale is not positive.
    """
    if content is None:
        return UNCALIBRATED
    try:
        scale, bias = (np.asarray(content[key], np.float32) for key in ("scale", "bias"))
        fits = scale.shape == bias.shape == (len(GROUP_NAMES),) and np.isfinite(bias).all()
        fits = fits and np.isfinite(scale).all() and (scale > 0).all()
    except (KeyError, TypeError, ValueError):
        fits = False
    if not fits:
        raise InputError(
            f"{source}: `calibration` must hold `scale` (positive) and `bias`, {len(GROUP_NAMES)} finite numbers each; "
            "calibrate the model again."
        )
    note = content.get("note")
    return Calibration(
        scale, bias, note if isinstance(note, str) else "sigmoid(scale * logit + bias), one pair per group"
    )


def _readings(model: Any) -> int | None:
    """Number of readings a model gives, None for one without."""
    outputs = model.output
    if isinstance(outputs, dict) and "reading_weight" in outputs:
        return int(outputs["reading_weight"].shape[-1])
    return None


def _read_config(path: Path, model_path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise InputError(f"{path}: this file must stand beside {model_path.name}; copy the whole training folder.")
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise InputError(f"{path}: this is not a readable JSON file ({error}); copy it again.") from error
    if not isinstance(config, dict):
        raise InputError(f"{path}: a JSON object was expected; copy the file of the training run again.")
    return config
