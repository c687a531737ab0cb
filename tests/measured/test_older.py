"""Runs and artefacts from before libraries had names: theirs is the package's own."""

import json

import pytest

from xps_keras.library.loading import load_library
from xps_keras.metadata import Metadata, from_json, to_json


def test_metadata_without_a_library_is_read() -> None:
    metadata = Metadata(
        name="stn",
        recipe="paper",
        seed=1,
        max_shift_ev=3.0,
        thresholds=(0.5,) * 40,
        assessable=(True,) * 40,
        package_version="0.1.0",
        weights_sha256="0" * 64,
        calibration="none",
    )
    content = json.loads(to_json(metadata))
    del content["library"], content["library_sha256"]
    assert from_json(json.dumps(content), "old") == metadata
    named = {**content, "library": "mine", "library_sha256": "ab" * 32}
    assert from_json(json.dumps(named), "new").library == "mine"


@pytest.mark.slow
def test_a_run_that_does_not_name_its_library_is_resumed(tmp_path_factory: pytest.TempPathFactory) -> None:
    pytest.importorskip("keras", reason="training needs the extra train")
    from xps_keras.training.run import Run, train

    out = tmp_path_factory.mktemp("run") / "run"
    run = Run(model="mlp", size=128, epochs=1, validation_size=32, batch_size=32)
    train(run, out, report=lambda text: None)
    config = json.loads((out / "config.json").read_text())
    assert config["library_sha256"] == load_library().sha256
    del config["library_sha256"], config["run"]["library"]
    (out / "config.json").write_text(json.dumps(config))
    said: list[str] = []
    train(run, out, resume=True, report=said.append)
    assert "finished" in said[0]
