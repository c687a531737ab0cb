"""The one exception a user can cause, and the one warning an answer can carry."""

from dataclasses import dataclass


class InputError(Exception):
    """Input that cannot be used.

    The message is one sentence that names the file, the place in it and what would help. The command line prints
    it to stderr and ends with exit status 1; no traceback reaches a user.
    """


@dataclass(frozen=True)
class SpectrumWarning:
    """Something a reader of the answer should know; the answer itself is still sound."""

    code: str
    """Stable kebab-case name for programs, for example ``region-missing``."""
    text: str
    """One sentence for people."""
