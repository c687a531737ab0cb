"""Spectra for benchmarks: VAMAS files of three regions, each another polymer or two, shifted as charging does."""

from pathlib import Path

import numpy as np

from xps_keras.corpus.simulate import simulate
from xps_keras.io import write_vamas
from xps_keras.library.loading import load_library

THIRD = ("N 1s", "F 1s", "Cl 2p", "S 2p", "Si 2p")
"""The third region beside C 1s and O 1s, in turns; often there is nothing in it, as in a laboratory."""


def write_files(folder: Path, count: int, seed: int = 0) -> list[Path]:
    """Write files that differ from one another.

    Args:
        folder: Where; it must exist.
        count: How many.
        seed: Of polymers, shifts and noise.

    Returns:
        The files in order.
    """
    rng = np.random.default_rng(seed)
    keys = list(load_library().keys)
    files = []
    for number in range(count):
        chosen = rng.choice(keys, size=1 + number % 2, replace=False)
        spectrum = simulate(
            {str(key): float(rng.uniform(0.3, 1.0)) for key in chosen},
            ("C 1s", "O 1s", THIRD[number % len(THIRD)]),
            shift_ev=float(rng.uniform(-1.0, 4.0)),
            broadening_ev=float(rng.uniform(0.0, 0.3)),
            peak_counts=float(rng.uniform(3_000, 20_000)),
            seed=seed + number,
        )
        files.append(folder / f"sample_{number:04d}.vms")
        write_vamas(spectrum, files[-1], comment="Simulated by xps-keras for a benchmark.")
    return files
