"""What was measured on a corpus is found again for that corpus alone."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from xps_keras.corpus import recipe
from xps_keras.corpus.version import CORPUS_VERSION
from xps_keras.experiments import measurements
from xps_keras.experiments.measurements import Test, measured


def test_another_corpus_is_measured_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answered: list[int] = []

    def gather(*_: Any, **__: Any) -> Any:
        answered.append(1)
        return SimpleNamespace(probabilities=np.zeros((8, 2)), present=np.zeros((8, 2), bool))

    monkeypatch.setattr(measurements, "gather", gather)
    monkeypatch.setattr(measurements, "check_test", lambda *_: None)
    monkeypatch.setattr(
        measurements, "evaluation_of", lambda *_: SimpleNamespace(to_dict=lambda: {"time": len(answered)})
    )
    model: Any = SimpleNamespace(sha256="ab", path=tmp_path / "model.tflite")

    def measure() -> dict[str, Any]:
        return measured(model, recipe("paper"), Test(size=8), tmp_path, progress=False).evaluation

    first = measure()
    assert measure() == first
    assert len(answered) == 1  # the second time it was found
    monkeypatch.setattr(measurements, "CORPUS_VERSION", "99.0.0")
    assert measure() == {"time": 2} != first


def test_the_data_set_carries_the_version_of_the_corpus() -> None:
    from xps_keras.datasets.xps_polymers.xps_polymers_dataset_builder import Builder

    assert str(Builder.VERSION) == CORPUS_VERSION
    assert CORPUS_VERSION in Builder.RELEASE_NOTES
