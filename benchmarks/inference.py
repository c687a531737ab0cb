"""Time and memory of an answer: ``python -m benchmarks.inference [--model run/model.keras] [--rounds 15]``.

Both networks, ours and the paper's STN, run in every artefact that the package exports and in PyTorch eager mode with
the same weights, on one thread, in one process, in turns, so that a busy machine slows all alike. Quoted is the median
of the rounds in processor time per call; the ratio to PyTorch is the median of the ratios within a round. PyTorch must
give the same probabilities, or nothing is timed. ``analyze`` is started as a program, from start to exit.

Needs ``pip install torch`` beside the package's own test environment; without it the PyTorch rows are missing.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from xps_keras.axis import AXIS
from xps_keras.groups import GROUP_NAMES

Call = Callable[[NDArray[np.float32]], Any]
BATCHES = (1, 64)
SECONDS = 0.05
"""Processor time of one turn."""
EXAMPLE = Path(__file__).parents[1] / "examples" / "charged_pet.vms"


def untrained(name: str, folder: Path) -> Path:
    """Write a run of an untrained network: random weights cost the same time as trained ones."""
    from xps_keras.models.networks import PRESETS

    model = PRESETS[name].network.reaching(5.0).build().inference
    rng = np.random.default_rng(0)
    for weight in model.trainable_weights:
        if len(weight.shape) == 2:
            weight.assign(rng.normal(0.0, 2 / np.sqrt(weight.shape[0]), weight.shape))
    folder.mkdir()
    model.save(folder / "model.keras")
    config = {
        "model": name,
        "recipe": "instrument",
        "seed": 0,
        "max_shift_ev": 5.0,
        "thresholds": [0.0] * len(GROUP_NAMES),  # random weights: int8 would turn over decisions near 0.5
        "assessable": [True] * len(GROUP_NAMES),
        "package_version": "0",
    }
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder / "model.keras"


def of_torch(trained: Any, spectra: NDArray[np.float32], expected: NDArray[np.float32]) -> Call | None:
    """The network in PyTorch; None where PyTorch is not installed or does not hold this kind of network."""
    try:
        import torch

        from benchmarks import torch_networks
    except ImportError:
        return None
    torch.set_num_threads(1)
    kinds = {"align": torch_networks.TorchAlign, "stn": torch_networks.TorchStn}
    if trained.model.name not in kinds:
        return None
    network = kinds[trained.model.name](trained.model).eval()
    scale = torch.from_numpy(np.asarray(trained.calibration.scale))
    bias = torch.from_numpy(np.asarray(trained.calibration.bias))

    def call(intensity: NDArray[np.float32]) -> Any:
        with torch.inference_mode():
            return [value.numpy() for value in network(torch.from_numpy(intensity))]

    logits = torch.logit(torch.from_numpy(call(spectra)[0].astype(np.float64)))
    found = torch.sigmoid(logits * scale + bias).numpy()
    difference = float(np.abs(found - expected).max())
    if difference > 1e-3:
        raise SystemExit(f"PyTorch gives other probabilities than Keras (by {difference:.2g}); nothing was timed.")
    return call


def of_tflite(file: Path, batch: int) -> Call:
    """LiteRT without our runtime around it, as an embedding program calls it."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(file), num_threads=1)
    (fed,) = interpreter.get_input_details()
    interpreter.resize_tensor_input(fed["index"], (batch, AXIS.size))
    interpreter.allocate_tensors()
    outputs = [detail["index"] for detail in interpreter.get_output_details()]

    def call(intensity: NDArray[np.float32]) -> Any:
        interpreter.set_tensor(fed["index"], intensity)
        interpreter.invoke()
        return [interpreter.get_tensor(index) for index in outputs]

    return call


