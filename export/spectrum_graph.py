"""A graph for programs that hold a measured spectrum and nothing else: two columns in, the answer out.

Inside: cutting into regions, turning them round, the choice of regions and lines, even grids, background subtraction,
stitching onto the axis, the model, calibration, and the judgement of every group. Outside: reading files, kinetic
energies, division by dwell time and scans, other references than 285.0 eV, asking again without regions and the rule of
doubt, warnings, evidence.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import tensorflow as tf

from xps_keras.analysis.evidence import LEAST_COVERAGE, main_lines
from xps_keras.analysis.statuses import CARBON_END_EV, GRAPHITIC, RING, SURE_RING, groups_by_shake_up
from xps_keras.axis import AXIS
from xps_keras.errors import ModelError, UsageError
from xps_keras.export.graph import SERVING, Graph, Proof
from xps_keras.export.raw_channels import channels
from xps_keras.export.raw_probes import Columns, as_spectrum, raw_probes
from xps_keras.graph_contract import GRAPHITIC_SHARE, PROBABILITIES, SHIFT_EV, TAKES_SPECTRUM
from xps_keras.groups import groups_named
from xps_keras.metadata import Metadata
from xps_keras.preprocessing.channels import to_channels
from xps_keras.runtime import RawRuntime, Runtime
from xps_keras.runtime.comparing import Tolerance, compare
from xps_keras.runtime.kinds import (
    BINDING_ENERGY,
    CHANNELS,
    KINDS,
    MEASURED,
    RAW_INTENSITY,
    STATUS,
    USABLE,
    GraphKind,
)
from xps_keras.runtime.serving_graph import graph_of


@dataclass(frozen=True, eq=False)
class SpectrumGraph(Graph):
    """A trained model as the graph that takes a measured spectrum; see ``Graph``.

    Its thresholds and what is assessable go into the graph.
    """

    spectra: tuple[Columns, ...] | None = None
    """Measured spectra for the comparison with Python; None takes ``raw_probes``."""

    kind: ClassVar[GraphKind] = KINDS[TAKES_SPECTRUM]
    title: ClassVar[str] = "xps_keras_raw"
    signatures: ClassVar[Mapping[str, tuple[str, ...]]] = {SERVING: ()}
    free: ClassVar[str] = "n"
    batched: ClassVar[bool] = False

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of all outputs, by the alphabet."""
        return tuple(sorted(self.kind.outputs(self.model.metadata)))

    def function(self, *, leave_out: tuple[str, ...] = (), batch: int | None = None, double: bool = True) -> Any:
        """Return the graph as a ``tf.function``; the inputs and the stitching are float64 where the format knows it."""
        if batch is not None:
            raise UsageError("A graph that takes measured spectra takes one at a time; leave out the batch.")
        graph = graph_of(self.model)

        def serve(binding_energy: Any, intensity: Any) -> dict[str, Any]:
            values, measured, usable = channels(binding_energy, intensity)
            spectrum = tf.cast(values, tf.float32)[None, :]
            outputs = dict(graph(spectrum, training=False))
            outputs[CHANNELS] = spectrum
            outputs[MEASURED] = tf.cast(measured, tf.float32)[None, :]
            outputs[STATUS] = judged(outputs, self.model.metadata)
            outputs[USABLE] = tf.cast(usable, tf.int32)[None]
            return {name: tf.identity(value, name) for name, value in outputs.items() if name not in leave_out}

        dtype = tf.float64 if double else tf.float32
        signature = [tf.TensorSpec((None,), dtype, name=name) for name in (BINDING_ENERGY, RAW_INTENSITY)]
        return tf.function(serve, input_signature=signature, autograph=False)

    def prove(self, runtime: Runtime | RawRuntime, tolerance: Tolerance) -> Proof:
        """Compare the channels with Python, and the answers to them with Keras."""
        if not isinstance(runtime, RawRuntime):
            raise TypeError(f"The runtime takes no measured spectrum. Received: {runtime}")
        spectra = tuple(raw_probes()) if self.spectra is None else self.spectra
        worst: dict[str, float] = {}
        answers = [runtime.run(*columns) for columns in spectra]
        thresholds = np.asarray(runtime.metadata.thresholds, np.float32)
        what = f"{runtime.metadata.format}{self.kind.ending}"
        for columns, answer in zip(spectra, answers, strict=True):
            error = _channels_error(columns, answer, tolerance, what)
            # Keras is given the channels of the artefact: their difference from Python's has its own line above.
            keras_answer = graph_of(self.model)(answer[CHANNELS], training=False)
            reference = {name: np.asarray(value) for name, value in keras_answer.items()}
            found = compare(reference, {name: answer[name] for name in reference}, tolerance, thresholds, what)
            for name, value in {**found, CHANNELS: error}.items():
                worst[name] = max(worst.get(name, 0.0), value)
        return Proof(worst, {}, dict(zip((BINDING_ENERGY, RAW_INTENSITY), spectra[0], strict=True)), answers[0])


