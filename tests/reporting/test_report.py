"""The report says what the JSON says, needs nothing but itself, and obeys no name that a file gives."""

import re
import tracemalloc
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import html5lib
import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.analysis import to_json
from xps_keras.errors import UsageError
from xps_keras.reporting import ReportSample, html_report, region_curves, region_svg

Maker = Callable[..., ReportSample]


def written(tmp_path: Path, *samples: ReportSample) -> str:
    out = tmp_path / "report.html"
    assert html_report(iter(samples), out) == len(samples)
    return out.read_text(encoding="utf-8")


def as_xml(html: str) -> ElementTree.Element:
    return ElementTree.fromstring(html.removeprefix("<!DOCTYPE html>\n"))  # noqa: S314


def words_of(node: ElementTree.Element) -> str:
    return " ".join("".join(node.itertext()).split())


def article(html: str, number: int = 1) -> ElementTree.Element:
    found = as_xml(html).find(f".//article[@id='s{number}']")
    assert found is not None
    return found


def test_it_is_html_without_a_parse_error_and_well_formed(tmp_path: Path, sample: Maker) -> None:
    html = written(tmp_path, sample(fitted=True), sample(name='<b>"x"&'), ReportSample("no.txt", error="No columns."))
    html5lib.HTMLParser(strict=True).parse(html)
    root = as_xml(html)
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    assert len(ids) == len(set(ids))
    links = [node.get("href") for node in root.iter("a")]
    assert links == ["#s1", "#s2"]
    assert "No columns." in words_of(root)


def test_it_asks_for_nothing_outside_itself_and_runs_nothing(tmp_path: Path, sample: Maker) -> None:
    html = written(tmp_path, sample(fitted=True), sample(file="https://example.org/x.vms"))

    class Asked(HTMLParser):
        found: list[str] = []  # noqa: RUF012

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert tag not in ("script", "link", "img", "iframe", "object", "embed", "base", "use", "image")
            for name, value in attrs:
                assert not name.startswith("on")
                if name in ("src", "href", "action", "xlink:href", "data") and not (value or "").startswith("#"):
                    self.found.append(f"{tag} {name}={value}")

    asked = Asked()
    asked.feed(html)
    assert asked.found == []
    (style,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    assert "url(" not in style
    assert "@import" not in style


def test_its_numbers_are_those_of_the_json(tmp_path: Path, sample: Maker) -> None:
    one = sample(fitted=True, reference_ev=284.8)
    assert one.analysis is not None
    answer = to_json(one.analysis)
    page = words_of(article(written(tmp_path, one)))
    assert f"{answer['shift_ev']:+.2f} eV" in page
    assert "hydrocarbon C 1s at 284.8 eV" in page
    assert answer["sha256"] in page
    assert answer["model"]["sha256"] in page
    for group in answer["groups"]:
        assert group["name"] in page
    for group in (group for group in answer["groups"] if group["status"] == "present"):
        assert ", ".join(group["evidence"]) in page
    for row in answer["fit"]["components"]:
        assert f"{row['energy_ev']:.2f}{row['fwhm_ev']:.2f}{row['percent']:.1f} ± {row['uncertainty']:.1f}" in page
    for row in answer["composition"]["elements"]:
        assert f"{row['element']}{row['line']}{row['percent']:.1f} ± {row['uncertainty']:.1f}" in page
    for match in answer["fit"]["nearest"]:
        assert " + ".join(match["polymers"]) in page
    for warning in answer["warnings"]:
        assert warning["text"] in page
    assert answer["verdict"]["reason"] in page


def test_the_items_of_iso_19318_are_there(tmp_path: Path, sample: Maker) -> None:
    page = article(written(tmp_path, sample(shift_ev=-1.5)))
    facts = {words_of(div[0]): words_of(div[1]) for div in page.iter("div") if len(div) == 2 and div[0].tag == "dt"}
    assert "not recorded" in facts["Charge control"]
    assert facts["Correction"].startswith("+1.50 eV was added")
    assert "285 eV" in facts["Reference"]
    assert "all 2 regions" in facts["Applied to"]
    assert facts["Uncertainty"] == "the model gives none"
    assert "C 1s, O 1s" in facts["Found from"]


def test_names_from_files_are_shown_and_not_obeyed(tmp_path: Path, sample: Maker) -> None:
    name = "</title><script>alert(1)</script><img src=x onerror='y'>\u202egnp\uffff\x00"
    html = written(tmp_path, sample(file=name, name=name))
    assert "<script" not in html
    assert "<img" not in html
    assert "\u202e" not in html
    assert "script>alert(1)" in words_of(article(html))


def test_a_curve_stands_where_it_was_measured(sample: Maker) -> None:
    one = sample(shift_ev=2.0)
    assert one.channels is not None
    assert one.analysis is not None
    curves = region_curves(one.channels, one.analysis)[0]
    assert curves.name == "C 1s"
    svg = ElementTree.fromstring(region_svg(curves, 2.0, width=460))  # noqa: S314

    def points(kind: str) -> NDArray[np.int64]:
        (path,) = [node for node in svg.iter("path") if node.get("class") == kind]
        return np.array([int(number) for number in re.findall(r"-?\d+", path.get("d") or "")]).reshape(-1, 2)

    before, after = points("before"), points("corrected")
    ticks = [
        (float(node.text or "nan"), int(node.get("x") or 0)) for node in svg.iter("text") if "28" in (node.text or "")
    ]
    (low, low_x), (high, high_x) = sorted(ticks)[0], sorted(ticks)[-1]
    assert low_x > high_x  # binding energy falls to the right
    per_ev = (low_x - high_x) / (high - low)
    moved = before[np.argmin(before[:, 1])][0] - after[np.argmin(after[:, 1])][0]
    assert moved == pytest.approx(-2.0 * per_ev, abs=2)
    top = float(curves.energy_ev[int(np.argmax(curves.intensity))]) - 2.0
    assert after[np.argmin(after[:, 1])][0] == pytest.approx(low_x - (top - low) * per_ev, abs=3)


def test_a_fit_brings_its_components_and_a_residual(sample: Maker, tmp_path: Path) -> None:
    html = written(tmp_path, sample(fitted=True))
    pictures = list(article(html).iter("svg"))
    for picture in pictures:
        kinds = [node.get("class") for node in picture.iter("path")]
        assert kinds.count("component") == 3
        assert "total" in kinds
        assert "residual" in kinds
        colours = [node.get("fill") for node in picture.iter("path") if node.get("class") == "component"]
        assert len(set(colours)) == 3
    assert html.count('class="swatch"') == 6
    plain = article(written(tmp_path, sample()))
    assert not [node for node in plain.iter("path") if node.get("class") in ("residual", "total", "component")]


def test_many_samples_take_no_more_memory_than_few(tmp_path: Path, sample: Maker) -> None:
    one = sample(lines=("C 1s",))

    def peak(count: int) -> int:
        tracemalloc.start()
        html_report((one for _ in range(count)), tmp_path / "many.html")
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    few, many = peak(3), peak(25)
    written_bytes = (tmp_path / "many.html").stat().st_size
    assert many - few < written_bytes / 4


def test_an_error_on_the_way_leaves_the_old_report(tmp_path: Path, sample: Maker) -> None:
    out = tmp_path / "report.html"
    out.write_text("old")

    def samples() -> "object":
        yield sample()
        raise UsageError("stopped")

    with pytest.raises(UsageError):
        html_report(samples(), out)  # type: ignore[arg-type]
    assert out.read_text() == "old"
    assert list(tmp_path.iterdir()) == [out]
