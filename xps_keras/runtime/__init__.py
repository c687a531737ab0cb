"""The only way in which this package runs a trained model.

``load`` takes an artefact in any format, ``load_raw`` one whose graph takes a spectrum as measured; only the runtime
that the format needs is imported, and only then.
"""

from xps_keras.runtime.base import Runtime
from xps_keras.runtime.loading import load, load_raw
from xps_keras.runtime.raw import RawRuntime

__all__ = ["RawRuntime", "Runtime", "load", "load_raw"]
