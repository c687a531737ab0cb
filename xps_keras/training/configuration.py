"""What a run is asked for, and its ``config.json``: everything it is built and gone on with from."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from xps_keras.corpus import Corpus, Recipe, recipe
from xps_keras.corpus.named import built_in
from xps_keras.corpus.recipes import recipe_from_dict
from xps_keras.errors import ModelError, UsageError
from xps_keras.library.lines import LINES
from xps_keras.measured.store import find_library
from xps_keras.models.networks import SCHEDULES, network_of, network_to_dict
from xps_keras.own_networks import FoundNetwork
from xps_keras.training.checking import check_network
from xps_keras.training.engine import PRECISIONS
from xps_keras.training.folder import CONFIG, stored
from xps_keras.version import __version__

OF_PRESET = ("size", "epochs", "batch_size", "learning_rate", "schedule")
"""Settings of a run that a network's preset decides where they are left out."""


@dataclass(frozen=True)
class Run:
    """Everything a training run is asked for."""

    model: str = "stn"
    """Name of a network, or Python file of one, see ``find_network``; ``config.json`` holds its name and fields."""
    recipe: str = "paper"
    """Name of a recipe, or path of a recipe file; ``config.json`` names the recipe and holds all of it."""
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
    schedule: str | None = None
    """``plateau`` or ``cosine``, None for the network's preset."""
    patience: int | None = None
    """Epochs without improvement after which the schedule ``plateau`` ends, None for 15."""
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


def configuration(run: Run, found: FoundNetwork, initial_weights: Path | None = None) -> dict[str, Any]:
    """Return ``config.json`` of a new run: what the model is and how its outputs are to be read.

    Args:
        run: What is asked for; the rest is the network's preset.
        found: The network that ``run`` names.
        initial_weights: Model that the run starts from.

    Raises:
        XpsKerasError: An unknown name, a number out of range, or no such model.
    """
    chosen = found.preset
    drawn = recipe(run.recipe, run.max_shift_ev, run.mixing)
    run = _completed(replace(run, model=found.name), {name: getattr(chosen, name) for name in OF_PRESET})
    corpus = Corpus(drawn, run.seed, find_library(run.library))
    count = len(corpus.library.labels)
    network = chosen.network.reaching(corpus.recipe.max_shift_ev).telling(count)
    if found.source is not None:
        check_network(network, f"The network '{found.name}'")
    return {
        "model": run.model,
        "network": network_to_dict(network),
        "network_source": found.source,
        "schedule": run.schedule,
        "recipe": corpus.recipe.to_dict(),
        "seed": run.seed,
        "max_shift_ev": corpus.recipe.max_shift_ev,
        "library": corpus.library.name,
        "library_sha256": corpus.library.sha256,
        "lines": list(LINES),
        "labels": list(corpus.library.labels),
        "own_labels": corpus.library.own_labels,
        "assessable": [bool(value) for value in corpus.library.assessable],
        "thresholds": [0.5] * count,
        "calibration": {"scale": [1.0] * count, "bias": [0.0] * count},
        "package_version": __version__,
        "initial_weights": _sha256(initial_weights),
        "run": asdict(run),
    }


