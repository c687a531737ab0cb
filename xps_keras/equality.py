"""Equality of dataclasses that hold arrays."""

from dataclasses import fields
from typing import Any

import numpy as np


class ByValue:
    """Makes a dataclass with arrays comparable: equal when every field is equal, arrays element by element.

    The ``==`` that ``dataclass`` writes asks an array whether it is true, which raises. Such a class is written as
    ``@dataclass(frozen=True, eq=False) class Name(ByValue)``. Shapes must be equal, types of numbers need not be, and
    NaN equals NaN: a copy is always equal. The hash is that of the fields that are no arrays.
    """

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(_same(getattr(self, name), getattr(other, name)) for name in _names(self))

    def __hash__(self) -> int:
        values = (getattr(self, name) for name in _names(self))
        return hash((type(self), *(value for value in values if not isinstance(value, np.ndarray))))


def _names(thing: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(thing))


def _same(one: Any, other: Any) -> bool:
    if not isinstance(one, np.ndarray):
        return bool(one == other)
    return isinstance(other, np.ndarray) and np.array_equal(one, other, equal_nan=one.dtype.kind in "fc")
