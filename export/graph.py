"""What every exporter asks of a graph, whatever kind it is; writers know formats, graphs know spectra."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from numpy.typing import NDArray

from xps_keras.runtime import RawRuntime, Runtime
from xps_keras.runtime.comparing import Tolerance
from xps_keras.runtime.kinds import GraphKind
from xps_keras.runtime.trained import Trained

SERVING = "serving_default"
"""Signature with all outputs."""


@dataclass(frozen=True, eq=False)
class Proof:
    """What an artefact was found to do, and some spectra on which another machine can repeat it."""

    errors: Mapping[str, float]
    """Content of ``Metadata.parity_error``."""
    agreement: Mapping[str, float]
    """Content of ``Metadata.agreement``."""
    inputs: Mapping[str, NDArray[Any]]
    """Inputs of the golden file by name."""
    outputs: Mapping[str, NDArray[Any]]
    """What is expected for them, by name of the output."""


@dataclass(frozen=True, eq=False)  # compared by identity: what is derived from one is kept for it
class Graph(ABC):
    """A trained model as one kind of graph."""

    model: Trained
    """The trained model."""

    kind: ClassVar[GraphKind]
    """What goes in and what comes out."""
    title: ClassVar[str]
    """Name of the graph in its files."""
    signatures: ClassVar[Mapping[str, tuple[str, ...]]]
    """Signatures of a SavedModel, ``SERVING`` first, each with the outputs that it leaves out."""
    free: ClassVar[str]
    """Name of the size that a program may choose."""
    batched: ClassVar[bool]
    """Whether this size is that of a batch, the first one of every input and output."""

    @property
    @abstractmethod
    def outputs(self) -> tuple[str, ...]:
        """Names of all outputs, in the order of formats that have one."""

    @abstractmethod
    def function(self, *, leave_out: tuple[str, ...] = (), batch: int | None = None, double: bool = True) -> Any:
        """Return the graph as a ``tf.function`` from its inputs to a dictionary of its outputs.

        Args:
            leave_out: Outputs that the function does not give.
            batch: Spectra per call, None for any.
            double: Whether the format knows float64.

        Raises:
            UsageError: When this kind of graph cannot have such a batch.
        """

    @abstractmethod
    def prove(self, runtime: Runtime | RawRuntime, tolerance: Tolerance) -> Proof:
        """Compare an artefact with Keras, and what is calculated before the network with Python.

        Raises:
            ModelError: When a difference exceeds the tolerance.
        """
