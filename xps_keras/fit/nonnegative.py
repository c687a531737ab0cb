"""Non-negative least squares on normal equations, with a price for every weight.

The active-set method of Lawson and Hanson in the form of Bro and de Jong (J. Chemometrics 11 (1997) 393): it only
needs the Gram matrix, so the number of channels does not matter, and it begins where an earlier fit ended.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOST_CHANGES = 200
"""Most columns that enter or leave."""


def nonnegative(gram: Floats, target: Floats, start: Floats | None = None) -> Floats:
    """Minimise ``w G w / 2 - t w`` over ``w >= 0``.

    Args:
        gram: Products of the columns with each other, shape ``(n, n)``, positive semi-definite.
        target: Products of the columns with the data, less the price of each, shape ``(n,)``.
        start: Weights of an earlier fit, shape ``(n,)``; None to begin with nothing.

    Returns:
        Weights, shape ``(n,)``.
    """
    count = len(target)
    weights = np.zeros(count)
    if not count:
        return weights
    scale = np.maximum(np.diag(gram), 1e-300)
    allowed = scale > 1e-9 * scale.max(initial=1e-300)
    passive = np.zeros(count, bool) if start is None else (start > 0) & allowed
    if passive.any():
        weights = _feasible(gram, target, np.where(passive, np.maximum(start, 0.0), 0.0), passive)  # type: ignore[arg-type]
    tolerance = 1e-9 * max(float(np.abs(target).max(initial=0.0)), 1e-30)
    for _ in range(MOST_CHANGES):
        slope = target - gram @ weights
        gain = np.where(~passive & allowed & (slope > tolerance), slope / np.sqrt(scale), 0.0)
        entering = int(np.argmax(gain))
        if gain[entering] <= 0.0:
            break
        passive[entering] = True
        weights = _feasible(gram, target, weights, passive)
        if not passive[entering]:
            allowed[entering] = False  # it left at once: rounding, not a better fit
    return weights


def _feasible(gram: Floats, target: Floats, weights: Floats, passive: NDArray[np.bool_]) -> Floats:
    """Solve for the passive columns; those that would become negative leave, ``passive`` being changed in place."""
    while True:
        inside = np.flatnonzero(passive)
        if not inside.size:
            return np.zeros_like(weights)
        block = gram[np.ix_(inside, inside)]
        block = block + 1e-10 * np.trace(block) / inside.size * np.eye(inside.size)
        found = np.linalg.solve(block, target[inside])
        if found.min() > 0.0:
            new = np.zeros_like(weights)
            new[inside] = found
            return new
        now = weights[inside]
        falling = found <= 0.0
        step = float(np.min(now[falling] / np.maximum(now[falling] - found[falling], 1e-300)))
        moved = now + min(max(step, 0.0), 1.0) * (found - now)
        leaving = falling & (moved <= 1e-12 * max(float(moved.max()), 1e-30))
        if not leaving.any():
            leaving = falling & (found == found.min())
        moved[leaving] = 0.0
        weights = np.zeros_like(weights)
        weights[inside] = np.maximum(moved, 0.0)
        passive[inside[leaving]] = False
