"""The functions of ``import xps_keras`` that join several rooms."""

import os
from functools import lru_cache
from typing import get_args

from xps_keras.analysis import analyzing
from xps_keras.analysis.given_charge import read_charge
from xps_keras.analysis.predictor import Runnable
from xps_keras.analysis.result import LIBRARY_REFERENCE_EV, Analysis
from xps_keras.errors import UsageError
from xps_keras.files import StrPath
from xps_keras.fit.result import Method
from xps_keras.io import read
from xps_keras.library.library import Library
from xps_keras.measured.library import MeasuredLibrary
from xps_keras.measured.store import find_library
from xps_keras.pretrained import PRETRAINED
from xps_keras.quantification.sensitivity import read_sensitivities
from xps_keras.runtime import Runtime, load
from xps_keras.spectrum import Spectrum


def analyze(
    source: StrPath | Spectrum,
    model: StrPath | Runnable = PRETRAINED,
    *,
    reference_ev: float = LIBRARY_REFERENCE_EV,
    method: Method = "network",
    sensitivity: StrPath | None = None,
    charge: float | str | None = None,
) -> Analysis:
    """Find the charging shift and the functional groups of a spectrum.

    Args:
        source: A file, or a spectrum that was read before.
        model: A loaded model, or what ``load_model`` takes; the shipped one when left out, which is loaded once.
        reference_ev: Energy in eV, 280 to 290, at which saturated hydrocarbon C 1s is to stand. It moves every
            reported energy and never what the model sees.
        method: Who decides the shift: ``network``, with a fit as a check; ``refine``, the fit started at the network's
            readings; ``classical``, a search without a network.
        sensitivity: A table of sensitivity factors for the composition, a row for each line such as ``O 1s,2.93``; the
            package's own when None.
        charge: The charge where you know it: the shift in eV, measured minus true, or a line of the file and where it
            belongs, such as ``Au 4f=84.0``. Groups, fit and composition are then told at it.

    Returns:
        The answer, the same as that of ``xps-keras analyze``.

    Raises:
        InputError: The file cannot be read, or holds nothing that can be analysed, or not the line that is to tell the
            charge; or the table cannot be used.
        ModelError: The model cannot be used.
        UsageError: The reference lies elsewhere, there is no such method or charge, or a fit is to decide a charge that
            is given.

    Example:
        >>> import xps_keras as xk
        >>> answer = xk.analyze("examples/charged_pet.vms")
        >>> f"{answer.shift_ev:.1f} eV"
        '2.3 eV'
    """
    if not 280.0 <= reference_ev <= 290.0:  # written so that NaN fails too
        raise UsageError(
            f"Saturated hydrocarbon C 1s lies near 285 eV, from 280 to 290 eV, not at {reference_ev:g} eV."
        )
    if method not in get_args(Method):
        raise UsageError(f"There is no method {method!r}; choose one of: {', '.join(get_args(Method))}.")
    factors = None if sensitivity is None else read_sensitivities(sensitivity)
    given = None if charge is None else read_charge(charge if isinstance(charge, str) else f"{charge:.6f}")
    spectrum = source if isinstance(source, Spectrum) else read(source)
    return analyzing.analyze(spectrum, _loaded(model), reference_ev, method, factors, given)


def load_model(source: StrPath = PRETRAINED, num_threads: int = 1) -> Runtime:
    """Load a trained model: a ``.keras`` file, an artefact of any format, or the shipped one by its name.

    Args:
        source: See ``xps_keras.runtime.load``.
        num_threads: Threads for TFLite and ONNX; TensorFlow has settings of its own.

    Returns:
        The model; ``run`` takes spectra on the package's axis, and ``analyze`` takes the model.

    Raises:
        ModelError: There is none, it is damaged or foreign, or the package that runs it is not installed.
    """
    return load(source, num_threads)


def load_library(name: str = "polymers") -> Library | MeasuredLibrary:
    """Load a library by its name.

    Args:
        name: ``polymers`` for the package's own, or the name of an imported one.

    Returns:
        The library.

    Raises:
        UsageError: There is none of that name.
        InputError: It is an imported one and damaged.
    """
    return find_library(name)


@lru_cache(maxsize=1)
def _shipped() -> Runtime:
    return load(PRETRAINED)


def _loaded(model: StrPath | Runnable) -> Runnable:
    if model == PRETRAINED:
        return _shipped()
    return load(model) if isinstance(model, str | os.PathLike) else model
