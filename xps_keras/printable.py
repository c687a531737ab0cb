"""Texts of other people's files, made harmless for terminals, pictures and JSON."""

import io
import os
import sys
import unicodedata
from contextlib import suppress

_REPLACED = "\N{REPLACEMENT CHARACTER}"
_HARMFUL = frozenset(["Cc", "Cf", "Cs", "Co", "Zl", "Zp"])  # control, direction, half characters, line breaks


def printable(text: str) -> str:
    """Replace what a terminal would obey rather than show: control characters, changes of direction, half characters.

    Args:
        text: A label, a name of a sample or a file, one line.

    Returns:
        The text with tabs and line ends as spaces and every other such character as U+FFFD.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        " " if letter in "\t\n\r" else _REPLACED if unicodedata.category(letter) in _HARMFUL else letter
        for letter in text
    )


def for_pictures(text: str) -> str:
    """Make a text safe for Matplotlib, to which ``$`` begins a formula."""
    return printable(text).replace("$", r"\$")


class _Tolerant(io.TextIOWrapper):
    """A stream whose reader may be gone or whose disk may be full: what cannot be written is lost, and nothing else."""

    def write(self, text: str) -> int:
        with suppress(OSError, ValueError):
            super().write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            super().flush()

    def close(self) -> None:
        with suppress(OSError, ValueError):
            super().close()


def tolerant_streams() -> None:
    """Let stdout and stderr replace what their encoding lacks, and stand in for one that is closed.

    Stderr is for words beside the result: where nobody takes them, as on a full disk, the work goes on.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
            if name == "stderr":  # Python keeps the other one as sys.__stderr__
                sys.stderr = _Tolerant(stream.buffer, stream.encoding, "replace", line_buffering=True)
