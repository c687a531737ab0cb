"""The graph of the contract: spectra on the package's axis in, the answers of the network out."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from xps_keras.export.graph import SERVING, Graph, Proof
from xps_keras.export.parity import Reference, measure, reference_of
from xps_keras.graph_contract import ALIGNED, INTENSITY, TAKES_CHANNELS
from xps_keras.runtime import RawRuntime, Runtime
from xps_keras.runtime.comparing import Tolerance, separation
from xps_keras.runtime.kinds import KINDS, GraphKind
from xps_keras.runtime.serving_graph import graph_of, serving_function

CLASSIFY = "classify"
"""Signature without ``aligned``, which makes up most of an answer's size."""
GOLDEN_ROWS = 4
"""Spectra in the golden file, spread over the probes."""


@dataclass(frozen=True, eq=False)
class ChannelsGraph(Graph):
    """A trained model as the graph that takes channels; see ``Graph``."""

    given: Reference | None = None
    """What Keras gives; None draws probes and asks it."""

    kind: ClassVar[GraphKind] = KINDS[TAKES_CHANNELS]
    title: ClassVar[str] = "xps_keras"
    signatures: ClassVar[Mapping[str, tuple[str, ...]]] = {SERVING: (), CLASSIFY: (ALIGNED,)}
    free: ClassVar[str] = "batch"
    batched: ClassVar[bool] = True

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of all outputs, in the order of the contract."""
        return self.model.metadata.outputs

    @cached_property
    def reference(self) -> Reference:
        """What Keras gives."""
        return reference_of(self.model) if self.given is None else self.given

    def function(self, *, leave_out: tuple[str, ...] = (), batch: int | None = None, double: bool = True) -> Any:
        """Return the graph as a ``tf.function``; ``double`` changes nothing, all of it is float32."""
        return serving_function(graph_of(self.model), leave_out=leave_out, batch=batch)

    def prove(self, runtime: Runtime | RawRuntime, tolerance: Tolerance) -> Proof:
        """Compare an artefact with Keras; see ``measure``."""
        if not isinstance(runtime, Runtime):
            raise TypeError(f"The runtime takes no channels. Received: {runtime}")
        errors, agreement = measure(runtime, self.reference, tolerance)
        rows = _golden_rows(self.reference)
        outputs = {name: values[rows] for name, values in self.reference.outputs.items()}
        return Proof(errors, agreement, {INTENSITY: self.reference.spectra[rows]}, outputs)


def _golden_rows(reference: Reference) -> list[int]:
    """Choose probes of every kind whose readings no rounding of another machine can put into another order."""
    apart = separation(reference.outputs)
    parts = np.array_split(np.arange(len(apart)), GOLDEN_ROWS)
    return [int(part[apart[part].argmax()]) for part in parts]
