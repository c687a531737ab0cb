"""A charge that is known from elsewhere: that a user gave, or that lines of known energy tell in the network's doubt.

A network that is sure, to more than 98.8 %, is never overruled, and a metal's line decides nothing: a film need not
share its charge. Lines of compounds charge with the carbon on them. One of them may belong to another compound than
thought, but hardly agrees with a second element, or with carbon and oxygen together, unless it is what it seems to be.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xps_keras.analysis.references import COMPOUND_AGREES_EV, ReferenceLine
from xps_keras.median import median

CONTRADICTS_EV = 1.0
"""A line of a compound that stands further than this from the answer speaks against it."""
DECIDE_FROM = 0.04
"""Doubt of the network from which a line and carbon decide, or a carbide."""
PAIR_FROM = 0.012
"""Doubt of the network from which lines of two elements decide. In simulations apart from this package's corpus no pair
of lines of 268 contradicted a right answer, so at most one in 90 does; of wrong answers they contradict most."""
NO_OXYGEN_FROM = 0.3
"""Doubt of the network from which one line and carbon decide without oxygen. Two lines agree within 0.4 eV by chance
once in some ten times, so they are then four times likelier right than not."""
CARBON_AGREES_EV = 0.4
"""So near a line has the strongest C 1s maximum to stand, read as hydrocarbon, to speak for the same charge."""
CARBON_NEAR_EV = 0.6
"""So near lines of two elements it is the better scale, for the scale is defined by hydrocarbon."""
OXYGEN_EV = (529.0, 533.5)
"""Corrected energies at which the strongest O 1s of an oxide or a salt stands, with the carbon and water on it."""
LINES_EV = 0.4
"""What the shift of such lines is good to, a standard deviation in eV: the same line of other compounds stands as far
away."""
HYDROCARBON = "C 1s as hydrocarbon"
SAME_EV = 0.5
"""A reading of the network that stands so near is what the lines mean."""
NETWORK, HELD, NEITHER = 0.56, 1.61, -1.11
"""Log odds of a group where the network misread the charge: what the network's own, at its reading nearest to it, count
for, what a fit at the true charge adds by holding the group, and what they are without either. Logistic regression on
197 spectra of `experiment realism`, seeds 82 to 84, of which no reading of weight 0.1 stood within 0.5 eV."""
HELD_ALONE, NOTHING = 3.15, -3.25
"""The same of a fit alone: what it holds is there in half of the cases, for many mixtures fit equally well."""
MISREAD_EV = 2.0
"""So far from the charge the network's groups count: 98 of 100 of those readings were no farther away."""
LEAST_CHANCE = 1e-3


@dataclass(frozen=True)
class KnownCharge:
    """A shift on which an answer rests instead of the model."""

    shift_ev: float
    """On the scale of the library, in eV."""
    names: tuple[str, ...]
    """What says so."""
    uncertainty_ev: float | None = LINES_EV
    """Its standard deviation in eV; None for one that was given."""
    given: bool = False
    """Whether a user gave it: it is then neither doubted nor moved."""
    line: str = ""
    """Element and level of a line that tells it and so confirms nothing more; empty where there is no single one."""
    rivals_ev: tuple[float, ...] = ()
    """Shifts, on the library's scale in eV, that other maxima of this line would mean."""

    @property
    def words(self) -> str:
        """The names as a sentence holds them."""
        *first, last = self.names
        return f"{', '.join(first)} and {last}" if first else last


