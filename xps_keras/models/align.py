"""Our network: every shift is a hypothesis that the same small network judges, and readings are its modes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.layers.aligned_windows import AlignedWindows
from xps_keras.layers.hypothesis_windows import HypothesisWindows
from xps_keras.layers.resampling import shift_channels
from xps_keras.layers.shift_readings import ShiftReadings
from xps_keras.library.lines import MAIN_LINES
from xps_keras.models.blocks import intensity_input, unit_area
from xps_keras.models.network import Network, Networks

FIRST_WINDOWS_EV: tuple[tuple[float, float], ...] = (
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
"""The windows in eV of networks before windows followed from the lines (version 0.1.0), iodine left out: runs of that
version, which do not store theirs, have these."""
MARGIN_EV = 1.0
"""How far in eV hypotheses reach beyond the largest shift of the recipe."""
CARBON_EV = (278.0, 300.0)
"""Where C 1s is recorded."""
LEAST_CARBON = 0.01
"""Part of a spectrum's area that carbon counts as at least."""
STRONGEST = 4.0
"""Where the square root of a signal relative to carbon levels off: C 1s of polyethylene reaches 1, foreign lines 5."""
COARSE = 4
"""Channels pooled for judging a hypothesis: 0.4 eV, well below the width of any peak."""
LINEAR_SCALE = 3.0
"""Brings the spectrum, in 1/eV, to the size of its square root."""
FARTHEST_EV = 3.0
"""How far apart in eV readings count as for the head that doubts."""
SUREST = 8.0
"""Largest logit that it looks at."""
HEAD_INPUTS = {"library_logits": "library_features", "doubt_logit": "doubt_features"}
"""By output of a head: the layer that gives what the head looks at."""


