"""The graph that takes a measured spectrum does what reader, channels and analysis do in Python."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.analysis.analyzing import analyze
from xps_keras.axis import AXIS
from xps_keras.errors import InputError, ModelError
from xps_keras.io import read
from xps_keras.preprocessing.channels import to_channels
from xps_keras.runtime import Runtime, load, load_raw
from xps_keras.runtime.verifying import verify
from xps_keras.spectrum import Region, Spectrum

Floats = NDArray[np.float64]
Part = tuple[Floats, Floats]
Call = Callable[[Floats, Floats], Mapping[str, Any]]
NOISE = np.random.default_rng(4)


def part(low: float, high: float, step: float = 0.1, peaks: tuple[float, ...] = (), uneven: bool = False) -> Part:
    """One region: peaks of 1.2 eV on a step, with noise."""
    energy: Floats = low + step * np.arange(round((high - low) / step) + 1, dtype=np.float64)
    if uneven:
        energy = energy + step * NOISE.uniform(-0.4, 0.4, energy.size)
    net = sum((1000.0 * np.exp(-((energy - at) ** 2) / 0.52) for at in peaks), np.zeros(energy.size))
    return energy, 100.0 + net + 0.05 * np.cumsum(net) * step + NOISE.normal(0.0, 3.0, energy.size)


def turned(region: Part) -> Part:
    return region[0][::-1], region[1][::-1]


def on_flank(region: Part, rise: float, power: float) -> Part:
    way = np.linspace(0.0, 1.0, region[0].size)
    return region[0], region[1] + 1000.0 * abs(rise) * (way if rise > 0 else 1.0 - way) ** power


CARBON = part(279.0, 297.0, peaks=(285.0, 289.0))
OXYGEN = part(526.0, 546.0, peaks=(532.0, 533.5))
CASES: dict[str, list[Part]] = {
    "carbon alone": [CARBON],
    "two descending": [turned(CARBON), turned(OXYGEN)],
    "either direction": [turned(OXYGEN), CARBON],
    "between the channels": [part(279.03, 297.0, 0.1, (285.0,)), turned(part(526.07, 546.0, 0.15, (532.0,)))],
    "finer than the channels": [turned(part(279.01, 299.0, 0.02, (285.0, 286.5))), OXYGEN],
    "coarse": [part(279.0, 297.0, 0.2, (285.0, 289.0))],
    "uneven": [
        turned(part(279.0, 297.0, 0.07, (285.0,), uneven=True)),
        part(526.0, 546.0, 0.16, (532.0,), uneven=True),
    ],
    "measured again": [CARBON, OXYGEN, part(279.0, 297.0, 0.05, (285.4,)), part(281.0, 294.0, 0.05, (285.6,))],
    "some channels twice": [CARBON, part(267.0, 283.0, peaks=(270.0,)), OXYGEN],
    "wide": [part(180.0, 420.0, 0.1, (200.0, 285.0, 400.0)), OXYGEN],
    "of no use": [CARBON, part(340.0, 360.0, peaks=(350.0,)), part(395.0, 397.5), part(526.0, 546.0, 0.5, (532.0,))],
    "with a hole": [CARBON, tuple(np.delete(column, slice(90, 105)) for column in OXYGEN)],  # type: ignore[list-item]
    "on flanks": [
        on_flank(CARBON, 6.0, 2.2),
        turned(on_flank(part(526.0, 543.0, 0.07, (532.0,), uneven=True), -3.0, 1.7)),
        on_flank(part(395.0, 411.0, 0.16, (400.0,)), 0.8, 0.7),
    ],
    "mostly negative": [CARBON, (OXYGEN[0], OXYGEN[1] - 900.0)],
}


def columns(regions: list[Part]) -> tuple[Floats, Floats]:
    energy, intensity = (np.concatenate(column) for column in zip(*regions, strict=True))
    return energy, intensity


def write(path: Path, regions: list[Part]) -> Path:
    rows = "\n".join(f"{energy!r},{value!r}" for energy, value in np.stack(columns(regions), 1).tolist())
    path.write_text(f"BE/eV,counts\n{rows}\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module", params=["saved_model", "onnx", "tflite"])
def call(request: pytest.FixtureRequest, raw_artefact: Callable[[str], Path]) -> Call:
    return load_raw(raw_artefact(request.param)).run


@pytest.fixture(scope="module")
def runtime(artefacts: Path) -> Runtime:
    return load(artefacts / "tflite")


@pytest.mark.parametrize("name", CASES)
def test_the_graph_stitches_and_judges_as_python_does(name: str, call: Call, runtime: Runtime, tmp_path: Path) -> None:
    spectrum = read(write(tmp_path / "spectrum.csv", CASES[name]))
    expected = to_channels(spectrum)
    answer = call(*columns(CASES[name]))
    assert answer["usable"].tolist() == [1]
    assert np.array_equal(answer["measured"][0] > 0, expected.measured)
    error = np.abs(answer["channels"][0] - expected.intensity).max() / expected.intensity.max()
    assert error < 1e-4
    judged = analyze(spectrum, runtime)
    assert answer["shift_ev"][0, 0] == pytest.approx(judged.shift_ev, abs=2e-3)
    status = {1: "present", 0: "absent", -1: "not assessable"}
    found = [status[value] for value in answer["status"][0]]
    assert found == ["absent" if group.status == "not seen" else group.status for group in judged.groups]
    probabilities = [group.probability for group in judged.groups if group.probability is not None]
    kept = [value for value, was in zip(answer["probabilities"][0], found, strict=True) if was != "not assessable"]
    np.testing.assert_allclose(kept, probabilities, atol=2e-3)


@pytest.mark.parametrize(
    ("graphitic", "ring", "status"),
    [(0.4, 0.6, -1), (0.4, 0.9, 1), (0.02, 0.6, 1), (0.4, 0.01, -1), (0.02, 0.01, 0)],
)
def test_sp2_carbon_is_not_called_a_benzene_ring_unless_that_is_sure(
    graphitic: float, ring: float, status: int, runtime: Runtime
) -> None:
    from xps_keras.export.spectrum_graph import judged

    labels = runtime.metadata.labels
    known = replace(runtime.metadata, assessable=(True,) * len(labels), thresholds=(0.5,) * len(labels))
    probabilities = np.full((1, len(labels)), 0.6, np.float32)
    probabilities[0, labels.index("benzene ring")] = ring
    answered = {"probabilities": probabilities, "shift_ev": np.zeros((1, 1), np.float32)}
    outputs = {**answered, "measured": np.ones((1, AXIS.size), np.float32)}
    found = np.asarray(judged({**outputs, "graphitic_share": np.array([[graphitic]], np.float32)}, known))
    assert found[0, labels.index("benzene ring")] == status
    without = np.asarray(judged(outputs, known))
    others = [place for place, name in enumerate(labels) if name != "benzene ring"]
    np.testing.assert_array_equal(found[:, others], without[:, others])


@pytest.mark.parametrize(
    "regions",
    [
        [OXYGEN],
        [part(279.0, 297.0, 1.0, (285.0,)), OXYGEN],
        [part(279.0, 297.0), OXYGEN],
        [part(40.0, 700.0, 0.5, (285.0, 532.0))],
        [part(800.0, 830.0, peaks=(810.0,))],
    ],
    ids=["no carbon", "coarse carbon", "no peak in carbon", "survey", "outside"],
)
def test_the_graph_refuses_what_analyze_refuses(regions: list[Part], call: Call) -> None:
    def ascending(region: Part) -> Region:
        return Region("", region[0], region[1], "arbitrary", "binding")

    with pytest.raises(InputError):
        to_channels(Spectrum(Path("x"), "columns", "", tuple(map(ascending, regions))))
    assert call(*columns(regions))["usable"].tolist() == [0]


def test_numbers_that_are_none_cost_their_region_only(call: Call) -> None:
    broken = OXYGEN[1].copy()
    broken[7] = np.nan
    answer = call(*columns([CARBON, (OXYGEN[0], broken)]))
    alone = call(*CARBON)
    assert answer["usable"].tolist() == [1]
    np.testing.assert_allclose(answer["channels"], alone["channels"], rtol=1e-6)
    np.testing.assert_array_equal(answer["status"], alone["status"])


def test_verify_checks_the_answers_of_all_three(raw_artefacts: Path) -> None:
    verified = verify(raw_artefacts)
    assert {each.metadata.kind for each in verified} == {"spectrum"}
    found = {each.metadata.format: each.errors for each in verified}
    assert set(found) == {"saved_model", "onnx", "tflite"}
    for errors in found.values():
        assert errors is not None
        assert errors["probabilities"] < 1e-4


def test_load_sends_these_files_to_the_other_loader(raw_artefacts: Path) -> None:
    """A program that feeds channels must not be given a model that takes columns, nor the other way round."""
    for file in ("tflite/model.tflite", "onnx/model.onnx"):
        with pytest.raises(ModelError, match="two columns"):
            load(raw_artefacts / file)


def test_the_other_loader_sends_back_what_takes_channels(artefacts: Path) -> None:
    with pytest.raises(ModelError, match=r"on the package's axis; load it with xps_keras\.runtime\.load"):
        load_raw(artefacts / "tflite")


@pytest.mark.parametrize(
    ("name", "module", "remedy"),
    [
        ("onnx", "onnxruntime", r"xps-keras\[onnx\]"),
        ("saved_model", "tensorflow", r"xps-keras\[train\]"),
        ("tflite", "ai_edge_litert.interpreter", "ai-edge-litert"),
    ],
)
def test_a_missing_package_is_named_with_its_remedy(
    name: str, module: str, remedy: str, raw_artefacts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ModelError, match=f"pip install.*{remedy}"):
        load_raw(raw_artefacts / name)


def test_a_graph_that_resamples_wrongly_is_not_written(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Canary: the graph's Shirley background stops after one round."""

    from xps_keras.export import raw_background
    from xps_keras.export.saved_model import export_saved_model
    from xps_keras.runtime.trained import load_trained

    trained = load_trained(run)
    monkeypatch.setattr(raw_background, "ROUNDS", 1)
    with pytest.raises(ModelError, match="resamples differently"):
        export_saved_model(trained, tmp_path / "out", kind="spectrum")
    assert list(tmp_path.iterdir()) == []
