"""What is said about a file, however much of it there is: sentences and lists of them that a person can read."""

import hashlib
from collections.abc import Iterable

from xps_keras.errors import SpectrumWarning

LONGEST_SENTENCE = 600
"""Letters of a message; a file may bring names and lines of any length."""
LONGEST_NAME = 300
"""Letters of the name of a region or a sample."""
MOST_ALIKE = 20
"""Warnings of one code about one file or sample, beside the one that says how many more there are."""
_LEFT_OUT = " [...] "


def shortened(text: str, longest: int = LONGEST_SENTENCE) -> str:
    """Cut the middle out of a text that is too long: it begins with the file and ends with what would help.

    Args:
        text: A message or a name.
        longest: Letters that may stay.

    Returns:
        The text, as it is where it is short enough.
    """
    if len(text) <= longest:
        return text
    behind = (longest - len(_LEFT_OUT)) // 3
    return f"{text[: longest - len(_LEFT_OUT) - behind]}{_LEFT_OUT}{text[-behind:]}"


def short_name(name: str) -> str:
    """Cut a name that is too long, so that different names stay different: a hash stands for what was left out."""
    if len(name) <= LONGEST_NAME:
        return name
    return f"{name[: LONGEST_NAME - 20]} [...{hashlib.sha256(name.encode(errors='replace')).hexdigest()[:12]}]"


def few(warnings: Iterable[SpectrumWarning]) -> tuple[SpectrumWarning, ...]:
    """Keep the first warnings of each code, and say how many more there are.

    Every sample of a file carries what is said about the file: all warnings of thousands of regions with each of
    thousands of samples would fill the memory, and nobody reads them.

    Args:
        warnings: The warnings, in order.

    Returns:
        At most ``MOST_ALIKE`` of each code, in order, none longer than a message may be; behind them one for each
        code that had more.
    """
    kept: dict[SpectrumWarning, None] = {}
    count: dict[str, int] = {}
    for warning in dict.fromkeys(warnings):
        count[warning.code] = count.get(warning.code, 0) + 1
        if count[warning.code] <= MOST_ALIKE:
            kept[SpectrumWarning(warning.code, shortened(warning.text))] = None
    more = {code: number - MOST_ALIKE for code, number in count.items() if number > MOST_ALIKE}
    last = (SpectrumWarning(code, f"The same is true of {number} more in this file.") for code, number in more.items())
    return (*kept, *last)
