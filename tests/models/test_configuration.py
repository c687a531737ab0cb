"""A network's configuration survives the file, whichever version wrote it."""

import json
from pathlib import Path
from typing import Any

import keras
import pytest

from xps_keras import pretrained
from xps_keras.errors import ModelError
from xps_keras.models.align import FIRST_WINDOWS_EV, Align
from xps_keras.models.networks import PRESETS, network_from_dict, network_of, network_to_dict
from xps_keras.models.stn import STN

SHIPPED = Path(pretrained.__file__).parent


@pytest.mark.parametrize("name", list(PRESETS))
def test_what_is_written_is_read(name: str) -> None:
    network = PRESETS[name].network
    assert network_from_dict(json.loads(json.dumps(network_to_dict(network))), "config.json") == network


def test_a_field_of_later_is_what_it_was_before_it_existed() -> None:
    content = network_to_dict(STN())
    del content["mode"]
    assert network_from_dict(content, "config.json") == STN()


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"heads": 4}, r"run/config\.json holds a network with heads, which this version does not know"),
        ({"kind": "transformer"}, "kind of network, 'transformer'"),
        ({"classifier_units": 3}, "3 is not a list"),
        ({"classifier_units": ["many"]}, "'many' where 512 is an example"),
        ({"readings": 3.5}, "3.5 where 3 is an example"),
        ({"windows_ev": [[1.0, None]]}, "None where"),
    ],
)
def test_what_cannot_be_read_is_named(changes: dict[str, Any], named: str) -> None:
    content = {**network_to_dict(Align()), **changes}
    with pytest.raises(ModelError, match=named):
        network_from_dict(content, "run/config.json")


@pytest.mark.parametrize("config", [{}, {"model": "mine"}, {"model": "align"}, {"network": 3}])
def test_a_configuration_without_a_network_is_named(config: dict[str, Any]) -> None:
    with pytest.raises(ModelError, match=r"^run/config\.json"):
        network_of(config, "run/config.json")


def test_a_model_of_version_0_1_is_built_back() -> None:
    # What that version wrote of its shipped model; it named a network and no more.
    config = {"model": "align", "max_shift_ev": 5.0, "seed": 2026, "package_version": "0.1.0"}
    network, schedule = network_of(config, "config.json")
    assert (network, schedule) == (Align(FIRST_WINDOWS_EV, max_shift_ev=6.0), "cosine")
    assert network.build().inference.count_params() == 1_160_301


def test_the_shipped_model_is_built_back() -> None:
    network, _ = network_of(json.loads((SHIPPED / "config.json").read_text()), "config.json")
    shipped = keras.models.load_model(SHIPPED / "model.keras", compile=False)
    built = network.build().inference
    assert [weight.shape for weight in built.weights] == [weight.shape for weight in shipped.weights]
    assert built.get_layer("aligned_windows").get_config() == shipped.get_layer("aligned_windows").get_config()
