"""``doctor``: what is there, what is missing, what is too old."""

import sys

import pytest
from typer.testing import CliRunner

from xps_keras.cli import app as cli
from xps_keras.cli import doctor as work


def test_every_extra_of_the_package_is_explained() -> None:
    extras = {need.extra for need in work.needs_of(work.requires_of_this_package())}
    if not extras:
        pytest.skip("the package is not installed, only found")
    assert extras == set(work.ENABLES)


def test_requirements_are_read_and_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "_installed", {"numpy": "2.1.0rc1", "old": "1.9"}.get)
    needs = list(
        work.needs_of(
            ["numpy>=1.26", 'old>=1.10; extra == "train"', "gone; extra == 'chem'", 'tool>=1; extra == "dev"']
        )
    )
    assert [(need.extra, need.package, need.found, need.met) for need in needs] == [
        ("", "numpy", "2.1.0rc1", True),
        ("train", "old", "1.9", False),
        ("chem", "gone", None, False),
    ]


def test_a_light_installation_is_sound_and_told_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "requires_of_this_package", lambda: ["numpy>=1", 'gone>=1; extra == "train"'])
    monkeypatch.setattr(work, "find_spec", lambda name: None)
    answer = CliRunner().invoke(cli.app, ["doctor"])
    assert answer.exit_code == 0, answer.stderr
    assert "train: missing; for train, evaluate" in answer.stdout
    assert "pip install --upgrade 'xps-keras[train]'" in answer.stdout
    assert "not asked, TensorFlow is not installed" in answer.stdout
    assert "runs here" in answer.stdout
    monkeypatch.setattr(work, "requires_of_this_package", lambda: ["numpy>=99"])
    answer = CliRunner().invoke(cli.app, ["doctor"])
    assert answer.exit_code == 1
    assert "is too old, 99 or later is needed" in answer.stdout
    assert sys.modules["numpy"]
