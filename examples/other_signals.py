"""`SpatialTransformer1D` on signals that are not spectra: when a shift is learnt without being told, and when not.

    python examples/other_signals.py [SIGNALS]

All signals are simulated: heart beats that a trigger caught too early or too late, and chromatograms whose retention
times drift. Nothing is ever told a shift or a drift; they are kept for judging. Needs Keras alone, on any backend. With
the 400 signals that it takes when SIGNALS is left out it runs for 30 to 100 s, and prints a row when it is found.
"""

import sys
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from xps_keras.layers import SpatialTransformer1D, shift_channels, warped_positions

Signals = NDArray[np.float32]
BEAT, LATEST = 160, 24  # samples of a beat, and how many of them the trigger is early or late at most
TRACE, SUBSTANCES = 240, 12  # samples of a chromatogram, and peaks in it


def curves(length: int, center: Any, width: Any, height: Any) -> Signals:
    """Sum normal curves: ``center``, ``width`` and ``height`` (signals, curves) to (signals, length)."""
    distance = (np.arange(length) - np.asarray(center)[..., None]) / np.asarray(width)[..., None]
    return (height[..., None] * np.exp(-0.5 * distance**2)).sum(axis=1).astype("float32")


def beats(count: int, seed: int) -> tuple[Signals, NDArray[np.integer], Signals]:
    """Draw heart beats of three kinds: plain, with a slurred upstroke, with a notch behind the main peak.

    Returns:
        Signals (count, 160), kinds (count,), and how many samples late each one stands (count,).
    """
    rng = np.random.default_rng(seed)
    kind, late = rng.integers(0, 3, count), rng.uniform(-LATEST, LATEST, (count, 1)).astype("float32")
    #                   P     Q    R    S    T  slur notch
    place = np.array([-34, -5.0, 0.0, 5.0, 44, -9.0, 11.0]) + BEAT / 2 + late
    width = np.array([5.0, 1.8, 2.2, 2.0, 9.0, 3.0, 2.0])
    height = np.array([0.12, -0.1, 1.0, -0.2, 0.3, 0.2, 0.2]) * rng.uniform(0.8, 1.2, (count, 7))
    height[:, 5] *= kind == 1
    height[:, 6] *= kind == 2
    noise = rng.normal(0.0, 0.03, (count, BEAT)).astype("float32")
    return curves(BEAT, place, width, height) + noise, kind, late[:, 0]


def chromatograms(count: int, seed: int) -> tuple[Signals, NDArray[np.floating]]:
    """Draw chromatograms of the same substances in any amounts, with retention times that drift smoothly.

    Returns:
        Signals (count, 240), and where each substance stands in each (count, 12), in samples.
    """
    rng = np.random.default_rng(seed)
    stretch = np.exp(rng.uniform(-0.1, 0.1, (count, 4)))
    knots = np.pad(np.cumsum(stretch * TRACE / 4, axis=1), [[0, 0], [1, 0]])
    knots += TRACE / 2 - knots[:, 2:3] + rng.uniform(-6, 6, (count, 1))
    true = np.sort(np.random.default_rng(9).uniform(25, 215, SUBSTANCES))
    place = np.stack([np.interp(true, np.linspace(0, TRACE, 5), row) for row in knots])
    amount = np.exp(rng.normal(0.0, 0.7, (count, SUBSTANCES)))
    noise = rng.normal(0.0, 0.02, (count, TRACE)).astype("float32")
    return curves(TRACE, place, np.full(SUBSTANCES, 2.5), amount) + noise, place


class MovedByKnown(keras.layers.Layer):
    """Moves each signal by an amount that it draws: (batch, length) to the moved signals and the amounts (batch, 1)."""

    def __init__(self, most: float) -> None:
        super().__init__()
        self.most = most
        self.random = keras.random.SeedGenerator(3)

    def call(self, signal: Any) -> Any:
        """Draw and move; an amount of 3 makes a signal stand 3 samples later."""
        by = keras.random.uniform((ops.shape(signal)[0], 1), -self.most, self.most, seed=self.random)
        return shift_channels(signal, -by), by


def contradiction(transformer: Any, signal: Any, shift: Any) -> Any:
    """How wrong the transformer is about moves that are known, in units of 8 samples: (batch, 1), to be zero.

    Nobody knows how late a signal is. But the same signal moved by 5 samples must be read as 5 samples later, and
    moving is what we can do ourselves. What is left open is one number: where zero is.
    """
    moved, by = MovedByKnown(LATEST)(signal)
    return (transformer(moved)[1] - shift - by) / 8.0


