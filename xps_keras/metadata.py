"""What every artefact says about itself: fixed here, once."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from xps_keras.axis import AXIS, EnergyAxis
from xps_keras.consistency_rule import Rule, rule_from_dict
from xps_keras.errors import ModelError
from xps_keras.graph_contract import (
    GRAPH_OUTPUTS,
    OUTPUTS,
    READING_OUTPUTS,
    SHIFT_DOUBT,
    TAKES_CHANNELS,
    TAKES_SPECTRUM,
)
from xps_keras.groups import GROUP_NAMES
from xps_keras.plain import json_text
from xps_keras.printable import printable

SCHEMA = "xps-keras/model/1"
"""Schema of ``metadata.json``; a breaking change of its fields raises the number."""

LARGEST_BYTES, DEEPEST = 1_000_000, 16
"""Of the text of ``metadata.json``, and of what stands within one another there; ours takes 10 kB and 5."""
_LONGEST, _MOST = 10_000, 10_000
"""Letters of a text and entries of a list."""
_MOST_READINGS, _MOST_BATCH = 100, 4096

_ADDED: dict[str, Any] = {  # fields that metadata of version 0.1 may lack
    "kind": TAKES_CHANNELS,
    "library": "polymers",
    "library_sha256": None,
    "lines": None,
    "network": None,
    "further_outputs": [],
    "recipe_fields": None,
    "own_labels": False,
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
    own_labels: bool = False
    """Whether the groups are those of a user's library, of which nothing is known but their names."""
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
    lines: tuple[str, ...] | None = None
    """Names of the lines that the model was trained to know, keys of the library's table of lines; None, in models
    older than this field, for all of them."""
    network: Mapping[str, Any] | None = None
    """Configuration of the network as ``config.json`` holds it: its kind and every field; None for older models."""
    recipe_fields: Mapping[str, Any] | None = None
    """That recipe, field by field, so that one of a user's own can be drawn from again; None for older models."""
    further_outputs: tuple[str, ...] = ()
    """Names of its optional outputs."""
    format: str = "keras"
    """``keras`` or the name of an artefact's format: ``saved_model``, ``tflite``, ``onnx``."""
    kind: str = TAKES_CHANNELS
    """What the graph takes: ``TAKES_CHANNELS`` or ``TAKES_SPECTRUM``."""
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
    (largest difference of a probability), ``decisions_changed`` (group decisions that differ, of as many per
    spectrum as there are groups).
    Empty where it was not made."""
    consistency: Rule | None = None
    """When the answer is doubted and what it then rests on, see ``xps_keras.analysis.doubt``; None for a model whose
    rule was never fitted: a conservative one is used."""

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the graph's outputs."""
        return (*OUTPUTS, *(() if self.readings is None else READING_OUTPUTS), *self.further_outputs)


def to_json(metadata: Metadata) -> str:
    """Write metadata as the text of ``metadata.json`` (UTF-8, keys in a fixed order)."""
    return json_text({"schema": SCHEMA, **asdict(metadata)})


def from_json(text: str | bytes, source: str) -> Metadata:
    """Read and check the text of ``metadata.json``.

    Args:
        text: The JSON text.
        source: Name of the file, for messages.

    Returns:
        The metadata.

    Raises:
        ModelError: When the text is no metadata of this schema, or labels or axis are not those of this package.
    """
    if len(text) > LARGEST_BYTES:
        raise ModelError(f"{source}: the model's metadata holds {len(text) / 1e6:,.1f} MB, which is none of ours.")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelError(
            f"{source}: the model's metadata is not JSON ({_shown(error)}); export the model again."
        ) from error
    if _deeper(content, DEEPEST):
        raise ModelError(f"{source}: the model's metadata is nested more than {DEEPEST} deep, which is none of ours.")
    schema = content.get("schema") if isinstance(content, dict) else None
    if schema != SCHEMA:
        raise ModelError(
            f"{source}: the model's metadata has schema {_shown(repr(schema))}, but this version reads {SCHEMA!r}; "
            "export the model with this version of xps-keras."
        )
    if "kind" not in content and str(content.get("format")).endswith("-raw"):  # 0.1 wrote both into one word
        content = {**content, "format": content["format"].removesuffix("-raw"), "kind": TAKES_SPECTRUM}
    content = {**_ADDED, **content}
    missing = [item.name for item in fields(Metadata) if item.name not in content]
    if missing:
        raise ModelError(f"{source}: the model's metadata lacks {', '.join(missing)}; export the model again.")
    own = content["own_labels"] is True
    if own:
        _check_own_labels(content["labels"], source)
    elif not isinstance(content["labels"], list) or tuple(content["labels"]) != GROUP_NAMES:
        raise ModelError(
            f"{source}: the model's labels are not the {len(GROUP_NAMES)} groups of this version in their order; "
            "export the model with this version of xps-keras."
        )
    return _checked(content, source)


