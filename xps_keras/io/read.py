"""One entrance for all files: look at the content, choose the reader, check what it found."""

import hashlib
from pathlib import Path
from types import ModuleType

from xps_keras.errors import InputError, SpectrumWarning, XpsKerasError
from xps_keras.files import StrPath
from xps_keras.io import casaxps_text, text, unread, vamas
from xps_keras.io.decode import to_text
from xps_keras.io.draft import Parsed, to_region
from xps_keras.spectrum import Region, Spectrum

READERS: tuple[ModuleType, ...] = (vamas, casaxps_text, text)
"""Modules with ``NAME``, ``recognises(head)`` and ``parse(data, path)``."""
LARGEST_BYTES = 200_000_000
"""Files above this size are no spectra: the longest VAMAS depth profiles are a few ten megabytes."""
_HEAD_BYTES = 65_536


def read(path: StrPath) -> Spectrum:
    """Read a spectrum file of any known format; the content decides which, not the name.

    Args:
        path: The file.

    Returns:
        Its regions on ascending binding energy, in file order, and what a user should know about them. Regions that
        cannot be used are left out with a warning as long as one can.

    Raises:
        InputError: If the file cannot be opened, is of no known format, or holds no usable region.
    """
    path = Path(path)
    data = _bytes(path)
    name = path.name
    reader = _reader(data[:_HEAD_BYTES], name)
    parsed: Parsed = reader.parse(data, path)
    regions: list[Region] = []
    warnings = list(parsed.warnings)
    refused: list[XpsKerasError] = []
    for draft in parsed.drafts:
        try:
            region, notes = to_region(draft, name)
        except XpsKerasError as error:
            refused.append(error)
            continue
        regions.append(region)
        warnings.extend(notes)
    if not regions:
        raise refused[0]
    warnings += [SpectrumWarning("region-skipped", f"A region was left out: {error!s}") for error in refused]
    return Spectrum(
        path=path,
        file_format=reader.NAME,
        sha256=hashlib.sha256(data).hexdigest(),
        regions=tuple(regions),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise InputError(f"{path}: this is a folder, name the files in it.")
        size = path.stat().st_size
        if size > LARGEST_BYTES:
            raise InputError(
                f"{path.name}: the file has {size / 1e6:.0f} MB, more than any spectrum "
                f"({LARGEST_BYTES / 1e6:.0f} MB), export the regions alone."
            )
        if size == 0 and path.is_file():
            raise InputError(f"{path.name}: the file is empty, export it again.")
        if not path.is_file():
            raise InputError(f"{path}: this is a device or a pipe, save the data to a file first.")
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file, check the name and the folder.") from None
    except PermissionError:
        raise InputError(f"{path}: reading is not permitted, change the file's permissions or copy it.") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error}), check the name and the disk.") from error


def _reader(head: bytes, name: str) -> ModuleType:
    for reader in READERS:
        if reader.recognises(head):
            return reader
    known = unread.identify(head)
    if known is not None:
        what, remedy = known
        raise InputError(f"{name}: this is {what}, which is not read here yet, {remedy}.")
    if to_text(head) is None:
        raise InputError(
            f"{name}: the content is binary and of no known format, export it as VAMAS or as two-column text."
        )
    raise InputError(
        f"{name}: no two columns of numbers were found, export binding energy and counts as two columns, or VAMAS."
    )
