"""Where tables and sentences for people are printed."""

from typing import TextIO

from rich.console import Console

WIDTH = 120
"""Columns of a stream that has no width of its own."""


def console_for(stream: TextIO) -> Console:
    """Return a console for a stream; a file or a pipe has no width of its own and gets 120 columns."""
    # A name such as `:cat:` stays what it is; pictures for such words would be another table to load.
    return Console(file=stream, highlight=False, emoji=False, width=None if stream.isatty() else WIDTH)
