"""The report of ``xps-keras library identify``: JSON and the tables of ``docs/identifiability.md``."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from xps_keras.evaluation.metrics import wilson_interval
from xps_keras.experiments.identifiability import SETTINGS, Pair, alike, compare, nearest_by_group
from xps_keras.experiments.unmixing import NOISE, THRESHOLDS, Unmixing, unmix_mixtures
from xps_keras.library.library import Library
from xps_keras.library.tables import markdown as table
from xps_keras.plain import json_text

SCHEMA = "xps-keras/identifiability/1"
NOISE_LIMITS = (0.003, 0.01, 0.03, 0.1)
"""Noise levels at which the pairs that cannot be told apart are counted."""
LISTED = 12
"""Nearest pairs named for each setting."""
TRACES = (0.005, 0.01, 0.02, 0.05)
"""Fractions below which a component is called a trace."""


def report(
    library: Library, size: int, seed: int, advance: Callable[[int], None] = lambda done: None
) -> dict[str, Any]:
    """Compare all polymers and unmix test mixtures.

    Args:
        library: The polymers.
        size: Number of test mixtures, from 1.
        seed: Their seed.
        advance: Told how many more mixtures are done.

    Returns:
        A JSON-ready dictionary: ``settings`` and ``unmixing``.
    """
    return {
        "schema": SCHEMA,
        "library": library.name,
        "polymers": len(library.keys),
        "settings": settings(library),
        "unmixing": _unmixing(unmix_mixtures(library, size, seed, advance)),
    }


def settings(library: Library) -> list[dict[str, Any]]:
    """Compare all polymers in every setting; one entry for each of ``SETTINGS``."""
    return [{"name": setting.name, **_distances(compare(library, setting))} for setting in SETTINGS]


def _distances(pairs: list[Pair]) -> dict[str, Any]:
    differing = [pair for pair in pairs if not pair.same_groups]
    twins = alike(pairs)
    repeated = {key for keys in twins for key in keys[1:]}
    listed = [pair for pair in differing if not {pair.one, pair.other} & repeated]
    nearest: dict[str, float] = {}
    for pair in differing:
        for key in (pair.one, pair.other):
            nearest.setdefault(key, pair.distance)
    return {
        "alike": [list(keys) for keys in twins],
        "pairs_confused": {f"{limit:g}": sum(pair.noise_limit < limit for pair in differing) for limit in NOISE_LIMITS},
        "nearest": [_entry(pair) for pair in listed[:LISTED]],
        "groups": {group: _entry(pair) for group, pair in nearest_by_group(pairs).items()},
        "nearest_distances": sorted(float(f"{value:.4g}") for value in nearest.values()),
    }


def _entry(pair: Pair) -> dict[str, Any]:
    return {
        "one": pair.one,
        "other": pair.other,
        "distance": float(f"{pair.distance:.2e}"),
        "shift_ev": round(pair.shift_ev, 2) + 0.0,
        "noise_limit": float(f"{pair.noise_limit:.1e}"),
        "only_one": list(pair.only_one),
        "only_other": list(pair.only_other),
    }


def _unmixing(outcome: Unmixing) -> dict[str, Any]:
    exact, total = outcome.exact_match, outcome.right.shape[2]
    levels = []
    for level, place in enumerate(outcome.best_threshold):
        right = outcome.right[level, place]
        low, high = wilson_interval(int(right.sum()), total)
        levels.append(
            {
                "noise": NOISE[level],
                "threshold": THRESHOLDS[place],
                "exact_match": float(right.mean()),
                "low": low,
                "high": high,
                "exact_match_by_threshold": exact[level].tolist(),
                "exact_match_without_traces": [float(right[outcome.least_telling >= trace].mean()) for trace in TRACES],
            }
        )
    return {
        "recipe": "paper",
        "size": total,
        "seed": outcome.seed,
        "thresholds": list(THRESHOLDS),
        "levels": levels,
        "traces": [
            {
                "below": trace,
                "any_component": float(np.mean(outcome.least_fraction < trace)),
                "component_with_own_groups": float(np.mean(outcome.least_telling < trace)),
            }
            for trace in TRACES
        ],
    }


def to_json(content: Mapping[str, Any]) -> str:
    """Return the text of the JSON file."""
    return json_text(content)


def markdown(content: Mapping[str, Any]) -> str:
    """Return the tables as Markdown.

    Args:
        content: What ``report`` returned, or its JSON read back.
    """
    return "\n\n".join([distance_tables(content["settings"]), _unmixing_tables(content["unmixing"])])


def distance_tables(entries: list[dict[str, Any]]) -> str:
    """Return the tables of pairs and groups as Markdown; ``entries`` as ``settings`` returns them."""
    counts = [[entry["name"], *(str(count) for count in entry["pairs_confused"].values())] for entry in entries]
    columns = ["recorded", *(f"noise {100 * limit:g} %" for limit in NOISE_LIMITS)]
    twins = "; ".join(" = ".join(keys) for keys in entries[0]["alike"])
    parts = [
        "### Pairs with different groups that cannot be told apart",
        table(columns, counts),
        f"Of polymers with the same groups and the same spectrum only the first is named below: {twins}.",
    ]
    for entry in entries:
        rows = [_cells(pair) for pair in entry["nearest"]]
        columns = ["pair", "cosine distance", "moved by / eV", "told apart up to noise of", "groups of one alone"]
        parts += [f"### Nearest pairs with different groups: {entry['name']}", table(columns, rows)]
    parts += ["### Groups: the nearest pair that only the group parts", _groups(entries)]
    return "\n\n".join(parts)


def _groups(entries: list[dict[str, Any]]) -> str:
    known, unknown = entries[0], entries[-1]
    order = sorted(known["groups"], key=lambda group: known["groups"][group]["noise_limit"])
    rows = []
    for group in order:
        cells = [group]
        for entry in (known, unknown):
            pair = entry["groups"][group]
            cells += [f"{pair['one']}, {pair['other']}", _percent(pair["noise_limit"])]
        rows.append(cells)
    return table(["group", f"{known['name']}", "up to noise of", f"{unknown['name']}", "up to noise of"], rows)


def _unmixing_tables(content: dict[str, Any]) -> str:
    rows = [
        [
            f"{100 * level['noise']:g} % of the peak" if level["noise"] else "none",
            f"{100 * level['exact_match']:.2f} % ({100 * level['low']:.2f}-{100 * level['high']:.2f})",
            f"{100 * level['threshold']:.2g} %",
            *(f"{100 * share:.1f} %" for share in level["exact_match_without_traces"]),
        ]
        for level in content["levels"]
    ]
    without = [f"no trace below {100 * trace['below']:g} %" for trace in content["traces"]]
    traces = [
        [
            f"{100 * trace['below']:g} %",
            f"{100 * trace['any_component']:.1f} %",
            f"{100 * trace['component_with_own_groups']:.1f} %",
        ]
        for trace in content["traces"]
    ]
    return "\n\n".join(
        [
            f"### Unmixing {content['size']:,} mixtures (seed {content['seed']}) with true shift and broadening",
            table(["noise", "exact match (95 % interval)", "weights count from", *without], rows),
            "### Traces",
            table(["below", "mixtures with such a component", "with such a component whose groups show it"], traces),
        ]
    )


def _cells(pair: dict[str, Any]) -> list[str]:
    sides = [f"{pair[name]}: {', '.join(pair[only])}" for name, only in (("one", "only_one"), ("other", "only_other"))]
    return [
        f"{pair['one']}, {pair['other']}",
        f"{pair['distance']:.1e}",
        f"{pair['shift_ev']:+.2f}" if pair["shift_ev"] else "0",
        _percent(pair["noise_limit"]),
        "; ".join(side for side in sides if not side.endswith(": ")),
    ]


def _percent(share: float) -> str:
    if share < 1e-5:
        return "never"
    return f"{100 * share:.2g} %" if share < 0.1 else f"{100 * share:.0f} %"
