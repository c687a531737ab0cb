"""Unmixing inside a network: what remains to be learnt is where to begin."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import keras
import numpy as np
from keras import ops

from xps_keras.axis import AXIS
from xps_keras.errors import ModelError
from xps_keras.layers.broadened_library import BroadenedLibrary
from xps_keras.layers.hypothesis_windows import HypothesisWindows
from xps_keras.layers.resampling import shift_channels
from xps_keras.layers.shift_readings import ShiftReadings
from xps_keras.layers.sparse_unmixing import SparseUnmixing
from xps_keras.layers.window_features import WindowFeatures
from xps_keras.library.loading import load_library
from xps_keras.models.blocks import intensity_input, unit_area
from xps_keras.models.network import Network, Networks
from xps_keras.models.polymer_features import (
    LARGEST_BROADENING_EV,
    LARGEST_SHIFT_EV,
    NODES,
    SCALE_EV2,
    PolymerFeatures,
    polymer_features,
)

MARGIN_EV = 1.0
"""How far in eV hypotheses reach beyond the largest shift of the recipe."""
COARSE = 4
"""Channels pooled for judging a hypothesis."""
NEAR_EV, NEAR_DEVIATIONS = 0.005, 4.0
"""How far unmixing may go from the guess: so many eV, and so many of the standard deviations that the guess states."""
TOP = 1000.0
"""Score of what an earlier round of unmixing found: above every guess."""
SURE = 1e-6
"""No probability of a group comes nearer to 0 or 1 before its calibration."""


@dataclass(frozen=True)
class Unmix(Network):
    """A network that holds the spectra of the package's polymers and finds of which few a spectrum is mixed.

    A judge finds the shift as in ``Align``. Moved by whole channels, the windows of the main lines are projected on few
    features, from which a guess is made: what is left of the shift, how broad the spectrum is, which polymers may be in
    it. Rounds of unmixing follow, in which nothing is learnt: sets of up to three polymers are fitted and compared, and
    shift and broadening with them. A group is present as far as the likely sets hold it.
    """

    kind: ClassVar[str] = "unmix"

    max_shift_ev: float = 9.0
    """Outermost hypothesis in eV."""
    hypothesis_step_ev: float = 0.4
    """Distance of hypotheses in eV, a multiple of 0.4 eV."""
    judge_units: tuple[int, ...] = (64, 48)
    """Hidden widths of the network that judges hypotheses."""
    guess_units: tuple[int, ...] = (256, 176)
    """Hidden widths of the network that guesses."""
    start_noise_ev: float = 0.06
    """Standard deviation of the noise on the true shift in training: about the error of the judge."""
    rounds: int = 3
    """Rounds of unmixing."""
    candidates: int = 12
    """Polymers of which pairs are tried, each with every polymer as a third."""
    sharpness: float = 10.0
    """How much a set of polymers gains from leaving less over, see ``SparseUnmixing``."""
    penalty: float = 8.0
    """What each further polymer costs."""
    floor: float = 1e-3
    """What may be left over."""

    def reaching(self, max_shift_ev: float) -> Self:
        """Return the configuration whose hypotheses reach a little beyond the largest shift of the recipe."""
        return replace(self, max_shift_ev=max_shift_ev + MARGIN_EV)

    def build(self) -> Networks:
        """See the base class."""
        library = load_library()
        if self.groups != len(library.labels):
            raise ModelError(
                "The network 'unmix' holds the polymers of the package and their groups; train another network on a "
                "library of your own."
            )
        held = polymer_features(self.max_shift_ev - MARGIN_EV)
        carried = (library.group_counts > 0).astype("float32")
        step = AXIS.step_ev
        most = round(self.max_shift_ev / self.hypothesis_step_ev)
        hypotheses_ev = self.hypothesis_step_ev * np.arange(-most, most + 1)
        reach = 0.75 * self.hypothesis_step_ev

        intensity = intensity_input()
        normalized = unit_area(intensity)
        judge = keras.Sequential(
            [
                *(keras.layers.Dense(width, "relu", name=f"judge_{n}") for n, width in enumerate(self.judge_units)),
                _verdict(3, "judge_verdict"),
            ],
            name="judge",
        )
        cut = HypothesisWindows(held.windows, np.round(hypotheses_ev / step).astype(int), COARSE, name="hypotheses")
        raw = judge(cut(ops.sqrt(normalized)))
        distribution = ops.stack(
            [
                raw[:, :, 0],
                reach * ops.tanh(raw[:, :, 1]) + hypotheses_ev.astype("float32")[None, :],
                -3.0 + 2.0 * ops.tanh(raw[:, :, 2]),
            ],
            axis=-1,
        )
        first_ev = ShiftReadings(1, name="readings")(distribution)[0]

        features = _window_features(held)
        guess = _Guess(self.guess_units, len(library.keys))

        def look(shift_ev: Any) -> tuple[Any, Any, Any]:
            channels = ops.round(shift_ev / step)
            moved = shift_channels(normalized, channels)
            seen = features(moved)
            return channels, seen, guess(seen[:, 1])

        channels, seen, guessed = look(first_ev)
        channels, seen, guessed = look(step * channels + guessed.shift_ev[:, :1])
        spectra = _broadened_library(held, len(library.keys))
        shift_ev, broadening_ev = guessed.shift_ev[:, :1], guessed.broadening_ev[:, :1]
        scores = guessed.polymers
        for number in range(self.rounds):
            unmixing = SparseUnmixing(
                self.candidates, self.sharpness, self.penalty, self.floor, name=f"unmixing_{number}"
            )
            variance_ev2 = ops.square(broadening_ev)
            amounts, joined, members, more, wider = unmixing([seen, spectra([shift_ev, variance_ev2]), scores])
            broadening_ev = ops.sqrt(ops.maximum(variance_ev2 + step**2 * wider, 0.0))
            shift_ev, broadening_ev = (
                _near(found, first)
                for found, first in ((shift_ev + step * more, guessed.shift_ev), (broadening_ev, guessed.broadening_ev))
            )
            scores = guessed.polymers + TOP * amounts / (amounts + 1e-2)
        shift_ev = step * channels + shift_ev
        present, absent = _presence(joined, members, carried)
        aligned = shift_channels(normalized, shift_ev / step)
        inference = keras.Model(
            intensity,
            {
                "logits": ops.log(present + SURE) - ops.log(absent + SURE),
                "shift_ev": shift_ev,
                "aligned": unit_area(aligned, "aligned_area"),
            },
            name="unmix",
        )
        true_shift = keras.Input((1,), name="true_shift_ev")
        start = keras.layers.GaussianNoise(self.start_noise_ev, name="start_noise")(true_shift)
        channels, _, guessed = look(start)
        training = keras.Model(
            {"intensity": intensity, "true_shift_ev": true_shift},
            {
                "shift_ev": distribution,
                "refined_shift_ev": guessed.shift_ev + ops.pad(step * channels, [[0, 0], [0, 1]]),
                "broadening": guessed.broadening_ev,
                "polymers": guessed.polymers,
            },
            name="unmix_training",
        )
        return Networks(inference, training)


@dataclass(frozen=True)
class _Guessed:
    """What a network makes of the features of a spectrum that is moved by whole channels."""

    shift_ev: Any
    """What is left of the shift and the logarithm of its standard deviation, both in eV, ``(batch, 2)``."""
    broadening_ev: Any
    """Broadening and the logarithm of its standard deviation, both in eV, ``(batch, 2)``."""
    polymers: Any
    """Logit of each polymer, ``(batch, polymers)``."""


class _Guess:
    """The network that guesses; can be called on features several times."""

    def __init__(self, units: tuple[int, ...], polymers: int) -> None:
        self._hidden: list[Any] = [keras.layers.BatchNormalization(name="guess_scale")]
        for number, width in enumerate(units):
            self._hidden += [
                keras.layers.Dense(width, name=f"guess_{number}"),
                keras.layers.BatchNormalization(name=f"guess_norm_{number}"),
                keras.layers.LeakyReLU(0.01),
            ]
        self._numbers = _verdict(4, "guess_numbers")
        self._polymers = keras.layers.Dense(polymers, dtype="float32", name="guess_polymers")

    def __call__(self, features: Any) -> _Guessed:
        # The square root beside the features themselves: traces are small in these.
        described = ops.concatenate([features, features / ops.sqrt(ops.abs(features) + 1e-2)], axis=-1)
        for layer in self._hidden:
            described = layer(described)
        raw = self._numbers(described)
        return _Guessed(
            ops.stack([0.3 * ops.tanh(raw[:, 0]), -4.0 + 3.0 * ops.tanh(raw[:, 1])], axis=-1),
            ops.stack(
                [0.5 * (raw[:, 2] + ops.sqrt(ops.square(raw[:, 2]) + 0.01)), -4.0 + 3.0 * ops.tanh(raw[:, 3])], axis=-1
            ),
            self._polymers(described),
        )


def _near(found_ev: Any, guessed: Any) -> Any:
    """Keep what unmixing finds near the guess: a wrong set of polymers must not lead it away."""
    around = NEAR_EV + NEAR_DEVIATIONS * ops.exp(guessed[:, 1:])
    return ops.minimum(ops.maximum(found_ev, guessed[:, :1] - around), guessed[:, :1] + around)


def _verdict(outputs: int, name: str) -> Any:
    """A dense layer whose outputs start near zero."""
    start = keras.initializers.RandomNormal(stddev=0.01)
    return keras.layers.Dense(outputs, kernel_initializer=start, dtype="float32", name=name)


def _window_features(held: PolymerFeatures) -> Any:
    layer = WindowFeatures(held.windows, held.sizes, name="window_features")
    layer.build((None, AXIS.size))
    layer.set_weights(held.directions)
    return layer


def _broadened_library(held: PolymerFeatures, polymers: int) -> Any:
    layer = BroadenedLibrary(
        polymers,
        held.members,
        held.sizes,
        NODES,
        held.polynomials.shape[1],
        LARGEST_SHIFT_EV,
        LARGEST_BROADENING_EV,
        SCALE_EV2,
        name="library",
    )
    layer.build([(None, 1), (None, 1)])
    layer.set_weights([held.polynomials, held.features])
    return layer


def _presence(probability: Any, members: Any, carried: Any) -> tuple[Any, Any]:
    """Probability of each group, and of its absence, over sets of polymers.

    Both are sums of what is positive: a difference from 1 would hold nothing but rounding where a group is sure.

    Args:
        probability: Of every set, ``(batch, sets, polymers + 1)``.
        members: Those among the candidates, ``(batch, sets, polymers)``.
        carried: Which polymer carries which group, ``(polymers, groups)``.

    Returns:
        Presence and absence, shape ``(batch, groups)``.
    """
    by_members = ops.minimum(ops.matmul(members, carried), 1.0)
    third, none = probability[:, :, :-1], probability[:, :, -1:]
    with_group, without = ops.matmul(third, carried), ops.matmul(third, 1.0 - carried) + none
    present = by_members * (with_group + without) + (1.0 - by_members) * with_group
    return ops.sum(present, axis=1), ops.sum((1.0 - by_members) * without, axis=1)
