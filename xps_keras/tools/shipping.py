"""Into the package: the files of a model that is shipped."""

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

from xps_keras.files import write_whole
from xps_keras.runtime.golden import GOLDEN_FILE
from xps_keras.runtime.verifying import CARD_FILE


def ship(written: Path, beside: Iterable[Path], folder: Path) -> None:
    """Put an artefact and what belongs to it in the place of a shipped model.

    Args:
        written: Folder of the exported artefact.
        beside: Further files. The Keras model is among them: every other format is exported from it, and a run's
            folder does not live for ever.
        folder: Folder of the shipped model.
    """
    folder.mkdir(exist_ok=True)
    for file in (*(written / name for name in ("model.tflite", "metadata.json", GOLDEN_FILE, CARD_FILE)), *beside):
        content = file.read_bytes()
        write_whole(folder / file.name, packed(content) if file.suffix == ".keras" else content)


def packed(content: bytes) -> bytes:
    """Compress a ``.keras`` file.

    Args:
        content: The file as Keras writes it, a zip archive that stores its parts as they are.

    Returns:
        The same archive, its parts deflated; Keras reads it as well.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written:
        for part in given.infolist():
            written.writestr(zipfile.ZipInfo(part.filename), given.read(part), zipfile.ZIP_DEFLATED, 9)
    return target.getvalue()
