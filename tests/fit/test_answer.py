"""The answer: components of a table in a paper, the nearest polymers, verdicts, methods, and bad luck."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xps_keras import api
from xps_keras.analysis import fitting
from xps_keras.analysis.result import Analysis, to_json
from xps_keras.analysis.unexplained import signal_warnings
from xps_keras.consistency_rule import CANDIDATES, FEATURES, OWN_FEATURES, rule_from_dict
from xps_keras.errors import UsageError
from xps_keras.fit.result import Fit, Unexplained

CHARGED = Path("examples/charged_pet.vms")
REAL = Path("../shared/spectra/PET_C1s_VersaProbe.csv")


@pytest.fixture(scope="module")
def charged() -> Analysis:
    return api.analyze(CHARGED)


def carbon(fit: Fit) -> dict[str, float]:
    return {one.name: one.percent for one in fit.components if one.line == "C 1s"}


def of_three(shares: dict[str, float]) -> list[float]:
    three = [shares[name] for name in ("C=C", "C-O", "O-C=O")]
    return [100.0 * share / sum(three) for share in three]


def test_pet_has_the_components_of_pet(charged: Analysis) -> None:
    fit = charged.fit
    assert fit is not None
    assert fit.note is None
    assert of_three(carbon(fit)) == pytest.approx([60.0, 20.0, 20.0], abs=2.0)
    assert 3.0 < carbon(fit)["shake-up"] < 9.0
    assert sum(carbon(fit).values()) == pytest.approx(100.0, abs=2.0)
    at = {(one.line, one.name): one.energy_ev for one in fit.components}
    assert at["C 1s", "O-C=O"] == pytest.approx(288.7, abs=0.15)
    assert at["O 1s", "O=C"] == pytest.approx(531.7, abs=0.2)
    assert fit.nearest[0].polymers == ("PET",)
    assert fit.residual < 0.02
    assert charged.verdict is not None
    assert charged.verdict.explained == "explained"
    assert "PET" in charged.verdict.reason


def test_curves_add_up_and_lie_on_the_data(charged: Analysis) -> None:
    assert charged.fit is not None
    for region in charged.fit.regions:
        total = region.background + np.sum(list(region.components.values()), axis=0)
        assert np.allclose(total, region.total)
        assert np.abs(region.residual).mean() < 0.02 * np.ptp(region.intensity)
    assert [region.line for region in charged.fit.regions] == ["C 1s", "O 1s"]


def test_a_reference_moves_components_too(charged: Analysis) -> None:
    moved = api.analyze(CHARGED, reference_ev=284.8).fit
    assert moved is not None
    assert charged.fit is not None
    pairs = list(zip(moved.components, charged.fit.components, strict=True))
    assert [one.energy_ev - other.energy_ev for one, other in pairs] == pytest.approx([-0.2] * len(pairs), abs=1e-6)
    assert moved.shift_ev - charged.fit.shift_ev == pytest.approx(0.2, abs=1e-6)


def test_json_holds_the_fit_without_its_curves(charged: Analysis) -> None:
    content = to_json(charged)
    assert content["fit"]["components"][0]["line"] == "C 1s"
    assert "regions" not in content["fit"]
    assert content["verdict"]["explained"] == "explained"


@pytest.mark.parametrize("method", ["refine", "classical"])
def test_every_method_finds_the_shift_of_a_clean_polymer(method: Any) -> None:
    found = api.analyze(CHARGED, method=method)
    assert found.fit is not None
    assert found.fit.method == method
    assert found.shift_ev == pytest.approx(2.3, abs=0.1)
    assert "ester (aromatic)" in [group.name for group in found.present]


def test_there_is_no_other_method() -> None:
    with pytest.raises(UsageError, match="network, refine, classical"):
        api.analyze(CHARGED, method="guess")  # type: ignore[arg-type]


def test_real_pet_is_pet() -> None:
    if not REAL.exists():
        pytest.skip("the shared spectra are not at hand")
    fit = api.analyze(REAL).fit
    assert fit is not None
    assert of_three(carbon(fit)) == pytest.approx([62.0, 20.0, 18.0], abs=4.0)
    assert fit.residual < 0.03
    assert fit.nearest[0].polymers == ("PET",)


def test_a_fit_out_of_time_leaves_the_networks_answer(charged: Analysis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "LONGEST_S", -1.0)
    found = api.analyze(CHARGED)
    assert found.shift_ev == charged.shift_ev
    assert found.fit is not None
    assert found.fit.note is not None
    assert "given up" in found.fit.note
    assert found.verdict is not None
    assert found.verdict.explained == "not explained"
    assert to_json(found)["fit"]["note"] == found.fit.note


def test_a_signal_is_told_once(charged: Analysis) -> None:
    assert charged.fit is not None
    fit = Fit(**{**vars(charged.fit), "unexplained": (Unexplained("O 1s", 529.1, 12.0),)})
    near = signal_warnings((("O 1s", 529.3),), fit)
    far = signal_warnings((("O 1s", 535.9),), fit)
    assert near[0].text.count("eV") == 1
    assert far[0].text.count("eV") == 2
    assert "12 % of the region" in far[0].text


def test_rules_of_older_models_are_read() -> None:
    old = {"weights": [[0.0] * len(FEATURES)] * len(CANDIDATES), "threshold": 0.1, "preference": 1.0, "note": ""}
    rule = rule_from_dict(old)
    assert rule is not None
    assert not rule.with_own_judgement
    names = [*FEATURES, *OWN_FEATURES]
    new = rule_from_dict({**old, "weights": [[0.0] * len(names)] * len(CANDIDATES), "features": names})
    assert new is not None
    assert new.with_own_judgement
    with pytest.raises(ValueError, match="does not know"):
        rule_from_dict({**old, "features": ["something"]})
