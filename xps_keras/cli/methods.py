"""Who decides the shift: the options ``--method`` and ``--charge`` of several commands."""

import os
from typing import TYPE_CHECKING, Annotated, cast

import typer

from xps_keras.cli.options import OptionError
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
KnownCharge = Annotated[
    str | None,
    typer.Option(
        "--charge",
        metavar="EV|LINE=EV",
        help="The charge where you know it: the shift, or a line and where it belongs, such as 'Au 4f=84.0'.",
    ),
]
METHODS = ("network", "refine", "classical")


def checked_method(name: str) -> "Method":
    """Return a method by its name.

    Raises:
        OptionError: There is none.
    """
    if name not in METHODS:
        raise OptionError(f"There is no method '{name}'; choose one of: {', '.join(METHODS)}.")
    return cast("Method", name)


def checked_charge(text: str | None, method: str) -> str | None:
    """Return a charge that can be read.

    Raises:
        OptionError: It cannot, or a fit is to decide what is given.
    """
    if text is None:
        return None
    if method != "network":
        raise OptionError(
            f"--charge gives the charge and --method {method} lets a fit decide it; leave one of them out."
        )
    from xps_keras.analysis.given_charge import read_charge

    try:
        read_charge(text)
    except UsageError as error:
        raise OptionError(str(error)) from error
    return text


def fit_in_one_thread() -> None:
    """Let NumPy's solver use one thread, which it asks for when it is loaded.

    The fit solves many small systems: threads would only wait for one another, at twice the cost, and at four times
    where the other processors have work of their own.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
