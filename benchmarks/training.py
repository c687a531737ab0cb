"""Speed of training the paper's STN: this package's loop, Keras's ``fit``, and the same network in PyTorch.

``python -m benchmarks.training --torch-python /path/to/python`` names an interpreter that has PyTorch (``pip install
torch==2.13.0``); this one when left out. All train the same architecture with Adam, batches of 64 and clipped gradients
on the same spectra in memory, in turns, with the same number of threads; the ways to feed PyTorch are its DataLoader,
as the paper's authors use it, and rows by index, which is faster. Processor time is that of all threads of a process:
unlike the clock's it hardly changes when other programs run beside it. The median of the turns counts.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from rich.console import Console
from rich.table import Table

from xps_keras.corpus import Corpus, recipe
from xps_keras.models.networks import PRESETS
from xps_keras.training.batches import FixedCorpus
from xps_keras.training.devices import Devices, start
from xps_keras.training.engine import Engine
from xps_keras.training.losses import exact_match

BATCH, RATE, SHIFT_EV = 64, 1e-4, 3.0
Turn = Callable[[], tuple[float, float, float]]
"""Trains one epoch; returns seconds, processor seconds and the mean loss."""


class Yardstick:
    """The PyTorch process."""

    def __init__(self, python: str, folder: Path, threads: int) -> None:
        script = Path(__file__).with_name("torch_stn.py")
        self._process = subprocess.Popen(  # noqa: S603 # our own script
            [python, str(script), str(folder), str(threads)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        answer = self._line()
        if not answer:
            raise SystemExit(
                f"{python} has no PyTorch; make an environment with `pip install torch==2.13.0` and name its "
                "interpreter with --torch-python."
            )
        self.weights, self.version = int(answer.split()[0]), answer.split()[1]

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def turn(self, way: str) -> tuple[float, float, float]:
        """Let it train an epoch; ``way`` is how it is fed."""
        assert self._process.stdin is not None
        self._process.stdin.write(way + "\n")
        self._process.stdin.flush()
        wall, processor, loss = map(float, self._line().split())
        return wall, processor, loss

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()


class Ours:
    """This package's loop.

    Args:
        corpus: What is drawn.
        size: Spectra in a turn.
        model: Name of the network.
        precision: What its layers compute in.
        rate: Learning rate.
    """

    def __init__(
        self, corpus: Corpus, size: int, model: str = "stn", precision: str = "float32", rate: float = RATE
    ) -> None:
        network = PRESETS[model].network
        self.engine = Engine(start(Devices("one")), lambda: network.build(), 1, precision, average=False)
        self.spectra = FixedCorpus(corpus, size, BATCH, self.engine.inputs, self.engine.outputs, shuffle=1)
        self._rate, self._done = rate, 0

    def turn(self) -> tuple[float, float, float]:
        """Train one epoch."""
        wall, processor = time.perf_counter(), time.process_time()
        sums = []
        for batch in self.spectra.epoch(self._done):
            sums.append(self.engine.step(batch, self._rate, self._done))
            self._done += 1
        loss = self.engine.figures(np.sum([np.asarray(one) for one in sums], axis=0))["loss"]
        return time.perf_counter() - wall, time.process_time() - processor, loss

    @property
    def weights(self) -> int:
        """Number of trained weights."""
        return sum(int(np.prod(weight.shape)) for weight in self.engine.networks.training.trainable_weights)


def fit_turn(spectra: FixedCorpus) -> Turn:
    """Return the turn of Keras's own loop, as this package trained before it had one."""
    model = PRESETS["stn"].network.build().training
    model.compile(
        keras.optimizers.Adam(RATE, global_clipnorm=1.0),
        {"logits": keras.losses.BinaryCrossentropy(from_logits=True)},
        metrics={"logits": [exact_match]},
    )

    class Batches(keras.utils.PyDataset):  # type: ignore[misc] # keras ships no types
        def __len__(self) -> int:
            return len(spectra)

        def __getitem__(self, index: int) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
            rows = order[index * BATCH : (index + 1) * BATCH]
            return {k: v[rows] for k, v in spectra.x.items()}, {k: v[rows] for k, v in spectra.y.items()}

    order = np.random.default_rng(1).permutation(spectra.size)
    data = Batches()

    def turn() -> tuple[float, float, float]:
        wall, processor = time.perf_counter(), time.process_time()
        loss = model.fit(data, epochs=1, shuffle=False, verbose=0).history["loss"][0]
        return time.perf_counter() - wall, time.process_time() - processor, loss

    return turn


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--torch-python", default=sys.executable, help="interpreter that has PyTorch")
    parser.add_argument("--rounds", type=int, default=7, help="turns of each, of which the median counts")
    parser.add_argument("--size", type=int, default=2048, help="spectra in a turn")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)), help="threads of each")
    chosen = parser.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(chosen.threads)
    tf.config.threading.set_inter_op_parallelism_threads(chosen.threads)
    keras.utils.set_random_seed(1)
    ours = Ours(Corpus(recipe("paper", SHIFT_EV), seed=1), chosen.size)
    spectra, weights = ours.spectra, ours.weights
    with tempfile.TemporaryDirectory() as folder:
        np.save(Path(folder) / "intensity.npy", spectra.x["intensity"])
        np.save(Path(folder) / "groups.npy", spectra.y["logits"])
        torch = Yardstick(chosen.torch_python, Path(folder), chosen.threads)
    assert torch.weights == weights, "the two networks are not the same"
    turns: dict[str, Turn] = {
        "xps-keras": ours.turn,
        "Keras fit": fit_turn(spectra),
        f"PyTorch {torch.version}, DataLoader": lambda: torch.turn("loader"),
        f"PyTorch {torch.version}, rows by index": lambda: torch.turn("index"),
    }
    try:
        for turn in turns.values():
            turn()  # the first compiles and plans
        # In turns, so that a busy machine slows all alike.
        rounds = [{name: turn() for name, turn in turns.items()} for _ in range(chosen.rounds)]
    finally:
        torch.close()
    table = Table(
        title=f"{weights:,} weights, batches of {BATCH}, {chosen.threads} threads each, "
        f"{chosen.rounds} rounds of {chosen.size} spectra"
    )
    for column in ("", "spectra/s", "spectra/CPU s", "ours, times as fast", "by CPU time", "last loss"):
        table.add_column(column, justify="right" if column else "left")
    for name in turns:
        wall, processor = (statistics.median(chosen.size / one[name][n] for one in rounds) for n in (0, 1))
        ratios = [statistics.median(one[name][n] / one["xps-keras"][n] for one in rounds) for n in (0, 1)]
        table.add_row(
            name, f"{wall:,.0f}", f"{processor:,.0f}", *(f"{r:.2f}" for r in ratios), f"{rounds[-1][name][2]:.3f}"
        )
    Console().print(table)


if __name__ == "__main__":
    main()
