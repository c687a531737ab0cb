"""The page and the report in a real browser: dropped files, a click through them, another reference, results saved."""

import csv
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Answers = dict[float, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def expected(dropped: list[Path], analyze: Callable[..., None], tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """What the command line says of the files, by reference."""
    found = {}
    for reference in (285.0, 284.6):
        out = tmp_path_factory.mktemp("expected") / "answers.json"
        analyze(*dropped, "--reference", reference, "--json", out)
        found[reference] = json.loads(out.read_text())
    return found


def shift_of(answer: dict[str, Any]) -> str:
    shift = round(answer["shift_ev"], 2) + 0.0
    return f"{shift:+.2f} ± {answer['shift_uncertainty_ev']:.2f} eV"


def wait_for_shift(page: Any, answer: dict[str, Any]) -> None:
    page.locator("#shift", has_text=shift_of(answer)).wait_for()


def test_drop_look_change_and_save(
    open_page: Any, drop: Any, program: Any, dropped: list[Path], expected: Answers, tmp_path: Path
) -> None:
    page, wrong = open_page(program[0])
    drop(page, dropped)
    page.locator("[data-key]").nth(2).wait_for()
    page.locator("#progress").wait_for(state="hidden")
    for place, answer in enumerate(expected[285.0]):
        page.locator("[data-key]").nth(place).click()
        page.locator("#head h2", has_text=Path(answer["file"]).name).wait_for()
        wait_for_shift(page, answer)
        present = [group["name"] for group in answer["groups"] if group["status"] == "present"]
        shown = page.locator("#findings section", has_text="probability").locator("tbody th").all_inner_texts()
        assert set(shown) == set(present)
        assert page.locator("canvas").count() == sum(region["used"] for region in answer["regions"])
    page.locator("[data-key]").nth(0).click()
    wait_for_shift(page, expected[285.0][0])
    begun = time.monotonic()
    page.fill("#reference", "284.6")
    wait_for_shift(page, expected[284.6][0])
    print(f"another reference took {time.monotonic() - begun:.2f} s")
    page.locator("#progress").wait_for(state="hidden")

    def saved(which: str) -> Path:
        page.click("#exports")
        with page.expect_download() as download:
            page.click(f"[data-save='{which}']")
        path = tmp_path / f"{which}_{download.value.suggested_filename}"
        download.value.save_as(path)
        return path

    with saved("all-table").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    for row, answer in zip(rows, expected[284.6], strict=True):
        assert float(row["shift / eV"]) == answer["shift_ev"]
        assert row["SHA-256 of the file"] == answer["sha256"]
    for found, answer in zip(json.loads(saved("all-json").read_text()), expected[284.6], strict=True):
        assert found | {"file": ""} == answer | {"file": ""}
    report = saved("all-report").read_text(encoding="utf-8")
    for answer in expected[284.6]:
        assert f"<b>{shift_of(answer)}</b>" in report
    assert saved("one-vamas").read_bytes().startswith(b"VAMAS Surface Chemical Analysis")
    assert b"<svg" in saved("one-picture").read_bytes()
    assert wrong == []


def test_two_tabs_a_bad_file_and_the_end_of_the_program(
    open_page: Any, drop: Any, program: Any, dropped: list[Path], tmp_path: Path
) -> None:
    address, process = program
    one, _ = open_page(address)
    notes = tmp_path / "notes.txt"
    notes.write_text("nothing measured")
    drop(one, [*dropped[:1], notes])
    one.locator("#refused-list li", has_text="notes.txt: no two columns").wait_for()
    other, _ = open_page(address)
    other.locator("[data-key]").nth(0).wait_for()
    other.locator(".away").nth(0).click()
    one.locator("#banner", has_text="removed in another tab").wait_for()
    process.terminate()
    one.locator("#banner", has_text="has stopped").wait_for()


def test_a_report_opens_without_a_network_and_prints_on_two_pages_a_sample(
    browser: Any, dropped: list[Path], analyze: Callable[..., None], tmp_path: Path
) -> None:
    out = tmp_path / "report.html"
    analyze(*dropped, "--html", out)
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    asked: list[str] = []
    page.on("request", lambda ask: asked.append(ask.url))
    page.goto(out.as_uri())
    assert asked == [out.as_uri()]
    assert page.locator("article svg").count() == 5
    assert page.locator("img").count() == 0
    printed = page.pdf(prefer_css_page_size=True)
    pages = len(re.findall(rb"/Type\s*/Page\b(?!s)", printed))
    assert len(dropped) <= pages <= 1 + 2 * len(dropped)  # an index and the samples


def test_a_known_charge_stands_until_it_is_taken_away(
    open_page: Any, drop: Any, program: Any, dropped: list[Path], expected: Answers
) -> None:
    page, wrong = open_page(program[0])
    drop(page, dropped[:1])
    wait_for_shift(page, expected[285.0][0])
    page.fill("#charge", "gold")
    page.press("#charge", "Enter")
    assert page.get_attribute("#charge", "aria-invalid") == "true"
    page.fill("#charge", "1.25")
    page.press("#charge", "Enter")
    page.locator("#shift", has_text="+1.25 eV").wait_for()
    assert page.is_disabled("#method")
    page.fill("#charge", "")
    page.press("#charge", "Enter")
    wait_for_shift(page, expected[285.0][0])
    assert page.is_enabled("#method")
    assert not wrong
