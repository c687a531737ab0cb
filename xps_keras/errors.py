"""What this package raises when something cannot be used, and the one warning an answer can carry.

A program that uses the package catches ``XpsKerasError``, or one of the three below it to tell them apart. Their
messages are one sentence that names the file or value, the place in it and what would help. The command line prints it
to stderr and ends with exit status 1, or 2 for a value that an option does not take; no traceback reaches a user.
"""

from dataclasses import dataclass

__all__ = ["InputError", "ModelError", "SpectrumWarning", "UsageError", "XpsKerasError"]


class XpsKerasError(Exception):
    """Something that the caller gave cannot be used; the base of all exceptions of this package."""


class InputError(XpsKerasError):
    """A spectrum file, or other measured or tabulated input, cannot be used."""


class ModelError(XpsKerasError):
    """A model, an artefact or a training folder cannot be used, or what runs it is not installed."""


class UsageError(XpsKerasError):
    """An unknown name, a number out of range, an option that does not fit, an output that cannot be written."""


@dataclass(frozen=True)
class SpectrumWarning:
    """Something a reader of the answer should know; there is an answer all the same."""

    code: str
    """Stable kebab-case name for programs, for example ``region-missing``."""
    text: str
    """One sentence for people."""