@dataclass(frozen=True)
class Align(Network):
    """Our network.

    The square root of the normalised spectrum (variance-stabilising for counts) is cut into core-level windows under
    every hypothesis about the shift. One network, shared, judges each: how likely it is, by how much it is off, and
    how surely. Together the answers are a mixture of normal distributions over the shift, whose modes are the
    readings. The windows are cut again at each reading, in finer channels, and a second network says by how much the
    reading is off, and how surely. Cut once more at the refined readings, a classifier names the groups *under that
    reading*, from the square root and from the spectrum itself, in which what two polymers have in common adds up.

    In training the second network starts at the true shift plus noise, and the classifier at what it makes of that,
    so that a doubtful shift does not blur what is learnt about groups.

    Two heads may look at what the classifier's first layer sees of the first reading: which polymers of the library are
    in the sample, and how doubtful the shift is. They are learnt afterwards (``training.heads``) and change nothing
    else: a network that had to tell the polymers of a library apart while it learns would be tied to them.
    """

    kind: ClassVar[str] = "align"

    windows_ev: tuple[tuple[float, float], ...] = FIRST_WINDOWS_EV
    """Stretches of the axis to look at, in eV of an unshifted spectrum; new networks take ``windows_of_lines``."""
    max_shift_ev: float = 6.0
    """Outermost hypothesis in eV."""
    hypothesis_step_ev: float = 0.4
    """Distance of hypotheses in eV, a multiple of 0.4 eV."""
    judge_units: tuple[int, ...] = (128, 64)
    """Hidden widths of the network that judges hypotheses."""
    refiner_units: tuple[int, ...] = (128, 64)
    """Hidden widths of the network that refines readings."""
    classifier_units: tuple[int, ...] = (512, 192, 192)
    """Hidden widths of the classifier."""
    readings: int = 3
    """Number of readings."""
    start_noise_ev: float = 0.15
    """Standard deviation of the noise on the true shift in training: about the error that the readings have before
    they are refined."""
    modes: int = 1
    """Normal distributions per hypothesis. With two, readings nearer to one another than hypotheses stay apart: a ring
    at 284.7 eV and a chain at 285.0 eV."""
    radius_ev: float = 0.3
    """Components this close in eV are one reading."""
    relative_to_carbon: bool = False
    """Whether spectra are scaled to the area around C 1s instead of the whole: what stands beside carbon, however
    strong, then does not shrink it."""
    surface_outputs: bool = False
    """Whether the network also says what else it sees: sp2 carbon, more than contamination, foreign signals."""
    library_polymers: int = 0
    """It says how likely so many polymers, those of the library in their order, are in the sample; 0 for none."""
    library_units: tuple[int, ...] = (192,)
    """Hidden widths of the head that does."""
    own_doubt: bool = False
    """Whether it says how likely the shift of its first reading is wrong by more than 0.5 eV."""
    doubt_units: tuple[int, ...] = (256, 128)
    """Hidden widths of the head that does."""

    def reaching(self, max_shift_ev: float) -> Self:
        """Return the configuration whose hypotheses reach a little beyond the largest shift of the recipe."""
        return replace(self, max_shift_ev=max_shift_ev + MARGIN_EV)

    def build(self) -> Networks:
        """See the base class."""
        step = AXIS.step_ev
        windows = tuple((AXIS.channel(low), AXIS.channel(high)) for low, high in self.windows_ev)
        most = round(self.max_shift_ev / self.hypothesis_step_ev)
        hypotheses_ev = self.hypothesis_step_ev * np.arange(-most, most + 1)
        channels = np.round(hypotheses_ev / step).astype(int)
        reach = 0.75 * self.hypothesis_step_ev

        intensity = intensity_input()
        normalized = unit_area(intensity)
        stabilized = ops.sqrt(normalized)
        if self.relative_to_carbon:
            around = AXIS.window(CARBON_EV[0] - self.max_shift_ev, CARBON_EV[1] + self.max_shift_ev)
            carbon = step * ops.sum(normalized[:, around], axis=1, keepdims=True)
            stabilized = ops.sqrt(normalized / ops.maximum(carbon, LEAST_CARBON))
            stabilized = STRONGEST * ops.tanh(stabilized / STRONGEST)

        # Both start as: no hypothesis is likelier than another, nothing is off.
        judge = _dense(self.judge_units, 3 * self.modes, "judge")
        refiner = _dense(self.refiner_units, 2, "refiner")

        raw = judge(HypothesisWindows(windows, channels, COARSE, name="hypotheses")(stabilized))
        distribution = self._distribution(raw, hypotheses_ev, reach)
        first, _, weight = ShiftReadings(self.readings, self.radius_ev, name="readings")(distribution)

        cut = AlignedWindows(windows, name="aligned_windows")

        def refine(shift_ev: Any) -> tuple[Any, Any]:
            raw = refiner(cut([stabilized, shift_ev / step]))
            return shift_ev + reach * ops.tanh(raw[:, :, 0]), -3.5 + 2.5 * ops.tanh(raw[:, :, 1])

        hidden = self._classifier()
        lowest, others = _in_turn(hidden[:3]), _in_turn(hidden[3:])
        logits = keras.layers.Dense(self.groups, dtype="float32", name="logits")
        sizes = {"graphitic_logit": 1, "polymer_logit": 1, "foreign_logits": len(MAIN_LINES)}
        further = {
            name: keras.layers.Dense(size, dtype="float32", name=name)
            for name, size in sizes.items()
            if self.surface_outputs
        }

        def describe(shift_ev: Any) -> tuple[Any, Any]:
            """What the last hidden layer of the classifier makes of a shift, and what the first does."""
            aligned = cut([stabilized, shift_ev / step])
            seen = lowest(ops.concatenate([aligned, LINEAR_SCALE * ops.square(aligned)], axis=-1))
            return others(seen), seen

        shift, log_deviation = refine(first)
        described, seen = describe(shift)
        reading_logits = logits(described)
        told = {name: layer(described)[:, 0] for name, layer in further.items()}
        aligned = shift_channels(normalized, shift[:, :1] / step)
        inference = keras.Model(
            intensity,
            {
                "logits": reading_logits[:, 0],
                "shift_ev": shift[:, :1],
                "aligned": unit_area(aligned, "aligned_area"),
                "reading_shift_ev": shift,
                "reading_uncertainty_ev": ops.exp(log_deviation),
                "reading_weight": weight,
                "reading_logits": reading_logits,
                **told,
                **self._heads(seen[:, 0], weight, shift, log_deviation, reading_logits, told),
            },
            name="align",
        )
        true_shift = keras.Input((1,), name="true_shift_ev")
        start = keras.layers.GaussianNoise(self.start_noise_ev, name="start_noise")(true_shift)
        refined, log_deviation = refine(start)
        described, _ = describe(ops.stop_gradient(refined))
        training = keras.Model(
            {"intensity": intensity, "true_shift_ev": true_shift},
            {
                "shift_ev": distribution,
                "refined_shift_ev": ops.stack([refined[:, 0], log_deviation[:, 0]], axis=-1),
                "logits": logits(described)[:, 0],
                **{name: layer(described)[:, 0] for name, layer in further.items()},
            },
            name="align_training",
        )
        return Networks(inference, training)

    def _distribution(self, raw: Any, hypotheses_ev: NDArray[np.floating], reach_ev: float) -> Any:
        """Turn what the judge says into normal distributions of the shift, see ``ShiftReadings``.

        Args:
            raw: Shape ``(batch, hypotheses, 3 modes)``.
            hypotheses_ev: Shifts in eV that were judged, shape ``(hypotheses,)``.
            reach_ev: How far the middle of a distribution may stand from its hypothesis.

        Returns:
            Shape ``(batch, modes hypotheses, 3)``.
        """
        starts = np.linspace(-0.5, 0.5, self.modes).tolist() if self.modes > 1 else [0.0]
        return ops.concatenate(
            [
                ops.stack(
                    [
                        raw[:, :, 3 * mode],
                        reach_ev * ops.tanh(raw[:, :, 3 * mode + 1] + start) + hypotheses_ev.astype("float32")[None, :],
                        -3.0 + 2.0 * ops.tanh(raw[:, :, 3 * mode + 2]),
                    ],
                    axis=-1,
                )
                for mode, start in enumerate(starts)
            ],
            axis=1,
        )

    def _classifier(self) -> list[Any]:
        """Return the hidden layers of the classifier, three for each width."""
        hidden: list[Any] = []
        for number, width in enumerate(self.classifier_units):
            hidden += [
                keras.layers.Dense(width, name=f"classifier_{number}"),
                keras.layers.BatchNormalization(name=f"classifier_norm_{number}"),
                keras.layers.LeakyReLU(0.01),
            ]
        return hidden

    def _heads(
        self, seen: Any, weight: Any, shift_ev: Any, log_deviation: Any, logits: Any, told: dict[str, Any]
    ) -> dict[str, Any]:
        """Build the heads, whose inputs are layers of the names ``HEAD_INPUTS``."""
        found: dict[str, Any] = {}
        if self.library_polymers:
            features = keras.layers.Identity(name=HEAD_INPUTS["library_logits"])(seen)
            found["library_logits"] = _head(self.library_units, self.library_polymers, "library")(features)
        if self.own_doubt:
            apart = ops.clip(shift_ev[:, 1:] - shift_ev[:, :1], -FARTHEST_EV, FARTHEST_EV)
            first = [logits[:, place] for place in range(min(2, self.readings))]
            sure = ops.clip(ops.concatenate([*first, *told.values()], axis=-1), -SUREST, SUREST)
            features = ops.concatenate([seen, weight, apart, log_deviation, sure], axis=-1)
            features = keras.layers.Identity(name=HEAD_INPUTS["doubt_logit"])(features)
            found["doubt_logit"] = _head(self.doubt_units, 1, "doubt")(features)
        return found


