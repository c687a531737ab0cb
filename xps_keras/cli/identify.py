"""``xps-keras library identify``: which polymers and groups spectra can tell apart at all."""

import sys
from pathlib import Path

from xps_keras.cli.outputs import writable
from xps_keras.errors import UsageError
from xps_keras.files import write_whole


def identify(*, png: Path | None, json_out: Path | None, size: int, seed: int) -> None:
    """Compare the polymers, unmix test mixtures, print the tables and write picture and JSON.

    Args:
        png: Where to write the picture; None for none.
        json_out: Where to write the JSON; None for none.
        size: Number of test mixtures.
        seed: Their seed.

    Raises:
        UsageError: A number is out of range or a file cannot be written.
    """
    if size < 1 or seed < 0:
        raise UsageError(f"At least one mixture and a seed from 0 are needed, not {size} and {seed}.")
    for path in (png, json_out):
        if path is not None:
            writable(path)
    from xps_keras.experiments.identifiability_report import markdown, report, to_json
    from xps_keras.library.loading import load_library
    from xps_keras.progress import progress_bar

    with progress_bar(size, sys.stderr.isatty()) as advance:
        content = report(load_library(), size, seed, advance)
    if json_out is not None:
        write_whole(json_out, to_json(content))
    if png is not None:
        from xps_keras.experiments.identifiability_picture import save_png

        save_png(png, content)
    print(markdown(content))
