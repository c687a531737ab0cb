"""The table and the picture."""

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from xps_keras.analysis.analyzing import analyze
from xps_keras.analysis.glossary import glossary
from xps_keras.analysis.pictures import draw, save_picture
from xps_keras.analysis.report import bar, percent, print_glossary, print_report, signed, undecided_text
from xps_keras.fit.result import Verdict
from xps_keras.preprocessing.channels import to_channels
from xps_keras.reporting.glance import glance
from xps_keras.spectrum import Spectrum

PET = {"benzene ring": 0.998, "ester (aromatic)": 0.95}
ACRYLATE = {"alkane": 0.9, "ester (aliphatic)": 0.93}
Make = Callable[..., Spectrum]


def printed(analysis: Any, width: int = 120, explained: bool = False) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    print_report(analysis, console)
    if explained:
        print_glossary(glossary(analysis), console)
    stream = console.file
    assert isinstance(stream, io.StringIO)
    return stream.getvalue()


def test_the_verdict_comes_first_and_other_readings_in_words(spectrum: Make, runtime: Any) -> None:
    lines = printed(analyze(spectrum(), runtime(2.31, PET, (2.84, 0.31, ACRYLATE)))).splitlines()
    assert lines[0].strip() == "pet.vms"
    # Two readings 0.53 eV apart: half of that joins the uncertainty of the first.
    assert "+2.31 ± 0.27 eV  peaks stand too high" in lines[1]
    text = "\n".join(lines)
    assert "the charge cannot be told for certain from this file" in text
    assert text.index("benzene ring") < text.index("ester (aromatic)") < text.index("absent")
    assert ">99 %" in text
    assert "or, read with a weight of 31 %: shift +2.84 eV and ester (aliphatic), alkane" in text
    assert sum("not assessable" in line for line in lines) == 1


@pytest.mark.parametrize("width", [40, 80])
def test_a_narrow_terminal_loses_nothing(spectrum: Make, runtime: Any, width: int) -> None:
    analysis = analyze(spectrum(), runtime(2.31, PET, (2.84, 0.31, ACRYLATE)))
    text = printed(analysis, width, explained=True)
    assert "…" not in text
    assert max(len(line.rstrip()) for line in text.splitlines()) <= width
    words = set(text.replace(",", " ").split())
    for group in analysis.groups:
        if group.status != "absent" and width == 80:  # in less, long words are folded
            assert words >= set(group.name.split())
    for _, meaning in glossary(analysis):
        assert words >= {word for word in meaning.replace(",", " ").split() if len(word) < width // 4}


def test_what_was_not_seen_is_not_called_absent(spectrum: Make, runtime: Any) -> None:
    text = printed(analyze(spectrum(), runtime(0.0, PET, limits=False)))
    assert "absent:" not in text
    assert "(never found reliably)" in text
    assert "the charge cannot be told" not in text


def test_no_present_group_is_said_so(spectrum: Make, runtime: Any) -> None:
    assert "no group reaches its threshold" in printed(analyze(spectrum(), runtime(0.0, {})))


def test_a_file_name_is_no_markup(spectrum: Make, runtime: Any) -> None:
    measured = replace(spectrum(), path=Path("[red]run[/red].vms"))
    assert "[red]run[/red].vms" in printed(analyze(measured, runtime(0.0, PET)))


@pytest.mark.parametrize(
    ("probability", "text"), [(0.9999, ">99 %"), (0.5, "50 %"), (0.0001, "<1 %"), (None, "-"), (0.99, "99 %")]
)
def test_certainty_is_never_claimed(probability: float | None, text: str) -> None:
    assert percent(probability) == text


def test_bars_are_ten_cells_wide() -> None:
    assert bar(1.0) == "█" * 10
    assert bar(0.5, unicode=False) == "#####     "
    assert {len(bar(share / 97)) for share in range(98)} == {10}


def test_there_is_no_negative_zero() -> None:
    assert signed(-0.003) == "+0.00"
    assert signed(-0.3) == "-0.30"


def test_the_picture_has_a_panel_for_each_region_with_binding_energy_falling_to_the_right(
    spectrum: Make, runtime: Any
) -> None:
    measured = spectrum(("C 1s", "O 1s", "N 1s"), shift_ev=2.5)
    analysis = analyze(measured, runtime(2.5, PET, (2.84, 0.31, ACRYLATE)))
    figure = draw(to_channels(measured), replace(analysis, fit=None))
    panels = {axes.get_title(loc="left"): axes for axes in figure.axes}
    assert list(panels)[:3] == ["C 1s", "O 1s", "N 1s (no line seen)"]
    for axes in list(panels.values())[:3]:
        left, right = axes.get_xlim()
        assert left > right
    dashed, solid = panels["C 1s"].get_lines()[:2]
    peaks = [_top(line) for line in (dashed, solid)]
    assert peaks == pytest.approx([287.2, 284.7], abs=0.11)


def test_a_picture_is_written_for_a_spectrum_with_nothing_found(spectrum: Make, runtime: Any, tmp_path: Path) -> None:
    measured = spectrum(("C 1s",))
    path = tmp_path / "a.png"
    save_picture(path, to_channels(measured), analyze(measured, runtime(0.0, {})))
    assert path.read_bytes().startswith(b"\x89PNG\r\n")
    assert [item.name for item in tmp_path.iterdir()] == ["a.png"]


def _top(line: Any) -> float:
    return float(line.get_xdata()[line.get_ydata().argmax()])


def test_a_likely_charge_is_to_be_confirmed_and_an_unlikely_one_is_not_to_be_used(
    spectrum: Callable[..., Any], runtime: Any
) -> None:
    analysis = analyze(spectrum(), runtime(2.3, {"alkane": 0.9}))
    asked = replace(analysis, charge_undecided=True, verdict=None)
    likely, unlikely = (replace(asked, doubt=doubt) for doubt in (0.04, 0.4))
    assert undecided_text(likely) == "the charge is right with 96 %, not for certain"
    assert "cannot be told for certain" in undecided_text(unlikely)
    assert glance(likely).level == "look"
    assert "confirm" in glance(likely).sentence
    assert glance(unlikely).level == "doubtful"
    assert "do not quote" in glance(unlikely).sentence
    unexplained = replace(likely, verdict=Verdict("not explained", "18 % is left over.", 0.96))
    assert glance(unexplained).level == "doubtful"
    near = replace(asked, doubt=0.104)
    assert "90 %" not in undecided_text(near)
    assert "right with 89 %" in undecided_text(near)


def test_from_c_1s_alone_nothing_is_clear(spectrum: Callable[..., Any], runtime: Any) -> None:
    both, alone = (analyze(spectrum(lines, 2.3), runtime(2.3, PET)) for lines in (("C 1s", "O 1s"), ("C 1s",)))
    bare = [replace(one, warnings=(), charge_undecided=False, verdict=None) for one in (both, alone)]
    assert [glance(one).level for one in bare] == ["clear", "look"]
