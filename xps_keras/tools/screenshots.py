"""Pictures of the page and the report for the documentation, as a browser shows them.

python -m xps_keras.tools.screenshots [--out docs/images] [--wide]

Needs the extra ``browser`` and a Chromium. The spectra are simulated, so anybody may have the pictures.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from xps_keras.corpus.simulate import simulate
from xps_keras.errors import UsageError
from xps_keras.io import write_vamas

SAMPLES = (
    ("pet_charged.vms", {"PET": 1.0}, ("C 1s", "O 1s"), 2.3),
    ("nylon_on_pe.vms", {"N66": 0.6, "HDPE": 0.4}, ("C 1s", "O 1s", "N 1s"), -0.8),
    ("pvc.vms", {"PVC": 1.0}, ("C 1s", "Cl 2p", "O 1s"), 3.1),
    ("ptfe.vms", {"PTFE": 1.0}, ("C 1s", "F 1s"), 1.4),
    ("unknown_film.vms", {"PMMA": 0.5, "PS": 0.5}, ("C 1s", "O 1s"), 0.6),
)
"""File, polymers with their parts, regions, shift in eV."""
SIZE = {"width": 1280, "height": 800}
WIDE = {"width": 3840, "height": 2160}
LARGEST_BYTES = 300_000
_PATIENCE_MS = 120_000


def main(arguments: list[str] | None = None) -> int:
    """Write the pictures.

    Args:
        arguments: Command line, ``sys.argv[1:]`` when None.

    Returns:
        Exit status.
    """
    parser = argparse.ArgumentParser(prog="python -m xps_keras.tools.screenshots", description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("docs/images"), help="folder of the pictures")
    parser.add_argument("--wide", action="store_true", help="also at 3840 x 2160, to look at and not to commit")
    chosen = parser.parse_args(arguments)
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        raise UsageError("There is no Chromium; install one first.")
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        files = [Path(folder) / name for name, *_ in SAMPLES]
        for number, (file, (_, polymers, lines, shift)) in enumerate(zip(files, SAMPLES, strict=True), start=1):
            spectrum = simulate(polymers, lines, shift_ev=shift, broadening_ev=0.15, peak_counts=8000, seed=number)
            write_vamas(spectrum, file, comment="Simulated by xps-keras for its documentation.")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        _page(browser, files, chosen.out, chosen.wide)
        _report(browser, files[:2], chosen.out)
        browser.close()
    for path in (chosen.out / "app.png", chosen.out / "app_zoom.png", chosen.out / "report.png"):
        print(f"{path}: {path.stat().st_size / 1000:.0f} kB")
        if path.stat().st_size > LARGEST_BYTES:
            print(f"{path} is larger than {LARGEST_BYTES / 1000:.0f} kB", file=sys.stderr)
            return 1
    return 0


def _page(browser: Any, files: list[Path], out: Path, wide: bool) -> None:
    """Draw the page with several samples, and again with a zoom and another reference."""
    process = subprocess.Popen(  # this package's own command
        [sys.executable, "-m", "xps_keras", "app", "--no-browser"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None  # noqa: S101 # asked for
        address = ""
        while not address:
            address = (re.findall(r"http://\S+", process.stdout.readline()) or [""])[0]
        for size, suffix in ((SIZE, ""), (WIDE, "_wide"))[: 2 if wide else 1]:
            page = browser.new_page(viewport=size)
            page.set_default_timeout(_PATIENCE_MS)
            page.goto(address)
            if not suffix:
                page.set_input_files("#files", files)
            page.locator("[data-key]").nth(len(files) - 1).wait_for()
            page.locator("#progress").wait_for(state="hidden")
            page.locator("#shift").wait_for()
            page.screenshot(path=out / f"app{suffix}.png")
            if suffix:
                continue
            page.locator("[data-key]").nth(1).click()
            page.locator("#head h2", has_text=files[1].name).wait_for()
            page.fill("#reference", "284.8")
            page.locator("#progress").wait_for(state="hidden")
            page.locator("main:not([aria-busy])").wait_for()
            page.wait_for_timeout(500)
            box = page.locator(".u-over").nth(0).bounding_box()
            assert box is not None  # noqa: S101 # it was waited for
            middle = box["y"] + 0.5 * box["height"]
            page.mouse.move(box["x"] + 0.40 * box["width"], middle)
            page.mouse.down()
            page.mouse.move(box["x"] + 0.85 * box["width"], middle, steps=5)
            page.mouse.up()
            page.mouse.move(box["x"] + 0.55 * box["width"], middle)
            page.wait_for_timeout(300)
            page.screenshot(path=out / "app_zoom.png")
    finally:
        process.terminate()
        process.wait()


def _report(browser: Any, files: list[Path], out: Path) -> None:
    """Draw the upper part of a sample's page."""
    report = files[0].with_name("report.html")
    names = [file.name for file in files]
    subprocess.run(  # noqa: S603 # this package's own command
        [sys.executable, "-m", "xps_keras", "analyze", *names, "--html", report.name, "--quiet"],
        check=True,
        cwd=report.parent,
    )
    page = browser.new_page(viewport={"width": 1100, "height": 1000})
    page.goto(report.as_uri() + "#s2")
    page.screenshot(path=out / "report.png")


if __name__ == "__main__":
    sys.exit(main())
