"""What the page shows of a sample, as JSON: the answer, the words for it, the curves, the regions to choose from."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xps_keras.analysis.carbon import carbon_sentences, check_sentences
from xps_keras.analysis.report import meaning_of_shift, percent, shift_text
from xps_keras.analysis.result import Analysis, to_json
from xps_keras.analysis.statuses import limit_text
from xps_keras.app.choice import Choice
from xps_keras.app.held import HeldSample
from xps_keras.preprocessing.planned import plan
from xps_keras.printable import printable
from xps_keras.reporting.charge_record import charge_record
from xps_keras.reporting.curves import RegionCurves, region_curves
from xps_keras.reporting.glance import glance
from xps_keras.reporting.region_picture import component_colour
from xps_keras.reporting.sample import ReportSample
from xps_keras.reporting.sample_page import title_of


def entry(sample: HeldSample) -> dict[str, Any]:
    """Return what the list shows of a sample before it has an answer."""
    return {
        "key": sample.key,
        "file": printable(sample.file.name),
        "sample": printable(sample.spectrum.sample) or None,
        "title": title_of(printable(sample.file.name), printable(sample.spectrum.sample) or None),
        "format": sample.spectrum.file_format,
        "several": len(sample.file.spectra) > 1,
    }


def summary(found: ReportSample) -> dict[str, Any]:
    """Return what the list shows of an answer."""
    if found.analysis is None:
        return {"level": "failed", "sentence": printable(found.error), "shift": "", "groups": []}
    seen = glance(found.analysis)
    return {
        "level": seen.level,
        "sentence": seen.sentence,
        "shift": shift_text(found.analysis),
        "groups": [group.name for group in found.analysis.present],
    }


def detail(sample: HeldSample, found: ReportSample, choice: Choice) -> dict[str, Any]:
    """Return everything that the page shows of one sample.

    Args:
        sample: The sample.
        found: Its answer under the choice.
        choice: The choice.

    Returns:
        Plain values; ``answer`` is what ``analyze --json`` writes, None where there is no answer.
    """
    content: dict[str, Any] = {
        "key": sample.key,
        "title": entry(sample)["title"],
        "summary": summary(found),
        "regions": _regions(sample, found, choice),
        "answer": None,
    }
    if found.analysis is None or found.channels is None or found.spectrum is None:
        return content
    analysis = found.analysis
    curves = region_curves(found.channels, analysis)
    return content | {
        "answer": to_json(analysis),
        "words": _words(analysis),
        "record": charge_record(analysis, found.spectrum),
        "curves": [_curves(region, analysis) for region in curves],
    }


def _words(analysis: Analysis) -> dict[str, Any]:
    groups = analysis.groups
    return {
        "shift": shift_text(analysis),
        "meaning": meaning_of_shift(analysis.shift_ev),
        "also": [*carbon_sentences(analysis), *check_sentences(analysis)],
        "probabilities": {group.name: percent(group.probability) for group in groups},
        "thresholds": {group.name: percent(group.threshold) for group in groups},
        "limits": {group.name: limit_text(group) for group in groups if group.status == "not seen"},
    }


def _curves(region: RegionCurves, analysis: Analysis) -> dict[str, Any]:
    marks: dict[float, list[str]] = {}
    for group in analysis.present:
        for signal in group.evidence:
            if signal.energy_ev is not None and signal.line in region.lines:
                marks.setdefault(round(signal.energy_ev, 2), []).append(group.name)
    residual = region.residual
    return {
        "name": printable(region.name),
        "lines": list(region.lines),
        "unit": region.unit,
        "energy": [round(value, 4) for value in region.energy_ev.tolist()],  # as measured
        "intensity": _numbers(region.intensity),
        "background": _numbers(region.background),
        "total": None if region.total is None else _numbers(region.total),
        "residual": None if residual is None else _numbers(residual),
        "components": [
            {"name": name, "colour": component_colour(place), "values": _numbers(values)}
            for place, (name, values) in enumerate(region.components)
        ],
        "marks": [{"energy": energy, "groups": names} for energy, names in sorted(marks.items())],
    }


def _numbers(values: NDArray[np.float64]) -> list[float]:
    """Round to a hundred-thousandth of the largest, which no screen resolves."""
    most = float(np.abs(values).max(initial=0.0))
    if most == 0.0 or not np.isfinite(most):
        return [0.0] * len(values)
    digits = 5 - int(np.floor(np.log10(most)))
    return [float(value) for value in np.round(values, digits).tolist()]


def _regions(sample: HeldSample, found: ReportSample, choice: Choice) -> list[dict[str, Any]]:
    """Return every region of the file, what became of it, and whether it was left out."""
    rows = iter(()) if found.analysis is None else iter(found.analysis.regions)
    shown = []
    for place, region in enumerate(sample.spectrum.regions):
        parts = plan(replace(sample.spectrum, regions=(region,)))
        left_out = place in choice.without
        mine = [] if left_out else [row for _, row in zip(parts, rows, strict=False)]
        if left_out:
            why: str | None = "left out by you"
        elif mine and not any(row.used for row in mine):
            why = mine[0].why
        else:
            why = next((part.why for part in parts if part.why), None) if not mine else None
        shown.append(
            {
                "place": place,
                "name": printable(", ".join(dict.fromkeys(part.name for part in parts)) or region.label),
                "low": round(region.low_ev, 1),
                "high": round(region.high_ev, 1),
                "left_out": left_out,
                "usable": any(part.used for part in parts),
                "used": any(row.used for row in mine),
                "why": None if why is None else printable(why),
            }
        )
    return shown
