"""The command line: ``xps-keras``, ``python -m xps_keras`` and ``python cli.py``.

Only Typer is imported here, so that ``--help`` answers at once; each command imports what it needs when it runs.
"""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from xps_keras.cli.dataset import dataset_app
from xps_keras.cli.experiment import experiment_app
from xps_keras.cli.messages import say
from xps_keras.cli.unseen import unseen as experiment_unseen
from xps_keras.errors import UsageError, XpsKerasError
from xps_keras.printable import tolerant_streams
from xps_keras.version import __version__


class Strategy(StrEnum):
    """Devices to train on."""

    AUTO = "auto"
    ONE = "one"
    MIRRORED = "mirrored"
    MULTIWORKER = "multiworker"


class Precision(StrEnum):
    """What layers compute in."""

    FLOAT32 = "float32"
    MIXED_FLOAT16 = "mixed_float16"
    MIXED_BFLOAT16 = "mixed_bfloat16"


_TRACEBACK = "XPS_KERAS_TRACEBACK"
"""Environment variable; when it is set, an unexpected fault shows its traceback."""


class _Commands(TyperGroup):
    """All commands, with one way to end: a sentence on stderr and an exit status, never a traceback."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if (two := " ".join(args[:2])) in self.commands:  # `export verify DIR` stands beside `export MODEL`
            args = [two, *args[2:]]
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except XpsKerasError as error:
            say(f"xps-keras: {error}")
            raise typer.Exit(1) from error
        except KeyboardInterrupt as error:
            say("xps-keras: stopped from the keyboard; no output file was left half-written.")
            raise typer.Exit(130) from error
        except BrokenPipeError:
            raise  # Typer ends quietly when a pager or `head` closes the pipe
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            if os.environ.get(_TRACEBACK) or _is_usage_error(error):
                raise
            kind = type(error).__name__
            report = f"please report it with the traceback {_TRACEBACK}=1 shows."
            say(f"xps-keras: unexpected fault ({kind}: {error}); {report}")
            raise typer.Exit(1) from error


def _is_usage_error(error: Exception) -> bool:
    # Typer below 0.20 raises click's own classes, later versions their copies; both carry an exit status to show.
    return hasattr(error, "exit_code") and hasattr(error, "show")


app = typer.Typer(
    name="xps-keras",
    cls=_Commands,
    help="Shift-invariant analysis of polymer XPS spectra: a file in, a corrected spectrum and its groups out.",
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help: rich's Markdown alone would cost a third of the half second
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
library_app = typer.Typer(help="The reference polymers.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(library_app, name="library")
app.add_typer(dataset_app, name="dataset")
experiment_app.command("unseen")(experiment_unseen)
app.add_typer(experiment_app, name="experiment")


def _version(asked: bool) -> None:
    if asked:
        print(f"xps-keras {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


def _near_285(energy_ev: float) -> float:
    if not 280.0 <= energy_ev <= 290.0:  # written so that NaN fails too
        raise typer.BadParameter("saturated hydrocarbon C 1s lies near 285 eV, give an energy from 280 to 290 eV")
    return energy_ev


Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Spectra: VAMAS or two-column text.")]
Png = Annotated[Path | None, typer.Option("--png", metavar="OUT", help="Write a picture here.")]


@app.command()
def analyze(
    files: Files,
    model: Annotated[
        str, typer.Option(metavar="PATH", help="Artefact to use: TFLite, ONNX or SavedModel.")
    ] = "pretrained",
    json: Annotated[
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
        typer.Option(metavar="EV", callback=_near_285, help="Energy at which saturated hydrocarbon C 1s shall stand."),
    ] = 285.0,
    sample: Annotated[
        str | None, typer.Option(metavar="NAME|NUMBER", help="Analyse only this sample of a file that holds several.")
    ] = None,
) -> None:
    """Find the charging shift and the groups of spectra."""
    from xps_keras.cli.analyze import run

    raise typer.Exit(
        run(files, model=model, json_out=json, png=png, vamas=vamas, reference_ev=reference, sample=sample)
    )


@app.command()
def inspect(file: Annotated[Path, typer.Argument(metavar="FILE", help="A spectrum.")]) -> None:
    """Show what a file holds and what will be used."""
    from xps_keras.cli.inspect import run

    run(file)


LibraryName = Annotated[
    str, typer.Option("--library", metavar="NAME", help="Library: polymers, or the name of an imported one.")
]


@library_app.command("list")
def library_list(library: LibraryName = "polymers") -> None:
    """List the reference polymers."""
    from xps_keras.cli.library import list_polymers
    from xps_keras.measured.store import find_library

    list_polymers(find_library(library))


@library_app.command("import")
def library_import(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Label table and a folder of spectra per polymer.")],
    name: Annotated[str, typer.Option(metavar="NAME", help="Name to give the library.")],
    align_c1s: Annotated[
        float | None,
        typer.Option(
            metavar="EV",
            callback=lambda energy: energy if energy is None else _near_285(energy),
            help="Move the strongest C 1s peak of polymers with alkane carbon to this energy.",
        ),
    ] = None,
    background: Annotated[
        str, typer.Option(metavar="NAME", help="subtract; or none, for files that hold net intensities.")
    ] = "subtract",
    force: Annotated[bool, typer.Option("--force", help="Replace a library of that name.")] = False,
) -> None:
    """Import measured reference spectra that you own as a library (docs/licensed_library.md)."""
    from xps_keras.cli.imported_library import import_library

    import_library(folder, name=name, align_c1s_ev=align_c1s, background=background, force=force)


Key = Annotated[
    str,
    typer.Argument(metavar="KEY|SMILES", help="Polymer of `library list`, or a repeat unit with * at its chain ends."),
]
Rules = Annotated[bool, typer.Option("--rules", help="Use the rules also where the library has a table.")]


def _imported(name: str, rules: bool) -> Any:
    """Return an imported library, None for the package's own polymers."""
    if name == "polymers":
        return None
    from xps_keras.measured.library import MeasuredLibrary
    from xps_keras.measured.store import find_library

    found = find_library(name)
    if not isinstance(found, MeasuredLibrary) or rules:
        raise UsageError("--library takes an imported library here, and --rules only goes with the package's own.")
    return found


