"""What ``analyze`` does for one file, in this process or another: read, answer, write what belongs to the file.

What comes back is plain text and numbers, little enough for ten thousand files: spectra stay here.
"""

import io
import json
import re
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xps_keras.cli.job import FileAnswer, Job, Paper, SampleAnswer, Settings
from xps_keras.cli.written import Written, write_all
from xps_keras.errors import InputError, XpsKerasError
from xps_keras.printable import printable

if TYPE_CHECKING:
    from xps_keras.analysis.given_charge import GivenCharge
    from xps_keras.analysis.predictor import Runnable
    from xps_keras.analysis.result import Analysis
    from xps_keras.quantification.sensitivity import Sensitivities
    from xps_keras.reporting import ReportSample
    from xps_keras.spectrum import Spectrum


def answer(job: Job, settings: Settings, runtime: "Runnable") -> FileAnswer:
    """Read one file, answer for each of its samples, and write its pictures and corrected spectra.

    Args:
        job: The file.
        settings: What is the same for all files.
        runtime: The model.

    Returns:
        The answers. Whatever is wrong with the file is a sentence in them; a sample that cannot be analysed costs the
        others nothing.
    """
    from xps_keras.io.reader import NoSpectrum

    path = Path(job.path)
    try:
        return _answer(path, job, settings, runtime)
    except NoSpectrum as error:
        return FileAnswer(passed_over=True) if job.found else failed(job, settings, str(error))
    except XpsKerasError as error:
        return failed(job, settings, str(error))
    except MemoryError:
        return failed(job, settings, f"{path.name}: analysing it takes more memory than there is.")


def failed(job: Job, settings: Settings, why: str) -> FileAnswer:
    """Return the answer for a file that has none.

    Args:
        job: The file.
        settings: What is the same for all files.
        why: A sentence.
    """
    entry = {"file": printable(job.path), "error": printable(why)}
    return FileAnswer((_without_answer(printable(job.name or Path(job.path).name), entry, why, settings),), error=why)


def unexpected(job: Job, error: Exception) -> str:
    """Say that a file met a fault of this program."""
    return f"{job.path}: unexpected fault ({type(error).__name__}: {error}); please report it with this file."


def _answer(path: Path, job: Job, settings: Settings, runtime: "Runnable") -> FileAnswer:
    from xps_keras.analysis.analyzing import analyze_channels
    from xps_keras.io import choose, read_all
    from xps_keras.preprocessing.channels import to_channels

    spectra = read_all(path)
    asked = spectra if settings.sample is None else (choose(spectra, settings.sample),)
    done: list[Written] = []
    samples: list[SampleAnswer] = []
    for spectrum in asked:
        try:
            channels = to_channels(spectrum)
            analysis = analyze_channels(
                spectrum,
                channels,
                runtime,
                settings.reference_ev,
                settings.method,
                _factors(settings.sensitivity),
                _charge(settings.charge),
            )
        except InputError as error:
            samples.append(_sample_failed(job, spectrum, _of_sample(error, spectrum), settings))
            continue
        done.append(Written(spectrum, channels, analysis))
        samples.append(_sample(job, done[-1], settings))
    if not done:
        return failed(job, settings, samples[0].error)
    problems = write_all(job, settings, spectra, done, several=len(asked) > 1)
    return FileAnswer(tuple(samples), problems=tuple(problems))


@lru_cache(maxsize=1)
def _factors(path: str | None) -> "Sensitivities | None":
    from xps_keras.quantification.sensitivity import read_sensitivities

    return None if path is None else read_sensitivities(path)


def _charge(text: str | None) -> "GivenCharge | None":
    from xps_keras.analysis.given_charge import read_charge

    return None if text is None else read_charge(text)


def _sample(job: Job, item: Written, settings: Settings) -> SampleAnswer:
    from xps_keras.analysis.result import to_json
    from xps_keras.analysis.table import row_of
    from xps_keras.reporting.sample import ReportSample

    analysis = item.analysis
    entry = to_json(analysis)
    return SampleAnswer(
        name=_name(job, item.spectrum),
        row=row_of(entry),
        warnings=tuple((warning.code, printable(warning.text)) for warning in analysis.warnings),
        entry=_text(entry, settings),
        report="" if settings.paper is None else _report(analysis, settings.paper),
        section=_section(ReportSample.of(item.spectrum, item.channels, analysis), settings),
        model=f"{analysis.model.name} {analysis.model.version}, SHA-256 {analysis.model.sha256}",
    )


def _sample_failed(job: Job, spectrum: "Spectrum", why: str, settings: Settings) -> SampleAnswer:
    entry = {"file": printable(str(spectrum.path)), "sample": spectrum.sample or None, "error": printable(why)}
    return _without_answer(_name(job, spectrum), entry, why, settings, spectrum)


def _without_answer(
    name: str, entry: dict[str, Any], why: str, settings: Settings, spectrum: "Spectrum | None" = None
) -> SampleAnswer:
    from xps_keras.analysis.table import row_of
    from xps_keras.reporting.sample import ReportSample

    section = _section(ReportSample(entry["file"], spectrum, error=why), settings)
    return SampleAnswer(name, row_of(entry), entry=_text(entry, settings), section=section, error=why)


def _section(sample: "ReportSample", settings: Settings) -> dict[str, str] | None:
    """Make the page of a sample; a page is text, so that it can come from another process."""
    if not settings.sections:
        return None
    from xps_keras.reporting import section_of

    return asdict(section_of(sample))


def _name(job: Job, spectrum: "Spectrum") -> str:
    name = printable(job.name or spectrum.path.name)
    return f"{name}: {printable(spectrum.sample)}" if spectrum.sample else name


def _of_sample(error: InputError, spectrum: "Spectrum") -> str:
    """Name the sample in a message about it."""
    name = f"{spectrum.path.name}: "
    text = str(error)
    if not spectrum.sample or not text.startswith(name):
        return text
    return f"{name}sample {spectrum.sample_number} ({spectrum.sample}): {text.removeprefix(name)}"


def _text(entry: dict[str, Any], settings: Settings) -> str:
    if not settings.entries:
        return ""
    return json.dumps(entry, indent=1, ensure_ascii=settings.entries == "ascii", allow_nan=False)


def _report(analysis: "Analysis", paper: Paper) -> str:
    """Print the table of one sample on a sheet of paper."""
    from rich.console import Console

    from xps_keras.analysis.glossary import glossary
    from xps_keras.analysis.report import print_glossary, print_report

    sheet = io.TextIOWrapper(io.BytesIO(), encoding=paper.encoding, errors="replace", newline="\n")
    colors: Any = paper.color
    console = Console(
        file=sheet, width=paper.width, highlight=False, emoji=False,
        force_terminal=colors is not None, color_system=colors, legacy_windows=False,
    )  # fmt: skip
    print_report(analysis, console)
    if paper.components and analysis.fit is not None:
        from xps_keras.analysis.fit_report import print_fit

        print_fit(analysis.fit, console)
    if paper.explain:
        print_glossary(glossary(analysis), console)
    sheet.seek(0)
    text = sheet.read()
    return text if paper.color else re.sub(r"[ ]+$", "", text, flags=re.MULTILINE)
