"""The whole report: pages of samples one after the other, an index before them, written whole or not at all.

Pages are made one at a time and wait in a temporary file, so that a report of many files takes no more memory than one.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from importlib.resources import files

from xps_keras.analysis.report import shift_text
from xps_keras.files import StrPath, whole_file
from xps_keras.reporting.glance import glance
from xps_keras.reporting.markup import Markup, element, joined, table, text
from xps_keras.reporting.sample import ReportSample
from xps_keras.reporting.sample_page import sample_page, title_of
from xps_keras.version import __version__

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""What a browser may fetch for the page: nothing."""


@dataclass(frozen=True)
class Section:
    """One sample, ready to be written; all of it is text, so that another process can make it."""

    title: str
    page: str = ""
    """HTML of its page; empty where there is no answer."""
    level: str = ""
    """The word of ``Glance``; empty where there is no answer."""
    shift: str = ""
    """Shift with its uncertainty; empty where there is no answer."""
    groups: str = ""
    """Groups that are present."""
    error: str = ""


def section_of(sample: ReportSample) -> Section:
    """Make the page of one sample.

    Args:
        sample: The sample and its answer, or the reason why there is none.
    """
    analysis = sample.analysis
    if analysis is None or sample.spectrum is None or sample.channels is None:
        name = None if sample.spectrum is None else sample.spectrum.sample
        return Section(title_of(sample.file, name), error=sample.error or "It was not analysed.")
    return Section(
        title_of(analysis.file, analysis.sample),
        sample_page(sample.spectrum, sample.channels, analysis),
        glance(analysis).level,
        shift_text(analysis),
        ", ".join(group.name for group in analysis.present) or "none",
    )


def html_report(samples: Iterable[ReportSample], out: StrPath, made: datetime | None = None) -> int:
    """Write the report of one sample or many.

    Args:
        samples: The samples; they are gone through once, so they may be made as they are asked for.
        out: The file to write; written whole or not at all.
        made: When the report was made, for its head; now when left out.

    Returns:
        How many samples it holds.

    Raises:
        UsageError: The file cannot be written.
    """
    with report_file(out, made) as add:
        count = 0
        for sample in samples:
            add(section_of(sample))
            count += 1
    return count


@contextmanager
def report_file(out: StrPath, made: datetime | None = None) -> Iterator[Callable[[Section], None]]:
    """Collect the sections of a report and write it at the end; nothing is written when an error ends it.

    Args:
        out: The file to write.
        made: When the report was made; now when left out.

    Yields:
        A function that takes the next section.

    Raises:
        UsageError: The file cannot be written.
    """
    rows: list[Section] = []
    with tempfile.TemporaryFile() as pages:

        def add(section: Section) -> None:
            rows.append(replace(section, page=""))
            if section.page:
                pages.write(_article(section, len(rows)).encode() + b"\n")

        yield add
        pages.seek(0)
        with whole_file(out) as target:
            target.write(_head(rows, made or datetime.now()).encode())
            shutil.copyfileobj(pages, target)
            target.write(b"</main></body></html>\n")


def report_bytes(sections: Iterable[Section], made: datetime | None = None) -> bytes:
    """Return a whole report, for a program that hands it on rather than write it."""
    held = list(sections)
    pages = [_article(one, number) for number, one in enumerate(held, 1) if one.page]
    return "\n".join([_head(held, made or datetime.now()), *pages, "</main></body></html>\n"]).encode()


def _article(section: Section, number: int) -> Markup:
    return element("article", Markup(section.page), id=f"s{number}")


def _head(sections: list[Section], made: datetime) -> Markup:
    title = sections[0].title if len(sections) == 1 else f"XPS report, {len(sections)} samples"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("title", title),
        Markup(f"<style>{_style()}</style>"),
    )
    about = element("p", f"xps-keras {__version__}, {made:%Y-%m-%d %H:%M}", class_="about")
    index = _index(sections) if len(sections) > 1 or any(section.error for section in sections) else ""
    first = element("header", element("h1", "XPS charge correction and functional groups"), about)
    return Markup(f'<!DOCTYPE html>\n<html lang="en">{head}<body>{first}<main>{text(index)}\n')


def _index(sections: list[Section]) -> Markup:
    rows = []
    for number, section in enumerate(sections, 1):
        if not section.level:
            badge = element("b", "no answer", class_="badge failed")
            rows.append((str(number), section.title, badge, "", section.error))
            continue
        link = element("a", section.title, href=f"#s{number}")
        badge = element("b", section.level, class_=f"badge {section.level}")
        rows.append((str(number), link, badge, section.shift, section.groups))
    counts = joined([f"{sum(bool(section.level) for section in sections)} of {len(sections)} samples have an answer."])
    headings = ("no.", "sample", "verdict", "shift", "groups present, or why there is no answer")
    return element(
        "nav", element("h2", "Samples"), element("p", counts), table(headings, rows, numbers=(0, 3)), class_="index"
    )


@lru_cache(maxsize=1)
def _style() -> str:
    # Ends of elements are the only thing that HTML and XML read in a style sheet; the sheet has neither < nor &.
    return files("xps_keras.reporting").joinpath("data/report.css").read_text(encoding="utf-8")
