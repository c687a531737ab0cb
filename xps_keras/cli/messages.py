"""What the program says to a person beside its result."""

import sys

from xps_keras.printable import printable


def say(text: str) -> None:
    """Print a sentence to stderr; stdout belongs to results."""
    print(printable(text), file=sys.stderr)
