"""Measured reference spectra that a user owns, as a library."""

from xps_keras.measured.importing import import_folder
from xps_keras.measured.library import MeasuredLibrary
from xps_keras.measured.store import find_library, stored_names

__all__ = ["MeasuredLibrary", "find_library", "import_folder", "stored_names"]
