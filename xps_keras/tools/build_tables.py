"""Rebuild the label and peak tables from the source tables: ``python -m xps_keras.tools.build_tables``.

Source tables (edited by hand): ``lines.csv``, ``polymers.csv``, ``environments.csv``, ``components.csv`` and
``groups.csv``. Built tables (never edited): ``labels.csv`` and ``peaks.csv``. Needs rdkit (the extra ``chem``).
"""

import csv
import io
import sys
from collections import defaultdict

from xps_keras.chemistry.structures import count_group
from xps_keras.groups import GROUP_NAMES, GROUPS
from xps_keras.library.lines import LINES
from xps_keras.library.tables import read_table
from xps_keras.tools.committed import write_or_check

Row = dict[str, str]
ALKANE = "alkane"


def _text(columns: list[str], rows: list[list[str]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return buffer.getvalue()


def group_counts() -> dict[str, dict[str, int]]:
    """Count every group in every polymer by its SMARTS, alkane included.

    Returns:
        Polymer key -> group -> occurrences per repeat unit.
    """
    return {
        polymer["key"]: {group.name: count_group(polymer["smiles"], group.smarts, group.counted) for group in GROUPS}
        for polymer in read_table("polymers.csv")
    }


def labels_table(counts: dict[str, dict[str, int]]) -> str:
    """Return ``labels.csv``: groups per repeat unit, the alkane column as published (arXiv 2603.05350)."""
    rows = []
    for polymer in read_table("polymers.csv"):
        values = counts[polymer["key"]] | {ALKANE: int(polymer["alkane_published"])}
        rows.append([polymer["key"], *(str(values[group]) for group in GROUP_NAMES)])
    return _text(["key", *GROUP_NAMES], rows)


def areas(components: list[Row]) -> list[float]:
    """Return the area of each component of one line of one polymer.

    A component of ``atoms`` has that many times the line's sensitivity. A shake-up satellite has ``share_percent``
    of the whole line instead; it is taken from the components of the environment ``taken_from``, or from all of them
    in proportion, so that the line's total stays stoichiometric.

    Args:
        components: Rows of ``components.csv``, all of one polymer and one line.

    Returns:
        Areas in the order of the rows, in units of one carbon atom's C 1s.

    Raises:
        ValueError: If a satellite names a parent that does not stand in the rows.
    """
    sensitivity = LINES[components[0]["line"]].sensitivity
    full = [float(row["atoms"]) * sensitivity if row["atoms"] else 0.0 for row in components]
    area = list(full)
    for place, row in enumerate(components):
        if not row["share_percent"]:
            continue
        satellite = sum(full) * float(row["share_percent"]) / 100.0
        parents = [i for i, other in enumerate(components) if row["taken_from"] in ("", other["environment"])]
        pool = sum(full[i] for i in parents)
        if pool <= satellite:
            raise ValueError(f"{row['key']} {row['line']}: the satellite's parent {row['taken_from']!r} is too weak")
        for i in parents:
            area[i] -= satellite * full[i] / pool
        area[place] = satellite
    return area


def peaks_table() -> str:
    """Return ``peaks.csv``: one row per peak, doublets split into their partners.

    Raises:
        ValueError: If a component names an unknown polymer or environment.
    """
    shapes = {(row["line"], row["environment"]): row for row in read_table("environments.csv")}
    lines_of: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in read_table("components.csv"):
        if (row["line"], row["environment"]) not in shapes:
            raise ValueError(f"components.csv: {row['key']} names no environment {row['environment']!r}")
        lines_of[row["key"]][row["line"]].append(row)
    keys = [polymer["key"] for polymer in read_table("polymers.csv")]
    if set(keys) != set(lines_of):
        raise ValueError(f"components.csv and polymers.csv differ in {set(keys) ^ set(lines_of)}")
    rows = []
    for key in keys:
        component = 0
        for name, components in lines_of[key].items():
            line = LINES[name]
            for row, area in zip(components, areas(components), strict=True):
                shape = shapes[name, row["environment"]]
                major = area / (1.0 + line.minor_to_major)
                kind = "shake-up" if row["share_percent"] else "main"
                partners = [(kind, "", 0.0, major)]
                if line.minor_to_major:
                    partners.append(("minor partner", " (minor)", line.splitting_ev, area - major))
                for kind, suffix, offset, part in partners:
                    energy = f"{float(row['energy_ev']) + offset:.2f}"
                    shape_text = [shape["fwhm_ev"], shape["lorentzian_fraction"]]
                    label = row["environment"] + suffix
                    place = [key, name, label, str(component), kind, energy]
                    rows.append([*place, *shape_text, f"{part:.6g}", row["confidence"]])
                component += 1
    names = ["key", "line", "label", "component", "kind"]
    columns = [*names, "energy_ev", "fwhm_ev", "lorentzian_fraction", "area", "confidence"]
    return _text(columns, rows)


def built_tables() -> dict[str, str]:
    """Build both tables.

    Returns:
        File name -> text.
    """
    return {"labels.csv": labels_table(group_counts()), "peaks.csv": peaks_table()}


def main(arguments: list[str] | None = None) -> int:
    """Write the built tables, or with ``--check`` compare them with the committed ones.

    Args:
        arguments: Command line, ``sys.argv[1:]`` when None.

    Returns:
        Exit status: 1 when ``--check`` finds a difference, else 0.
    """
    return write_or_check("xps_keras.tools.build_tables", __doc__, built_tables, arguments)


if __name__ == "__main__":
    sys.exit(main())
