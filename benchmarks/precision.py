"""What mixed precision costs or brings: one network trained in float32, bfloat16 and float16, in turns.

``python -m benchmarks.precision [--model stn] [--size 4096] [--epochs 8]`` trains one network from the same weights
on the same spectra in memory, an epoch of each in turn, and judges all on the same validation spectra. Processor time
is that of all threads; the median of the epochs counts, the first one, which compiles, left out.
"""

import argparse
import os
import statistics

import keras
import tensorflow as tf
from rich.console import Console
from rich.table import Table

from benchmarks.training import SHIFT_EV, Ours
from xps_keras.corpus import Corpus, recipe
from xps_keras.corpus.seeds import VALIDATION_SEED_OFFSET
from xps_keras.models.networks import PRESETS
from xps_keras.training.batches import FixedCorpus

PRECISIONS = ("float32", "mixed_bfloat16", "mixed_float16")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="stn", choices=sorted(PRESETS))
    parser.add_argument("--size", type=int, default=4096, help="spectra in an epoch")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--validation-size", type=int, default=1024)
    parser.add_argument("--rate", type=float, default=None, help="learning rate, the network's own when left out")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    chosen = parser.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(chosen.threads)
    tf.config.threading.set_inter_op_parallelism_threads(chosen.threads)
    drawn = recipe("paper", SHIFT_EV)
    rate = PRESETS[chosen.model].learning_rate if chosen.rate is None else chosen.rate
    trained = {}
    for precision in PRECISIONS:
        keras.utils.set_random_seed(1)
        trained[precision] = Ours(Corpus(drawn, seed=1), chosen.size, chosen.model, precision, rate)
    names = trained["float32"].engine.inputs, trained["float32"].engine.outputs
    held_out = Corpus(drawn, 1 + VALIDATION_SEED_OFFSET)
    validation = FixedCorpus(held_out, chosen.validation_size, 256, *names, shuffle=None)
    turns = [{name: one.turn() for name, one in trained.items()} for _ in range(chosen.epochs)]
    figures = {name: one.engine.evaluate(validation.epoch(0)) for name, one in trained.items()}
    budget = f"{chosen.epochs} epochs of {chosen.size:,} spectra, rate {rate:g}"
    table = Table(title=f"{chosen.model}, {budget}, {chosen.threads} threads")
    told = [name for name in figures["float32"] if name == "loss" or "exact" in name or "error" in name]
    for column in ("precision", "spectra/s", "spectra/CPU s", "times as fast", "by CPU time", *told):
        table.add_column(column, justify="left" if column == "precision" else "right")
    counted = turns[1:] or turns
    for name in PRECISIONS:
        speeds = [statistics.median(chosen.size / turn[name][n] for turn in counted) for n in (0, 1)]
        ratios = [statistics.median(turn["float32"][n] / turn[name][n] for turn in counted) for n in (0, 1)]
        cells = (*(f"{speed:,.0f}" for speed in speeds), *(f"{ratio:.2f}" for ratio in ratios))
        table.add_row(name, *cells, *(f"{figures[name][one]:.4f}" for one in told))
    Console().print(table)
    Console().print(figures)


if __name__ == "__main__":
    main()
