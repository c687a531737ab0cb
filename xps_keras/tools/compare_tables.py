"""Labels beside the published ones, rules beside the tables: ``python -m xps_keras.tools.compare_tables``.

Prints the tables of ``docs/library.md`` and ``docs/rules.md``. Needs rdkit (the extra ``chem``).
"""

import sys
from collections.abc import Mapping

from xps_keras.groups import GROUP_NAMES, GROUPS
from xps_keras.library.tables import markdown, read_table
from xps_keras.tools import rule_comparison
from xps_keras.tools.build_tables import ALKANE, group_counts


def carriers() -> dict[str, int]:
    """Return in how many polymers each group occurs, from the built labels."""
    labels = read_table("labels.csv")
    return {group: sum(float(row[group]) > 0 for row in labels) for group in GROUP_NAMES}


def group_comparison() -> str:
    """Return a Markdown table: group, polymers that carry it as published and here, rule, reason for a difference."""
    ours = carriers()
    rows = [
        [group.name, str(group.published), str(ours[group.name]), group.exclusions or "-", group.disagreement or "-"]
        for group in GROUPS
        if group.published or ours[group.name]
    ]
    return markdown(["group", "polymers published", "polymers here", "what counts and what does not", "reason"], rows)


def alkane_comparison(counts: Mapping[str, Mapping[str, int]]) -> str:
    """Return a Markdown table of the polymers whose published plain alkane carbons differ from their structure.

    Args:
        counts: What ``group_counts`` returns.
    """
    rows = [
        [polymer["key"], polymer["alkane_published"], str(counts[polymer["key"]][ALKANE]), polymer["alkane_note"]]
        for polymer in read_table("polymers.csv")
        if int(polymer["alkane_published"]) != counts[polymer["key"]][ALKANE]
    ]
    return markdown(["polymer", "published", "by the rule", "reason"], rows)


def structure_notes() -> str:
    """Return a Markdown table of the structures that needed a decision."""
    rows = [
        [polymer["key"], f"`{polymer['smiles']}`", polymer["note"]]
        for polymer in read_table("polymers.csv")
        if polymer["note"]
    ]
    return markdown(["polymer", "repeat unit", "decision"], rows)


def rule_tables() -> tuple[str, ...]:
    """Return the tables of ``docs/rules.md``: per line, differences with a reason, per polymer, rules not used."""
    found = rule_comparison.differences()
    return (
        rule_comparison.per_line(found),
        rule_comparison.explained(found),
        rule_comparison.per_polymer(found),
        rule_comparison.unused_rules(),
    )


def main() -> int:
    """Print the tables."""
    labels = (group_comparison(), alkane_comparison(group_counts()), structure_notes())
    print(*labels, *rule_tables(), sep="\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
