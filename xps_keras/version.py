"""The version of this package, in a file of its own, so that no room needs the public face to name it."""

__version__ = "0.1.0"
