"""Pages of the documentation that are made from the program and its results: ``python -m xps_keras.tools.pages``.

Prints a page, or with ``--out FOLDER`` writes all of them. The site makes them while it is built: in ``docs`` each
stands as a text with a line ``<!-- made by: python -m xps_keras.tools.pages NAME -->``, in whose place the page is put.
"""

import argparse
import re
from collections.abc import Callable
from pathlib import Path

from xps_keras.tools.command_line_page import command_line_page
from xps_keras.tools.dataset_card_page import dataset_card_page
from xps_keras.tools.results_page import results_page
from xps_keras.tools.warnings_page import warnings_page

ROOT = Path(__file__).parents[2]


def _without_title(path: Path) -> str:
    return path.read_text(encoding="utf-8").split("\n", 1)[1].lstrip()


def _readme() -> str:
    """Return what the README says beyond its first screen, with its links as they are within ``docs``."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    sections = text[text.index("## What else it does") : text.index("## Citing")]
    return sections.replace("](docs/", "](").replace("](xps_keras/", "](../xps_keras/")


PAGES: dict[str, Callable[[], str]] = {
    "benchmarks": results_page,
    "changelog": lambda: _without_title(ROOT / "CHANGELOG.md"),
    "command-line": command_line_page,
    "dataset-card": dataset_card_page,
    "model-card": lambda: _without_title(ROOT / "xps_keras" / "pretrained" / "MODEL_CARD.md"),
    "readme": _readme,
    "warnings": warnings_page,
}
"""What makes each page."""
MARKER = re.compile(r"<!-- made by: python -m xps_keras\.tools\.pages ([a-z-]+) -->")


def filled(markdown: str) -> str:
    """Return a page of ``docs`` with what is made put in place of its markers.

    Args:
        markdown: The page as it is committed.

    Raises:
        KeyError: A marker names a page that nothing makes.
    """
    return MARKER.sub(lambda marker: PAGES[marker[1]](), markdown)


def main(arguments: list[str] | None = None) -> None:
    """Print a page or write all.

    Args:
        arguments: Command line, ``sys.argv[1:]`` when None.
    """
    parser = argparse.ArgumentParser(prog="python -m xps_keras.tools.pages", description=__doc__)
    parser.add_argument("name", nargs="?", choices=PAGES, help="a page; all when left out")
    parser.add_argument("--out", type=Path, help="write each page as NAME.md into this folder")
    asked = parser.parse_args(arguments)
    for name in [asked.name] if asked.name else PAGES:
        if asked.out is None:
            print(PAGES[name]())
        else:
            asked.out.mkdir(parents=True, exist_ok=True)
            (asked.out / f"{name}.md").write_text(PAGES[name](), encoding="utf-8")


if __name__ == "__main__":
    main()
