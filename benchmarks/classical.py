"""Classical unmixing of the recipe `paper`: ``python -m benchmarks.classical --size 200 --seed 7 [--model PATH]``.

The unmixing itself stands in ``xps_keras.experiments.classical``. It is given what a network is not: a start within
0.1 eV of the true shift, and the threshold on weights that is best for these very spectra. With ``--model`` the model
answers to the same spectra, and its shift is tried as a start, too. Times are processor time of one process.
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from benchmarks.made_on import made_on
from xps_keras.corpus import Batch, Corpus, recipe
from xps_keras.evaluation.amounts import smallest_fractions
from xps_keras.evaluation.evaluate import check_test
from xps_keras.evaluation.metrics import exact_match, wilson_interval
from xps_keras.evaluation.summary import TRACE
from xps_keras.experiments.classical import STEPS, Fit, Unmixer
from xps_keras.files import write_whole
from xps_keras.library.library import Library
from xps_keras.library.loading import load_library
from xps_keras.progress import progress_bar
from xps_keras.runtime import load
from xps_keras.version import __version__

Floats = NDArray[np.float64]

THRESHOLDS = tuple(float(value) for value in np.geomspace(1e-5, 0.2, 60))
"""Weights from which a polymer counts as found."""
START_WITHIN_EV = 0.1
"""The first guess of the shift is uniform within this of the true one."""


def outcome(
    method: str, start: str, noise: float, fits: list[Fit], batch: Batch, library: Library, seconds: float
) -> dict[str, Any]:
    """Judge fits at the threshold that serves them best."""
    weights = np.array([fit.weights for fit in fits])
    carries = library.group_counts > 0
    right = [exact_match((weights >= least) @ carries, batch.groups > 0.5) for least in THRESHOLDS]
    exact = np.array([row.mean() for row in right])
    tied = np.flatnonzero(exact == exact.max())
    best = int(tied[len(tied) // 2])  # the middle of equally good ones
    error = np.abs(np.array([fit.shift_ev for fit in fits]) - batch.shift_ev)
    return {
        **_row(method, start, noise, right[best], error, batch, seconds),
        "threshold": round(THRESHOLDS[best], 6),
        "broadening_mean_absolute_ev": float(np.abs([f.broadening_ev for f in fits] - batch.broadening_ev).mean()),
    }


def _row(
    method: str, start: str | None, noise: float, right: NDArray[np.bool_], error: Floats, batch: Batch, seconds: float
) -> dict[str, Any]:
    low, high = wilson_interval(int(right.sum()), right.size)
    traceless = smallest_fractions(batch) > TRACE
    return {
        "method": method,
        "start": start,
        "noise": noise,
        "exact_match": float(right.mean()),
        "exact_match_low": low,
        "exact_match_high": high,
        "exact_match_without_traces": float(right[traceless].mean()) if traceless.any() else None,
        "shift_mean_absolute_ev": float(error.mean()),
        "shift_median_absolute_ev": float(np.median(error)),
        "seconds_per_spectrum": seconds / right.size,
    }


def compare(chosen: argparse.Namespace) -> dict[str, Any]:
    """Unmix the spectra in every way asked for, and let the models answer to the same ones."""
    library = load_library()
    corpus = Corpus(recipe("paper", chosen.max_shift), chosen.seed, library)
    batch = corpus.batch(0, chosen.size)
    rng = np.random.default_rng([chosen.seed, 1])
    near = batch.shift_ev + rng.uniform(-chosen.start_within, chosen.start_within, chosen.size)
    starts = {f"within {chosen.start_within:g} eV": near}
    runtimes = {path: load(path) for path in chosen.model}
    for runtime in runtimes.values():
        check_test(runtime, chosen.size, chosen.seed)
    rows = []
    for noise in chosen.noise:
        disturbed = batch.intensity + noise * batch.intensity.max(axis=1, keepdims=True) * rng.standard_normal(
            batch.intensity.shape
        )
        spectra = np.where(batch.measured, np.maximum(disturbed, 0.0), 0.0)
        for path, runtime in runtimes.items():
            began = time.process_time()
            outputs = runtime.run(spectra)
            seconds = time.process_time() - began
            shift = outputs["shift_ev"][:, 0].astype(np.float64)
            starts[path] = shift
            error = np.abs(shift - batch.shift_ev)
            thresholds = np.asarray(runtime.metadata.thresholds, np.float32)
            for name, least in (("thresholds 0.5", 0.5), ("own thresholds", thresholds)):
                right = exact_match(outputs["probabilities"] >= least, batch.groups > 0.5)
                rows.append(_row(f"{path}, {name}", None, noise, right, error, batch, seconds))
        for steps in chosen.steps:
            unmixer = Unmixer(library, steps, chosen.rounds, chosen.start_within)
            for start, shifts in starts.items():
                fits = []
                began = time.process_time()
                with progress_bar(chosen.size, True) as advance:
                    for row in range(chosen.size):
                        fits.append(unmixer.fit(spectra[row].astype(np.float64), batch.measured[row], shifts[row]))
                        advance(1)
                seconds = time.process_time() - began
                rows.append(outcome(steps, start, noise, fits, batch, library, seconds))
    return {
        "package_version": __version__,
        "recipe": "paper",
        "max_shift_ev": chosen.max_shift,
        "size": chosen.size,
        "seed": chosen.seed,
        "rounds": chosen.rounds,
        "start_within_ev": chosen.start_within,
        "rows": rows,
    }


def main() -> None:
    """Print the table and write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=200, help="number of spectra")
    parser.add_argument("--seed", type=int, default=7, help="their seed")
    parser.add_argument("--max-shift", type=float, default=3.0, help="largest shift in eV")
    parser.add_argument("--rounds", type=int, default=40, help="most rounds of unmixing and stepping")
    parser.add_argument("--start-within", type=float, default=START_WITHIN_EV, help="farthest first guess in eV")
    parser.add_argument("--steps", nargs="+", choices=STEPS, default=STEPS)
    parser.add_argument("--noise", nargs="+", type=float, default=[0.0], help="relative to the highest channel")
    parser.add_argument("--model", nargs="+", default=[], help="models that answer to the same spectra")
    parser.add_argument("--json", type=Path, help="file to write")
    chosen = parser.parse_args()
    result = compare(chosen)
    table = Table(box=None, header_style="bold")
    table.add_column("method", no_wrap=True)
    table.add_column("start", no_wrap=True)
    for title in ("noise", "exact / %", "no traces", "MAE / eV", "median", "s each"):
        table.add_column(title, justify="right")
    for row in result["rows"]:
        table.add_row(
            row["method"],
            row["start"] or "-",
            f"{row['noise']:g}",
            f"{100 * row['exact_match']:.1f}",
            "-" if row["exact_match_without_traces"] is None else f"{100 * row['exact_match_without_traces']:.1f}",
            f"{row['shift_mean_absolute_ev']:.4f}",
            f"{row['shift_median_absolute_ev']:.5f}",
            f"{row['seconds_per_spectrum']:.4f}",
        )
    Console(width=120).print(table)
    if chosen.json is not None:
        write_whole(chosen.json, json.dumps({**result, **made_on()}, indent=1, allow_nan=False) + "\n")


if __name__ == "__main__":
    main()
