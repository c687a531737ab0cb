"""What the program says to a person beside its result."""

import sys


def say(text: str) -> None:
    """Print a sentence to stderr; stdout belongs to results."""
    print(text, file=sys.stderr)
