"""What a run is asked for, and its ``config.json``: everything it is built and gone on with from."""

import hashlib
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from xps_keras import __version__
from xps_keras.corpus import Corpus, recipe
from xps_keras.errors import InputError
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.lines import LINES
from xps_keras.measured.store import find_library
from xps_keras.models.networks import network_to_dict, preset
from xps_keras.training.engine import PRECISIONS
from xps_keras.training.folder import CONFIG, stored

OF_PRESET = ("size", "epochs", "batch_size", "learning_rate")
"""Settings of a run that a network's preset decides where they are left out."""


@dataclass(frozen=True)
class Run:
    """Everything a training run is asked for."""

    model: str = "stn"
    recipe: str = "paper"
    max_shift_ev: float | None = None
    """Largest shift in eV, None for the recipe's own."""
    mixing: str | None = None
    """``exact`` or ``paper``, None for the recipe's own."""
    size: int | None = None
    """Training spectra (per epoch when streamed), None for the network's preset."""
    epochs: int | None = None
    """Largest number of epochs, None for the network's preset."""
    validation_size: int = 2000
    """Validation spectra, apart from training and from any test."""
    batch_size: int | None = None
    """Spectra per step over all devices, None for the network's preset."""
    learning_rate: float | None = None
    """Initial (plateau) or largest (cosine) learning rate, None for the network's preset."""
    stream: bool = False
    """Fresh spectra in every epoch instead of the same ones again."""
    seed: int = 42
    """Seed of weights, order and spectra."""
    library: str = "polymers"
    """Name of the library: the package's own, or an imported one."""
    precision: str = "float32"
    """``float32``, ``mixed_float16`` or ``mixed_bfloat16``: what layers compute in; weights are float32."""
    average: bool = False
    """Whether a moving average of the weights is validated and kept in their place."""


def configuration(run: Run, initial_weights: Path | None = None) -> dict[str, Any]:
    """Return ``config.json`` of a new run: what the model is and how its outputs are to be read.

    Args:
        run: What is asked for; the rest is the network's preset.
        initial_weights: Model that the run starts from.

    Raises:
        InputError: An unknown name, a number out of range, or no such model.
    """
    chosen = preset(run.model)
    run = _completed(run, {name: getattr(chosen, name) for name in OF_PRESET})
    corpus = Corpus(recipe(run.recipe, run.max_shift_ev, run.mixing), run.seed, find_library(run.library))
    count = len(GROUP_NAMES)
    return {
        "model": run.model,
        "network": network_to_dict(chosen.network.reaching(corpus.recipe.max_shift_ev)),
        "schedule": chosen.schedule,
        "recipe": corpus.recipe.to_dict(),
        "seed": run.seed,
        "max_shift_ev": corpus.recipe.max_shift_ev,
        "library": corpus.library.name,
        "library_sha256": corpus.library.sha256,
        "lines": list(LINES),
        "assessable": [bool(value) for value in corpus.library.assessable],
        "thresholds": [0.5] * count,
        "calibration": {"scale": [1.0] * count, "bias": [0.0] * count},
        "package_version": __version__,
        "initial_weights": _sha256(initial_weights),
        "run": asdict(run),
    }


def resumed(run: Run, out: Path, initial_weights: Path | None = None) -> dict[str, Any]:
    """Return ``config.json`` of the run in a folder, to go on with it.

    Args:
        run: What is asked for; what is left out is as stored, whatever today's preset says.
        out: The folder.
        initial_weights: Model that the run started from.

    Raises:
        InputError: There is no such run, or it is another one.
    """
    config = stored(out)
    # A run of an earlier version does not name what was not yet to be chosen.
    found = {**asdict(Run()), **config["run"]}
    if unknown := sorted(set(found) - {field.name for field in fields(Run)}):
        raise InputError(
            f"{out} holds a run with settings that this version does not know ({', '.join(unknown)}); resume it with "
            "the version that wrote it."
        )
    if any(found[name] is None for name in OF_PRESET):
        raise InputError(f"{out / CONFIG} is damaged and the run cannot be resumed; name another folder.")
    if asdict(_completed(run, found)) != found:
        raise InputError(f"{out} holds a run with other settings, which cannot be resumed with these.")
    if config.get("initial_weights", _sha256(initial_weights)) != _sha256(initial_weights):
        raise InputError(f"{out} holds a run that started from other weights; resume it with the same.")
    library = Corpus(
        recipe(found["recipe"], found["max_shift_ev"]), found["seed"], find_library(found["library"])
    ).library
    if config.get("library_sha256", library.sha256) != library.sha256:
        raise InputError(f"The library {library.name!r} is no longer that of the run in {out}; name another folder.")
    return {**config, "run": found}


def _sha256(file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise InputError(f"{file}: this model cannot be read ({error.strerror}); name another one.") from error


def _completed(run: Run, defaults: dict[str, Any]) -> Run:
    """Return a run with every number filled in and checked."""
    chosen = {name: defaults[name] if getattr(run, name) is None else getattr(run, name) for name in OF_PRESET}
    if run.precision not in PRECISIONS:
        raise InputError(f"There is no precision '{run.precision}'; choose one of: {', '.join(PRECISIONS)}.")
    for name in ("size", "epochs", "batch_size", "validation_size"):
        if (value := chosen.get(name, getattr(run, name))) < 1:
            raise InputError(f"'{name.replace('_', '-')}' must be at least 1, not {value}.")
    if run.seed < 0:
        raise InputError(f"The seed must not be negative, but it is {run.seed}.")
    shift = recipe(run.recipe, run.max_shift_ev).max_shift_ev
    return Run(**{**asdict(run), **chosen, "max_shift_ev": shift})