def of_onnx(file: Path) -> Call:
    """ONNX Runtime on one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    return lambda intensity: session.run(None, {"intensity": intensity})


def of_saved_model(directory: Path) -> Call:
    """TensorFlow on one thread (set in ``main``, before it starts)."""
    import tensorflow as tf

    loaded = tf.saved_model.load(str(directory))

    def call(intensity: NDArray[np.float32]) -> Any:
        found = loaded.signatures["serving_default"](intensity=tf.constant(intensity))
        return [value.numpy() for value in found.values()]

    return call


def calls(trained: Any, artefacts: Path, batch: int, spectra: NDArray[np.float32]) -> dict[str, Call]:
    """Every way to run the network at a batch size, by name."""
    from xps_keras.training.serving_graph import graph_of

    ways: dict[str, Call] = {}
    expected = np.asarray(graph_of(trained)(spectra, training=False)["probabilities"])
    torch_call = of_torch(trained, spectra, expected)
    if torch_call is not None:
        ways["PyTorch eager"] = torch_call
    for folder in sorted(artefacts.iterdir()):
        if folder.name.startswith("tflite") and (batch == 1 or "batch1" not in folder.name):
            ways[folder.name] = of_tflite(folder / "model.tflite", batch)
    ways["onnx"] = of_onnx(artefacts / "onnx" / "model.onnx")
    ways["saved_model"] = of_saved_model(artefacts / "saved_model" / "1")
    return ways


def one_turn(call: Call, spectra: NDArray[np.float32]) -> float:
    """Milliseconds of processor time per call."""
    count, start = 0, time.process_time()
    while (taken := time.process_time() - start) < SECONDS or not count:
        call(spectra)
        count += 1
    return 1e3 * taken / count


def in_turns(ways: dict[str, Call], spectra: NDArray[np.float32], rounds: int) -> dict[str, list[float]]:
    """Time every way once per round; the first calls, which take memory and compile, do not count."""
    for call in ways.values():
        call(spectra)
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, call in ways.items():
            taken[name].append(one_turn(call, spectra))
    return taken


def size_of(artefacts: Path, name: str) -> str:
    """Megabytes on disk."""
    folder = artefacts / name
    if not folder.is_dir():
        return ""
    model = next(path for path in (folder / "model.tflite", folder / "model.onnx", folder / "1") if path.exists())
    files = [model] if model.is_file() else [path for path in model.rglob("*") if path.is_file()]
    return f"{sum(path.stat().st_size for path in files) / 1e6:.1f}"


def measure(model: Path | str, title: str, rounds: int, folder: Path) -> Table:
    """Export one network, time it and return the table."""
    from xps_keras.export import QUANTIZATIONS, export
    from xps_keras.training.trained import load_trained

    rng = np.random.default_rng(1)
    spectra = rng.poisson(rng.uniform(0, 50, (max(BATCHES), AXIS.size))).astype(np.float32)
    artefacts = folder / "artefacts"
    export(model, out=artefacts, quantize=QUANTIZATIONS, batch1=True)
    trained = load_trained(model)
    by_batch = {}
    for batch in BATCHES:
        ways = calls(trained, artefacts, batch, spectra[:batch])
        by_batch[batch] = in_turns(ways, spectra[:batch], rounds)
    table = Table(title=title, caption="For 1 and 64 spectra: milliseconds, and the same over PyTorch's.")
    for column in ("", "MB", *(f"ms, {batch}" for batch in BATCHES), *(f"ratio, {batch}" for batch in BATCHES)):
        table.add_column(column, justify="right" if column else "left", no_wrap=True)
    for name in by_batch[1]:
        cells, ratios = [], []
        for batch in BATCHES:
            taken, yardstick = by_batch[batch].get(name), by_batch[batch].get("PyTorch eager")
            cells.append(f"{statistics.median(taken):.2f}" if taken else "")
            pairs = zip(taken, yardstick, strict=True) if taken and yardstick else ()
            ratio = [one / other for one, other in pairs]
            ratios.append(f"{statistics.median(ratio):.2f}" if ratio else "")
        table.add_row(name, size_of(artefacts, name), *cells, *ratios)
    return table


def start_to_exit(rounds: int) -> tuple[float, float, float]:
    """Wall and processor seconds and peak memory in MB of ``analyze`` on one file, a process of its own each time."""
    program = [sys.executable, "-m", "xps_keras", "analyze", str(EXAMPLE)]
    runs = []
    for _ in range(rounds + 1):
        start = time.perf_counter()
        child = subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603  # our own program
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise SystemExit("`analyze` failed; nothing was measured.")
        # ru_maxrss: kilobytes on Linux, bytes on macOS
        memory = used.ru_maxrss / (1e6 if platform.system() == "Darwin" else 1e3)
        runs.append((time.perf_counter() - start, used.ru_utime + used.ru_stime, memory))
    wall, processor, memory = (statistics.median(column) for column in zip(*runs[1:], strict=True))
    return wall, processor, memory


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="a trained .keras file or `pretrained`; without it untrained weights are timed")
    parser.add_argument("--rounds", type=int, default=15, help="turns of each way, of which the median counts")
    chosen = parser.parse_args()
    console = Console()
    if hasattr(os, "wait4"):
        wall, processor, memory = start_to_exit(5)
        console.print(
            f"analyze, one file, start to exit: {wall:.2f} s, of which {processor:.2f} s of processor time; "
            f"peak memory {memory:.0f} MB"
        )
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    with tempfile.TemporaryDirectory() as temporary:
        for name in ("align", "stn"):
            folder = Path(temporary) / name
            named = chosen.model if name == "align" and chosen.model else untrained(name, folder)
            folder.mkdir(exist_ok=True)
            console.print(measure(named, f"{name}, one thread, processor time per call", chosen.rounds, folder))


if __name__ == "__main__":
    main()
