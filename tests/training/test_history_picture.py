"""The picture of a run's history."""

import sys
from pathlib import Path

import pytest

from xps_keras.training.history_picture import panels_of, write_history_picture

HISTORY = {
    "loss": [2.0, 1.0],
    "logits_loss": [1.0, 0.5],
    "logits_exact_match": [0.1, 0.3],
    "shift_ev_shift_error_ev": [1.0, 0.4],
    "val_loss": [2.1, 1.2],
    "val_logits_loss": [1.1, 0.6],
    "val_logits_exact_match": [0.1, 0.2],
    "learning_rate": [1e-3, 1e-4],
}


def test_losses_metrics_and_rate_have_a_panel_each() -> None:
    assert panels_of(HISTORY) == ["loss", "logits_exact_match", "shift_ev_shift_error_ev", "learning_rate"]


@pytest.mark.parametrize(("suffix", "begins"), [(".png", b"\x89PNG"), (".svg", b"<?xml")])
def test_a_picture_is_written(tmp_path: Path, suffix: str, begins: bytes) -> None:
    assert write_history_picture(tmp_path / f"history{suffix}", HISTORY, "mine")
    assert (tmp_path / f"history{suffix}").read_bytes().startswith(begins)


def test_without_matplotlib_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assert not write_history_picture(tmp_path / "history.png", HISTORY, "mine")
    assert not list(tmp_path.iterdir())
