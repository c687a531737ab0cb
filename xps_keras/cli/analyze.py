"""``xps-keras analyze``: the answer for each sample of each file, as a table, JSON, picture and corrected spectrum.

What needs numpy is imported inside the functions, so that ``--help`` answers at once.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xps_keras.cli.messages import say
from xps_keras.cli.methods import MethodName, checked_method
from xps_keras.cli.options import near_285
from xps_keras.cli.outputs import not_an_input, targets, writable
from xps_keras.errors import InputError, XpsKerasError
from xps_keras.files import write_whole
from xps_keras.printable import printable

if TYPE_CHECKING:
    from xps_keras.analysis.analyzing import Analysis
    from xps_keras.analysis.predictor import Runnable
    from xps_keras.fit.result import Method
    from xps_keras.preprocessing.channels import Channels
    from xps_keras.quantification.sensitivity import Sensitivities
    from xps_keras.spectrum import Spectrum


@dataclass(frozen=True)
class _Answer:
    """One sample and what came of it."""

    spectrum: "Spectrum"
    channels: "Channels | None" = None
    analysis: "Analysis | None" = None
    error: str = ""


def analyze(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Spectra: VAMAS or two-column text.")],
    model: Annotated[
        str, typer.Option(metavar="PATH", help="Artefact to use: TFLite, ONNX or SavedModel.")
    ] = "pretrained",
    json_out: Annotated[
        str | None, typer.Option("--json", metavar="OUT|-", help="Write the answer as JSON; - for stdout.")
    ] = None,
    png: Annotated[
        Path | None, typer.Option(metavar="OUT", help="Write a picture; with several files a folder.")
    ] = None,
    vamas: Annotated[
        Path | None,
        typer.Option(metavar="OUT", help="Write the corrected spectrum as VAMAS; with several files a folder."),
    ] = None,
    reference: Annotated[
        float,
        typer.Option(metavar="EV", callback=near_285, help="Energy at which saturated hydrocarbon C 1s shall stand."),
    ] = 285.0,
    sample: Annotated[
        str | None, typer.Option(metavar="NAME|NUMBER", help="Analyse only this sample of a file that holds several.")
    ] = None,
    method: MethodName = "network",
    components: Annotated[
        bool, typer.Option("--components", help="Print the fit: components of each line, parts, nearest polymers.")
    ] = False,
    sensitivity: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Table of sensitivity factors, a row for each line such as O 1s,2.93."),
    ] = None,
) -> None:
    """Find the charging shift and the groups of spectra."""
    chosen = checked_method(method)
    # JSON, pictures and corrected spectra are written before any table is printed, so that a terminal that breaks off
    # costs no result.
    if json_out not in (None, "-"):
        not_an_input(writable(Path(json_out)), files)
    pictures, corrected = targets(png, files, ".png"), targets(vamas, files, ".vms")
    from xps_keras.quantification.sensitivity import read_sensitivities
    from xps_keras.runtime import load

    factors = None if sensitivity is None else read_sensitivities(sensitivity)
    runtime = load(model)
    entries: list[dict[str, Any]] = []
    answers: list[_Answer] = []
    failed = False
    for file, picture, copy in zip(files, pictures, corrected, strict=True):
        try:
            found = _answers(file, runtime, reference, sample, chosen, factors)
            _write_pictures(picture, found, files)
            if copy is not None:
                _write_corrected(copy, found)
        except XpsKerasError as error:
            if len(files) == 1:
                raise
            say(f"xps-keras: {error}")
            entries.append({"file": printable(str(file)), "error": printable(str(error))})
            failed = True
            continue
        answers += found
        entries += [_entry(answer) for answer in found]
    if json_out is not None:
        content = entries[0] if len(files) == 1 and len(entries) == 1 else entries
        text = json.dumps(content, indent=1, ensure_ascii=json_out == "-", allow_nan=False) + "\n"
        if json_out == "-":
            sys.stdout.write(text)
        else:
            write_whole(Path(json_out), text)
    _print(answers, tables=json_out != "-", components=components)
    if failed:
        raise typer.Exit(1)


def _print(answers: Sequence[_Answer], tables: bool, components: bool) -> None:
    from xps_keras.analysis.fit_report import print_fit
    from xps_keras.analysis.report import print_report, print_warnings

    for answer in answers:
        if answer.analysis is None:
            say(f"xps-keras: {answer.error}")
            continue
        if tables:
            print_report(answer.analysis)
            if components and answer.analysis.fit is not None:
                print_fit(answer.analysis.fit)
        print_warnings(answer.analysis.warnings)


def _answers(
    file: Path,
    runtime: "Runnable",
    reference_ev: float,
    sample: str | None,
    method: "Method",
    factors: "Sensitivities | None",
) -> list[_Answer]:
    """Answer each sample of a file; one that cannot be analysed costs the others nothing, unless it is the only one."""
    from xps_keras.analysis.analyzing import analyze_channels
    from xps_keras.io import choose, read_all
    from xps_keras.preprocessing.channels import to_channels

    spectra = read_all(file)
    asked = spectra if sample is None else (choose(spectra, sample),)
    answers: list[_Answer] = []
    for spectrum in asked:
        try:
            channels = to_channels(spectrum)
            analysis = analyze_channels(spectrum, channels, runtime, reference_ev, method, factors)
        except InputError as error:
            answers.append(_Answer(spectrum, error=_of_sample(error, spectrum)))
            continue
        answers.append(_Answer(spectrum, channels, analysis))
    if all(answer.analysis is None for answer in answers):
        raise InputError(answers[0].error)
    return answers


def _of_sample(error: InputError, spectrum: "Spectrum") -> str:
    """Name the sample in a message about it."""
    name = f"{spectrum.path.name}: "
    text = str(error)
    if not spectrum.sample or not text.startswith(name):
        return text
    return f"{name}sample {spectrum.sample_number} ({spectrum.sample}): {text.removeprefix(name)}"


def _entry(answer: _Answer) -> dict[str, Any]:
    if answer.analysis is not None:
        from xps_keras.analysis.analyzing import to_json

        return to_json(answer.analysis)
    sample = answer.spectrum.sample or None
    return {"file": printable(str(answer.spectrum.path)), "sample": sample, "error": printable(answer.error)}


def _write_pictures(picture: Path | None, answers: Sequence[_Answer], files: Sequence[Path]) -> None:
    if picture is None:
        return
    from xps_keras.analysis.pictures import save_png

    for answer in answers:
        if answer.analysis is None or answer.channels is None:
            continue
        target = picture
        if len(answers) > 1:
            target = picture.with_name(f"{picture.stem}_{answer.spectrum.sample_number}{picture.suffix}")
            not_an_input(writable(target), files)
        save_png(target, answer.channels, answer.analysis)


def _write_corrected(path: Path, answers: Sequence[_Answer]) -> None:
    from xps_keras.io import read_all, write_corrected

    # All samples again, asked for or not: what has no answer stays in the copy as it was measured.
    done = {answer.spectrum.sample_number: answer.analysis for answer in answers}
    spectra = read_all(answers[0].spectrum.path)
    analyses = [done.get(spectrum.sample_number) for spectrum in spectra]
    first = next(analysis for analysis in analyses if analysis is not None)
    comment = [
        f"Charge-corrected by xps-keras {first.version}, model {first.model.name} {first.model.version}",
        f"Saturated hydrocarbon C 1s at {first.reference_ev:g} eV",
    ]
    for spectrum, analysis in zip(spectra, analyses, strict=True):
        name = f"{spectrum.sample}: " if spectrum.sample else ""
        if analysis is None:
            comment.append(f"{name}left as measured")
            continue
        comment.append(f"{name}added to the measured binding energies: {-analysis.shift_ev:.4f} eV")
    comment.append(f"Source: {spectra[0].path.name}, SHA-256 {spectra[0].sha256}")
    shifts = [None if analysis is None else -analysis.shift_ev for analysis in analyses]
    write_corrected(spectra, shifts, path, "\n".join(comment))
