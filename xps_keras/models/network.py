"""What a network is: a frozen configuration that builds its graphs."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self

import keras

from xps_keras.groups import GROUPS


@dataclass(frozen=True)
class Networks:
    """One set of weights as two graphs."""

    inference: Any
    """From ``intensity`` to ``logits``, ``shift_ev``, ``aligned``, and readings where there are any; what is saved."""
    training: Any
    """Its inputs and outputs are named after what they take from a corpus batch and what they are compared with."""


@dataclass(frozen=True)
class Network(ABC):
    """A configuration: everything that decides the graphs, and nothing else.

    A run stores the fields in its ``config.json`` and is gone on with from there. So the default of a field must stay
    what networks meant before they had the field, whatever today's presets say.
    """

    kind: ClassVar[str]
    """Name of the kind of network in ``config.json``."""

    groups: int = field(default=len(GROUPS), kw_only=True)
    """Number of groups that it tells apart: those of the library that it is trained on."""

    @abstractmethod
    def build(self) -> Networks:
        """Build the inference and the training graph with fresh weights, which they share."""

    def reaching(self, max_shift_ev: float) -> Self:
        """Return the configuration for spectra whose shifts reach this far; the same where that plays no part.

        Args:
            max_shift_ev: Largest shift of the recipe in eV.
        """
        return self

    def telling(self, groups: int) -> Self:
        """Return the configuration for a library with this number of groups."""
        return replace(self, groups=groups)


def trained_on_groups(model: Any) -> Networks:
    """Return a network that learns from the groups alone, as the paper's do; its training graph ends at the logits."""
    inputs = {"intensity": model.input}
    return Networks(model, keras.Model(inputs, {"logits": model.output["logits"]}, name=f"{model.name}_training"))
