"""``xps-keras app``: a local page to drop files on. What it needs is imported inside the function."""

from typing import Annotated

import typer

from xps_keras.cli.extras import needing
from xps_keras.cli.methods import fit_in_one_thread
from xps_keras.cli.options import Model


def page(
    port: Annotated[
        int, typer.Option(min=0, max=65535, metavar="N", help="Port on this machine; a free one when left out.")
    ] = 0,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Whether to open the page in the browser.")
    ] = True,
    model: Model = "pretrained",
) -> None:
    """Open a local page to drop spectra on."""
    fit_in_one_thread()
    needing("xps_keras.app.serve", "app", "app").serve(port, browser, model)
