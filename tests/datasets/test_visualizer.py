"""`tfds.show_examples` draws spectra."""

from pathlib import Path
from typing import Any

import matplotlib
import pytest
import tensorflow_datasets as tfds

import xps_keras.datasets


@pytest.mark.parametrize("as_supervised", [False, True])
def test_tfds_shows_examples(as_supervised: bool, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert xps_keras.datasets  # importing it is what makes the name known
    matplotlib.use("Agg")
    shown: list[Any] = []
    monkeypatch.setattr("matplotlib.pyplot.show", lambda: shown.append(True))
    settings = {"data_dir": str(data_dir), "with_info": True, "as_supervised": as_supervised}
    stored, info = tfds.load("xps_polymers/paper", split="test", **settings)
    figure = tfds.show_examples(stored, info, rows=1, cols=2)
    titles = [axes.get_title(loc="left").splitlines() for axes in figure.axes]
    assert shown == [True]
    assert [len(lines) for lines in titles] == ([1, 1] if as_supervised else [3, 3])
    assert as_supervised or titles[1][0].startswith("test-1: ")
    for axes in figure.axes:
        assert any("C 1s" in label.get_text() for label in axes.get_xticklabels()) or as_supervised
        assert max(line.get_ydata().max() for line in axes.lines) > 0.05
