"""The page of the command line, from the program itself: every command with its usage, arguments and options."""

from collections.abc import Iterator
from html import escape
from typing import Any

import typer.main

from xps_keras.cli.app import app


def command_line_page() -> str:
    """Return the Markdown of all commands, in the order in which ``--help`` lists them."""
    root: Any = typer.main.get_command(app)
    return "\n".join(line for path, command in _commands(root, ()) for line in _section(path, command))


def _commands(group: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, (*path, name))
        else:
            yield (*path, name), command


def _section(path: tuple[str, ...], command: Any) -> Iterator[str]:
    context = type(command).context_class(command, info_name=" ".join(("xps-keras", *path)))
    records = [record for parameter in command.params if (record := parameter.get_help_record(context))]
    yield f"## {' '.join(path)}\n"
    yield f"{' '.join((command.help or '').split())}\n"
    yield f"    {' '.join(command.get_usage(context).removeprefix('Usage: ').split())}\n"
    yield "| | |\n|---|---|"
    yield from (f"| `{_cell(name)}` | {_cell(escape(text))} |" for name, text in records)
    yield ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
