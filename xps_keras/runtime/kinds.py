"""The kinds of graph that an artefact may hold, whatever its format.

One takes spectra on the package's axis. The other takes a spectrum as measured, two columns, and holds besides the
network what ``xps_keras.preprocessing`` does in Python.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import ModelError
from xps_keras.graph_contract import GRAPH_OUTPUTS, INTENSITY, TAKES_CHANNELS, TAKES_SPECTRUM, UNCOUNTED, Output
from xps_keras.metadata import Metadata
from xps_keras.spectrum import FEWEST_POINTS

BINDING_ENERGY = "binding_energy"
"""Input ``[n]``, eV, as measured: regions one after the other, each ascending or descending. float64; float32 in
TFLite, whose operations know no float64."""
RAW_INTENSITY = INTENSITY
"""Input ``[n]``, counts at these energies, background included; same type."""
CHANNELS = "channels"
MEASURED = "measured"
STATUS = "status"
USABLE = "usable"
SPECTRUM_OUTPUTS: dict[str, Output] = {
    row.name: row
    for row in (
        Output(CHANNELS, ("channels",), "what the network saw", "intensity", tolerance="channels"),
        Output(MEASURED, ("channels",), "1 where a used region lies, else 0", ""),
        Output(STATUS, ("groups",), "int32, per group: 1 present, 0 absent, -1 not assessable", ""),
        Output(USABLE, (), "int32: 0 when no region shows a C 1s peak; the other outputs then mean nothing", ""),
    )
}
"""Outputs of the graph that takes a spectrum as measured, beside those of the contract; the batch is 1."""


@dataclass(frozen=True)
class GraphKind:
    """What goes into a graph, and what comes out beside the outputs of the contract."""

    name: str
    """Value of ``Metadata.kind``."""
    ending: str
    """What the names of its export folders end in."""
    inputs: Callable[[Metadata], dict[str, list[int]]]
    """Shapes of the inputs by name, -1 where a size is free."""
    further: tuple[str, ...]
    """Outputs in addition to ``Metadata.outputs``."""
    compared: tuple[str, ...]
    """Those of ``further`` that have a tolerance."""
    example: Callable[[Metadata, type], dict[str, NDArray[Any]]]
    """Smallest inputs that the graph takes, of a type."""
    advice: str
    """What a program that met the other kind should do instead."""

    def outputs(self, metadata: Metadata) -> tuple[str, ...]:
        """Return the names of all outputs of a graph of this kind."""
        return (*metadata.outputs, *self.further)


def _flat(metadata: Metadata, dtype: type) -> dict[str, NDArray[Any]]:
    return {INTENSITY: np.zeros((1, metadata.axis.size), dtype)}


def _ramp(_: Metadata, dtype: type) -> dict[str, NDArray[Any]]:
    points: NDArray[Any] = np.arange(FEWEST_POINTS).astype(dtype)
    return {BINDING_ENERGY: (280.0 + 0.1 * points).astype(dtype), RAW_INTENSITY: points}


KINDS: dict[str, GraphKind] = {
    TAKES_CHANNELS: GraphKind(
        name=TAKES_CHANNELS,
        ending="",
        inputs=lambda metadata: {INTENSITY: [metadata.batch or -1, metadata.axis.size]},
        further=(),
        compared=(),
        example=_flat,
        advice="this model takes spectra on the package's axis; load it with xps_keras.runtime.load",
    ),
    TAKES_SPECTRUM: GraphKind(
        name=TAKES_SPECTRUM,
        ending="-raw",
        inputs=lambda _: {BINDING_ENERGY: [-1], RAW_INTENSITY: [-1]},
        further=tuple(SPECTRUM_OUTPUTS),
        compared=(CHANNELS,),
        example=_ramp,
        advice="this model takes a measured spectrum as two columns; name one that takes channels, or load it with "
        "xps_keras.runtime.load_raw",
    ),
}
"""By name."""


def check_signature(inputs: Mapping[str, Sequence[Any]], outputs: set[str], metadata: Metadata, path: Path) -> None:
    """Refuse a graph that is not the one its metadata describes.

    Args:
        inputs: Shapes of the graph's inputs by name; -1, None or a name where a size is free.
        outputs: Names of its outputs.
        metadata: What the artefact says about itself.
        path: The artefact.

    Raises:
        ModelError: When input, shape or outputs are others.
    """
    kind = KINDS[metadata.kind]
    expected = kind.inputs(metadata)
    found = {
        name: [-1 if size is None or isinstance(size, str) else int(size) for size in shape]
        for name, shape in inputs.items()
    }
    missing = set(kind.outputs(metadata)) - outputs
    if found != expected or missing:
        raise ModelError(
            f"{path}: the graph takes {found} where {expected} was expected"
            f"{f', and lacks the outputs {sorted(missing)}' if missing else ''}; export the model again."
        )


def check_outputs(outputs: Mapping[str, NDArray[Any]], batch: int, metadata: Metadata, what: str) -> None:
    """Refuse answers that are not those a model's metadata promises: of another shape or batch, or not finite.

    Args:
        outputs: Arrays by name.
        batch: Number of spectra that were asked about.
        metadata: What the artefact says about itself.
        what: Name of the model, for messages.

    Raises:
        ModelError: When there is such an answer.
    """
    sizes: dict[Any, Any] = {
        "groups": len(metadata.labels),
        "channels": metadata.axis.size,
        "readings": metadata.readings,
    }
    for name in metadata.outputs:
        found = np.shape(outputs[name])
        named: tuple[Any, ...] = GRAPH_OUTPUTS[name].shape
        named = found[1:] if UNCOUNTED & set(named) else named
        wanted = (batch, *(int(sizes.get(size, size)) for size in named))
        if found != wanted:
            raise ModelError(f"{what}: the model gives {name} of shape {found}, not {wanted}; do not use it.")
        if not np.isfinite(outputs[name]).all():
            raise ModelError(f"{what}: the model gives {name} that are not finite; do not use it.")
