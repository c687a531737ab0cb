"""What `import xps_keras as xk` gives."""

import ast
import importlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import xps_keras as xk
from xps_keras.preprocessing import to_channels

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "charged_pet.vms"
ROOMS = (
    "analysis", "chemistry", "corpus", "datasets", "evaluation", "export", "io", "layers", "library", "measured",
    "models", "preprocessing", "pretrained", "reporting", "runtime", "training",
)  # fmt: skip
"""Rooms whose names users may import; `cli`, `experiments` and `tools` are programs."""


def alone(code: str, **environment: str) -> str:
    """Run code in a fresh interpreter and return what it prints."""
    settings = {**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3", **environment}
    found = subprocess.run([sys.executable, "-c", code], env=settings, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    return found.stdout.strip()


@pytest.mark.parametrize("name", xk.__all__)
def test_every_name_is_there_and_listed(name: str) -> None:
    assert getattr(xk, name) is not None
    assert name in dir(xk)


def test_names_for_type_checkers_are_those_that_are_fetched() -> None:
    for room in ("xps_keras", "xps_keras.training"):
        tree = ast.parse((ROOT / room.replace(".", "/") / "__init__.py").read_text())
        (block,) = (node for node in tree.body if isinstance(node, ast.If))
        typed = {
            alias.name: node.module for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names
        }
        (fetched,) = (node for node in ast.walk(block) if isinstance(node, ast.Dict))
        assert ast.literal_eval(fetched) == typed
        assert set(importlib.import_module(room).__all__) - {"__version__"} == set(typed)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'xps_keras' has no attribute 'analyse'"):
        xk.analyse  # type: ignore[attr-defined]  # noqa: B018


def test_importing_it_imports_nothing_heavy() -> None:
    heavy = "numpy", "scipy", "rich", "typer", "keras", "tensorflow"
    assert alone(f"import sys, xps_keras; print([name for name in {heavy} if name in sys.modules])") == "[]"


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_says_what_is_public(room: str) -> None:
    heavy = room in ("datasets", "export", "layers", "models", "training")
    if heavy and importlib.util.find_spec("tensorflow") is None:
        pytest.skip("this room is TensorFlow's own")
    module = importlib.import_module(f"xps_keras.{room}")
    assert module.__all__
    for name in module.__all__:
        assert getattr(module, name) is not None


def test_analyze_takes_a_path_as_text_or_object_or_a_spectrum(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    answer = xk.analyze("examples/charged_pet.vms")
    assert answer.shift_ev == pytest.approx(2.3, abs=0.1)
    assert {group.name for group in answer.present} >= {"ester (aromatic)"}
    assert xk.analyze(xk.read(EXAMPLE), xk.load_model("pretrained")).groups == answer.groups
    moved = xk.analyze(EXAMPLE, reference_ev=284.8)
    assert moved.shift_ev == pytest.approx(answer.shift_ev + 0.2)
    assert moved.groups[0].probability == answer.groups[0].probability


@pytest.mark.parametrize("energy", [248.8, 300.0, float("nan")])
def test_a_reference_that_is_no_carbon_is_refused(energy: float) -> None:
    with pytest.raises(xk.UsageError, match="near 285 eV"):
        xk.analyze(EXAMPLE, reference_ev=energy)


def test_paths_may_be_text(tmp_path: Path) -> None:
    target = str(tmp_path / "copy.vms")
    spectrum = xk.read(str(EXAMPLE))
    xk.write_vamas(spectrum, target)
    np.testing.assert_allclose(xk.read(target).regions[0].intensity, spectrum.regions[0].intensity)


@pytest.mark.parametrize("backend", ["tensorflow", "jax", "openvino"])
def test_keras_loads_a_saved_model_once_the_layers_are_imported(backend: str, tmp_path: Path) -> None:
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    np.save(tmp_path / "spectrum.npy", to_channels(xk.read(EXAMPLE)).intensity[None].astype("float32"))
    code = (
        "import sys, keras, numpy, xps_keras.layers\n"
        f"model = keras.saving.load_model({str(ROOT / 'xps_keras' / 'pretrained' / 'model.keras')!r})\n"
        f"found = model.predict(numpy.load({str(tmp_path / 'spectrum.npy')!r}), verbose=0)\n"
        f"assert ('tensorflow' in sys.modules) == ({backend!r} == 'tensorflow')\n"
        "print(float(numpy.ravel(found['shift_ev'])[0]))"
    )
    shift_ev = float(alone(code, KERAS_BACKEND=backend).splitlines()[-1])
    assert shift_ev == pytest.approx(xk.analyze(EXAMPLE).shift_ev, abs=0.02)  # OpenVINO computes in half precision