def resumed(run: Run, network: FoundNetwork, out: Path, initial_weights: Path | None = None) -> dict[str, Any]:
    """Return ``config.json`` of the run in a folder, to go on with it.

    Args:
        run: What is asked for; what is left out is as stored, whatever today's preset says.
        network: The network that ``run`` names.
        out: The folder.
        initial_weights: Model that the run started from.

    Raises:
        ModelError: There is no such run, or it is another one.
    """
    config = stored(out)
    # A run of an earlier version does not name what was not yet to be chosen.
    found = {**asdict(Run()), **config["run"]}
    if found["schedule"] is None:
        found["schedule"] = network_of(config, str(out / CONFIG), network.kinds)[1]
    if unknown := sorted(set(found) - {field.name for field in fields(Run)}):
        raise ModelError(
            f"{out} holds a run with settings that this version does not know ({', '.join(unknown)}); resume it with "
            "the version that wrote it."
        )
    if any(found[name] is None for name in OF_PRESET):
        raise ModelError(f"{out / CONFIG} is damaged and the run cannot be resumed; name another folder.")
    stored_recipe = recipe_of(config)
    asked = asdict(_completed(replace(run, model=network.name), found))
    drawn = recipe(run.recipe, run.max_shift_ev, run.mixing)
    differing = differences(found, asked)
    if found["model"] == network.name and config.get("network_source") != network.source:
        differing.append("the code of the network has changed")
    if drawn.name == stored_recipe.name and not built_in(drawn):
        differing += differences(stored_recipe.to_dict(), drawn.to_dict(), "recipe.")
    if differing:
        raise ModelError(
            f"{out} holds a run with other settings, which cannot be resumed with these: {'; '.join(differing)}."
        )
    if config.get("initial_weights", _sha256(initial_weights)) != _sha256(initial_weights):
        raise ModelError(f"{out} holds a run that started from other weights; resume it with the same.")
    library = Corpus(stored_recipe, found["seed"], find_library(found["library"])).library
    if config.get("library_sha256", library.sha256) != library.sha256:
        raise ModelError(f"The library {library.name!r} is no longer that of the run in {out}; name another folder.")
    return {**config, "run": found}


def recipe_of(config: Mapping[str, Any]) -> Recipe:
    """Return the recipe of a run from its ``config.json``, whatever a file or this version says today."""
    if isinstance(config["recipe"], Mapping):
        return recipe_from_dict(dict(config["recipe"]))
    run = config["run"]
    return recipe(run["recipe"], run.get("max_shift_ev"), run.get("mixing"))


def differences(stored: Mapping[str, Any], asked: Mapping[str, Any], prefix: str = "") -> list[str]:
    """Name the settings that differ, ``size is 100 there and 200 here``; those of tables by their dotted names."""
    found = []
    for name in dict.fromkeys((*stored, *asked)):
        there, here = stored.get(name), asked.get(name)
        if isinstance(there, Mapping) and isinstance(here, Mapping):
            found += differences(there, here, f"{prefix}{name}.")
        elif _comparable(there) != _comparable(here):
            shown = ("left out" if value is None else str(_comparable(value)) for value in (there, here))
            found.append(f"{prefix}{name} is {' there and '.join(shown)} here")
    return found


def _comparable(value: Any) -> Any:
    return list(value) if isinstance(value, list | tuple) else "a table" if isinstance(value, Mapping) else value


def _sha256(file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelError(f"{file}: this model cannot be read ({error.strerror}); name another one.") from error


def _completed(run: Run, defaults: dict[str, Any]) -> Run:
    """Return a run with every number filled in and checked."""
    chosen = {name: defaults[name] if getattr(run, name) is None else getattr(run, name) for name in OF_PRESET}
    if run.precision not in PRECISIONS:
        raise UsageError(f"There is no precision '{run.precision}'; choose one of: {', '.join(PRECISIONS)}.")
    for name in ("size", "epochs", "batch_size", "validation_size", "patience"):
        if (value := chosen.get(name, getattr(run, name))) is not None and value < 1:
            raise UsageError(f"'{name.replace('_', '-')}' must be at least 1, not {value}.")
    if not 0.0 < chosen["learning_rate"] < math.inf:  # written so that NaN fails too
        raise UsageError(f"The learning rate must be positive, not {chosen['learning_rate']:g}.")
    if chosen["schedule"] not in SCHEDULES:
        raise UsageError(f"There is no schedule '{chosen['schedule']}'; choose one of: {', '.join(SCHEDULES)}.")
    if run.patience is not None and chosen["schedule"] != "plateau":
        raise UsageError(f"The schedule '{chosen['schedule']}' runs to its end; leave --patience out.")
    if run.seed < 0:
        raise UsageError(f"The seed must not be negative, but it is {run.seed}.")
    drawn = recipe(run.recipe, run.max_shift_ev)
    return Run(**{**asdict(run), **chosen, "recipe": drawn.name, "max_shift_ev": drawn.max_shift_ev})