def _head(units: tuple[int, ...], outputs: int, name: str) -> Callable[[Any], Any]:
    """Return a network whose inputs are brought to one size first; in half precision its weights lose nothing then."""
    layers = [keras.layers.BatchNormalization(center=False, scale=False, name=f"{name}_norm")]
    layers += [keras.layers.Dense(width, "relu", name=f"{name}_{number}") for number, width in enumerate(units)]
    layers.append(keras.layers.Dense(outputs, dtype="float32", name=f"{name}_verdict"))
    return _in_turn(layers)


def _dense(units: tuple[int, ...], outputs: int, name: str) -> Callable[[Any], Any]:
    """Return a small network that can be called on any number of cuts; its outputs start near zero."""
    layers = [keras.layers.Dense(width, "relu", name=f"{name}_{number}") for number, width in enumerate(units)]
    start = keras.initializers.RandomNormal(stddev=0.01)
    layers.append(keras.layers.Dense(outputs, kernel_initializer=start, dtype="float32", name=f"{name}_verdict"))
    return _in_turn(layers)


def _in_turn(layers: Sequence[Any]) -> Callable[[Any], Any]:
    """Return what calls layers one after another, on as many inputs as it is asked."""

    def network(features: Any) -> Any:
        for layer in layers:
            features = layer(features)
        return features

    return network
