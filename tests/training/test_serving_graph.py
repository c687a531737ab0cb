"""A new output of a network joins the graph of the contract by one row of a table, and is trained by one of another."""

from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest

from xps_keras.errors import ModelError
from xps_keras.graph_contract import GRAPH_OUTPUTS, OUTPUTS, Output
from xps_keras.groups import GROUP_NAMES
from xps_keras.metadata import Metadata
from xps_keras.models.mlp import MLP
from xps_keras.runtime.serving_graph import serving_graph
from xps_keras.runtime.trained import UNCALIBRATED, metadata_of
from xps_keras.training import losses
from xps_keras.training.batches import pairs
from xps_keras.training.losses import Objective

SHARE = Output("graphitic_share", ("1",), "share of graphitic carbon, 0 to 1", "share_logit", "sigmoid", optional=True)
CONFIG = {
    "model": "mlp", "recipe": "paper", "seed": 1, "max_shift_ev": 3.0, "package_version": "1",
    "thresholds": [0.5] * len(GROUP_NAMES), "assessable": [True] * len(GROUP_NAMES),
}  # fmt: skip


def with_share() -> Any:
    """A network with one output more than the contract asks for."""
    model = MLP((4,)).build().inference
    logit = keras.layers.Dense(1, bias_initializer="ones", kernel_initializer="zeros")(model.output["aligned"])
    return keras.Model(model.input, {**model.output, "share_logit": logit})


def test_a_further_output_is_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    model, spectrum = with_share(), np.ones((2, 6601), np.float32)
    assert set(serving_graph(model, UNCALIBRATED)(spectrum)) == set(OUTPUTS)
    monkeypatch.setitem(GRAPH_OUTPUTS, SHARE.name, SHARE)
    found = serving_graph(model, UNCALIBRATED)(spectrum)
    np.testing.assert_allclose(found["graphitic_share"], 1 / (1 + np.exp(-1.0)), rtol=1e-6)
    described = metadata_of(model, CONFIG, UNCALIBRATED, "config.json")
    assert described.outputs == tuple(found) == (*OUTPUTS, "graphitic_share")


def test_a_network_without_it_stays_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(GRAPH_OUTPUTS, SHARE.name, SHARE)
    model = MLP((4,)).build().inference
    assert metadata_of(model, CONFIG, UNCALIBRATED, "config.json").outputs == OUTPUTS
    assert set(serving_graph(model, UNCALIBRATED).output) == set(OUTPUTS)


def test_a_run_hands_its_lines_and_its_network_on() -> None:
    config = {**CONFIG, "lines": ["C 1s"], "network": {"kind": "mlp"}}
    found: Metadata = metadata_of(MLP((4,)).build().inference, config, UNCALIBRATED, "config.json")
    assert (found.lines, found.network) == (("C 1s",), {"kind": "mlp"})


def test_an_output_that_is_missing_is_named() -> None:
    model = MLP((4,)).build().inference
    part = keras.Model(model.input, {name: model.output[name] for name in ("logits", "aligned")})
    with pytest.raises(ModelError, match="no output shift_ev"):
        serving_graph(part, UNCALIBRATED)


def test_what_an_output_is_compared_with_is_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    share = Objective(losses.group_loss, 1.0, losses.exact_match, lambda batch: batch.fractions[:, :1])
    monkeypatch.setitem(losses.OBJECTIVES, "share_logit", share)
    batch: Any = SimpleNamespace(intensity=np.ones((2, 3)), fractions=np.array([[0.3, 0.7], [1.0, 0.0]]))
    x, y = pairs(batch, ["intensity"], ["share_logit"])
    np.testing.assert_array_equal(x["intensity"], batch.intensity)
    np.testing.assert_array_equal(y["share_logit"], [[0.3], [1.0]])
