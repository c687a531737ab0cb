"""A call builds only the command that it names; what a user sees is the same as from the whole app."""

import sys

import pytest
from typer.testing import CliRunner

from xps_keras.cli.app import app, main


@pytest.mark.parametrize(
    "words",
    [
        ["analyze", "--help"],
        ["export", "--help"],
        ["export", "verify", "--help"],
        ["library", "list", "--help"],
        ["--help"],
        ["analyze", "--no-such-option"],
        ["analyse"],
    ],
)
def test_help_and_refusals_are_those_of_the_whole_app(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = CliRunner().invoke(app, words, prog_name="xps-keras")
    monkeypatch.setattr(sys, "argv", ["xps-keras", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    assert ended.value.code == whole.exit_code
    assert said.out.split() == whole.stdout.split()  # the widths of the two screens differ
    assert said.err.split() == whole.stderr.split()
