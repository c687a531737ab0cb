"""A network as it is trained and as it is used, and the named presets of both."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras

from xps_keras.errors import InputError
from xps_keras.models.align import align
from xps_keras.models.cnn import cnn
from xps_keras.models.mlp import mlp
from xps_keras.models.stn import stn


@dataclass(frozen=True)
class Networks:
    """One set of weights as two graphs."""

    inference: Any
    """From ``intensity`` to ``logits``, ``shift_ev``, ``aligned``, and readings where there are any; what is saved."""
    training: Any
    """Its inputs and outputs are named after the fields of a corpus batch that they take and are compared with."""


@dataclass(frozen=True)
class Preset:
    """How a network is trained unless a user says otherwise."""

    build: Callable[[], Networks]
    batch_size: int
    learning_rate: float
    schedule: str
    """``plateau``: times 0.1 when the validation loss stands still (the paper's); ``cosine``: warm-up, then to zero."""
    epochs: int
    size: int
    """Training spectra; per epoch when they are streamed."""


WINDOWS_EV: tuple[tuple[float, float], ...] = (
    (61.0, 66.0),  # Na 2s
    (68.0, 74.0),  # Br 3d
    (99.0, 105.0),  # Si 2p
    (131.0, 137.4),  # P 2p
    (150.0, 157.0),  # Si 2s
    (161.0, 172.0),  # S 2p
    (180.0, 205.4),  # Br 3p, P 2s, Cl 2p
    (224.0, 236.0),  # S 2s
    (253.0, 261.0),  # Br 3s
    (265.0, 297.6),  # Cl 2s, C 1s with its shake-up
    (395.0, 411.0),  # N 1s
    (494.0, 501.0),  # Na KLL
    (528.6, 541.0),  # O 1s with its shake-up
    (684.0, 693.0),  # F 1s
)
"""Stretches in eV where peaks of the library stand, with about 2.5 eV around the outermost."""


def _plain(model: Any) -> Networks:
    inputs = {"intensity": model.input}
    return Networks(model, keras.Model(inputs, {"logits": model.output["logits"]}, name=f"{model.name}_training"))


def _align() -> Networks:
    graphs = align(windows_ev=WINDOWS_EV, classifier_units=(512, 256))
    return Networks(graphs.inference, graphs.training)


PRESETS: dict[str, Preset] = {
    "stn": Preset(lambda: _plain(stn()), 64, 1e-4, "plateau", 30, 80_000),
    "mlp": Preset(lambda: _plain(mlp()), 64, 1e-4, "plateau", 30, 80_000),
    "cnn": Preset(lambda: _plain(cnn()), 64, 1e-4, "plateau", 30, 80_000),
    "align": Preset(_align, 256, 2e-3, "cosine", 30, 80_000),
}
"""The paper's three networks with its protocol (arXiv 2603.05350), and our own."""


def preset(name: str) -> Preset:
    """Return a named preset.

    Raises:
        InputError: There is no such network.
    """
    if name not in PRESETS:
        raise InputError(f"There is no network '{name}'; choose one of: {', '.join(PRESETS)}.")
    return PRESETS[name]
