"""``xps-keras library identify``: which polymers and groups spectra can tell apart at all."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from xps_keras.cli.options import Png
from xps_keras.cli.outputs import writable_results, written_at_the_end
from xps_keras.files import write_whole


def identify(
    png: Png = None,
    json_out: Annotated[Path | None, typer.Option("--json", metavar="OUT", help="Write the figures as JSON.")] = None,
    size: Annotated[int, typer.Option(min=1, help="Number of test mixtures.")] = 2_000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the test mixtures.")] = 7,
) -> None:
    """Show which polymers and groups spectra can tell apart at all."""
    writable_results(None if json_out is None else str(json_out), png)
    from xps_keras.experiments.identifiability_report import markdown, report, to_json
    from xps_keras.library.loading import load_library
    from xps_keras.progress import progress_bar

    with progress_bar(size, sys.stderr.isatty()) as advance:
        content = report(load_library(), size, seed, advance)
    print(markdown(content))
    writes = []
    if json_out is not None:
        writes.append(lambda: write_whole(json_out, to_json(content)))
    if png is not None:
        from xps_keras.experiments.identifiability_picture import save_png

        writes.append(lambda: save_png(png, content))
    written_at_the_end(writes)
