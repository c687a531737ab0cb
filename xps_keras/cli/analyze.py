"""``xps-keras analyze``: the answer for each sample of each file, as tables, JSON, pictures and corrected spectra.

What needs numpy is imported inside the functions, so that ``--help`` answers at once.
"""

from pathlib import Path
from typing import Annotated, Literal

import typer

from xps_keras.cli.methods import KnownCharge, MethodName, checked_charge, checked_method, fit_in_one_thread
from xps_keras.cli.options import Model, OptionError, near_285

PICTURES = ("png", "svg", "pdf")


def analyze(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Spectra of any format that is read; folders with all below; patterns."),
    ],
    model: Model = "pretrained",
    json_out: Annotated[
        str | None, typer.Option("--json", metavar="OUT|-", help="Write the answer as JSON; - for stdout.")
    ] = None,
    table: Annotated[
        Path | None, typer.Option(metavar="OUT.csv|.xlsx", help="Write a table with a row a sample.")
    ] = None,
    picture: Annotated[
        Path | None,
        typer.Option(
            "--picture",
            "--png",
            metavar="OUT.png|.svg|.pdf",
            help="Write a picture; with several files a folder, of .png.",
        ),
    ] = None,
    picture_format: Annotated[
        str | None, typer.Option(metavar="png|svg|pdf", help="Format of the pictures in a folder.")
    ] = None,
    style: Annotated[
        Literal["slide", "paper"], typer.Option(help="Style of the picture; paper is one column, 85 mm wide.")
    ] = "slide",
    vamas: Annotated[
        Path | None,
        typer.Option(metavar="OUT", help="Write the corrected spectrum as VAMAS; with several files a folder."),
    ] = None,
    columns: Annotated[
        Path | None,
        typer.Option(
            "--csv", metavar="OUT", help="Write corrected regions, two columns each; with several files a folder."
        ),
    ] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="OUT", help="Write a report of all samples as one HTML file.")
    ] = None,
    reference: Annotated[
        float,
        typer.Option(metavar="EV", callback=near_285, help="Energy at which saturated hydrocarbon C 1s shall stand."),
    ] = 285.0,
    sample: Annotated[
        str | None, typer.Option(metavar="NAME|NUMBER", help="Analyse only this sample of a file that holds several.")
    ] = None,
    charge: KnownCharge = None,
    method: MethodName = "network",
    components: Annotated[
        bool, typer.Option("--components", help="Print the fit: components of each line, parts, nearest polymers.")
    ] = False,
    sensitivity: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Table of sensitivity factors, a row for each line such as O 1s,2.93."),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Processes for many files; all processors when left out.")
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Explain every figure in a line.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors alone.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Print the whole table of every sample, and every warning.")
    ] = False,
) -> None:
    """Find the charging shift and the groups of spectra."""
    if picture_format not in (None, *PICTURES):
        raise OptionError(f"--picture-format takes png, svg or pdf, not '{picture_format}'.")
    if quiet and (verbose or explain):
        raise OptionError("--quiet goes with neither --verbose nor --explain; leave one of them out.")
    fit_in_one_thread()
    from xps_keras.cli.analysis_run import run
    from xps_keras.cli.planning import Wishes

    run(
        Wishes(
            files=tuple(files),
            model=model,
            json_out=_stdout(json_out),
            table=table,
            picture=picture,
            picture_format=picture_format,
            style=style,
            vamas=vamas,
            columns=columns,
            html=html,
            reference_ev=reference,
            method=checked_method(method),
            charge=checked_charge(charge, method),
            components=components,
            sensitivity=sensitivity,
            sample=sample,
            processes=jobs,
            explain=explain,
            quiet=quiet,
            verbose=verbose,
        )
    )


def _stdout(out: str | None) -> str | None:
    """Take a path that means stdout for ``-``, so that no table stands between."""
    from xps_keras.files import descriptor_of

    return "-" if out is not None and out != "-" and descriptor_of(Path(out)) == 1 else out
