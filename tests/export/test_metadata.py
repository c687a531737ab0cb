"""Metadata survives JSON, and nothing but sound metadata does."""

import json
from dataclasses import replace
from typing import Any

import pytest

from xps_keras.axis import AXIS
from xps_keras.errors import ModelError
from xps_keras.graph_contract import OUTPUTS, READING_OUTPUTS
from xps_keras.groups import GROUP_NAMES
from xps_keras.metadata import Metadata, from_json, to_json

METADATA = Metadata(
    name="align",
    recipe="instrument",
    seed=7,
    max_shift_ev=5.0,
    thresholds=(0.25,) * 40,
    assessable=(True,) * 39 + (False,),
    package_version="0.1.0",
    weights_sha256="ab" * 32,
    calibration="Platt scaling",
    detection_limits=(0.05,) * 39 + (None,),
    readings=3,
    format="onnx",
    parity_error={"shift_ev": 1e-6},
)


def test_round_trip() -> None:
    assert from_json(to_json(METADATA), "m") == METADATA
    assert from_json(to_json(METADATA).encode(), "m") == METADATA


def test_json_is_that_of_the_contract() -> None:
    content = json.loads(to_json(METADATA))
    assert content["schema"] == "xps-keras/model/1"
    assert content["axis"] == {"low_ev": 40.0, "step_ev": 0.1, "size": 6601}
    assert content["labels"] == list(GROUP_NAMES)


def test_outputs_follow_the_readings() -> None:
    content = json.loads(to_json(METADATA))
    assert METADATA.outputs == OUTPUTS + READING_OUTPUTS
    assert from_json(json.dumps({**content, "readings": None}), "m").outputs == OUTPUTS


def test_a_model_says_which_lines_it_knows_and_how_it_is_built() -> None:
    network = {"kind": "align", "windows_ev": [[278.0, 296.0]]}
    known = replace(METADATA, lines=("C 1s", "O 1s"), network=network)
    assert from_json(to_json(known), "m") == known


def test_metadata_of_version_0_1_knows_every_line() -> None:
    content = json.loads(to_json(METADATA))
    for name in ("lines", "network", "further_outputs"):
        del content[name]
    found = from_json(json.dumps(content), "m")
    assert (found.lines, found.network, found.further_outputs) == (None, None, ())


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"lines": [1]}, "1 is not a text"),
        ({"network": "align"}, "damaged"),
        ({"schema": "xps-keras/model/2"}, "schema 'xps-keras/model/2'"),
        ({"labels": list(GROUP_NAMES[::-1])}, "labels are not the 40 groups"),
        ({"labels": None}, "labels are not the 40 groups"),
        ({"axis": {"low_ev": 0.0, "step_ev": 0.1, "size": 6601}}, "6601 channels from 0.0 eV"),
        ({"axis": {"low_ev": AXIS.low_ev, "step_ev": 0.2, "size": 3301}}, "3301 channels"),
        ({"axis": {"start": 40}}, "damaged"),
        ({"thresholds": [0.5] * 41}, "40 values"),
        ({"thresholds": [float("nan")] * 40}, "nan is not a number"),
        ({"assessable": [1] * 40}, "not true or false"),
        ({"max_shift_ev": -1}, "-1 is not a number"),
        ({"max_shift_ev": "5"}, "'5' is not a number"),
        ({"detection_limits": [2.0] * 40}, "2.0 is not a number from 0 to 1"),
        ({"kind": "peaks"}, "'peaks' is not a kind of graph"),
        ({"name": None}, "None is not a text"),
        ({"parity_error": []}, "damaged"),
    ],
)
def test_wrong_metadata_is_refused_with_one_sentence(changes: dict[str, Any], sentence: str) -> None:
    text = json.dumps({**json.loads(to_json(METADATA)), **changes})
    with pytest.raises(ModelError, match=sentence) as caught:
        from_json(text, "some.tflite")
    assert str(caught.value).startswith("some.tflite: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"text"', b"\xff\xfe\x00"])
def test_what_is_no_metadata(text: str | bytes) -> None:
    with pytest.raises(ModelError, match=r"some\.tflite"):
        from_json(text, "some.tflite")


def test_a_missing_field_is_named() -> None:
    content = json.loads(to_json(METADATA))
    del content["seed"]
    with pytest.raises(ModelError, match="lacks seed"):
        from_json(json.dumps(content), "m")


@pytest.mark.parametrize(("written", "kind"), [("tflite", "channels"), ("tflite-raw", "spectrum")])
def test_metadata_of_0_1_is_still_read(written: str, kind: str) -> None:
    """It named format and kind of graph in one word."""
    content = json.loads(to_json(METADATA))
    del content["kind"]
    found = from_json(json.dumps({**content, "format": written}), "m")
    assert (found.format, found.kind) == ("tflite", kind)
