"""The SavedModel through TensorFlow's C API, in a program built here."""

import importlib.util
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

SOURCE = Path(__file__).parents[2] / "examples" / "serving" / "run_saved_model.c"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shutil.which("gcc")
    if compiler is None:
        pytest.skip("there is no gcc on this machine")
    found = importlib.util.find_spec("tensorflow")
    if found is None or found.origin is None:
        pytest.skip("tensorflow is not installed")
    folder = Path(found.origin).parent
    libraries = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"]
    if not all((folder / name).is_file() for name in libraries):
        pytest.skip("this tensorflow wheel holds no libtensorflow_cc.so.2")
    built = tmp_path_factory.mktemp("c") / "run_saved_model"
    command = [compiler, "-O1", "-Wall", "-Wextra", "-Werror", f"-I{folder / 'include'}", str(SOURCE), "-o", str(built)]
    if shutil.which("ld.gold") is not None:  # reads the library of 1.1 GB in a fifth of the time of the usual linker
        command.append("-fuse-ld=gold")
    command += [f"-L{folder}", *(f"-l:{name}" for name in libraries), f"-Wl,-rpath,{folder}"]
    subprocess.run(command, check=True)
    return built


def run(program: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(program), *map(str, arguments)], capture_output=True, text=True, check=False)


def outputs(printed: str) -> dict[str, NDArray[np.float32]]:
    """Read what the program prints: name, shape, values."""
    answer = {}
    for line in printed.splitlines():
        name, shape, *values = line.split()
        answer[name] = np.array(values, np.float32).reshape([int(size) for size in shape.split("x")])
    return answer


@pytest.mark.parametrize("signature", ["serving_default", "classify"])
def test_the_c_api_gives_the_golden_numbers(
    signature: str, program: Path, artefacts: Path, tmp_path: Path, agrees: Callable[..., None]
) -> None:
    golden = artefacts / "saved_model" / "golden.npz"
    np.load(golden)["intensity"].tofile(tmp_path / "golden.f32")
    done = run(program, artefacts / "saved_model" / "1", signature, tmp_path / "golden.f32")
    assert done.returncode == 0, done.stderr
    answer = outputs(done.stdout)
    assert ("aligned" in answer) == (signature == "serving_default")
    agrees(answer, golden)


def test_the_program_says_what_is_wrong(program: Path, artefacts: Path, tmp_path: Path) -> None:
    model = artefacts / "saved_model" / "1"
    (tmp_path / "cut.f32").write_bytes(bytes(6600 * 4))
    for arguments, words in (
        ((model, "no_such_signature", tmp_path / "cut.f32"), "no such signature"),
        ((model, "classify", tmp_path / "cut.f32"), "does not hold whole spectra"),
        ((model, "classify", tmp_path / "missing.f32"), "cannot be opened"),
        ((tmp_path, "classify", tmp_path / "cut.f32"), "SavedModel"),
    ):
        done = run(program, *arguments)
        assert done.returncode == 1
        assert words in done.stderr
