"""All spectrum formats, in the order in which they are asked: a new format is one module and one line here.

A line says where the reader stands and what the first bytes of its files hold. A module is imported only when a file
comes that holds such a mark and no reader before it has taken it: most calls read one file, and importing all readers
takes longer than reading it.
"""

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from xps_keras.io.reader import Reader

_HEAD_BYTES = 65_536


@dataclass(frozen=True)
class Format:
    """One format."""

    module: str
    """Module of ``xps_keras.io`` whose ``READER`` reads it."""
    marks: tuple[bytes, ...] = ()
    """Of these, in lower case, one stands among the first 64 kB of each of its files, zero bytes left out and letters
    taken as small ones; empty for a format that has no mark, which is asked about every file."""

    @cached_property
    def reader(self) -> Reader:
        """The reader, imported when it is first wanted."""
        reader: Reader = importlib.import_module(f"xps_keras.io.{self.module}").READER
        return reader


FORMATS: tuple[Format, ...] = (
    Format("vamas", (b"vamas",)),
    Format("casaxps_text", (b"b.e.", b"k.e.")),
    Format("phi_text", (b"element",)),
    Format("multipak_text", (b"area comment",)),
    Format("kratos_text", (b"dataset filename",)),
    Format("eis_text", (b"dataflag",)),
    Format("scienta", (b"[region",)),
    Format("specs_xml", (b"specs.de/serializer", b"corba xml")),
    Format("kherve_json", (b'"core levels"',)),
    Format("avantage_avg", (b"ds_",)),
    Format("phi", (b"sofh",)),
    Format("igor_text", (b"igor",)),
    Format("igor_binary"),  # known by a checksum: behind every format with a mark of its own
    Format("workbook", (b"pk\x03\x04",)),
    Format("specs_sle", (b"sqlite format 3",)),
    Format("nexus", (b"\x89hdf",)),
    Format("vgd", (b"\xd0\xcf\x11\xe0",)),
    Format("unread"),  # refuses by name: pictures, archives, documents
    Format("text"),  # last: lines of two numbers stand in files of many other formats too
)


def readers_for(content: bytes) -> Iterator[Reader]:
    """Yield the readers to ask about a file, in order, each imported when its turn comes.

    Args:
        content: The file.

    Yields:
        Every reader whose mark stands in the file's head, and those without a mark.
    """
    head = content[:_HEAD_BYTES].replace(b"\0", b"").lower()
    return (form.reader for form in FORMATS if not form.marks or any(mark in head for mark in form.marks))
