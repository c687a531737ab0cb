"""The programs of examples/embed print what `xps-keras analyze` finds, from the same file."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from xps_keras.analysis.analyzing import Analysis, analyze
from xps_keras.io import read
from xps_keras.runtime import load

EXAMPLES = Path(__file__).parents[2] / "examples" / "embed"
HEADERS = "ONNXRUNTIME_INCLUDE"
"""Environment variable: folder of onnxruntime_cxx_api.h."""
CSHARP = "ONNXRUNTIME_CSHARP"
"""Environment variable: folder of ONNX Runtime's C# sources, a compiler and .NET, as .ci/embed fills it."""
USUAL = (
    "/usr/include/onnxruntime",
    "/usr/include/onnxruntime/core/session",
    "/usr/local/include/onnxruntime",
)


def measured(path: Path) -> Path:
    """A file as an instrument writes it: a heading, two descending regions, counts."""
    noise = np.random.default_rng(2)
    lines = ["BE/eV,counts"]
    for low, peaks in ((279.0, ((287.3, 1.0), (288.9, 0.4), (291.3, 0.35))), (526.0, ((534.4, 1.0), (535.9, 0.8)))):
        energy = np.round(np.arange(low, low + 20.05, 0.1), 2)[::-1]
        rate = 0.3 + sum(height * np.exp(-2 * (energy - at) ** 2) for at, height in peaks)
        lines += [f"{at:.2f},{counts}" for at, counts in zip(energy, noise.poisson(4000 * rate), strict=True)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def no_carbon(path: Path) -> Path:
    energy = np.arange(526.0, 546.0, 0.1)
    counts = 100 + 900 * np.exp(-((energy - 532.0) ** 2)) + np.arange(energy.size) % 3
    path.write_text("".join(f"{at:.2f}\t{value:.1f}\n" for at, value in zip(energy, counts, strict=True)))
    return path


def start(*command: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)


def same(printed: str, answer: Analysis) -> None:
    """The shift to 1 meV, every group's status, and the probability where there is one."""
    first, *rows = printed.splitlines()
    word, shift = first.split()
    assert word == "shift_ev"
    assert float(shift) == pytest.approx(answer.shift_ev, abs=1e-3)
    found = [row.split("\t") for row in rows]
    told = [("absent" if group.status == "not seen" else group.status, group.name) for group in answer.groups]
    assert [(status, name) for status, name, _ in found] == told
    for (_, _, probability), group in zip(found, answer.groups, strict=True):
        if group.probability is not None:
            assert float(probability) == pytest.approx(group.probability, abs=1e-3)


def link_library(folder: Path) -> None:
    """Put the library inside the onnxruntime wheel where programs look for it."""
    found = find_spec("onnxruntime")
    if found is None or found.origin is None:
        pytest.skip("onnxruntime is not installed")
    libraries = sorted((Path(found.origin).parent / "capi").glob("libonnxruntime.so.*"))
    if not libraries:
        pytest.skip("this onnxruntime wheel holds no libonnxruntime.so")
    # The wheel has the library under its full version only; C++ looks for the name of its major version, C# for none.
    for name in ("libonnxruntime.so", "libonnxruntime.so.1"):
        (folder / name).symlink_to(libraries[-1])


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """analyze.cpp, built against the library inside the onnxruntime wheel."""
    compiler = shutil.which("g++")
    if compiler is None:
        pytest.skip("there is no g++ on this machine")
    folders = [Path(folder) for folder in (os.environ.get(HEADERS), *USUAL) if folder]
    headers = next((folder for folder in folders if (folder / "onnxruntime_cxx_api.h").is_file()), None)
    if headers is None:
        pytest.skip(f"no onnxruntime_cxx_api.h; examples/embed/fetch_headers.sh gets it, {HEADERS} names its folder")
    folder = tmp_path_factory.mktemp("cpp")
    link_library(folder)
    flags = ["-std=c++17", "-O1", "-Wall", "-Wextra", "-Werror", "-isystem", headers, "-L", folder, "-lonnxruntime"]
    source = EXAMPLES / "analyze.cpp"
    done = start(compiler, source, "-o", folder / "analyze", *flags, f"-Wl,-rpath,{folder}")
    assert done.returncode == 0, done.stderr
    return folder / "analyze"


@pytest.fixture(scope="module")
def dotnet_program(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Analyze.cs, built against ONNX Runtime's own C# sources and the same library: what starts it."""
    given = os.environ.get(CSHARP)
    if not given:
        pytest.skip(f"no C# compiler: {CSHARP} names no folder; .ci/embed fills one")
    dotnet = Path(given) / "dotnet" / "dotnet"
    if not dotnet.is_file():
        pytest.skip(f"{CSHARP}: {dotnet} is missing; .ci/embed fills such a folder")
    folder = tmp_path_factory.mktemp("csharp")
    link_library(folder)
    done = start(sys.executable, Path(__file__).with_name("csharp.py"), given, folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return dotnet, folder / "Analyze.dll"


def test_python_with_litert_alone(artefacts: Path, raw_artefact: Callable[[str], Path], tmp_path: Path) -> None:
    model, file = raw_artefact("tflite") / "model.tflite", measured(tmp_path / "spectrum.csv")
    done = start(sys.executable, EXAMPLES / "analyze.py", model, file)
    assert done.returncode == 0, done.stderr
    same(done.stdout, analyze(read(file), load(artefacts / "tflite")))
    refused = start(sys.executable, EXAMPLES / "analyze.py", model, no_carbon(tmp_path / "oxygen.txt"))
    assert (refused.returncode, refused.stderr.splitlines()[-1]) == (1, "no C 1s peak stands in this spectrum")
    (tmp_path / "one.txt").write_text("285.0 1000\n")
    refused = start(sys.executable, EXAMPLES / "analyze.py", model, tmp_path / "one.txt")
    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1].endswith("one.txt: fewer than 8 lines of two numbers")


def test_python_says_what_is_wrong_in_one_line(tmp_path: Path) -> None:
    pytest.importorskip("ai_edge_litert")
    shipped, file = EXAMPLES.parents[1] / "xps_keras" / "pretrained" / "model.tflite", measured(tmp_path / "s.csv")
    for arguments, words in (
        ((), "usage: "),
        ((shipped,), "usage: "),
        ((tmp_path / "no.tflite", file), "No such file"),
        ((shipped, tmp_path / "missing.csv"), "missing.csv: No such file"),
        ((file, file), "no TFLite model"),
        ((shipped, file), "takes no measured spectrum"),
    ):
        refused = start(sys.executable, EXAMPLES / "analyze.py", *arguments)
        assert refused.returncode == 1
        assert refused.stdout == ""
        assert words in refused.stderr.splitlines()[-1]
        assert "Traceback" not in refused.stderr


def test_cpp_with_onnx_runtime(
    program: Path, artefacts: Path, raw_artefact: Callable[[str], Path], tmp_path: Path
) -> None:
    model, file = raw_artefact("onnx") / "model.onnx", measured(tmp_path / "spectrum.csv")
    done = start(program, model, file)
    assert done.returncode == 0, done.stderr
    same(done.stdout, analyze(read(file), load(artefacts / "tflite")))
    for arguments, words in (
        ((model, no_carbon(tmp_path / "oxygen.txt")), "no C 1s peak"),
        ((model, tmp_path / "missing.csv"), "cannot be opened"),
        ((artefacts / "onnx" / "golden.npz", file), "Protobuf"),
    ):
        refused = start(program, *arguments)
        assert refused.returncode == 1
        assert words.lower() in refused.stderr.lower()


def test_csharp_with_onnx_runtime(
    dotnet_program: tuple[Path, Path], artefacts: Path, raw_artefact: Callable[[str], Path], tmp_path: Path
) -> None:
    model, file = raw_artefact("onnx") / "model.onnx", measured(tmp_path / "spectrum.csv")
    done = start(*dotnet_program, model, file)
    assert done.returncode == 0, done.stderr
    same(done.stdout, analyze(read(file), load(artefacts / "tflite")))
    for arguments, words in (
        ((model, no_carbon(tmp_path / "oxygen.txt")), "no C 1s peak"),
        ((model, tmp_path / "missing.csv"), "could not find file"),
        ((artefacts / "onnx" / "golden.npz", file), "Protobuf"),
        ((artefacts / "onnx" / "model.onnx", file), "binding_energy"),
    ):
        refused = start(*dotnet_program, *arguments)
        assert refused.returncode == 1
        assert words.lower() in refused.stderr.lower()
        assert len(refused.stderr.splitlines()) == 1