@library_app.command("show")
def library_show(key: Key, rules: Rules = False, library: LibraryName = "polymers") -> None:
    """Show the groups, the peaks and the rules of a polymer or structure."""
    if (measured := _imported(library, rules)) is not None:
        from xps_keras.cli.imported_library import show_measured

        show_measured(measured, key)
        return
    from xps_keras.cli.library import show_polymer

    show_polymer(key, rules=rules)


@library_app.command("spectrum")
def library_spectrum(
    key: Key,
    png: Png = None,
    shift: Annotated[float, typer.Option(metavar="EV", help="Charging shift in eV.")] = 0.0,
    broadening: Annotated[
        float, typer.Option(metavar="EV", min=0.0, help="Standard deviation of an extra Gaussian in eV.")
    ] = 0.0,
    rules: Rules = False,
    library: LibraryName = "polymers",
) -> None:
    """Write the spectrum of a polymer or structure as two columns to stdout, or as a picture."""
    if (measured := _imported(library, rules)) is not None:
        from xps_keras.cli.imported_library import measured_spectrum

        measured_spectrum(measured, key, png=png, shift_ev=shift, broadening_ev=broadening)
        return
    from xps_keras.cli.library import polymer_spectrum

    polymer_spectrum(key, png=png, shift_ev=shift, broadening_ev=broadening, rules=rules)


@library_app.command("identify")
def library_identify(
    png: Png = None,
    json: Annotated[Path | None, typer.Option("--json", metavar="OUT", help="Write the figures as JSON.")] = None,
    size: Annotated[int, typer.Option(min=1, help="Number of test mixtures.")] = 2_000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the test mixtures.")] = 7,
) -> None:
    """Show which polymers and groups spectra can tell apart at all."""
    from xps_keras.cli.identify import identify

    identify(png=png, json_out=json, size=size, seed=seed)


Recipe = Annotated[str, typer.Option(metavar="NAME", help="Recipe of the spectra: paper, generalise or instrument.")]
MaxShift = Annotated[
    float | None,
    typer.Option(metavar="EV", min=0.0, help="Largest shift, either sign; the recipe's own when left out."),
]


