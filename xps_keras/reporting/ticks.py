"""Round numbers for an axis, and how they are written."""

import math


def ticks(low: float, high: float, about: int) -> list[float]:
    """Return about so many round numbers between two others.

    Args:
        low: Where the axis begins.
        high: Where it ends; more than ``low``.
        about: Wished number of them; there are between half and twice as many.
    """
    step = _round_step((high - low) / (1.3 * max(about, 1)))
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [place * step for place in range(first, last + 1)]


def scaled(values: list[float]) -> tuple[list[str], str]:
    """Write numbers of counts briefly.

    Args:
        values: The numbers of an axis.

    Returns:
        Their texts, and the power of ten that they were divided by as a text such as ``10³``, empty for none.
    """
    top = max((abs(value) for value in values), default=0.0)
    power = 0 if top == 0.0 else 3 * math.floor(math.log10(top) / 3)
    if 0 <= power < 3 or (power == 3 and top < 10_000):
        power = 0
    step = abs(values[1] - values[0]) / 10.0**power if len(values) > 1 else 1.0
    digits = max(0, -math.floor(math.log10(step) + 1e-9)) if step > 0 else 0
    texts = [f"{value / 10.0**power + 0.0:.{min(digits, 4)}f}" for value in values]
    return texts, "" if power == 0 else "10" + str(power).translate(_RAISED)


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _round_step(least: float) -> float:
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= least * (1 - 1e-9))
