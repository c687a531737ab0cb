"""The page and the report in a real browser: dropped files, a click through them, another reference, results saved.

Needs Playwright and a Chromium; `.ci/browser` brings both.
"""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed; .ci/browser installs it")

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
EXAMPLE = ROOT / "examples" / "charged_pet.vms"
PATIENCE_MS = 60_000

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium; .ci/browser installs it")


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "xps_keras", *(str(argument) for argument in arguments)]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}


@pytest.fixture(scope="module")
def dropped(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three files: the example, its O 1s alone moved by a name that would do harm, and one of two columns."""
    folder = tmp_path_factory.mktemp("dropped")
    plain = folder / "<img src=x onerror=alert(1)>.vms"
    plain.write_bytes(EXAMPLE.read_bytes())
    from xps_keras.io import read

    carbon = read(EXAMPLE).regions[0]
    rows = [f"{e:.3f},{c:.3f}" for e, c in zip(carbon.binding_energy_ev, carbon.intensity, strict=True)]
    (folder / "carbon.csv").write_text("BE/eV,counts\n" + "\n".join(rows) + "\n")
    shutil.copy(EXAMPLE, folder / "pet.vms")
    return [folder / "pet.vms", folder / "carbon.csv", plain]


@pytest.fixture(scope="module")
def expected(dropped: list[Path], tmp_path_factory: pytest.TempPathFactory) -> dict[float, list[dict[str, Any]]]:
    """What the command line says of them, by reference."""
    found = {}
    for reference in (285.0, 284.6):
        out = tmp_path_factory.mktemp("expected") / "answers.json"
        subprocess.run(
            command("analyze", *dropped, "--reference", reference, "--json", out, "--quiet", "--jobs", 1),
            env=environment(), check=True, capture_output=True,
        )  # fmt: skip
        found[reference] = json.loads(out.read_text())
    return found


@pytest.fixture
def program() -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    process = subprocess.Popen(
        command("app", "--no-browser"), env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    address = ""
    while not address:
        line = process.stdout.readline()
        assert line, process.stderr.read() if process.stderr else ""
        address = (re.findall(r"http://\S+", line) or [""])[0]
    yield address, process
    process.kill()
    process.wait()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


def open_page(browser: Any, address: str) -> tuple[Any, list[str]]:
    """Open the page; what the browser complains about and asks for elsewhere is noted."""
    page = browser.new_page(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    page.set_default_timeout(PATIENCE_MS)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("dialog", lambda dialog: wrong.append(f"dialog {dialog.message}"))
    host = address.split("/")[2]
    page.on("request", lambda ask: None if host in ask.url or ask.url.startswith("blob:") else wrong.append(ask.url))
    page.goto(address)
    return page, wrong


def drop(page: Any, files: list[Path]) -> None:
    """Let files fall on the page as a file manager does."""
    session = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(file) for file in files], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, "x": 640, "y": 400, "data": data})


def shift_of(answer: dict[str, Any]) -> str:
    shift = round(answer["shift_ev"], 2) + 0.0
    return f"{shift:+.2f} ± {answer['shift_uncertainty_ev']:.2f} eV"


def wait_for_shift(page: Any, answer: dict[str, Any]) -> None:
    page.locator("#shift", has_text=shift_of(answer)).wait_for()


def test_drop_look_change_and_save(
    browser: Any, program: Any, dropped: list[Path], expected: dict[float, list[dict[str, Any]]], tmp_path: Path
) -> None:
    page, wrong = open_page(browser, program[0])
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


def test_keys_alone_are_enough(browser: Any, program: Any, dropped: list[Path]) -> None:
    page, wrong = open_page(browser, program[0])
    page.set_input_files("#files", dropped[:2])
    page.locator("#progress").wait_for(state="hidden")
    page.locator("#shift").wait_for()
    page.locator("[data-key]").nth(0).focus()
    page.keyboard.press("ArrowDown")
    page.locator("#head h2", has_text="carbon.csv").wait_for()
    page.locator(".plot").nth(0).focus()
    page.keyboard.press("ArrowLeft")
    energy = page.locator(".readout").nth(0).inner_text()
    assert re.match(r"2\d\d\.\d\d eV · [\d ]+", energy)
    page.keyboard.press("+")
    page.locator("figcaption button", has_text="Show all").nth(0).wait_for()
    page.keyboard.press("0")
    page.locator("figcaption button", has_text="Show all").nth(0).wait_for(state="hidden")
    assert wrong == []


def test_two_tabs_a_bad_file_and_the_end_of_the_program(
    browser: Any, program: Any, dropped: list[Path], tmp_path: Path
) -> None:
    address, process = program
    one, _ = open_page(browser, address)
    notes = tmp_path / "notes.txt"
    notes.write_text("nothing measured")
    drop(one, [*dropped[:1], notes])
    one.locator("#refused-list li", has_text="notes.txt: no two columns").wait_for()
    other, _ = open_page(browser, address)
    other.locator("[data-key]").nth(0).wait_for()
    other.locator(".away").nth(0).click()
    one.locator("#banner", has_text="removed in another tab").wait_for()
    process.terminate()
    one.locator("#banner", has_text="has stopped").wait_for()


def test_a_report_opens_without_a_network_and_prints_on_two_pages_a_sample(
    browser: Any, dropped: list[Path], tmp_path: Path
) -> None:
    out = tmp_path / "report.html"
    subprocess.run(
        command("analyze", *dropped, "--html", out, "--quiet", "--jobs", 1),
        env=environment(), check=True, capture_output=True,
    )  # fmt: skip
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