@app.command()
def train(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the model, its history and configuration.")],
    recipe: Recipe = "paper",
    max_shift: MaxShift = None,
    mixing: Annotated[
        str | None, typer.Option(metavar="NAME", help="exact or paper: how the paper recipe weighs its polymers.")
    ] = None,
    model: Annotated[str, typer.Option(metavar="NAME", help="Network, for example stn, mlp or cnn.")] = "stn",
    size: Annotated[int | None, typer.Option(min=1, help="Training spectra; the network's own when left out.")] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Most epochs; the network's own when left out.")] = None,
    stream: Annotated[bool, typer.Option("--stream", help="Draw fresh spectra in every epoch.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Seed of weights, order and spectra.")] = 42,
    library: LibraryName = "polymers",
    strategy: Annotated[
        Strategy,
        typer.Option(help="Devices: one; mirrored, all GPUs of this machine; multiworker, several machines; auto."),
    ] = Strategy.AUTO,
    workers: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT,...", help="All worker processes, the chief first; TF_CONFIG when left out."),
    ] = None,
    worker_index: Annotated[
        int | None, typer.Option(min=0, help="Place of this process among the workers, from 0.")
    ] = None,
    precision: Annotated[Precision, typer.Option(help="What layers compute in; weights stay float32.")] = (
        Precision.FLOAT32
    ),
    average: Annotated[
        bool, typer.Option("--average", help="Keep a moving average of the weights in their place.")
    ] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last finished epoch in the folder.")] = False,
) -> None:
    """Train a network."""
    from xps_keras.cli.training import train as work

    work(
        out=out,
        recipe=recipe,
        max_shift_ev=max_shift,
        mixing=mixing,
        model=model,
        size=size,
        epochs=epochs,
        stream=stream,
        seed=seed,
        library=library,
        strategy=strategy.value,
        workers=_names(workers or ""),
        worker_index=worker_index,
        precision=precision.value,
        average=average,
        resume=resume,
    )


@app.command()
def evaluate(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A .keras file, an exported artefact or `pretrained`.")],
    recipe: Recipe = "paper",
    max_shift: MaxShift = None,
    size: Annotated[int, typer.Option(min=1, help="Number of test spectra.")] = 20_000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the test spectra.")] = 7,
    library: LibraryName = "polymers",
    json: Annotated[
        str | None, typer.Option("--json", metavar="OUT|-", help="Write the figures as JSON; - for stdout.")
    ] = None,
    png: Png = None,
    unseen: Annotated[
        bool, typer.Option("--unseen", help="Compare polymers of its training with those that were held out of it.")
    ] = False,
    real: Annotated[
        Path | None,
        typer.Option("--real", metavar="FOLDER", help="Score real files against the folder's table of known shifts."),
    ] = None,
) -> None:
    """Measure a model on fresh spectra, or on real ones."""
    if real is not None:
        from xps_keras.cli.real import evaluate_real

        if unseen or png is not None:
            raise typer.BadParameter("goes with --json alone", param_hint="--real")
        evaluate_real(model, real, json_out=json)
        return
    if unseen:
        from xps_keras.cli.unseen import evaluate_unseen

        if library != "polymers":
            raise typer.BadParameter("the model itself names the polymers held out", param_hint="--library")
        evaluate_unseen(model, recipe=recipe, max_shift_ev=max_shift, size=size, seed=seed, json_out=json, png=png)
        return
    from xps_keras.cli.training import evaluate as work

    work(model, recipe=recipe, max_shift_ev=max_shift, size=size, seed=seed, library=library, json_out=json, png=png)


@app.command()
def export(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A .keras file written by `train`, or `pretrained`.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the artefacts.")],
    formats: Annotated[
        str, typer.Option("--format", metavar="LIST", help="Formats, separated by commas.")
    ] = "saved_model,tflite,onnx",
    quantize: Annotated[str, typer.Option(metavar="LIST", help="TFLite weights: none, float16, int8.")] = "none",
    batch1: Annotated[
        bool, typer.Option("--batch1", help="Also TFLite files that take one spectrum at a time, faster.")
    ] = False,
    raw: Annotated[
        bool, typer.Option("--raw", help="Also the graph that takes a measured spectrum, in each format.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace earlier exports in the folder.")] = False,
) -> None:
    """Write artefacts that were proved to agree with the model.

    `xps-keras export verify DIR` checks them on the machine that will use them.
    """
    from xps_keras.cli.export import export as work

    work(model, formats=_names(formats), quantize=_names(quantize), out=out, batch1=batch1, raw=raw, force=force)


@app.command("export verify")
def export_verify(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of one artefact or of several.")],
) -> None:
    """Check artefacts on the machine that will use them.

    Their hashes, metadata and operations, and that they repeat the answers of their golden files. TensorFlow is not
    needed; where it is missing, a SavedModel is checked but not run.
    """
    from xps_keras.cli.export import verify as work

    work(folder)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def main() -> None:
    """Run the command line under its one name, however it was started."""
    tolerant_streams()
    app(prog_name="xps-keras")
