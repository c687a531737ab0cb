"""``analyze --html``: a page a sample, the files that cannot be read among them, from one process or several."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any


def test_the_report_holds_every_file_in_order_and_says_what_failed(
    call: Callable[..., Any], pet: Callable[..., Path], tmp_path: Path
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("no numbers here\n")
    out = tmp_path / "new" / "report.html"
    found = call("analyze", pet("a.csv"), bad, pet("b.csv", shift_ev=1.0), "--html", out, "--jobs", 1)
    assert found.exit_code == 1
    text = out.read_text(encoding="utf-8")
    assert re.findall(r'<article id="(s\d)"><h2>(.*?)</h2>', text) == [("s1", "a.csv"), ("s3", "b.csv")]
    assert "no two columns of numbers were found" in text
    assert "2 of 3 samples have an answer" in text


def test_the_report_never_replaces_an_input(call: Callable[..., Any], pet: Callable[..., Path]) -> None:
    file = pet("a.csv")
    before = file.read_bytes()
    assert call("analyze", file, "--html", file).exit_code == 1
    assert file.read_bytes() == before
