"""What a reader of one spectrum format is; the registry lists them, `read` asks them one after the other."""

from pathlib import Path
from typing import Protocol

from xps_keras.errors import InputError
from xps_keras.io.draft import Parsed


class NoSpectrum(InputError):
    """The content is of no format that is read here; among the files of a folder such a one is passed over."""


class Reader(Protocol):
    """One spectrum format: how to know it, and how to read it.

    A format is one module, which holds a class of this shape and one object of it called ``READER``, and one line in
    ``xps_keras.io.registry``. A reader that needs a library of an extra imports it inside ``read``, so that asking
    costs nothing.
    """

    @property
    def name(self) -> str:
        """Name of the format for people, such as ``VAMAS``; ``Spectrum.file_format``."""

    @property
    def extra(self) -> str | None:
        """Extra of the package that holds the library it needs, ``formats``; None when it needs none."""

    def recognises(self, content: bytes, path: Path) -> bool:
        """Tell by its content whether a file is of this format; cheap, and never raises.

        Args:
            content: The whole file.
            path: Its path. Some programs tell two twins of a format apart only by suffix; content goes first.
        """

    def read(self, content: bytes, path: Path) -> Parsed:
        """Read everything the file holds.

        Args:
            content: The whole file.
            path: Its path, for messages: its name is enough to say which file is meant.

        Returns:
            One draft per region, in file order, in the file's own energies and order of points, each with ``sample``
            and ``place``; and what a user should know.

        Raises:
            InputError: If nothing can be read, in one sentence that names the file, the place in it and the remedy.
        """
