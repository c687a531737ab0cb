"""Tables that are built by a program and committed with it."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

DATA = Path(__file__).parent.parent / "library" / "data"


def write_or_check(
    module: str, description: str | None, build: Callable[[], dict[str, str]], arguments: list[str] | None
) -> int:
    """Write built tables, or with ``--check`` compare them with the committed ones.

    Args:
        module: Full name of the module that is run.
        description: What it is for, for ``--help``.
        build: Gives the texts by file name.
        arguments: Command line, ``sys.argv[1:]`` when None.

    Returns:
        Exit status: 1 when ``--check`` finds a difference, else 0.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=description)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a committed table is outdated")
    check = parser.parse_args(arguments).check
    outdated = {name: text for name, text in build().items() if not _stands(DATA / name, text)}
    if check and outdated:
        print(f"outdated: {', '.join(outdated)}; run python -m {module}", file=sys.stderr)
        return 1
    for name, text in outdated.items():
        (DATA / name).write_text(text, encoding="utf-8", newline="\n")
    return 0


def _stands(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text
