"""What every artefact says about itself, and the names of the graph's tensors: both fixed here, once."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from xps_keras.axis import AXIS, EnergyAxis
from xps_keras.consistency_rule import Rule, rule_from_dict
from xps_keras.errors import InputError
from xps_keras.groups import GROUP_NAMES

SCHEMA = "xps-keras/model/1"
"""Schema of ``metadata.json``; a breaking change of its fields raises the number."""

INTENSITY = "intensity"
"""Input, float32 ``[batch, 6601]``: any non-negative scale, zeros where nothing was measured."""
PROBABILITIES = "probabilities"
"""Output, float32 ``[batch, 40]``: calibrated probability of each group in label order."""
SHIFT_EV = "shift_ev"
"""Output, float32 ``[batch, 1]``: measured minus true binding energy in eV."""
ALIGNED = "aligned"
"""Output, float32 ``[batch, 6601]``: the spectrum moved to the true energies, area 1."""
READING_SHIFT_EV = "reading_shift_ev"
"""Output, float32 ``[batch, readings]``: shift of each reading in eV."""
READING_UNCERTAINTY_EV = "reading_uncertainty_ev"
"""Output, float32 ``[batch, readings]``: standard uncertainty of each reading's shift in eV."""
READING_WEIGHT = "reading_weight"
"""Output, float32 ``[batch, readings]``: weight of each reading, 0 to 1."""
READING_PROBABILITIES = "reading_probabilities"
"""Output, float32 ``[batch, readings, 40]``: probabilities of the groups in each reading."""

OUTPUTS = (PROBABILITIES, SHIFT_EV, ALIGNED)
"""Outputs that every artefact has."""
READING_OUTPUTS = (READING_SHIFT_EV, READING_UNCERTAINTY_EV, READING_WEIGHT, READING_PROBABILITIES)
"""Outputs of a model that gives several readings of the shift, in addition to ``OUTPUTS``."""

_ADDED: dict[str, Any] = {  # fields that metadata of version 0.1 may lack
    "library": "polymers",
    "library_sha256": None,
    "batch": None,
    "graph_sha256": None,
    "operators": [],
    "agreement": {},
    "consistency": None,
}


@dataclass(frozen=True)
class Metadata:
    """What a program must know to use a model's answers; the same in SavedModel, TFLite and ONNX."""

    name: str
    """Name of the model, for example ``stn``."""
    recipe: str
    """Name of the corpus recipe it was trained on."""
    seed: int
    """Seed of the training."""
    max_shift_ev: float
    """Largest shift in the training spectra, either sign, in eV."""
    thresholds: tuple[float, ...]
    """Per group: probability from which the group is called present, 0 to 1."""
    assessable: tuple[bool, ...]
    """Per group: whether any training polymer holds it."""
    package_version: str
    """Version of xps-keras that trained the model."""
    weights_sha256: str
    """SHA-256 over the trained weights in their order (shape, type and little-endian bytes), hexadecimal."""
    calibration: str
    """How the probabilities were calibrated; the calibration itself is part of the graph."""
    labels: tuple[str, ...] = GROUP_NAMES
    """Names of the groups in the order of ``probabilities``."""
    axis: EnergyAxis = AXIS
    """Energy axis of ``intensity`` and ``aligned``."""
    detection_limits: tuple[float | None, ...] | None = None
    """Per group: smallest detected fraction of a mixture; None where unknown."""
    readings: int | None = None
    """Number of readings of the shift, None for a model that gives a single one."""
    library: str = "polymers"
    """Name of the library of its training polymers; ``polymers`` is that of the package."""
    library_sha256: str | None = None
    """SHA-256 of that library's content, hexadecimal; None for models older than this field."""
    format: str = "keras"
    """``keras``, ``saved_model``, ``tflite`` or ``onnx``."""
    quantization: str = "none"
    """``none``, ``float16`` or ``int8``: how the weights are stored."""
    batch: int | None = None
    """Number of spectra that the graph takes per call; None for any."""
    graph_sha256: str | None = None
    """SHA-256 of the graph with its weights, hexadecimal: equal for two exports of one model, whatever else the format
    puts into its files. Of a TFLite or ONNX file the hash of the bytes before the metadata."""
    operators: tuple[str, ...] = ()
    """Operations of the graph, sorted, by the names of the format."""
    parity_error: Mapping[str, float] = field(default_factory=dict)
    """Per output: largest difference from Keras that was measured at export, ``aligned`` relative to its maximum."""
    agreement: Mapping[str, float] = field(default_factory=dict)
    """Comparison with Keras on spectra of the recipe ``instrument``: ``spectra`` (their number), ``probability_error``
    (largest difference of a probability), ``decisions_changed`` (group decisions that differ, of 40 per spectrum).
    Empty where it was not made."""
    consistency: Rule | None = None
    """When the answer is doubted and what it then rests on, see ``xps_keras.analysis.doubt``; None for a model whose
    rule was never fitted: a conservative one is used."""

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the graph's outputs."""
        return OUTPUTS if self.readings is None else OUTPUTS + READING_OUTPUTS


