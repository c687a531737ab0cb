"""Shift-invariant analysis of polymer XPS spectra.

Nothing heavy is imported here: ``xps-keras analyze`` must start without TensorFlow.
"""

__version__ = "0.1.0"
