"""What a network knows of a spectrum before it is fitted: functional groups, and how much of the carbon is polymer.

Many mixtures fit a spectrum equally well. The network's probabilities are calibrated, so their odds are half
chi-squares: a list of columns earns them by every likely group that it carries, and pays for every unlikely one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TEMPER = 1.5
"""What the odds of a group count for. It is more than 1: the network has learnt from spectra whose tables are off, and
the fit takes one table for granted. Chosen from 1, 1.5 and 2 on recipe `instrument`."""
MOST = 7.0
"""Most that one group counts for, in half chi-squares."""
LEAST_CHANCE = 1e-6
"""No polymer is less likely than this."""
LEAST_SHARE = 0.08
"""A share of the carbon that the network says is nothing may still be of this size."""
PRICED = 0.5
"""What of the unlikely groups of a column is already paid per weight, so that others come first."""


@dataclass(frozen=True, eq=False)
class Knowledge:
    """What is known of one spectrum."""

    odds: Floats
    """Half chi-squares that each group's presence earns, negative where it costs, shape ``(groups,)``."""
    prices: dict[str, float]
    """What a whole spectrum of a kind of column costs beside its price, in half chi-squares."""
    polymers: Mapping[str, float] = field(default_factory=dict)
    """Logarithm of the odds that the sample holds each polymer of the library, by name."""

    def price(self, kinds: tuple[str, ...], groups: NDArray[np.bool_]) -> Floats:
        """Return what a weight of 1 of each column costs, shape ``(n,)``.

        Args:
            kinds: Kinds of the columns.
            groups: Groups that each carries, shape ``(n, groups)``.
        """
        own = np.array([self.prices.get(kind, 0.0) for kind in kinds])
        return np.asarray(own + PRICED * self.least(groups), np.float64)

    def least(self, groups: NDArray[np.bool_]) -> Floats:
        """Return what the unlikely groups of each column cost, shape ``(n,)``."""
        return np.asarray(groups @ np.maximum(-self.odds, 0.0), np.float64)

    def cost(self, groups: NDArray[np.bool_]) -> float:
        """Return what a list of columns costs, from 0: unlikely groups that it carries, likely ones that it lacks.

        Args:
            groups: Groups that each carries, shape ``(n, groups)``.
        """
        carried = groups.any(axis=0)
        return float(np.where(carried, np.maximum(-self.odds, 0.0), np.maximum(self.odds, 0.0)).sum())

    def without(self, groups: NDArray[np.bool_]) -> Floats:
        """Return by how much the cost of a list rises as each of its columns is left out, shape ``(n,)``."""
        alone = groups & (groups.sum(axis=0) == 1)
        return np.asarray(alone @ self.odds, np.float64)


def knowledge_of(
    probabilities: NDArray[np.floating],
    polymer_share: float | None = None,
    graphitic_share: float | None = None,
    polymers: Mapping[str, float] | None = None,
) -> Knowledge:
    """Turn the answers of a network into costs.

    Args:
        probabilities: Calibrated probability of each functional group, shape ``(groups,)``.
        polymer_share: Part of the carbon that is polymer; None where the network does not say.
        graphitic_share: Part of the carbon that is sp2 carbon without hydrogen, likewise.
        polymers: Probability of each polymer of the library by name, likewise.

    Returns:
        Half chi-squares. A share is taken to be distributed exponentially around what the network says.
    """
    least = np.exp(-MOST / TEMPER)
    chance = np.clip(np.asarray(probabilities, np.float64), least / (1.0 + least), 1.0 / (1.0 + least))
    prices: dict[str, float] = {}
    if polymer_share is not None:
        sp2 = min(max(graphitic_share or 0.0, 0.0), 1.0)
        rest = min(max(1.0 - polymer_share - sp2, 0.0), 1.0)
        shares = {"polymer": polymer_share, "contamination": rest, "sp2 carbon": sp2}
        prices = {kind: 1.0 / (max(share, 0.0) + LEAST_SHARE) for kind, share in shares.items()}
    odds: dict[str, float] = {}
    if polymers is not None:
        inside = np.clip(np.array(list(polymers.values()), np.float64), LEAST_CHANCE, 1.0 - LEAST_CHANCE)
        odds = dict(zip(polymers, np.log(inside / (1.0 - inside)).tolist(), strict=True))
    return Knowledge(TEMPER * np.log(chance / (1.0 - chance)), prices, odds)
