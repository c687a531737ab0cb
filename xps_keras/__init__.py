"""Shift-invariant analysis of polymer XPS spectra.

    import xps_keras as xk
    answer = xk.analyze("my_spectrum.vms")

Nothing heavy is imported here: each name is fetched when it is first used, and ``xps-keras analyze`` must start without
TensorFlow. Layers stand in ``xps_keras.layers``, training in ``xps_keras.training``, export in ``xps_keras.export``.
"""

from typing import TYPE_CHECKING

from xps_keras.lazy import lazily
from xps_keras.version import __version__

if TYPE_CHECKING:
    from xps_keras.analysis.result import Analysis
    from xps_keras.api import analyze, load_library, load_model
    from xps_keras.corpus.corpus import Corpus
    from xps_keras.corpus.named import recipe
    from xps_keras.corpus.recipes import Recipe
    from xps_keras.errors import InputError, ModelError, SpectrumWarning, UsageError, XpsKerasError
    from xps_keras.io.read import read
    from xps_keras.io.vamas_write import write_vamas
    from xps_keras.spectrum import Region, Spectrum
else:
    __getattr__, __dir__ = lazily(
        __name__,
        {
            "Analysis": "xps_keras.analysis.result",
            "Corpus": "xps_keras.corpus.corpus",
            "InputError": "xps_keras.errors",
            "ModelError": "xps_keras.errors",
            "Recipe": "xps_keras.corpus.recipes",
            "Region": "xps_keras.spectrum",
            "Spectrum": "xps_keras.spectrum",
            "SpectrumWarning": "xps_keras.errors",
            "UsageError": "xps_keras.errors",
            "XpsKerasError": "xps_keras.errors",
            "analyze": "xps_keras.api",
            "load_library": "xps_keras.api",
            "load_model": "xps_keras.api",
            "read": "xps_keras.io.read",
            "recipe": "xps_keras.corpus.named",
            "write_vamas": "xps_keras.io.vamas_write",
        },
    )

__all__ = [
    "Analysis",
    "Corpus",
    "InputError",
    "ModelError",
    "Recipe",
    "Region",
    "Spectrum",
    "SpectrumWarning",
    "UsageError",
    "XpsKerasError",
    "__version__",
    "analyze",
    "load_library",
    "load_model",
    "read",
    "recipe",
    "write_vamas",
]
