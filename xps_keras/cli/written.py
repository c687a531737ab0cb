"""The files that belong to one input file: pictures and corrected spectra."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from xps_keras.cli.job import Job, Settings
from xps_keras.cli.outputs import not_an_input, with_folder, writable
from xps_keras.errors import UsageError, XpsKerasError

if TYPE_CHECKING:
    from xps_keras.analysis.result import Analysis
    from xps_keras.preprocessing.channels import Channels
    from xps_keras.spectrum import Spectrum


@dataclass(frozen=True, eq=False)
class Written:
    """One sample, of which files are made."""

    spectrum: "Spectrum"
    channels: "Channels"
    analysis: "Analysis"


def write_all(
    job: Job, settings: Settings, spectra: Sequence["Spectrum"], done: Sequence[Written], several: bool
) -> list[str]:
    """Write what was asked for of one file.

    Args:
        job: Where it goes.
        settings: What is the same for all files.
        spectra: All samples of the file; in the corrected copy those without an answer stay as measured.
        done: The samples with an answer.
        several: Whether several samples were asked for, so that pictures are numbered.

    Returns:
        A sentence for each file that could not be written; the others are.
    """
    calls: list[Callable[[], None]] = []
    if job.picture is not None:
        calls += [partial(_picture, Path(job.picture), job, settings, item, several) for item in done]
    if job.vamas is not None:
        calls.append(partial(_corrected, Path(job.vamas), settings, spectra, done))
    if job.csv is not None:
        calls += [partial(_columns, Path(job.csv), job, settings, item, len(spectra) > 1) for item in done]
    problems: list[str] = []
    for call in calls:
        try:
            call()
        except XpsKerasError as error:
            problems.append(str(error))
    return problems


def _place(path: Path, settings: Settings) -> Path:
    """Check a file that was named only now, and make its folder."""
    not_an_input(writable(path, make_folder=True), settings.inputs)
    return with_folder(path)


def _picture(path: Path, job: Job, settings: Settings, item: Written, several: bool) -> None:
    from xps_keras.analysis.pictures import save_picture

    if several:
        path = path.with_name(f"{path.stem}_{item.spectrum.sample_number}{path.suffix}")
        if path.name in job.taken:
            raise UsageError(f"{path}: two input files would be written here; analyse them in two calls.")
    save_picture(
        _place(path, settings), item.channels, item.analysis, settings.style, settings.picture_format.removeprefix(".")
    )


def _corrected(path: Path, settings: Settings, spectra: Sequence["Spectrum"], done: Sequence[Written]) -> None:
    from xps_keras.analysis.provenance import corrected_copy
    from xps_keras.io import write_corrected

    shifts, comment = corrected_copy(spectra, {item.spectrum.sample_number: item.analysis for item in done})
    write_corrected(spectra, shifts, _place(path, settings), comment)


def _columns(path: Path, job: Job, settings: Settings, item: Written, numbered: bool) -> None:
    from xps_keras.analysis.provenance import moved, origin, source
    from xps_keras.io.text_write import region_names, write_columns

    spectrum, analysis = item.spectrum, item.analysis
    comment = [*origin(analysis), moved(analysis), source(spectrum)]
    number = [str(spectrum.sample_number)] if numbered else []
    for region, name in zip(spectrum.regions, region_names(spectrum.regions), strict=True):
        target = path
        if job.csv_folder:
            target = path / f"{'_'.join([*number, name])}.csv"
        elif numbered or len(spectrum.regions) > 1:
            target = path.with_name(f"{'_'.join([path.stem, *number, name])}{path.suffix}")
        write_columns(spectrum, region, -analysis.shift_ev, _place(target, settings), "\n".join(comment))
