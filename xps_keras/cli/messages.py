"""What the program says to a person beside its result."""

import sys
from contextlib import suppress

from xps_keras.printable import printable


def say(text: str) -> None:
    """Print a sentence to stderr; stdout belongs to results, and a stderr that takes nothing costs none."""
    with suppress(OSError, ValueError):
        print(printable(text), file=sys.stderr, flush=True)