def _deeper(content: object, most: int) -> bool:
    """Tell whether lists and objects stand more than so deep within one another."""
    inside = content.values() if isinstance(content, dict) else content if isinstance(content, list) else ()
    return most < 0 or any(_deeper(each, most - 1) for each in inside if isinstance(each, dict | list))


def _shown(value: object) -> str:
    """Return a short text of something of a stranger's, for a message."""
    text = printable(str(value))
    return text if len(text) <= 100 else f"{text[:100]} ..."


def _check_own_labels(labels: object, source: str) -> None:
    texts = labels if isinstance(labels, list) else []
    sound = all(isinstance(label, str) and label and label.isprintable() for label in texts)
    if not texts or len(texts) > _MOST or not sound or len(set(texts)) < len(texts):
        raise ModelError(f"{source}: the model's labels are no list of different names; export the model again.")


def _checked(content: dict[str, Any], source: str) -> Metadata:
    """Turn JSON values into metadata, refusing any value of a wrong type, length or range."""
    labels = tuple(content["labels"])

    def per_group(values: object) -> list[object]:
        if not isinstance(values, list | tuple) or len(values) != len(labels):
            raise ValueError(f"a list of {len(labels)} values, one per group, was expected")
        return list(values)

    try:
        limits = content["detection_limits"]
        metadata = Metadata(
            name=_text(content["name"]),
            recipe=_text(content["recipe"]),
            seed=_count(content["seed"], 2**63, least=0),
            max_shift_ev=_number(content["max_shift_ev"], low=0.0),
            thresholds=tuple(_number(value, low=0.0, high=1.0) for value in per_group(content["thresholds"])),
            assessable=tuple(_flag(value) for value in per_group(content["assessable"])),
            package_version=_text(content["package_version"]),
            weights_sha256=_text(content["weights_sha256"]),
            calibration=_text(content["calibration"]),
            labels=labels,
            own_labels=content["own_labels"] is True,
            axis=EnergyAxis(**content["axis"]),
            detection_limits=None
            if limits is None
            else tuple(None if value is None else _number(value, low=0.0, high=1.0) for value in per_group(limits)),
            readings=None if content["readings"] is None else _count(content["readings"], _MOST_READINGS),
            library=_text(content["library"]),
            library_sha256=None if content["library_sha256"] is None else _text(content["library_sha256"]),
            lines=None if content["lines"] is None else tuple(_text(name) for name in content["lines"]),
            network=None if content["network"] is None else dict(content["network"]),
            recipe_fields=None if content["recipe_fields"] is None else dict(content["recipe_fields"]),
            further_outputs=tuple(_further(name) for name in content["further_outputs"]),
            format=_text(content["format"]),
            kind=_kind(content["kind"]),
            quantization=_text(content["quantization"]),
            batch=None if content["batch"] is None else _count(content["batch"], _MOST_BATCH),
            graph_sha256=None if content["graph_sha256"] is None else _text(content["graph_sha256"]),
            operators=tuple(_text(name) for name in content["operators"]),
            parity_error={_text(key): _number(value, low=0.0) for key, value in content["parity_error"].items()},
            agreement={_text(key): _number(value, low=0.0) for key, value in content["agreement"].items()},
            consistency=rule_from_dict(content["consistency"]),
        )
        rule = metadata.consistency
        if rule is not None and rule.with_own_judgement and SHIFT_DOUBT not in metadata.further_outputs:
            raise ValueError(f"`consistency` looks at `{SHIFT_DOUBT}`, which the model does not give")
    except (TypeError, ValueError, AttributeError, KeyError, OverflowError) as error:
        raise ModelError(
            f"{source}: the model's metadata is damaged ({_shown(error)}); export the model again."
        ) from error
    if metadata.axis != AXIS:
        size, low, step = map(_shown, (metadata.axis.size, metadata.axis.low_ev, metadata.axis.step_ev))
        raise ModelError(
            f"{source}: the model works on {size} channels from {low} eV in steps of {step} eV, but this version uses "
            f"{AXIS.size} from {AXIS.low_ev} eV in steps of {AXIS.step_ev} eV; train or export a model for this axis."
        )
    return metadata


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{_shown(repr(value))} is not a text")
    if len(value) > _LONGEST:
        raise ValueError(f"a text of {len(value):,} letters is none of ours")
    return value


def _count(value: object, most: int, least: int = 1) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"{_shown(repr(value))} is not a whole number from {least} to {most}")
    return value


def _kind(value: object) -> str:
    if value not in (TAKES_CHANNELS, TAKES_SPECTRUM):
        raise ValueError(f"{_shown(repr(value))} is not a kind of graph that this version knows")
    return str(value)


def _further(value: object) -> str:
    row = GRAPH_OUTPUTS.get(_text(value))
    if row is None or not row.optional:
        raise ValueError(f"{_shown(repr(value))} is no further output that this version knows; a newer xps-keras may")
    return row.name


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{_shown(repr(value))} is not true or false")
    return value


def _number(value: object, low: float, high: float = math.inf) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ValueError(f"{_shown(repr(value))} is not a number from {low:g} to {high:g}")
    return float(value)
