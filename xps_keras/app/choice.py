"""What a person chose on the page: reference, method, a known charge, regions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from xps_keras.analysis.given_charge import GivenCharge, read_charge
from xps_keras.errors import UsageError
from xps_keras.fit.result import Method


@dataclass(frozen=True)
class Choice:
    """How a sample is to be answered; the page sends it with every question, so that two tabs never meet."""

    reference_ev: float = 285.0
    method: Method = "network"
    charge: GivenCharge | None = None
    """The charge where it is known; None to find it."""
    without: tuple[int, ...] = ()
    """Regions of the file, counted from 0, that are left out."""


def choice_of(content: Any) -> Choice:
    """Read a choice from its JSON form.

    Args:
        content: An object with ``reference_ev``, ``method``, ``charge`` and ``without``, each of which may be missing.

    Raises:
        UsageError: It is something else, or a value is out of range.
    """
    if not isinstance(content, Mapping):
        raise UsageError("A choice is an object with reference_ev, method, charge and without.")
    reference, method = content.get("reference_ev", 285.0), content.get("method", "network")
    charge, without = content.get("charge", ""), content.get("without", [])
    if isinstance(reference, bool) or not isinstance(reference, int | float) or not 280.0 <= reference <= 290.0:
        raise UsageError("Saturated hydrocarbon C 1s lies near 285 eV: the reference is a number from 280 to 290.")
    if method not in get_args(Method):
        raise UsageError(f"There is no such method; choose one of: {', '.join(get_args(Method))}.")
    if not isinstance(charge, str):
        raise UsageError("A charge is text: a shift in eV, or a line and where it belongs.")
    given = read_charge(charge) if charge.strip() else None
    if given is not None and method != "network":
        raise UsageError(f"A charge is given and the method {method} lets a fit decide it; leave one of them out.")
    if not isinstance(without, list) or not all(type(place) is int and 0 <= place < 10_000 for place in without):
        raise UsageError("Regions that are left out are named by their numbers.")
    return Choice(float(reference), method, given, tuple(sorted(set(without))))
