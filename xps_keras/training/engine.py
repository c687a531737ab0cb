"""One network on every replica: the step, the evaluation, and its state as arrays."""

from collections.abc import Callable, Iterable
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.models.network import Networks
from xps_keras.training.adam import Adam, clipped, corrected_rate
from xps_keras.training.batches import GlobalBatch
from xps_keras.training.devices import Replicas
from xps_keras.training.losses import OBJECTIVES
from xps_keras.training.schedule import average_decay

LARGEST_NORM = 1.0
"""Gradients are clipped to this joint norm (paper)."""
PRECISIONS = ("float32", "mixed_float16", "mixed_bfloat16")
FIRST_LOSS_SCALE = 2.0**15
"""Half-precision gradients are those of the loss times a scale, halved when they overflow."""
SCALE_STEPS = 2000
"""Steps without overflow after which the scale is doubled."""
DRAWS_PER_STEP = 1024
"""Random draws of one layer in a step stay below this."""


class Engine:
    """A network in training.

    Args:
        replicas: The processes and devices.
        build: Makes the networks.
        seed: Seed of dropout and noise.
        precision: One of ``PRECISIONS``: the type that layers compute in; weights are float32.
        average: Keep an exponential moving average of the weights.
    """

    def __init__(
        self, replicas: Replicas, build: Callable[[], Networks], seed: int, precision: str, average: bool
    ) -> None:
        self.replicas = replicas
        with replicas.strategy.scope():
            self.networks = _built(build, precision)
            training = self.networks.training
            self.inputs, self.outputs = list(_names(training.input)), list(training.output)
            if unknown := set(self.outputs) - set(OBJECTIVES):
                raise ValueError(f"No objective for the outputs {sorted(unknown)} of {training.name}.")
            self._weights = weights_of(self.networks)
            self._trained = [variable.value for variable in training.trainable_weights]
            self._adam = Adam(self._trained)
            # What is left is the state of random layers: set before every step, see `_seed`.
            known = {id(variable) for variable in training.weights}
            self._states = [variable for variable in training.variables if id(variable) not in known]
            self._seeds = np.random.SeedSequence(seed).generate_state(len(self._states)) & 0x3FFFFFFF
            self._averages = [tf.Variable(weight.value, trainable=False) for weight in self._weights if average]
            self._scale = tf.Variable(FIRST_LOSS_SCALE, trainable=False) if precision == "mixed_float16" else None
            self._good_steps = tf.Variable(0.0, trainable=False)
        if replicas.count > 1:
            _synchronize(training)
        self._train = tf.function(self._train_on_replicas, reduce_retracing=True)
        self._evaluate = tf.function(self._evaluate_on_replicas, reduce_retracing=True)

    @property
    def figure_names(self) -> list[str]:
        """Names of the figures, ``loss`` first; with the output's name where there are several outputs."""
        names = ["loss"]
        for output in self.outputs:
            metric = OBJECTIVES[output].metric.__name__
            names += [f"{output}_loss", f"{output}_{metric}"] if len(self.outputs) > 1 else [metric]
        return names

    def step(self, batch: GlobalBatch, rate: float, number: int) -> Any:
        """Take a step.

        Args:
            batch: The global batch.
            rate: Learning rate.
            number: Number of the step, from 0: with the seed it decides all randomness.

        Returns:
            Sums of the figures over the global batch and its size, a tensor of ``len(figure_names) + 1`` numbers.
        """
        x, y, _ = self._spread(batch)
        return self._train(
            x,
            y,
            tf.constant(corrected_rate(rate, number), tf.float32),
            tf.constant(number, tf.int64),
            tf.constant(average_decay(number), tf.float32),
        )

    def evaluate(self, batches: Iterable[GlobalBatch]) -> dict[str, float]:
        """Return the mean figures over batches; rows of weight zero do not count."""
        totals = sum(np.asarray(self._evaluate(*self._spread(batch)), np.float64) for batch in batches)
        return self.figures(totals)

    def figures(self, totals: Any) -> dict[str, float]:
        """Turn sums into means, by name."""
        return {name: float(value) for name, value in zip(self.figure_names, totals[:-1] / totals[-1], strict=True)}

    def _spread(self, batch: GlobalBatch) -> Any:
        """Give every replica its rows of a global batch."""
        count = len(batch.weight) // self.replicas.count

        def part(replica: int) -> Any:
            rows = slice(replica * count, (replica + 1) * count)
            x, y = ({name: tf.convert_to_tensor(array[rows]) for name, array in c.items()} for c in (batch.x, batch.y))
            return x, y, tf.convert_to_tensor(batch.weight[rows])

        if self.replicas.count == 1:
            return part(0)
        return self.replicas.strategy.experimental_distribute_values_from_function(
            lambda context: part(context.replica_id_in_sync_group)
        )

    def _train_on_replicas(self, x: Any, y: Any, rate: Any, number: Any, decay: Any) -> Any:
        strategy = self.replicas.strategy
        sums = strategy.run(self._replica_step, (x, y, rate, number, decay))
        return strategy.reduce(tf.distribute.ReduceOp.SUM, sums, axis=None)

    def _evaluate_on_replicas(self, x: Any, y: Any, weight: Any) -> Any:
        strategy = self.replicas.strategy
        sums = strategy.run(self._replica_evaluation, (x, y, weight))
        return strategy.reduce(tf.distribute.ReduceOp.SUM, sums, axis=None)

    def _replica_step(self, x: Any, y: Any, rate: Any, number: Any, decay: Any) -> Any:
        context = tf.distribute.get_replica_context()
        self._seed(number, context.replica_id_in_sync_group)
        training, count = self.networks.training, self.replicas.count
        with tf.GradientTape() as tape:
            outputs = training(x, training=True)
            rows = tf.ones(tf.shape(outputs[self.outputs[0]])[:1])
            sums = _sums(self.outputs, outputs, y, rows, sum(training.losses, 0.0))
            # The gradient of the mean over the global batch is the sum of these over replicas.
            loss = sums[0] / (sums[-1] * count)
            if self._scale is not None:
                loss *= self._scale
        gradients = tape.gradient(loss, self._trained, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        if count > 1:
            gradients = context.all_reduce(tf.distribute.ReduceOp.SUM, gradients)
        if self._scale is None:
            self._adam.apply(clipped(gradients, LARGEST_NORM), rate)
        else:
            self._scaled_update(gradients, rate)
        for average, weight in zip(self._averages, self._weights, strict=bool(self._averages)):
            # average -= (1 - decay) * (average - weight), in place
            tf.raw_ops.ResourceApplyGradientDescent(var=average.handle, alpha=1.0 - decay, delta=average - weight.value)
        return sums

    def _scaled_update(self, gradients: list[Any], rate: Any) -> None:
        scale: Any = self._scale
        good = self._good_steps
        gradients = [gradient / scale for gradient in gradients]
        # The same on all replicas, because the gradients are.
        finite = tf.reduce_all([tf.reduce_all(tf.math.is_finite(gradient)) for gradient in gradients])

        def update() -> Any:
            self._adam.apply(clipped(gradients, LARGEST_NORM), rate)
            return good + 1.0

        good.assign(tf.cond(finite, update, lambda: tf.constant(0.0)))
        grown = good >= SCALE_STEPS
        scale.assign(scale * tf.where(finite, tf.where(grown, 2.0, 1.0), 0.5))
        good.assign(tf.where(grown, 0.0, good))

    def _replica_evaluation(self, x: Any, y: Any, weight: Any) -> Any:
        training = self.networks.training
        outputs = training(x, training=False)
        return _sums(self.outputs, outputs, y, weight, sum(training.losses, 0.0))

    def _seed(self, number: Any, replica: Any) -> None:
        """Set every random layer's state from seed, step and replica: a resumed run draws what a whole one draws."""
        for state, seed in zip(self._states, self._seeds, strict=True):
            places = [tf.cast(int(seed) + replica, state.dtype), tf.cast(number * DRAWS_PER_STEP, state.dtype)]
            state.assign(tf.stack(places))

    def state(self) -> dict[str, NDArray[Any]]:
        """Return weights, moments, averages and loss scale by name."""
        arrays = {f"weight_{n}": np.asarray(weight.numpy()) for n, weight in enumerate(self._weights)}
        arrays |= {f"moment_{n}": np.asarray(moment.numpy()) for n, moment in enumerate(self._moments())}
        arrays |= {f"average_{n}": np.asarray(average.numpy()) for n, average in enumerate(self._averages)}
        if self._scale is not None:
            arrays["scale"] = np.array([self._scale.numpy(), self._good_steps.numpy()], np.float32)
        return arrays

    def restore(self, arrays: dict[str, NDArray[Any]]) -> None:
        """Take over what ``state`` gave.

        Raises:
            InputError: The arrays are of another network.
        """
        own = self.state()
        if any(name not in arrays or arrays[name].shape != array.shape for name, array in own.items()):
            raise InputError("The checkpoint is of another network; go on with the version that wrote it.")
        with self.replicas.strategy.scope():
            self.set_weights([arrays[f"weight_{n}"] for n in range(len(self._weights))])
            for n, moment in enumerate(self._moments()):
                moment.assign(arrays[f"moment_{n}"])
            for n, average in enumerate(self._averages):
                average.assign(arrays[f"average_{n}"])
            if self._scale is not None:
                self._scale.assign(arrays["scale"][0])
                self._good_steps.assign(arrays["scale"][1])

    def weights(self) -> list[NDArray[Any]]:
        """Return the weights of the last step."""
        return [np.asarray(weight.numpy()) for weight in self._weights]

    def judged_weights(self) -> list[NDArray[Any]]:
        """Return the weights that count: the averaged ones where an average is kept."""
        return [np.asarray(average.numpy()) for average in self._averages] or self.weights()

    def set_weights(self, arrays: list[NDArray[Any]]) -> None:
        """Set the weights on all replicas."""
        with self.replicas.strategy.scope():
            for weight, array in zip(self._weights, arrays, strict=True):
                weight.assign(array)

    def _moments(self) -> list[Any]:
        return [moment for pair in self._adam.moments for moment in pair]


def weights_of(networks: Networks) -> list[Any]:
    """Return all weights of both graphs, each once, in an order that depends on the networks' kind alone."""
    weights = list(networks.training.weights)
    known = {id(variable) for variable in weights}
    return weights + [variable for variable in networks.inference.weights if id(variable) not in known]


def _sums(names: list[str], outputs: Any, y: Any, weight: Any, penalty: Any) -> Any:
    """Sums over rows: the whole loss, then each output's loss (where several) and metric, then the weight."""
    total = penalty * tf.reduce_sum(weight)
    parts = []
    for name in names:
        objective = OBJECTIVES[name]
        output = tf.cast(outputs[name], tf.float32)
        loss = tf.reduce_sum(weight * objective.loss(y[name], output))
        total += objective.weight * loss
        parts += [loss] * (len(names) > 1) + [tf.reduce_sum(weight * objective.metric(y[name], output))]
    return tf.stack([total, *parts, tf.reduce_sum(weight)])


def _built(build: Callable[[], Networks], precision: str) -> Networks:
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        return build()
    finally:
        keras.config.set_dtype_policy(before)


def _names(inputs: Any) -> list[str]:
    return list(inputs) if isinstance(inputs, dict) else [inputs.name]


def _synchronize(layer: Any) -> None:
    """Let batch normalisation take its moments over all replicas, as over one that sees the global batch.

    All replicas then also hold the same moving statistics.
    """
    if isinstance(layer, keras.layers.BatchNormalization):
        layer.synchronized = True
    for inner in getattr(layer, "layers", ()):
        _synchronize(inner)
