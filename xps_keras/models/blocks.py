"""Pieces that several networks share."""

from typing import Any

import keras

from xps_keras.axis import AXIS
from xps_keras.layers.area_normalization import AreaNormalization


def intensity_input() -> Any:
    """The input of every network: float32 ``(batch, 6601)``, named ``intensity``, any non-negative scale."""
    return keras.Input((AXIS.size,), name="intensity")


def unit_area(intensity: Any, name: str = "unit_area") -> Any:
    """Clip at zero and scale so that the sum over channels times 0.1 eV is 1."""
    return AreaNormalization(AXIS.step_ev, name=name)(intensity)


def group_logits(features: Any, units: tuple[int, ...], dropout: float, groups: int) -> Any:
    """The paper's classifier: dense layers with batch normalisation, LeakyReLU 0.01 and dropout, then the logits.

    Args:
        features: Shape ``(batch, n)``.
        units: Widths of the hidden layers.
        dropout: Rate after each of them.
        groups: Number of groups.

    Returns:
        Logits in label order, float32 ``(batch, groups)``.
    """
    for number, width in enumerate(units):
        features = keras.layers.Dense(width, name=f"classifier_{number}")(features)
        features = keras.layers.BatchNormalization(name=f"classifier_norm_{number}")(features)
        features = keras.layers.LeakyReLU(0.01)(features)
        features = keras.layers.Dropout(dropout)(features)
    return keras.layers.Dense(groups, dtype="float32", name="logits")(features)


def unshifted(aligned: Any) -> Any:
    """A shift of zero, float32 ``(batch, 1)``, for networks that align nothing."""
    return keras.ops.cast(aligned[:, :1] * 0.0, "float32")
