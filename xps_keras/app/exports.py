"""Results to take away, made in memory: what the browser saves, and where, is the user's own doing."""

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from xps_keras.analysis.provenance import corrected_copy
from xps_keras.analysis.result import Analysis, to_json
from xps_keras.analysis.table import csv_of, row_of, xlsx_of
from xps_keras.app.choice import Choice
from xps_keras.app.held import Held, HeldSample
from xps_keras.app.names import download_name
from xps_keras.errors import UsageError
from xps_keras.io import corrected_text
from xps_keras.printable import printable
from xps_keras.reporting.document import report_bytes, section_of
from xps_keras.reporting.sample import ReportSample
from xps_keras.version import __version__

KINDS = ("report", "table", "workbook", "json", "vamas", "picture")

_DRAWING = threading.Lock()
"""Matplotlib's settings are those of the whole program."""


@dataclass(frozen=True)
class Export:
    """A file to be saved."""

    name: str
    media_type: str
    content: bytes


def export(held: Held, kind: str, asked: Sequence[tuple[HeldSample, Choice]]) -> Export:
    """Make a file of some samples.

    Args:
        held: Where the answers come from.
        kind: One of ``KINDS``; a corrected copy is of the file of the first sample, a picture of that sample.
        asked: The samples and how each is to be answered.

    Returns:
        The file.

    Raises:
        UsageError: There is no such kind, no sample, or the first has no answer where one is needed.
    """
    if kind not in KINDS:
        raise UsageError(f"There is no such result; choose one of: {', '.join(KINDS)}.")
    if not asked:
        raise UsageError("There is no sample yet; drop a file first.")
    first = asked[0][0]
    stem = first.file.name if len(asked) == 1 else "xps_samples"
    if kind == "vamas":
        return _corrected(held, asked)
    if kind == "picture":
        return _picture(held.answer(*asked[0]), first)
    found = [held.answer(sample, choice) for sample, choice in asked]
    if kind == "report":
        content = report_bytes(section_of(one) for one in found)
        return Export(download_name(stem, ".html"), "text/html; charset=utf-8", content)
    entries = [_entry(one) for one in found]
    if kind == "json":
        text = json.dumps(entries[0] if len(entries) == 1 else entries, indent=1, ensure_ascii=False, allow_nan=False)
        return Export(download_name(stem, ".json"), "application/json", f"{text}\n".encode())
    rows = [row_of(entry) for entry in entries]
    if kind == "table":
        return Export(download_name(stem, ".csv"), "text/csv; charset=utf-8", csv_of(rows).encode())
    about = {"program": f"xps-keras {__version__}", "samples": str(len(rows))}
    media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return Export(download_name(stem, ".xlsx"), media, xlsx_of(rows, about))


def _entry(found: ReportSample) -> dict[str, object]:
    """Return what ``analyze --json`` writes."""
    if found.analysis is not None:
        return to_json(found.analysis)
    sample = None if found.spectrum is None else printable(found.spectrum.sample) or None
    return {"file": printable(found.file), "sample": sample, "error": printable(found.error)}


def _corrected(held: Held, asked: Sequence[tuple[HeldSample, Choice]]) -> Export:
    """Correct the file of the first sample: samples that were asked for as chosen; others stay as measured."""
    sample = asked[0][0]
    analyses: dict[int, Analysis] = {}
    for other, choice in asked:
        answer = held.answer(other, choice).analysis if other.file is sample.file else None
        if answer is not None:
            analyses[other.spectrum.sample_number] = answer
    if not analyses:
        raise UsageError("No sample of this file has an answer, so there is no corrected copy.")
    shifts, comment = corrected_copy(sample.file.spectra, analyses)
    text = corrected_text(sample.file.spectra, shifts, sample.file.content, comment)
    return Export(download_name(sample.file.name, "_corrected.vms"), "application/octet-stream", text.encode())


def _picture(found: ReportSample, sample: HeldSample) -> Export:
    from xps_keras.analysis.pictures import draw, picture_bytes

    if found.analysis is None or found.channels is None:
        raise UsageError("This sample has no answer, so there is no picture.")
    with _DRAWING:
        content = picture_bytes(draw(found.channels, found.analysis), "svg")
    return Export(download_name(sample.file.name, ".svg"), "image/svg+xml", content)