def line_charge(
    lines: Sequence[ReferenceLine],
    shift_ev: float,
    carbon_shift_ev: float | None,
    oxygen_ev: float | None,
    doubt: float,
) -> KnownCharge | None:
    """Return the charge that lines of compounds ask for where they contradict an answer.

    Args:
        lines: What ``reference_lines`` found.
        shift_ev: The answer, on the scale of the library in eV.
        carbon_shift_ev: The shift, on the same scale, if the strongest C 1s maximum is hydrocarbon; None where there
            is none.
        oxygen_ev: Measured energy of the strongest O 1s maximum in eV; None where there is none.
        doubt: Probability, 0 to 1, that the answer is wrong by what the network says. Lines of two elements decide from
            0.012 on, a line and carbon from 0.04, without oxygen from 0.3.

    Returns:
        What they ask for; None where too little agrees, the network is sure, or lines stand nearer to the answer: one,
        or half as many as ask.
    """
    compounds = [line for line in lines if line.compound]
    near = [line for line in compounds if line.apart_ev(shift_ev) <= COMPOUND_AGREES_EV]
    asked = contradiction(lines, shift_ev)
    if asked is not None:
        nearer = [line for line in near if line.apart_ev(shift_ev) <= line.apart_ev(asked.shift_ev)]
        if doubt < PAIR_FROM or 2 * len(nearer) >= len(asked.names):
            return None
        if carbon_shift_ev is None or abs(carbon_shift_ev - asked.shift_ev) > CARBON_NEAR_EV:
            return asked
        if abs(carbon_shift_ev - shift_ev) <= CONTRADICTS_EV:
            return asked
        return KnownCharge(carbon_shift_ev, (*asked.names, HYDROCARBON))
    if doubt < DECIDE_FROM or near or len(compounds) != 1 or carbon_shift_ev is None:
        return None
    if abs(carbon_shift_ev - shift_ev) <= CONTRADICTS_EV or compounds[0].apart_ev(carbon_shift_ev) > CARBON_AGREES_EV:
        return None
    if oxygen_ev is None:
        possible = doubt >= NO_OXYGEN_FROM
    else:
        possible = OXYGEN_EV[0] <= oxygen_ev - carbon_shift_ev <= OXYGEN_EV[1]
    return KnownCharge(carbon_shift_ev, (compounds[0].name, HYDROCARBON)) if possible else None


def contradiction(lines: Sequence[ReferenceLine], shift_ev: float) -> KnownCharge | None:
    """Return what lines of compounds say together where they contradict an answer.

    One compound may be another one than thought; two elements that ask for the same shift hardly are.

    Args:
        lines: What ``reference_lines`` found.
        shift_ev: The answer, on the scale of the shifts that the lines imply, in eV.

    Returns:
        The lines by name and the median of their shifts, on the same scale; None where fewer than two agree with each
        other, or where they agree with the answer.
    """
    compounds = [line for line in lines if line.compound]
    if len(compounds) < 2:
        return None
    middle = median([line.implied_shift_ev for line in compounds])
    together = [line for line in compounds if abs(line.implied_shift_ev - middle) <= COMPOUND_AGREES_EV]
    if len(together) < 2 or abs(middle - shift_ev) <= CONTRADICTS_EV:
        return None
    return KnownCharge(
        median([line.implied_shift_ev for line in together]),
        tuple(line.name for line in together),
    )


def groups_at_charge(held: NDArray[np.float64], network: NDArray[np.float64], apart_ev: float) -> NDArray[np.float64]:
    """Return how likely each group is at a known charge that the network does not read.

    A wrong shift misleads the network about some groups only, and what a fit is made of is one of many mixtures.

    Args:
        held: How often fits at the charge hold each group, 0 to 1, shape ``(groups,)``.
        network: The network's probabilities at its reading nearest to the charge, shape ``(groups,)``.
        apart_ev: Distance of that reading from the charge in eV.

    Returns:
        Probabilities, shape ``(groups,)``.
    """
    chance = np.clip(network, LEAST_CHANCE, 1.0 - LEAST_CHANCE)
    both = NETWORK * np.log(chance / (1.0 - chance)) + HELD * held + NEITHER
    odds = both if apart_ev <= MISREAD_EV else HELD_ALONE * held + NOTHING
    return np.asarray(1.0 / (1.0 + np.exp(-odds)), np.float64)
