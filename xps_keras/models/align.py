"""Our network: every shift is a hypothesis that the same small network judges, and readings are its modes."""

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
from xps_keras.models.blocks import Networks, intensity_input, unit_area

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


def align(
    windows_ev: tuple[tuple[float, float], ...] = WINDOWS_EV,
    max_shift_ev: float = 6.0,
    hypothesis_step_ev: float = 0.4,
    judge_units: tuple[int, ...] = (128, 64),
    classifier_units: tuple[int, ...] = (256, 128),
    dropout: float = 0.1,
    readings: int = 3,
    shift_noise_ev: float = 0.05,
) -> Networks:
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
    return Networks(inference, training)