def disagreement(aligned: Any, blur: float) -> Any:
    """1 minus the cosine of each aligned signal and the mean of its batch, both blurred: (batch, 1), to be zero.

    A cosine, since moving a signal off the axis would make a difference small. Blurred, since peaks pull at each other
    only where they overlap: ``blur``, a standard deviation in samples, should be near the size of the shifts.
    """
    distance = np.arange(aligned.shape[1])[:, None] - np.arange(aligned.shape[1])
    unit = unit_length(ops.matmul(aligned, np.exp(-0.5 * (distance / blur) ** 2).astype("float32")))
    mean = unit_length(ops.mean(unit, axis=0, keepdims=True))
    return 1.0 - ops.sum(unit * mean, axis=1, keepdims=True)


def unit_length(rows: Any) -> Any:
    """Scale each row to length 1."""
    return rows / ops.sqrt(ops.sum(ops.square(rows), axis=1, keepdims=True) + 1e-6)


def dense(*units: int) -> list[Any]:
    """Layers of a small network."""
    return [keras.layers.Dense(width, "relu") for width in units]


def fit(signal: Any, outputs: dict[str, Any], given: Signals, wanted: dict[str, Any]) -> keras.Model:
    """Train for 40 epochs: ``kind`` by cross-entropy, everything else to be zero.

    Agreement counts fivefold: alone, labels are learnt by heart before the shift has moved.
    """
    model = keras.Model(signal, outputs)
    losses: dict[str, Any] = {name: "mae" if name == "disagreement" else "mse" for name in outputs}
    if "kind" in outputs:
        losses["kind"] = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    weights = {name: 5.0 if name == "disagreement" else 1.0 for name in outputs}
    model.compile(keras.optimizers.Adam(1e-2), losses, loss_weights=weights)
    zeros = np.zeros((len(given), 1), np.float32)
    model.fit(given, {name: wanted.get(name, zeros) for name in outputs}, batch_size=50, epochs=40, verbose=0)
    return model


def tell_beats_apart(how: str, count: int) -> tuple[float, float | None]:
    """Train on beats, and return accuracy and the correlation of shifts read with true ones, on other beats."""
    given, kind, _ = beats(count, seed=1)
    others, true_kind, late = beats(400, seed=2)
    keras.utils.set_random_seed(1)
    signal = aligned = keras.Input((BEAT,))
    outputs, shift = {}, None
    if how != "no alignment":
        transformer = SpatialTransformer1D(keras.Sequential(dense(64, 32)), max_shift=60.0)
        aligned, shift = transformer(signal)
        if how == "labels and known moves":
            outputs["contradiction"] = contradiction(transformer, signal, shift)
        elif how != "labels alone":
            outputs["disagreement"] = disagreement(aligned, blur=1.0 if "sharp" in how else 10.0)
    outputs["kind"] = keras.Sequential([*dense(32), keras.layers.Dense(3)], name="kind")(aligned)
    model = fit(signal, outputs, given, {"kind": kind})
    found = ops.convert_to_numpy(model(others)["kind"]).argmax(axis=1)
    accuracy = float((found == true_kind).mean())
    if shift is None:
        return accuracy, None
    read = ops.convert_to_numpy(keras.Model(signal, shift)(others))[:, 0]
    return accuracy, float(np.corrcoef(read, late)[0, 1])


def scatter_of_peaks(mode: str, count: int) -> float:
    """Align chromatograms, and return how far the peaks of a substance scatter over others, in samples."""
    given, _ = chromatograms(count, seed=3)
    others, place = chromatograms(400, seed=4)
    if mode == "none":
        return float(place.std(axis=0).mean())
    keras.utils.set_random_seed(1)
    signal = keras.Input((TRACE,))
    network = keras.Sequential(dense(96, 48))
    aligned, parameters = SpatialTransformer1D(network, mode, max_shift=20.0, max_log_scale=0.3, segments=4)(signal)
    fit(signal, {"disagreement": disagreement(aligned, blur=3.0)}, given, {})
    read = ops.convert_to_numpy(keras.Model(signal, parameters)(others))
    scale = read[:, 1:] if mode == "warp" else np.ones((len(read), 1), np.float32)
    position = ops.convert_to_numpy(warped_positions(TRACE, read[:, :1], scale))
    rows = zip(place, position, strict=True)
    return float(np.std([np.interp(peaks, row, np.arange(TRACE)) for peaks, row in rows], axis=0).mean())


if __name__ == "__main__":
    signals = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    print("heart beats, told apart after alignment by", "accuracy", "correlation of shifts", sep="\t")
    ways = (
        "no alignment", "labels alone", "labels and sharp agreement", "labels and blurred agreement",
        "labels and known moves",
    )  # fmt: skip
    for way in ways:
        accuracy, correlation = tell_beats_apart(way, signals)
        print(way, f"{accuracy:.3f}", "-" if correlation is None else f"{correlation:.3f}", sep="\t", flush=True)
    print("chromatograms, aligned by", "scatter of a peak / samples", sep="\t")
    for mode in ("none", "shift", "warp"):
        print(mode, f"{scatter_of_peaks(mode, signals):.2f}", sep="\t", flush=True)
