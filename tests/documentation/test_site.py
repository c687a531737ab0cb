"""The site builds without a warning, every link in it leads somewhere, and it asks no other host for anything."""

import os
import subprocess
import sys
from functools import cache
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).parents[2]
SITE = ROOT / "build" / "site"
FETCHED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}
"""Elements for which a browser fetches something, and the attribute that says what."""


class Page(HTMLParser):
    """What a page names, and what it leads to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.names |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if (where := FETCHED.get(tag)) in given and given.get("rel") != "canonical":
            self.fetched.append(given[str(where)])


@pytest.fixture(scope="module")
def site() -> Path:
    if find_spec("mkdocs") is None or find_spec("mkdocstrings") is None:
        pytest.skip("MkDocs is not installed; .ci/docs installs it")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(SITE)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stdout + built.stderr
    return SITE


@cache
def page(path: Path) -> Page:
    return Page(path.read_text(encoding="utf-8"))


def pages(site: Path) -> list[Path]:
    found = sorted(site.rglob("*.html"))
    assert len(found) > 40
    return [path for path in found if path.name != "404.html"]  # its links hold only where the site is served


def test_every_link_leads_to_a_file_and_a_place_in_it(site: Path) -> None:
    dead = []
    for path in pages(site):
        for link in [*page(path).links, *page(path).fetched]:
            parts = urlsplit(link)
            if parts.scheme in ("http", "https", "mailto", "data"):
                continue
            target = path if not parts.path else (path.parent / unquote(parts.path)).resolve()
            if not target.is_file():
                dead.append(f"{path.relative_to(site)}: {link}")
            elif parts.fragment and target.suffix == ".html" and unquote(parts.fragment) not in page(target).names:
                dead.append(f"{path.relative_to(site)}: {link} (no such place)")
    assert dead == []


def test_nothing_is_fetched_from_another_host(site: Path) -> None:
    foreign = {
        link for path in pages(site) for link in page(path).fetched if urlsplit(link).scheme in ("http", "https")
    }
    assert foreign == set()
    styles = "".join(path.read_text(encoding="utf-8") for path in site.rglob("*.css"))
    assert "url(http" not in styles.replace('"', "").replace("'", "")


def test_made_pages_are_filled_in(site: Path) -> None:
    assert "charge-undecided" in (site / "reference" / "warnings.html").read_text(encoding="utf-8")
    assert "--max-shift" in (site / "reference" / "command_line.html").read_text(encoding="utf-8")
    assert "SpatialTransformer1D" in (site / "reference" / "api" / "networks.html").read_text(encoding="utf-8")
    left = [path for path in pages(site) if "made by: python -m" in path.read_text(encoding="utf-8")]
    assert left == []