def to_json(metadata: Metadata) -> str:
    """Write metadata as the text of ``metadata.json`` (UTF-8, keys in a fixed order)."""
    return json.dumps({"schema": SCHEMA, **asdict(metadata)}, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def from_json(text: str | bytes, source: str) -> Metadata:
    """Read and check the text of ``metadata.json``.

    Args:
        text: The JSON text.
        source: Name of the file, for messages.

    Returns:
        The metadata.

    Raises:
        InputError: When the text is no metadata of this schema, or labels or axis are not those of this package.
    """
    try:
        content = json.loads(text)
    except ValueError as error:
        raise InputError(f"{source}: the model's metadata is not JSON ({error}); export the model again.") from error
    schema = content.get("schema") if isinstance(content, dict) else None
    if schema != SCHEMA:
        raise InputError(
            f"{source}: the model's metadata has schema {schema!r}, but this version reads {SCHEMA!r}; "
            "export the model with this version of xps-keras."
        )
    content = {**_ADDED, **content}
    missing = [item.name for item in fields(Metadata) if item.name not in content]
    if missing:
        raise InputError(f"{source}: the model's metadata lacks {', '.join(missing)}; export the model again.")
    if tuple(content["labels"] or ()) != GROUP_NAMES:
        raise InputError(
            f"{source}: the model's labels are not the {len(GROUP_NAMES)} groups of this version in their order; "
            "export the model with this version of xps-keras."
        )
    return _checked(content, source)


def _checked(content: dict[str, Any], source: str) -> Metadata:
    """Turn JSON values into metadata, refusing any value of a wrong type, length or range."""
    try:
        limits = content["detection_limits"]
        metadata = Metadata(
            name=_text(content["name"]),
            recipe=_text(content["recipe"]),
            seed=int(content["seed"]),
            max_shift_ev=_number(content["max_shift_ev"], low=0.0),
            thresholds=tuple(_number(value, low=0.0, high=1.0) for value in _forty(content["thresholds"])),
            assessable=tuple(_flag(value) for value in _forty(content["assessable"])),
            package_version=_text(content["package_version"]),
            weights_sha256=_text(content["weights_sha256"]),
            calibration=_text(content["calibration"]),
            axis=EnergyAxis(**content["axis"]),
            detection_limits=None
            if limits is None
            else tuple(None if value is None else _number(value, low=0.0, high=1.0) for value in _forty(limits)),
            readings=None if content["readings"] is None else int(content["readings"]),
            library=_text(content["library"]),
            library_sha256=None if content["library_sha256"] is None else _text(content["library_sha256"]),
            format=_text(content["format"]),
            quantization=_text(content["quantization"]),
            batch=None if content["batch"] is None else int(content["batch"]),
            graph_sha256=None if content["graph_sha256"] is None else _text(content["graph_sha256"]),
            operators=tuple(_text(name) for name in content["operators"]),
            parity_error={_text(key): _number(value, low=0.0) for key, value in content["parity_error"].items()},
            agreement={_text(key): _number(value, low=0.0) for key, value in content["agreement"].items()},
            consistency=rule_from_dict(content["consistency"]),
        )
    except (TypeError, ValueError, AttributeError) as error:
        raise InputError(f"{source}: the model's metadata is damaged ({error}); export the model again.") from error
    if metadata.axis != AXIS:
        raise InputError(
            f"{source}: the model works on {metadata.axis.size} channels from {metadata.axis.low_ev} eV in steps of "
            f"{metadata.axis.step_ev} eV, but this version uses {AXIS.size} from {AXIS.low_ev} eV in steps of "
            f"{AXIS.step_ev} eV; train or export a model for this axis."
        )
    return metadata


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a text")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is not true or false")
    return value


def _number(value: object, low: float, high: float = math.inf) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ValueError(f"{value!r} is not a number from {low:g} to {high:g}")
    return float(value)


def _forty(values: object) -> list[object]:
    if not isinstance(values, list | tuple) or len(values) != len(GROUP_NAMES):
        raise ValueError(f"a list of {len(GROUP_NAMES)} values, one per group, was expected")
    return list(values)
