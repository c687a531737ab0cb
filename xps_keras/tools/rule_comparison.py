"""The rules beside the library's own tables, atom by atom; needs rdkit (the extra ``chem``).

The tables in ``components.csv`` stand: where the library holds a polymer they override the rules. ``overrides.csv``
gives the reason for every difference above ``EXPLAINED_EV``.
"""

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby

from xps_keras.chemistry.from_structure import assign, peaks_from_assignments
from xps_keras.chemistry.rules import load_rules
from xps_keras.library.lines import LINES
from xps_keras.library.tables import markdown, read_table

EXPLAINED_EV = 0.3
"""Differences above this need a reason in ``overrides.csv``."""
CLOSE_EV = 0.2
"""The rules are meant to come this near."""


@dataclass(frozen=True)
class Difference:
    """One atom of a library polymer (or one of its satellites) in the table and by the rules."""

    key: str
    """Polymer."""
    line: str
    """Name of the line."""
    environment: str
    """Environment in ``components.csv``."""
    satellite: bool
    """Whether it is a satellite and no atom."""
    table_ev: float
    """Energy in ``components.csv`` in eV."""
    label: str
    """Rule and secondary shifts."""
    rule_ev: float
    """Energy by the rules in eV."""

    @property
    def difference_ev(self) -> float:
        """Rule minus table in eV."""
        return round(self.rule_ev - self.table_ev, 2)


def differences() -> tuple[Difference, ...]:
    """Compare every atom of every library polymer, and every satellite.

    Atoms of a line are paired in the order of their energies: the pairing with the smallest differences, blind to
    which atom a table means.

    Returns:
        One entry per atom and line, and one per satellite.

    Raises:
        ValueError: If table and structure hold different numbers of atoms or different satellites.
    """
    tables: dict[tuple[str, str], list[tuple[float, str]]] = defaultdict(list)
    satellites: dict[tuple[str, str], list[tuple[float, str]]] = defaultdict(list)
    for row in read_table("components.csv"):
        entry = (float(row["energy_ev"]), row["environment"])
        if row["atoms"]:
            tables[row["key"], row["line"]] += [entry] * int(row["atoms"])
        else:
            satellites[row["key"], row["line"]].append(entry)
    found = []
    for polymer in read_table("polymers.csv"):
        key = polymer["key"]
        assignments = assign(polymer["smiles"])
        peaks = peaks_from_assignments(assignments)
        for line in LINES:
            ruled = sorted((one.energy_ev, one.label) for one in assignments if one.line == line)
            shaken = sorted(
                (peak.energy_ev, peak.label) for peak in peaks if peak.line == line and peak.kind == "shake-up"
            )
            for is_satellite, table, rules in (
                (False, tables[key, line], ruled),
                (True, satellites[key, line], shaken),
            ):
                for (table_ev, environment), (rule_ev, label) in zip(sorted(table), rules, strict=True):
                    found.append(Difference(key, line, environment, is_satellite, table_ev, label, rule_ev))
    return tuple(found)


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def per_line(found: tuple[Difference, ...]) -> str:
    """Return a Markdown table: line, atoms, mean absolute difference, largest, share within ``CLOSE_EV``."""
    rows = []
    for satellite in (False, True):
        for line in LINES:
            own = [abs(one.difference_ev) for one in found if one.line == line and one.satellite == satellite]
            if own:
                close = sum(value <= CLOSE_EV for value in own) / len(own)
                name = f"{line} satellites" if satellite else line
                rows.append([name, str(len(own)), f"{_mean(own):.2f}", f"{max(own):.2f}", f"{close:.0%}"])
    return markdown(["line", "atoms", "mean / eV", "largest / eV", f"within {CLOSE_EV} eV"], rows)


def per_polymer(found: tuple[Difference, ...]) -> str:
    """Return a Markdown table: polymer, then mean absolute difference in eV of each line, and the largest."""
    rows = []
    for key, group in groupby(found, key=lambda one: one.key):
        own = [one for one in group if not one.satellite]
        cells = []
        for line in dict.fromkeys(one.line for one in own):
            values = [abs(one.difference_ev) for one in own if one.line == line]
            cells.append(f"{line} {_mean(values):.2f}")
        worst = max(own, key=lambda one: abs(one.difference_ev))
        where = f"{worst.difference_ev:+.2f}, {worst.line} {worst.environment}" if worst.difference_ev else "0"
        rows.append([key, ", ".join(cells), where])
    return markdown(["polymer", "mean absolute difference of each line / eV", "largest difference / eV"], rows)


def explained(found: tuple[Difference, ...]) -> str:
    """Return a Markdown table of all differences above ``EXPLAINED_EV`` with their reasons.

    Raises:
        ValueError: If a difference has no reason, or ``overrides.csv`` explains a difference that is none.
    """
    reasons = {(row["key"], row["line"], row["environment"]): row["reason"] for row in read_table("overrides.csv")}
    large = {(one.key, one.line, one.environment): one for one in found if abs(one.difference_ev) > EXPLAINED_EV}
    if large.keys() != reasons.keys():
        raise ValueError(f"overrides.csv and the differences above {EXPLAINED_EV} eV differ: {large.keys() ^ reasons}")
    rows = [
        [*place, f"{one.table_ev:.2f}", f"{one.rule_ev:.2f}", f"{one.difference_ev:+.2f}", reasons[place]]
        for place, one in large.items()
    ]
    return markdown(["polymer", "line", "environment", "table / eV", "rules / eV", "difference", "reason"], rows)


def unused_rules() -> str:
    """Return a Markdown table of the rules that neither the library nor the hypothetical polymers need."""
    rows = [
        [rule.line, rule.name, f"{rule.energy_ev:.2f}", rule.confidence]
        for rules in load_rules().values()
        for rule in rules
        if rule.use == "unused"
    ]
    return markdown(["line", "rule", "energy / eV", "confidence"], rows)
