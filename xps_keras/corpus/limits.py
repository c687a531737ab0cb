"""What a field of a recipe may hold, as data in its type: read by whoever checks a recipe that a user wrote."""

import math
from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True)
class Between:
    """Each number of a field lies between two limits, both included."""

    least: float
    most: float = math.inf


@dataclass(frozen=True)
class Span:
    """A field holds a low and a high end, in this order."""


@dataclass(frozen=True)
class Several:
    """A field holds a list of entries."""

    fewest: int = 1
    most: int = 100


SMALLEST = 1e-9
"""Numbers that are drawn on a logarithmic scale are above zero."""

Part = Annotated[float, Between(0.0, 1.0)]
"""A probability, or a part of a whole."""
Deviation = Annotated[float, Between(0.0, 3.0)]
"""A relative standard deviation, or that of a logarithm."""
EnergyWidth = Annotated[float, Between(0.0, 10.0)]
"""A small energy in eV."""
PartRange = Annotated[tuple[float, float], Span(), Between(0.0, 1.0)]
"""Parts of a whole, uniform."""
AmountRange = Annotated[tuple[float, float], Span(), Between(0.0, 1000.0)]
"""Amounts, uniform."""
LogRange = Annotated[tuple[float, float], Span(), Between(SMALLEST, 1e9)]
"""Positive numbers, log-uniform."""
LengthRange = Annotated[tuple[float, float], Span(), Between(5.0, 100.0)]
"""Lengths of a region in eV: a background needs two ends, and no line's window is longer."""
