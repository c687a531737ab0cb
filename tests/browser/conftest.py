"""The page as a program of its own, and a browser to look at it.

Needs Playwright and a Chromium; `.ci/browser` brings both.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "charged_pet.vms"
PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="Playwright is not installed; .ci/browser installs it"
    )
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        pytest.skip("there is no Chromium; .ci/browser installs it")
    with playwright.sync_playwright() as running:
        found = running.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(scope="module")
def start(browser: object) -> Callable[..., "subprocess.Popen[str]"]:
    """Start xps-keras with some arguments; without a browser nothing is started."""

    def run(*arguments: object) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "xps_keras", *map(str, arguments)],
            env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    return run


@pytest.fixture(scope="module")
def analyze(start: Callable[..., "subprocess.Popen[str]"]) -> Callable[..., None]:
    """Run ``analyze`` on one process to its end."""

    def run(*arguments: object, status: int = 0) -> None:
        process = start("analyze", *arguments, "--quiet", "--jobs", 1)
        _, said = process.communicate()
        assert process.returncode == status, said

    return run


@pytest.fixture
def program(start: Callable[..., "subprocess.Popen[str]"]) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """The page's address, and the program behind it."""
    process = start("app", "--no-browser")
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
def dropped(browser: object, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three files: the example, its C 1s alone as two columns, and the example under a name that would do harm."""
    from xps_keras.io import read

    folder = tmp_path_factory.mktemp("dropped")
    plain = folder / "<img src=x onerror=alert(1)>.vms"
    plain.write_bytes(EXAMPLE.read_bytes())
    carbon = read(EXAMPLE).regions[0]
    rows = [f"{e:.3f},{c:.3f}" for e, c in zip(carbon.binding_energy_ev, carbon.intensity, strict=True)]
    (folder / "carbon.csv").write_text("BE/eV,counts\n" + "\n".join(rows) + "\n")
    shutil.copy(EXAMPLE, folder / "pet.vms")
    return [folder / "pet.vms", folder / "carbon.csv", plain]


@pytest.fixture
def open_page(browser: Any) -> Iterator[Callable[..., tuple[Any, list[str]]]]:
    """Open the page; what the browser complains about and asks for elsewhere is noted."""
    pages = []

    def opened(address: str) -> tuple[Any, list[str]]:
        page = browser.new_page(viewport={"width": 1280, "height": 800}, accept_downloads=True)
        pages.append(page)
        page.set_default_timeout(PATIENCE_MS)
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("dialog", lambda dialog: wrong.append(f"dialog {dialog.message}"))
        host = address.split("/")[2]
        page.on(
            "request", lambda ask: None if host in ask.url or ask.url.startswith("blob:") else wrong.append(ask.url)
        )
        page.goto(address)
        return page, wrong

    yield opened
    for page in pages:
        page.close()


@pytest.fixture
def drop() -> Callable[[Any, Sequence[Path]], None]:
    """Let files fall on the page as a file manager does."""

    def fall(page: Any, files: Sequence[Path]) -> None:
        session = page.context.new_cdp_session(page)
        data = {"items": [], "files": [str(file) for file in files], "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", "drop"):
            session.send("Input.dispatchDragEvent", {"type": kind, "x": 640, "y": 400, "data": data})

    return fall
