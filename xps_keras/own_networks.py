"""A network by its name: of the package, of another installed package, or of a user's Python file.

A file is code: naming it runs it, with all rights of the user who does so. Nothing else runs a file; the name of one
that a ``config.json`` holds is only shown.
"""

import hashlib
import importlib.util
import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from xps_keras.errors import ModelError, UsageError
from xps_keras.files import read_regular
from xps_keras.models.network import Network
from xps_keras.models.networks import KINDS, PRESETS, SCHEDULES, Preset, network_from_dict, network_to_dict

GROUP = "xps_keras.networks"
"""Entry points of this group are networks; each loads to a ``Preset``, a network or a class of networks."""
LARGEST_BYTES = 10_000_000
"""More is no Python file of a network."""
_FILE = re.compile(r"(?P<path>.+\.py)(?::(?P<name>[A-Za-z_]\w*))?")


@dataclass(frozen=True)
class FoundNetwork:
    """A network with where it comes from."""

    name: str
    """What runs, folders and answers call it."""
    preset: Preset
    source: Mapping[str, str] | None
    """``file`` and ``sha256``, or ``entry_point`` and ``package``; None for a network of this package."""

    @property
    def kinds(self) -> dict[str, type[Network]]:
        """The kinds of the package and the one that it is of."""
        return {**KINDS, self.preset.network.kind: type(self.preset.network)}


def find_network(name: str) -> FoundNetwork:
    """Find a network, and run the code that defines it.

    Args:
        name: A key of ``PRESETS``; the name of an entry point of ``GROUP``; or a Python file, ``mine.py`` where it
            holds one network and ``mine.py:NAME`` where it holds several.

    Returns:
        The network.

    Raises:
        UsageError: There is no such network, its code fails, or what it defines is no network.
    """
    if name in PRESETS:
        return FoundNetwork(name, PRESETS[name], None)
    if (file := _FILE.fullmatch(name)) is not None:
        return _of_file(Path(file["path"]), file["name"])
    installed = {point.name: point for point in entry_points(group=GROUP)}
    if name in installed:
        return _of_entry_point(installed[name])
    raise UsageError(
        f"There is no network '{name}'; choose one of: {', '.join((*PRESETS, *installed))}, or name a Python file, "
        "mine.py or mine.py:NAME."
    )


def run_source(source: Mapping[str, Any]) -> None:
    """Import what defines the layers of a model whose network an installed package brought; a file is never run.

    Args:
        source: What ``config.json`` says.
    """
    for point in entry_points(group=GROUP):
        if point.name == source.get("entry_point"):
            _loaded(point)


def _of_file(path: Path, name: str | None) -> FoundNetwork:
    try:
        content = read_regular(path, LARGEST_BYTES)
    except OSError as error:
        raise UsageError(f"{path}: the network cannot be read ({error.strerror or error}).") from error
    digest = hashlib.sha256(content).hexdigest()
    module = _module(path.resolve(), digest)
    if name is not None and not hasattr(module, name):
        raise UsageError(f"{path}: there is no '{name}' in this file; it holds {', '.join(_networks_in(module))}.")
    if name is None:
        names = _networks_in(module)
        if len(names) != 1:
            held = f"several; name one of {', '.join(f'{path}:{each}' for each in names)}" if names else "none"
            raise UsageError(
                f"{path}: a file must hold a network, a `Preset` or a class of `Network`; this has {held}."
            )
        found, called = getattr(module, names[0]), path.stem
    else:
        found, called = getattr(module, name), name
    if called in PRESETS:
        raise UsageError(f"{path}: '{called}' is a network of the package; call yours otherwise.")
    return FoundNetwork(called, _preset(found, str(path)), {"file": path.name, "sha256": digest})


def _of_entry_point(point: EntryPoint) -> FoundNetwork:
    package = "" if point.dist is None else f"{point.dist.name} {point.dist.version}"
    chosen = _preset(_loaded(point), f"{point.name} of {package or point.value}")
    return FoundNetwork(point.name, chosen, {"entry_point": point.name, "package": package})


def _loaded(point: EntryPoint) -> Any:
    try:
        return point.load()
    except Exception as error:  # whatever the code of another package raises
        raise UsageError(f"The network '{point.name}' ({point.value}) cannot be imported ({_said(error)}).") from error


@lru_cache(maxsize=16)
def _module(path: Path, digest: str) -> ModuleType:
    """Run a file once for every content that it has had."""
    name = f"xps_keras_own_{path.stem}_{digest[:8]}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None  # noqa: S101, PT018  # its name ends in .py
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look up their module there
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # whatever the code of a user raises
        del sys.modules[name]
        raise UsageError(f"{path.name}: running this file fails ({_said(error)}).") from error
    return module


def _networks_in(module: ModuleType) -> list[str]:
    """Names of the presets of a file; without any, of its networks; without any, of its classes of networks."""
    values = {name: value for name, value in vars(module).items() if not name.startswith("_")}
    own = [name for name, value in values.items() if _is_class(value) and value.__module__ == module.__name__]
    for names in (
        [name for name, value in values.items() if isinstance(value, Preset)],
        [name for name, value in values.items() if isinstance(value, Network)],
        own,
    ):
        if names:
            return names
    return []


def _is_class(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, Network)


def _preset(value: Any, place: str) -> Preset:
    """Make a preset of what a name stands for, and make sure that a run can store it."""
    if _is_class(value):
        try:
            value = value()
        except Exception as error:  # abstract, or whatever the code of a user raises
            raise UsageError(f"{place}: `{value.__name__}()` cannot be made ({_said(error)}).") from error
    chosen = Preset(value) if isinstance(value, Network) else value
    if not isinstance(chosen, Preset) or not isinstance(chosen.network, Network):
        raise UsageError(f"{place}: a {type(value).__name__} is no network; give a `Preset` or a class of `Network`.")
    network = chosen.network
    kind = getattr(network, "kind", None)
    if not isinstance(kind, str) or KINDS.get(kind, type(network)) is not type(network):
        raise UsageError(f"{place}: `kind` must be a text of the network's own, not {kind!r}.")
    if chosen.schedule not in SCHEDULES:
        raise UsageError(f"{place}: `schedule` must be one of {', '.join(SCHEDULES)}, not {chosen.schedule!r}.")
    try:
        content = json.loads(json.dumps(network_to_dict(network)))
        again = network_from_dict(content, place, {kind: type(network)})
    except (TypeError, ValueError, IndexError, ModelError) as error:
        raise UsageError(f"{place}: the fields of the network cannot be stored ({_said(error)}).") from error
    if again != network:
        raise UsageError(f"{place}: every field of a network needs a default, a number, a text, or a tuple of them.")
    return chosen


def _said(error: Exception) -> str:
    first = (str(error).strip().splitlines() or [""])[0]
    return f"{type(error).__name__}: {first}".rstrip(". :")