def _channels_error(columns: Columns, answer: Mapping[str, Any], tolerance: Tolerance, what: str) -> float:
    """Return the largest difference of the channels from Python's, as a fraction of the maximum, or refuse."""
    expected = to_channels(as_spectrum(columns))
    error = float(np.abs(answer[CHANNELS][0] - expected.intensity).max() / expected.intensity.max())
    if not error <= tolerance.channels or not np.array_equal(answer[MEASURED][0] > 0, expected.measured):
        raise ModelError(f"The {what} artefact resamples differently from Python ({error:.2g} of the maximum).")
    if not answer[USABLE][0]:
        raise ModelError(f"The {what} artefact refuses a spectrum that Python takes.")
    return error


def judged(outputs: Mapping[str, Any], metadata: Metadata) -> Any:
    """Judge the groups by the rules of ``analyze``, whose words *absent* and *not seen* are one here.

    What counts is the threshold, the training polymers, whether the element's line was measured, whether the shift
    lies within what the model was trained on, for groups told by the shake-up whether C 1s reaches that far, and for a
    benzene ring whether sp2 carbon may stand for it. All at the model's first answer to all regions: ``analyze`` also
    asks without each region, and may let another answer stand.

    Args:
        outputs: Those of the graph of one spectrum, and ``measured``.
        metadata: What the model says about itself.

    Returns:
        1 for present, 0 for absent or not seen, -1 for not assessable, shape ``(1, groups)``.
    """
    probabilities, shift_ev, measured = outputs[PROBABILITIES], outputs[SHIFT_EV], outputs[MEASURED]
    lines = main_lines(metadata.lines)
    inset = {name: 0.25 * (line.window_high_ev - line.window_low_ev) for name, line in lines.items()}
    low = tf.constant([line.window_low_ev + inset[name] for name, line in lines.items()], tf.float32) + shift_ev
    high = tf.constant([line.window_high_ev - inset[name] for name, line in lines.items()], tf.float32) + shift_ev
    first, last = (
        tf.minimum(tf.maximum(tf.cast(tf.round((ev - AXIS.low_ev) / AXIS.step_ev), tf.int32), 0), AXIS.size - 1)
        for ev in (low, high)
    )
    total = tf.concat([tf.zeros((1, 1)), tf.cumsum(measured, 1)], 1)
    share = tf.gather(total, last[0] + 1, axis=1) - tf.gather(total, first[0], axis=1)
    there = share / tf.cast(last - first + 1, tf.float32) >= LEAST_COVERAGE
    there &= (high >= AXIS.low_ev) & (low <= AXIS.high_ev)
    groups = groups_named(metadata.labels)
    needed = np.array([[float(name in group.elements) for name in lines] for group in groups], np.float32)
    missing = tf.matmul(1.0 - tf.cast(there, tf.float32), needed, transpose_b=True)
    # An element without a line that the model knows can never be measured.
    known = [set(group.elements) <= set(lines) for group in groups]
    assessable = (missing < 0.5) & tf.constant((np.array(metadata.assessable) & known)[None])
    assessable &= tf.abs(shift_ev) <= metadata.max_shift_ev
    present = tf.cast(probabilities >= tf.constant([metadata.thresholds], tf.float32), tf.int32)
    end = tf.cast(tf.round((CARBON_END_EV + shift_ev - AXIS.low_ev) / AXIS.step_ev), tf.int32)
    reaches = tf.gather(measured[0], tf.minimum(tf.maximum(end, 0), AXIS.size - 1)) > 0.5
    told = frozenset() if metadata.own_labels else groups_by_shake_up()
    by_shake_up = tf.constant([[group.name in told for group in groups]])
    assessable &= reaches | ~by_shake_up | (present > 0)
    if GRAPHITIC_SHARE in outputs and not metadata.own_labels:
        ring = tf.constant([[name == RING for name in metadata.labels]])
        assessable &= ~(ring & (outputs[GRAPHITIC_SHARE] >= GRAPHITIC) & (probabilities < SURE_RING))
    return tf.where(assessable, present, -tf.ones_like(present))
