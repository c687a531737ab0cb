"""The golden file of an export: spectra, and the answers that its model must repeat on every machine."""

import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import ModelError, XpsKerasError
from xps_keras.graph_contract import ALIGNED, PROBABILITIES, READING_WEIGHT, SHIFT_EV
from xps_keras.runtime.base import Runtime
from xps_keras.runtime.comparing import Tolerance, compare
from xps_keras.runtime.kinds import CHANNELS, KINDS
from xps_keras.runtime.raw import RawRuntime

GOLDEN_FILE = "golden.npz"
_LARGEST = 100_000_000
"""Bytes of its arrays, unpacked; ours take 1 MB."""


def check_golden(path: Path, runtime: Runtime | RawRuntime) -> dict[str, float]:
    """Run the spectra of the golden file and compare within the tolerances it names.

    Args:
        path: The file.
        runtime: The model.

    Returns:
        Largest difference by output.

    Raises:
        ModelError: When it is no golden file of this model, or the model answers otherwise.
    """
    metadata = runtime.metadata
    kind = KINDS[metadata.kind]
    try:
        golden = _arrays(path)
        reference = {name: golden[name] for name in (*metadata.outputs, *kind.compared)}
        allowed = {name: float(golden[f"tolerance/{name}"]) for name in reference}
        inputs = [golden[name] for name in kind.inputs(metadata)]
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise ModelError(f"{path}: this is no golden file of this model ({error}); export the model again.") from error
    tolerance = Tolerance(
        probability=allowed[PROBABILITIES],
        weight=allowed.get(READING_WEIGHT, 0.0),
        shift_ev=allowed[SHIFT_EV],
        aligned=allowed[ALIGNED],
        channels=allowed.get(CHANNELS, 0.0),
        decisions=1.0,  # a handful of spectra says nothing about fractions
    )
    thresholds = np.asarray(metadata.thresholds, np.float32)
    try:
        answer = runtime.run(*inputs)
        found = {name: answer[name] for name in reference}
        return compare(reference, found, tolerance, thresholds, metadata.format)
    except XpsKerasError as error:
        raise ModelError(f"{runtime.path}: {error} Do not use it on this machine.") from error


def _arrays(path: Path) -> dict[str, NDArray[Any]]:
    with zipfile.ZipFile(path) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > _LARGEST:
            raise ValueError("it unpacks to too much")
    with np.load(path, allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}
