"""The networks by name, each with the way it is trained."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras

from xps_keras.errors import InputError
from xps_keras.models.align import align
from xps_keras.models.blocks import Networks
from xps_keras.models.cnn import cnn
from xps_keras.models.mlp import mlp
from xps_keras.models.stn import stn


@dataclass(frozen=True)
class Preset:
    """How a network is trained unless a user says otherwise."""

    build: Callable[[float], Networks]
    """From the largest shift of the recipe in eV."""
    batch_size: int
    learning_rate: float
    schedule: str
    """``plateau``: times 0.1 when the validation loss stands still (the paper's); ``cosine``: warm-up, then to zero."""
    epochs: int
    size: int
    """Training spectra; per epoch when they are streamed."""


def trained_on_groups(model: Any) -> Networks:
    """Return a network that learns from the groups alone, as the paper's do; its training graph ends at the logits."""
    inputs = {"intensity": model.input}
    return Networks(model, keras.Model(inputs, {"logits": model.output["logits"]}, name=f"{model.name}_training"))


PRESETS: dict[str, Preset] = {
    "stn": Preset(lambda shift: trained_on_groups(stn()), 64, 1e-4, "plateau", 30, 80_000),
    "mlp": Preset(lambda shift: trained_on_groups(mlp()), 64, 1e-4, "plateau", 30, 80_000),
    "cnn": Preset(lambda shift: trained_on_groups(cnn()), 64, 1e-4, "plateau", 30, 80_000),
    "align": Preset(lambda shift: align(max_shift_ev=shift + 1.0), 256, 2e-3, "cosine", 30, 80_000),
    "align-wide": Preset(
        lambda shift: align(max_shift_ev=shift + 1.0, classifier_units=(1024, 512, 512)),
        256,
        2e-3,
        "cosine",
        30,
        80_000,
    ),
}
"""The paper's three networks with its protocol (arXiv 2603.05350), and our own, for
spectra as files hold them and, with a wider classifier, for spectra without noise."""


def preset(name: str) -> Preset:
    """Return a named preset.

    Raises:
        InputError: There is no such network.
    """
    if name not in PRESETS:
        raise InputError(f"There is no network '{name}'; choose one of: {', '.join(PRESETS)}.")
    return PRESETS[name]
