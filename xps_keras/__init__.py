"""Shift-invariant analysis of polymer XPS spectra.

Nothing heavy is imported here: ``xps-keras analyze`` must start without TensorFlow.
"""

from xps_keras.version import __version__

__all__ = ["__version__"]
