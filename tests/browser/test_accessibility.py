"""The page and the report for people who use keys alone, a screen reader or large type: WCAG 2.2, levels A and AA.

axe-core checks what a program can check, in every state of the page and at two sizes of the window.
"""

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIZES = ((1280, 800), (3840, 2160))
WHOLE = (1280, 4000)
"""So high that nothing is scrolled away: the colour of what is hidden cannot be told."""

Check = Callable[..., None]


@pytest.fixture
def check() -> Check:
    """Let axe-core look at a page in every size of the window."""
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe-core is not installed; .ci/browser installs it"
    )

    def look(page: Any, state: str, sizes: tuple[tuple[int, int], ...] = (*SIZES, WHOLE)) -> None:
        for width, height in sizes:
            page.set_viewport_size({"width": width, "height": height})
            found = axe.Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]}).response
            wrong = [(rule["id"], node["html"]) for rule in found["violations"] for node in rule["nodes"]]
            assert wrong == [], f"{state} at {width} x {height}"
            assert len(found["passes"]) > 20  # it did look

    return look


def test_axe_finds_nothing_wrong_with_the_page(
    open_page: Any, program: Any, dropped: list[Path], tmp_path: Path, check: Check
) -> None:
    address, process = program
    page, _ = open_page(address)
    check(page, "empty", SIZES)
    page.evaluate("document.getElementById('drop').hidden = false")
    check(page, "files held over it", SIZES[:1])
    page.evaluate("document.getElementById('drop').hidden = true")

    held: list[Any] = []
    page.route("**/api/answer", lambda route: held.append(route))
    (tmp_path / "notes.txt").write_text("nothing measured")
    page.set_input_files("#files", [*dropped[:2], tmp_path / "notes.txt"])
    page.locator("#refused-list li").wait_for()
    check(page, "waiting for answers", SIZES[:1])
    page.route("**/api/answer", lambda route: route.continue_())  # a later rule goes first
    for question in held:
        question.continue_()
    page.locator("#shift").wait_for()
    page.locator("#progress").wait_for(state="hidden")
    for summary in page.locator("summary").all():
        summary.click()
    check(page, "samples")
    page.click("#exports")
    check(page, "the menu open")
    page.keyboard.press("Escape")
    page.fill("#reference", "300")
    check(page, "a reference out of range", SIZES[:1])
    process.terminate()
    page.locator("#banner", has_text="has stopped").wait_for()
    check(page, "the program gone", SIZES[:1])


def test_axe_finds_nothing_wrong_with_the_report(
    browser: Any, dropped: list[Path], analyze: Callable[..., None], tmp_path: Path, check: Check
) -> None:
    (tmp_path / "notes.txt").write_text("nothing measured")
    analyze(*dropped[:2], tmp_path / "notes.txt", "--html", tmp_path / "report.html", status=1)
    page = browser.new_page()
    page.goto((tmp_path / "report.html").as_uri())
    assert page.locator(".index .badge").count() == 3
    check(page, "report")
    page.close()


def focused(page: Any) -> str:
    """Return what has the focus; it must be seen, and seen to have it."""
    found, outline, seen = page.evaluate(
        """() => {
          const node = document.activeElement, box = node.getBoundingClientRect(), style = getComputedStyle(node);
          const across = box.width > 0 && box.right > 0 && box.left < innerWidth;
          const inside = across && box.bottom > 0 && box.top < innerHeight;
          const name = node.id || node.dataset.save || node.className || node.tagName.toLowerCase();
          return [name, style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth), inside];
        }"""
    )
    assert seen, f"{found} has the focus and is not seen"
    assert outline >= 2 or found == "main", f"{found} has the focus and does not show it"
    return str(found)


def tab(page: Any, times: int = 1, back: bool = False) -> list[str]:
    passed = []
    for _ in range(times):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        passed.append(focused(page))
    return passed


def tab_to(page: Any, name: str) -> None:
    for _ in range(40):
        if tab(page) == [name]:
            return
    raise AssertionError(f"{name} is not reached by the tab key")


def test_keys_alone_are_enough(open_page: Any, program: Any, dropped: list[Path], tmp_path: Path) -> None:
    page, wrong = open_page(program[0])
    page.on("filechooser", lambda _: None)  # from now on the browser hands its dialogue over
    # Files come by a button where a drop needs a mouse.
    assert tab(page, 2) == ["skip", "choose-files"]
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(dropped[:2])
    page.locator("[data-key]").nth(1).wait_for()
    page.locator("#progress").wait_for(state="hidden")
    page.locator("#shift").wait_for()
    assert focused(page) == "choose-files"

    # The order of the tab key is that of reading.
    assert tab(page, 7) == ["choose-folder", "reference", "charge", "method", "exports", "open-1-1", "remove-1-1"]
    assert tab(page, 5, back=True)[-1] == "reference"
    before = page.locator("#shift").inner_text()
    page.keyboard.press("Control+A")
    page.keyboard.type("300")
    assert page.locator("#reference-unit").inner_text() == "eV, from 280 to 290"
    page.keyboard.press("Control+A")
    page.keyboard.type("284.6")
    page.locator("main:not([aria-busy])").wait_for()
    page.locator("#progress").wait_for(state="hidden")
    changed = float(page.locator("#shift").inner_text().split()[0]) - float(before.split()[0])
    assert changed == pytest.approx(0.4, abs=0.011)

    # A result is saved, and the place is kept.
    assert tab(page, 3) == ["charge", "method", "exports"]
    page.keyboard.press("Enter")
    assert focused(page) == "all-report"
    page.keyboard.press("Escape")
    assert focused(page) == "exports"
    page.keyboard.press("Enter")
    assert tab(page) == ["all-table"]
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    download.value.save_as(tmp_path / "table.csv")
    with (tmp_path / "table.csv").open(encoding="utf-8") as stream:
        assert len(list(csv.DictReader(stream))) == 2
    assert focused(page) == "exports"
    page.locator("#exports", has_text="Save results").wait_for()
    page.keyboard.press("Enter")
    assert tab(page, 8)[-2:] == ["one-json", "open-1-1"]
    assert page.locator("#export-menu").is_hidden()

    # Samples, regions, pictures.
    page.keyboard.press("ArrowDown")
    page.locator("#head h2", has_text="carbon.csv").wait_for()
    assert focused(page) == "open-2-1"
    page.keyboard.press("ArrowUp")
    page.locator("#head h2", has_text="pet.vms").wait_for()
    tab_to(page, "region-1")
    page.keyboard.press("Space")
    page.locator(".regions li", has_text="left out by you").wait_for()
    assert focused(page) == "region-1"
    assert page.locator("canvas").count() == 1
    while focused(page) != "skip":
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert tab(page) == ["view-before"]
    tab_to(page, "plot")
    page.keyboard.press("ArrowLeft")
    energy = page.locator(".readout").nth(0).inner_text()
    assert re.match(r"2\d\d\.\d\d eV · [\d ]+", energy)
    page.keyboard.press("+")
    page.locator("figcaption button", has_text="Show all").nth(0).wait_for()
    page.keyboard.press("0")
    page.locator("figcaption button", has_text="Show all").nth(0).wait_for(state="hidden")

    # What is taken away leaves the place at its neighbour, and at the end at the button that adds.
    while focused(page) != "remove-1-1":
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.locator("#head h2", has_text="carbon.csv").wait_for()
    assert focused(page) == "open-2-1"
    assert tab(page) == ["remove-2-1"]
    page.keyboard.press("Enter")
    page.locator("#empty").wait_for()
    assert focused(page) == "choose-files"
    assert wrong == []
