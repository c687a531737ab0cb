"""Our network: every shift is a hypothesis that the same small network judges, and readings are its modes."""

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import ops

from xps_keras.axis import AXIS
from xps_keras.groups import GROUPS
from xps_keras.layers.aligned_windows import AlignedWindows
from xps_keras.layers.hypothesis_windows import HypothesisWindows
from xps_keras.layers.resampling import shift_channels
from xps_keras.layers.shift_readings import ShiftReadings
from xps_keras.models.blocks import intensity_input, unit_area


@dataclass(frozen=True)
class AlignNetworks:
    """One set of weights as two graphs."""

    inference: Any
    """From ``intensity`` to the readings; what is saved and exported."""
    training: Any
    """From ``intensity`` and ``true_shift_ev`` to the distribution over shifts and the logits at the true shift."""


def align(
    windows_ev: tuple[tuple[float, float], ...],
    max_shift_ev: float = 6.0,
    hypothesis_step_ev: float = 0.4,
    judge_units: tuple[int, ...] = (128, 64),
    classifier_units: tuple[int, ...] = (256, 128),
    dropout: float = 0.1,
    readings: int = 3,
    shift_noise_ev: float = 0.05,
) -> AlignNetworks:
    """Build the network.

    The square root of the normalised spectrum (variance-stabilising for counts) is cut into core-level windows under
    every hypothesis about the shift. One network, shared, judges each: how likely it is, by how much it is off, and
    how surely. Together the answers are a mixture of normal distributions over the shift, whose modes are the
    readings. The windows are cut again at each reading, and a classifier names the groups *under that reading*. In
    training the classifier is shown the true shift, so that a doubtful shift does not blur what it learns about groups.

    Args:
        windows_ev: Stretches of the axis to look at, in eV of an unshifted spectrum.
        max_shift_ev: Outermost hypothesis in eV.
        hypothesis_step_ev: Distance of hypotheses in eV, a multiple of 0.2 eV.
        judge_units: Hidden widths of the network that judges hypotheses.
        classifier_units: Hidden widths of the classifier.
        dropout: Dropout rate of the classifier.
        readings: Number of readings.
        shift_noise_ev: Standard deviation of the noise on the true shift in training: the classifier has to bear the
            error that the readings will have.

    Returns:
        The inference and the training model; they share all weights.
    """
    step = AXIS.step_ev
    windows = tuple((AXIS.channel(low), AXIS.channel(high)) for low, high in windows_ev)
    most = round(max_shift_ev / hypothesis_step_ev)
    hypotheses_ev = hypothesis_step_ev * np.arange(-most, most + 1)
    channels = np.round(hypotheses_ev / step).astype(int)
    reach = 0.75 * hypothesis_step_ev

    intensity = intensity_input()
    normalized = unit_area(intensity)
    stabilized = ops.sqrt(normalized)

    judge_layers = [keras.layers.Dense(width, "relu", name=f"judge_{n}") for n, width in enumerate(judge_units)]
    # Starts as: every hypothesis equally likely, not off, sure within about half a step.
    verdict = keras.layers.Dense(3, kernel_initializer=keras.initializers.RandomNormal(stddev=0.01), name="verdict")

    def judge(features: Any, place_ev: Any) -> Any:
        for layer in judge_layers:
            features = layer(features)
        raw = verdict(features)
        mean = reach * ops.tanh(raw[:, :, 1]) + place_ev
        log_deviation = -3.0 + 2.0 * ops.tanh(raw[:, :, 2])
        return ops.stack([raw[:, :, 0], mean, log_deviation], axis=-1)

    distribution = judge(
        HypothesisWindows(windows, channels, name="hypotheses")(stabilized), hypotheses_ev.astype("float32")[None, :]
    )
    shift, uncertainty, weight = ShiftReadings(readings, name="readings")(distribution)

    cut = AlignedWindows(windows, name="aligned_windows")

    classifier_layers: list[Any] = []
    for number, width in enumerate(classifier_units):
        classifier_layers += [
            keras.layers.Dense(width, name=f"classifier_{number}"),
            keras.layers.BatchNormalization(name=f"classifier_norm_{number}"),
            keras.layers.LeakyReLU(0.01),
            keras.layers.Dropout(dropout),
        ]
    classifier_layers.append(keras.layers.Dense(len(GROUPS), dtype="float32", name="logits"))

    def classify(features: Any) -> Any:
        for layer in classifier_layers:
            features = layer(features)
        return features

    reading_logits = classify(cut([stabilized, shift / step]))
    aligned = shift_channels(normalized, shift[:, :1] / step)
    inference = keras.Model(
        intensity,
        {
            "logits": reading_logits[:, 0],
            "shift_ev": shift[:, :1],
            "aligned": unit_area(aligned, "aligned_area"),
            "reading_shift_ev": shift,
            "reading_uncertainty_ev": uncertainty,
            "reading_weight": weight,
            "reading_logits": reading_logits,
        },
        name="align",
    )
    true_shift = keras.Input((1,), name="true_shift_ev")
    near_truth = keras.layers.GaussianNoise(shift_noise_ev, name="shift_noise")(true_shift)
    training = keras.Model(
        {"intensity": intensity, "true_shift_ev": true_shift},
        {"shift_ev": distribution, "logits": classify(cut([stabilized, near_truth / step]))[:, 0]},
        name="align_training",
    )
    return AlignNetworks(inference, training)
