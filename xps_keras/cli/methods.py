"""The option ``--method`` of several commands."""

import os
from typing import TYPE_CHECKING, Annotated, cast

import typer

from xps_keras.errors import UsageError

if TYPE_CHECKING:
    from xps_keras.fit.result import Method

MethodName = Annotated[
    str,
    typer.Option(
        "--method",
        metavar="network|refine|classical",
        help="Who decides the shift: the network, a fit started at its readings, or a fit without it.",
    ),
]
METHODS = ("network", "refine", "classical")


def checked_method(name: str) -> "Method":
    """Return a method by its name.

    Raises:
        UsageError: There is none.
    """
    if name not in METHODS:
        raise UsageError(f"There is no method '{name}'; choose one of: {', '.join(METHODS)}.")
    return cast("Method", name)


def fit_in_one_thread() -> None:
    """Let NumPy's solver use one thread, which it asks for when it is loaded.

    The fit solves many small systems: threads would only wait for one another, at twice the cost, and at four times
    where the other processors have work of their own.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
