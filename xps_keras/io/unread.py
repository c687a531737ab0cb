"""Formats that are known by sight but not read: what they are and how to get a readable file out of them."""

from pathlib import Path
from typing import NoReturn

from xps_keras.io.reader import NoSpectrum, Reader

_VAMAS = "export the spectra as VAMAS (.vms) from the program that wrote it"
_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "a PNG picture", "give the file with the measured numbers"),
    (b"\xff\xd8\xff", "a JPEG picture", "give the file with the measured numbers"),
    (b"GIF8", "a GIF picture", "give the file with the measured numbers"),
    (b"II*\x00", "a TIFF picture", "give the file with the measured numbers"),
    (b"MM\x00*", "a TIFF picture", "give the file with the measured numbers"),
    (b"%PDF", "a PDF document", "give the file with the measured numbers"),
    (b"PK\x03\x04", "a ZIP archive or a broken workbook", "unpack it, or save the sheet of a region as CSV text"),
    (b"\x1f\x8b", "a gzip archive", "unpack it first"),
    (
        b"SQLite format 3\x00",
        "an SQLite database, and none of SPECS Prodigy",
        _VAMAS,
    ),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an OLE file, such as an old workbook (.xls)", "save it as .xlsx"),
)


class UnreadFormats:
    """Stands behind the readers of whole formats and before plain text: what it knows is refused by name."""

    name = "known but not read"
    extra = None

    def recognises(self, content: bytes, path: Path) -> bool:
        """Tell whether the file is of a format that is known by sight and not read."""
        return identify(content[:65_536]) is not None

    def read(self, content: bytes, path: Path) -> NoReturn:
        """Refuse the file with its format's name and a way out."""
        what, remedy = identify(content[:65_536]) or ("an unknown file", _VAMAS)
        raise NoSpectrum(f"{path.name}: this is {what}, which is not read here yet, {remedy}.")


READER: Reader = UnreadFormats()


def identify(head: bytes) -> tuple[str, str] | None:
    """Name a format that no reader takes.

    Args:
        head: First bytes of the file.

    Returns:
        What the file is and what would help, or None when it is nothing known.
    """
    for signature, name, remedy in _SIGNATURES:
        if head.startswith(signature):
            return name, remedy
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"<?xml", b"<!DOCTYPE")):
        return "an XML or HTML file", _VAMAS
    return None
