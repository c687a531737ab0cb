"""TensorFlow's own command-line program, in a process of its own."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

# saved_model_cli by its module: the script stands where the interpreter does, which a test cannot rely on.
PROGRAM = [sys.executable, "-c", "from tensorflow.python.tools.saved_model_cli import main; main()"]


def call(*arguments: object) -> str:
    done = subprocess.run([*PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_it_shows_both_signatures_and_gives_the_golden_numbers(
    artefacts: Path, tmp_path: Path, agrees: Callable[..., None]
) -> None:
    model, golden = artefacts / "saved_model" / "1", artefacts / "saved_model" / "golden.npz"
    np.save(tmp_path / "intensity.npy", np.load(golden)["intensity"])
    call(
        "run", "--dir", model, "--tag_set", "serve", "--signature_def", "serving_default",
        "--inputs", f"intensity={tmp_path / 'intensity.npy'}", "--outdir", tmp_path / "out",
    )  # fmt: skip
    agrees({path.stem: np.load(path) for path in (tmp_path / "out").glob("*.npy")}, golden)


@pytest.mark.parametrize("signature", ["serving_default", "classify"])
def test_the_signature_is_written_in_the_file(signature: str, artefacts: Path) -> None:
    """What `saved_model_cli show` prints comes from this message; read here without starting it again."""
    from tensorflow.core.protobuf import saved_model_pb2

    saved = saved_model_pb2.SavedModel.FromString((artefacts / "saved_model" / "1" / "saved_model.pb").read_bytes())
    (graph,) = saved.meta_graphs
    assert list(graph.meta_info_def.tags) == ["serve"]
    described = graph.signature_def[signature]
    assert described.method_name == "tensorflow/serving/predict"
    (name,) = described.inputs
    assert name == "intensity"
    assert [dimension.size for dimension in described.inputs[name].tensor_shape.dim] == [-1, 6601]
