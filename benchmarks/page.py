"""Speed and memory of the page in a browser: ``python -m benchmarks.page [--files 500] [--rounds 10]``.

Starts ``xps-keras app``, drops files of three regions on the page in a headless Chromium, and prints as JSON:

- from the drop of one file to its answer in the list, for the first file of a program and for later ones (wanted: 1 s),
- from another reference to the shown answer (wanted: 0.2 s),
- many files at once: until all are read, until all are answered, a click on another sample meanwhile, another reference
  with all of them there, memory of the program and of the browser,
- a file of 200 MB: until the page refuses it, and until the program does when it is sent all the same.

Needs the extra ``browser`` and a Chromium. The figures mean something on an idle machine only.
"""

import argparse
import http.client
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psutil

from benchmarks.made_files import write_files
from benchmarks.memory import tree_mb, watch

LARGE_BYTES = 200_000_000
PATIENCE_MS = 3_600_000


def drop(page: Any, files: Sequence[Path]) -> None:
    """Let files fall on the page as a file manager does."""
    session = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(file) for file in files], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, "x": 640, "y": 400, "data": data})


def seconds(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def answered(page: Any, count: int) -> None:
    page.wait_for_function("count => document.querySelectorAll('#list .badge').length === count", arg=count)


def quiet(page: Any) -> None:
    """Wait until everything is read and answered."""
    page.locator("#progress").wait_for(state="hidden")
    page.locator("main:not([aria-busy])").wait_for()


def other_reference(page: Any, energy: str) -> float:
    """Seconds from another reference to the answer that is shown."""
    before = page.locator("#shift").inner_text()
    began = time.monotonic()
    page.fill("#reference", energy)
    page.wait_for_function("before => document.getElementById('shift').innerText !== before", arg=before)
    return time.monotonic() - began


def single_files(page: Any, files: Sequence[Path]) -> dict[str, object]:
    """Drop one file after the other, then change the reference as often."""
    taken = []
    for number, file in enumerate(files, 1):
        drop(page, [file])
        taken.append(seconds(lambda number=number: answered(page, number)))
        quiet(page)
    changes = []
    for number in range(len(files)):
        changes.append(other_reference(page, f"{284.2 + 0.1 * number:.1f}"))
        quiet(page)
    return {
        "first_file_s": round(taken[0], 2),
        "later_file_s": round(statistics.median(taken[1:]), 2),
        "later_file_worst_s": round(max(taken[1:]), 2),
        "reference_s": round(statistics.median(changes), 3),
        "reference_worst_s": round(max(changes), 3),
    }


def many_files(page: Any, files: Sequence[Path], program: int, chromium: int) -> dict[str, object]:
    """Drop all files at once."""
    before = page.locator("#list [data-key]").count()
    clicks = []
    with watch(program) as seen:
        began = time.monotonic()
        drop(page, files)
        read = "wanted => document.querySelectorAll('#list [data-key]').length === wanted"
        page.wait_for_function(read, arg=before + len(files))
        all_read = time.monotonic() - began
        for place in range(before, before + 3):  # the first ones, which are answered first
            button = page.locator("#list [data-key]").nth(place)
            name = button.locator(".title").inner_text()
            began_click = time.monotonic()
            button.click()
            page.locator("#head h2", has_text=name).wait_for()
            clicks.append(time.monotonic() - began_click)
        quiet(page)
        all_answered = time.monotonic() - began
    browser_mb = tree_mb(psutil.Process(chromium))
    change = other_reference(page, "286.3")
    return {
        "files": len(files),
        "read_s": round(all_read, 1),
        "answered_s": round(all_answered, 1),
        "click_meanwhile_s": [round(value, 2) for value in clicks],
        "reference_s": round(change, 3),
        "all_follow_reference_s": round(seconds(lambda: quiet(page)), 1),
        "program_peak_mb": round(seen.peak()),
        "browser_mb": round(browser_mb),
    }


def large_file(page: Any, address: str, folder: Path, program: int) -> dict[str, object]:
    """Drop a file of 200 MB, then send one past the page."""
    file = folder / "large.vms"
    with file.open("wb") as stream:
        stream.truncate(LARGE_BYTES)
    refused = page.locator("#refused-list li", has_text="large.vms")
    began = time.monotonic()
    with watch(program) as seen:
        drop(page, [file])
        refused.wait_for()
        page_s = time.monotonic() - began
        _, _, host, token, _ = address.split("/")
        connection = http.client.HTTPConnection(host)
        began = time.monotonic()
        with file.open("rb") as stream:
            try:
                connection.request(
                    "POST", f"/{token}/api/files?name=large.vms", stream, {"Content-Length": str(LARGE_BYTES)}
                )
            except OSError:
                pass  # the program has stopped listening to this; its answer is there all the same
            try:
                status: object = connection.getresponse().status
            except OSError as error:
                status = f"connection closed ({type(error).__name__})"
        sent_s = time.monotonic() - began
    return {
        "refused_by_the_page_s": round(page_s, 2),
        "sentence": refused.inner_text(),
        "sent_all_the_same": status,
        "sent_s": round(sent_s, 2),
        "program_peak_mb": round(seen.peak()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=500, help="files that are dropped at once")
    parser.add_argument("--rounds", type=int, default=10, help="files dropped one by one, and changes of reference")
    chosen = parser.parse_args()
    from playwright.sync_api import sync_playwright

    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        raise SystemExit("There is no Chromium; install one first.")
    command = [sys.executable, "-m", "xps_keras", "app", "--no-browser"]
    program = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own
    try:
        assert program.stdout is not None
        address = ""
        while not address:
            address = (re.findall(r"http://\S+", program.stdout.readline()) or [""])[0]
        with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
            folder = Path(name)
            files = write_files(folder, chosen.rounds + chosen.files)
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            driver = next(one for one in psutil.Process().children(recursive=True) if "chrom" in one.name())
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.set_default_timeout(PATIENCE_MS)
            page.goto(address)
            found = {
                "load average": round(os.getloadavg()[0], 1),
                "one file after the other": single_files(page, files[: chosen.rounds]),
                "large file": large_file(page, address, folder, program.pid),
                "many files": many_files(page, files[chosen.rounds :], program.pid, driver.pid),
            }
            print(json.dumps(found, indent=1, ensure_ascii=False))
            browser.close()
    finally:
        program.terminate()
        program.wait()


if __name__ == "__main__":
    main()
