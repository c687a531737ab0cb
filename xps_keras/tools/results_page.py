"""The page of benchmarks: every file of ``docs/results``, how it was made and its main figures."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parents[2] / "docs" / "results"


@dataclass(frozen=True)
class Kind:
    """What a page shows of one kind of result."""

    question: str
    rows: tuple[str, ...]
    """Keys of the lists whose entries are the rows, outermost first; none for a result of a single row."""
    columns: dict[str, str]
    """Heading and the place in a row, keys joined by dots."""


_EXACT = {"exact match, thresholds 0.5": "exact_match_at_half.fraction", "micro F1": "micro_f1", "macro F1": "macro_f1"}
_SHIFT = {"mean shift error / eV": "shift_mean_absolute_ev"}
KINDS = {
    "xps-keras/evaluation/1": Kind(
        "Figures of one model on fresh spectra",
        (),
        {
            "exact match, thresholds 0.5": "exact_match.all_groups_at_half.fraction",
            "exact match, own thresholds": "exact_match.all_groups.fraction",
            "micro F1": "micro.f1",
            "macro F1": "macro.f1",
            "mean shift error / eV": "shift.mean_absolute_ev",
        },
    ),
    "xps-keras/shift-experiment/1": Kind(
        "What a shift costs",
        ("rows", "cells"),
        {
            "network": "name",
            "largest shift / eV": "max_shift_ev",
            **_EXACT,
            **_SHIFT,
            "penalty / points": "penalty.points",
        },
    ),
    "xps-keras/learning-curve/1": Kind(
        "How many spectra it takes", ("rows", "points"), {"network": "name", "spectra": "size", **_EXACT, **_SHIFT}
    ),
    "xps-keras/noise-experiment/1": Kind(
        "How many counts it takes",
        ("rows", "points"),
        {"network": "name", "counts at the top of C 1s": "peak_counts", **_EXACT, **_SHIFT},
    ),
    "xps-keras/unseen/1": Kind(
        "Polymers that the training did not hold",
        ("trained",),
        {
            "trained on": "recipe",
            "macro F1 seen, thresholds 0.5": "seen.half.macro_f1",
            "macro F1 unseen": "unseen.half.macro_f1",
            "exact match seen": "seen.half.exact_match.fraction",
            "exact match unseen": "unseen.half.exact_match.fraction",
            "mean shift error unseen / eV": "shift_unseen.mean_absolute_ev",
        },
    ),
    "xps-keras/realism-experiment/1": Kind(
        "What real surfaces cost: the charge, by effect",
        ("rows",),
        {
            "effect": "effect",
            "level": "level",
            "mean error / eV": "network.mean_absolute_ev",
            "wrong by 0.5 eV": "network.wrong",
            "with the C 1s maximum": "c1s_maximum.wrong",
            "flagged": "flagged",
            "wrong and not flagged": "silent",
        },
    ),
    "xps-keras/fit-quality/1": Kind(
        "The reference fit",
        (),
        {
            "spectra": "spectra",
            "polymer first": "first",
            "among three": "among_three",
            "component error / points": "component_error",
            "network wrong": "shift_error_ev.network.wrong",
            "refine wrong": "shift_error_ev.refine.wrong",
            "classical wrong": "shift_error_ev.classical.wrong",
        },
    ),
    "classical": Kind(
        "Unmixing without a network",
        ("rows",),
        {
            "method": "method",
            "started": "start",
            "noise": "noise",
            "exact match": "exact_match",
            "mean shift error / eV": "shift_mean_absolute_ev",
            "seconds a spectrum": "seconds_per_spectrum",
        },
    ),
    "composition": Kind(
        "Atomic percentages",
        ("sets",),
        {
            "spectra": "samples",
            "as": "name",
            "mean error / at.%": "mean_absolute",
            "nine of ten below": "percentile_90",
            "within 1 uncertainty": "coverage_1",
            "within 2": "coverage_2",
        },
    ),
}
"""By schema, or for results of ``benchmarks`` that name none by the first word of the file's name."""
_MADE = {
    "package": "package_version",
    "corpus": "corpus_version",
    "recipe": "recipe",
    "tested on": "test.recipe",
    "spectra": "test.size",
    "size": "size",
    "seed": "seed",
    "test seed": "test.seed",
    "model": "model.name",
    "weights": "model.weights_sha256",
    "model file": "model_sha256",
    "machine": "machine",
    "versions": "versions",
}


def results_page(folder: Path = RESULTS) -> str:
    """Return the Markdown of all results in a folder.

    Args:
        folder: Folder of JSON files; one of a kind that has no row in ``KINDS`` is listed without figures.
    """
    return "\n".join(line for path in sorted(folder.glob("*.json")) for line in _section(path))


def _section(path: Path) -> Iterator[str]:
    content = json.loads(path.read_text(encoding="utf-8"))
    name = content.get("schema") or path.stem.split("_")[0]
    kind = KINDS.get(name, Kind(name, (), {}))
    yield f"## {kind.question}: `{path.stem}`\n"
    made = [f"{name} {_shown(value)}" for name, place in _MADE.items() if (value := _at(content, place)) is not None]
    machine = "" if "machine" in content else "; machine not recorded"
    yield f"[{path.name}](results/{path.name}): {', '.join(made) or 'nothing recorded'}{machine}.\n"
    rows = list(_rows(content, kind.rows))
    columns = {name: place for name, place in kind.columns.items() if any(_at(row, place) is not None for row in rows)}
    if columns:
        yield f"| {' | '.join(columns)} |"
        yield "|---" * len(columns) + "|"
        yield from (f"| {' | '.join(_shown(_at(row, place)) for place in columns.values())} |" for row in rows)
    yield ""


def _rows(content: dict[str, Any], keys: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    if not keys:
        yield content
        return
    for row in content[keys[0]]:
        inherited = {name: value for name, value in content.items() if name in ("name", "protocol")}
        yield from _rows({**inherited, **row}, keys[1:])


def _at(row: Any, place: str) -> Any:
    for key in place.split("."):
        if not isinstance(row, dict):
            return None
        row = row.get(key)
    return row


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(each)}" for name, each in value.items())
    text = str(value)
    return f"`{text[:12]}`" if len(text) == 64 else text.replace("|", "\\|")
