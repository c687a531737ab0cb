"""The only way in which this package runs a trained model.

``load`` takes an artefact in any format; only the runtime that the format needs is imported, and only then.
"""

from xps_keras.runtime.base import Runtime
from xps_keras.runtime.loading import load

__all__ = ["Runtime", "load"]
