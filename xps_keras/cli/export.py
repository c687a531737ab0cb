"""``export`` and ``export verify``: artefacts for other machines, written here and checked there.

What needs numpy is imported inside the functions, so that ``--help`` answers at once.
"""

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xps_keras import interrupts
from xps_keras.cli.extras import TRAINING, needing
from xps_keras.cli.messages import say
from xps_keras.cli.options import OwnNetwork, run_network, words
from xps_keras.errors import ModelError

if TYPE_CHECKING:
    from rich.table import Table

    from xps_keras.export.artefact import Artifact
    from xps_keras.runtime import verifying


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
    network: OwnNetwork = None,
    force: Annotated[bool, typer.Option("--force", help="Replace earlier exports in the folder.")] = False,
) -> None:
    """Write artefacts that were proved to agree with the model.

    `xps-keras export verify DIR` checks them on the machine that will use them.
    """
    tf = needing("tensorflow", "export", TRAINING)
    with contextlib.suppress(RuntimeError):  # TensorFlow runs already: the caller's setting stands
        tf.config.threading.set_intra_op_parallelism_threads(1)  # the times in the table are those of one thread
        tf.config.threading.set_inter_op_parallelism_threads(1)
    run_network(network, "export")
    work = needing("xps_keras.export", "export", TRAINING)
    kept = f"stopped from the keyboard; artefacts are put into {out} at the end, when all of them are proved."
    with interrupts.telling(lambda: kept):
        artefacts = work.export(
            model,
            words(formats),
            out,
            quantize=words(quantize),
            force=force,
            batch1=batch1,
            raw=raw,
            compared=work.COMPARED,
            report=say,
        )
    from rich.console import Console

    from xps_keras.graph_contract import PROBABILITIES, TAKES_CHANNELS
    from xps_keras.runtime import load
    from xps_keras.runtime.kinds import CHANNELS

    say("Timing each on one thread.")
    latency_ms = needing("xps_keras.export.latency", "export", TRAINING).latency_ms
    on_axis = [artefact for artefact in artefacts if artefact.kind == TAKES_CHANNELS]
    times = [latency_ms(load(artefact.path)) for artefact in on_axis]
    Console(highlight=False).print(_table(on_axis, times, out))
    for artefact in artefacts[len(on_axis) :]:
        errors = artefact.parity_error
        print(
            f"{artefact.path.relative_to(out).as_posix()}: {artefact.bytes / 1e6:.2f} MB, takes measured spectra. "
            f"Largest differences from Python: {errors[CHANNELS]:.1e} of the maximum on the axis, "
            f"{errors[PROBABILITIES]:.1e} in a probability."
        )


def verify(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of one artefact or of several.")],
) -> None:
    """Check artefacts on the machine that will use them.

    Their hashes, metadata and operations, and that they repeat the answers of their golden files. TensorFlow is not
    needed; where it is missing, a SavedModel is checked but not run.
    """
    from xps_keras.runtime import verifying

    # One that cannot be used keeps no other from being checked; the exit status waits for the last.
    failed, checked = [], 0
    for found in verifying.verify_each(folder):
        checked += 1
        if isinstance(found, verifying.Unsound):
            failed.append(found)
        else:
            print(_sound(found))
    if len(failed) == 1:
        raise ModelError(failed[0].reason)
    if failed:
        for each in failed:
            say(each.reason)
        raise ModelError(f"{folder}: {len(failed)} of {checked} exports cannot be used here; see above.")


def _sound(found: "verifying.Verified") -> str:
    from xps_keras.graph_contract import PROBABILITIES
    from xps_keras.runtime.formats import ARTEFACT_FORMATS

    metadata = found.metadata
    if found.errors is None:
        package = ARTEFACT_FORMATS[metadata.format].package
        answers = f"golden file not run: {package} is not installed here"
    else:
        answers = f"golden file repeated, probabilities within {found.errors[PROBABILITIES]:.1g}"
    return (
        f"{found.model}: sound. Hashes of all files fit; {len(metadata.operators)} operations, all built in; "
        f"{answers}. Weights {metadata.weights_sha256[:12]}."
    )


def _table(artefacts: Sequence["Artifact"], times: Sequence[Mapping[int, float]], out: Path) -> "Table":
    """Lay out size, latency and agreement with Keras of each artefact."""
    from rich.table import Table

    metadata = artefacts[0].metadata
    spectra = int(metadata.agreement["spectra"])
    decisions = len(metadata.labels) * spectra
    table = Table(
        title=str(out),
        caption=f"Times on one thread for batches of 1 and 64 spectra. Error: largest difference of a probability from "
        f"Keras; changed: group decisions that differ, of {decisions:,} on {spectra:,} spectra of the recipe "
        "instrument.",
        title_justify="left",
        caption_justify="left",
        pad_edge=False,  # the longest rows just fit into 80 columns
    )
    table.add_column("artefact", no_wrap=True)
    for header in ("MB", "ms, 1", "ms, 64", "error", "changed"):
        table.add_column(header, justify="right", no_wrap=True)
    for artefact, taken in zip(artefacts, times, strict=True):
        agreement = artefact.metadata.agreement
        table.add_row(
            artefact.path.relative_to(out).as_posix(),
            f"{artefact.bytes / 1e6:.2f}",
            *(f"{milliseconds:.2f}" for milliseconds in taken.values()),
            f"{agreement['probability_error']:.1e}",
            f"{agreement['decisions_changed']:.0f}",
        )
    return table
