"""``xps-keras evaluate``: a model measured on fresh spectra, on polymers it never saw, or on real files."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from xps_keras.cli.extras import TRAINING, needing
from xps_keras.cli.inputs import written_by_us
from xps_keras.cli.methods import MethodName, checked_method
from xps_keras.cli.options import MaxShift, OwnNetwork, Png, TestSeed, run_network
from xps_keras.cli.outputs import read_by, writable_results, written_at_the_end
from xps_keras.files import write_whole


def evaluate(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A .keras file, an exported artefact or `pretrained`.")],
    recipe: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Recipe or .toml file; the model's own where a user wrote it, paper else."),
    ] = None,
    max_shift: MaxShift = None,
    size: Annotated[int, typer.Option(min=1, help="Number of test spectra.")] = 20_000,
    seed: TestSeed = 7,
    library: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Library: polymers, or an imported one; the model's own where its labels are a user's."
        ),
    ] = None,
    network: OwnNetwork = None,
    json_out: Annotated[
        str | None, typer.Option("--json", metavar="OUT|-", help="Write the figures as JSON; - for stdout.")
    ] = None,
    png: Png = None,
    method: MethodName = "network",
    unseen: Annotated[
        bool, typer.Option("--unseen", help="Compare polymers of its training with those that were held out of it.")
    ] = False,
    real: Annotated[
        Path | None,
        typer.Option("--real", metavar="FOLDER", help="Score real files against the folder's table of known shifts."),
    ] = None,
) -> None:
    """Measure a model on fresh spectra, or on real ones."""
    run_network(network, "evaluate")
    if real is not None:
        from xps_keras.cli.real import evaluate_real

        if unseen or png is not None:
            raise typer.BadParameter("it goes with --json alone.", param_hint="--real")
        writable_results(json_out, None, [*read_by(model, network), *_files_in(real)])
        evaluate_real(model, real, json_out=json_out)
        return
    if unseen and library not in (None, "polymers"):
        raise typer.BadParameter("the model itself names the polymers held out.", param_hint="--library")
    file = writable_results(json_out, png, read_by(model, recipe, network, library))
    if unseen:
        _unseen(model, recipe, max_shift, size, seed, json_out, file, png)
        return
    work = needing("xps_keras.evaluation.evaluate", "evaluate", TRAINING)
    figures = work.evaluate(
        model,
        recipe=recipe,
        max_shift_ev=max_shift,
        size=size,
        seed=seed,
        library=library,
        method=checked_method(method),
    )
    # Shown first: a disk that is full by now costs no figures.
    if json_out == "-":
        sys.stdout.write(work.to_json(figures))
    else:
        needing("xps_keras.evaluation.table", "evaluate", TRAINING).print_table(figures)
    writes = []
    if file is not None:
        writes.append(lambda: write_whole(file, work.to_json(figures)))
    if png is not None:
        writes.append(lambda: needing("xps_keras.evaluation.picture", "evaluate", TRAINING).save_png(png, figures))
    written_at_the_end(writes)


def _files_in(folder: Path) -> list[Path]:
    """Files of a folder of real spectra, but for what this program wrote there."""
    return [path for path in folder.glob("*") if path.is_file() and not written_by_us(path)]


def _unseen(
    model: str,
    recipe: str | None,
    max_shift_ev: float | None,
    size: int,
    seed: int,
    json_out: str | None,
    file: Path | None,
    png: Path | None,
) -> None:
    """Measure a model on the polymers that were held out of its training; see ``xps_keras.experiments.unseen``."""
    command = "evaluate --unseen"
    work = needing("xps_keras.experiments.unseen", command, TRAINING)
    found = work.evaluate_unseen(model, recipe, max_shift_ev, size, seed)
    if json_out == "-":
        sys.stdout.write(found.to_json())
    else:
        needing("xps_keras.experiments.unseen_table", command, TRAINING).print_table(found)
    writes = []
    if file is not None:
        writes.append(lambda: write_whole(file, found.to_json()))
    if png is not None:
        writes.append(lambda: needing("xps_keras.experiments.unseen_picture", command, TRAINING).save_png(png, found))
    written_at_the_end(writes)
