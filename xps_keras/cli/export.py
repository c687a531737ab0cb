"""``export`` and ``export verify``: artefacts for other machines, written here and checked there."""

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from xps_keras.cli.extras import needing
from xps_keras.cli.messages import say
from xps_keras.errors import ModelError
from xps_keras.metadata import PROBABILITIES, TAKES_CHANNELS
from xps_keras.runtime import load, verifying
from xps_keras.runtime.formats import ARTEFACT_FORMATS
from xps_keras.runtime.kinds import CHANNELS

if TYPE_CHECKING:
    from xps_keras.export.artefact import Artifact

_EXTRAS = "train,onnx"


def export(
    model: str, *, formats: Sequence[str], quantize: Sequence[str], out: Path, batch1: bool, raw: bool, force: bool
) -> None:
    """Write artefacts and print what they weigh, take and get wrong; see ``xps_keras.export.export``."""
    tf = needing("tensorflow", "export", _EXTRAS)
    with contextlib.suppress(RuntimeError):  # TensorFlow runs already: the caller's setting stands
        tf.config.threading.set_intra_op_parallelism_threads(1)  # the times in the table are those of one thread
        tf.config.threading.set_inter_op_parallelism_threads(1)
    work = needing("xps_keras.export", "export", _EXTRAS)
    artefacts = work.export(
        model,
        formats,
        out,
        quantize=quantize,
        force=force,
        batch1=batch1,
        raw=raw,
        compared=work.COMPARED,
        report=say,
    )
    say("Timing each on one thread.")
    latency_ms = needing("xps_keras.export.latency", "export", _EXTRAS).latency_ms
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


def verify(folder: Path) -> None:
    """Check exports on this machine and print what was found; see ``xps_keras.runtime.verifying``.

    Raises:
        ModelError: When there is no export, or one was found unsound; then all were checked and reported before.
    """
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


def _sound(found: verifying.Verified) -> str:
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


def _table(artefacts: Sequence["Artifact"], times: Sequence[Mapping[int, float]], out: Path) -> Table:
    """Lay out size, latency and agreement with Keras of each artefact."""
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
