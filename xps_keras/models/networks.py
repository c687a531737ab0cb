"""The kinds of networks, their configurations as JSON, and the presets: networks with the way they are trained."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from xps_keras.errors import ModelError
from xps_keras.models.align import Align
from xps_keras.models.cnn import CNN
from xps_keras.models.mlp import MLP
from xps_keras.models.network import Network
from xps_keras.models.stn import STN
from xps_keras.models.unmix import Unmix
from xps_keras.models.windows import windows_of_lines

KINDS: dict[str, type[Network]] = {network.kind: network for network in (STN, MLP, CNN, Align, Unmix)}
"""Every kind of network by the name that ``config.json`` gives it."""

SCHEDULES = ("plateau", "cosine")
"""``plateau``: times 0.1 when the validation loss stands still (the paper's); ``cosine``: warm-up, then to zero."""


@dataclass(frozen=True)
class Preset:
    """A network, and how it is trained unless a user says otherwise."""

    network: Network
    batch_size: int = 64
    learning_rate: float = 1e-4
    """First of the schedule ``plateau``, largest of ``cosine``."""
    schedule: str = "plateau"
    """One of ``SCHEDULES``."""
    epochs: int = 30
    size: int = 80_000
    """Training spectra; per epoch when they are streamed."""


_WINDOWS_EV = windows_of_lines()
_WIDE = (1024, 512, 512)
_SURFACE = Align(
    _WINDOWS_EV,
    judge_units=(256, 96),
    refiner_units=(160, 80),
    classifier_units=(448, 192, 192),
    modes=2,
    radius_ev=0.2,
    relative_to_carbon=True,
    surface_outputs=True,
)
PRESETS: dict[str, Preset] = {
    "stn": Preset(STN(), 64, 1e-4, "plateau", 30, 80_000),
    "mlp": Preset(MLP(), 64, 1e-4, "plateau", 30, 80_000),
    "cnn": Preset(CNN(), 64, 1e-4, "plateau", 30, 80_000),
    "align": Preset(_SURFACE, 256, 2e-3, "cosine", 30, 80_000),
    "align-wide": Preset(Align(_WINDOWS_EV, classifier_units=_WIDE), 256, 2e-3, "cosine", 30, 80_000),
    "unmix": Preset(Unmix(), 256, 2e-3, "cosine", 30, 80_000),
}
"""The paper's three networks with its protocol (arXiv 2603.05350), and our own: for spectra as files hold them, with a
wider classifier for spectra without noise, and for mixtures of the library's polymers without noise."""

_FIRST: dict[str, tuple[Network, str]] = {
    "stn": (STN(), "plateau"),
    "mlp": (MLP(), "plateau"),
    "cnn": (CNN(), "plateau"),
    "align": (Align(), "cosine"),
    "align-wide": (Align(classifier_units=_WIDE), "cosine"),
}
"""Networks and schedules of version 0.1.0, whose runs store a name alone."""


def network_to_dict(network: Network) -> dict[str, Any]:
    """Return the entry ``network`` of ``config.json``: the kind, then every field."""
    return {"kind": network.kind, **asdict(network)}


def network_from_dict(content: Any, source: str, kinds: Mapping[str, type[Network]] = KINDS) -> Network:
    """Read what ``network_to_dict`` gave, of this or an earlier version.

    Args:
        content: The entry. A field that it lacks has its default.
        source: Name of the file, for messages.
        kinds: Known kinds of networks.

    Raises:
        ModelError: The kind or a field is not known, or a value is of a wrong kind.
    """
    if not isinstance(content, Mapping):
        raise ModelError(f"{source}: `network` must be an object with a kind and fields; copy the file again.")
    given = dict(content)
    kind = kinds.get(str(given.pop("kind", None)))
    known = {} if kind is None else {field.name: field.default for field in fields(kind)}
    if kind is None or (unknown := sorted(set(given) - set(known))):
        what = f"kind of network, {content.get('kind')!r}," if kind is None else f"network with {', '.join(unknown)},"
        raise ModelError(f"{source} holds a {what} which this version does not know; use the version that wrote it.")
    try:
        return kind(**{name: _like(known[name], value) for name, value in given.items()})
    except TypeError as error:
        raise ModelError(f"{source}: `network` is damaged ({error}); copy the file again.") from error


def network_of(
    config: Mapping[str, Any], source: str, kinds: Mapping[str, type[Network]] = KINDS
) -> tuple[Network, str]:
    """Return the network of a run, and its schedule, from ``config.json``.

    Args:
        config: The content; of version 0.1.0 where it has no entry ``network``.
        source: Name of the file, for messages.
        kinds: Known kinds of networks.

    Raises:
        ModelError: The network cannot be read from it.
    """
    if "network" in config:
        network, schedule = network_from_dict(config["network"], source, kinds), config.get("schedule")
        if schedule not in SCHEDULES:
            raise ModelError(f"{source} names the schedule {schedule!r}; use the version of xps-keras that wrote it.")
        return network, str(schedule)
    try:
        network, schedule = _FIRST[config["model"]]
        return network.reaching(float(config["max_shift_ev"])), schedule
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{source} does not say how its network is built; copy the file again.") from error


def _like(default: Any, value: Any) -> Any:
    """Return a JSON value as what a field of that default holds: tuples for lists, no text for a number."""
    if isinstance(default, tuple):
        if not isinstance(value, list | tuple):
            raise TypeError(f"{value!r} is not a list")
        return tuple(_like(default[0], item) for item in value)
    if isinstance(default, float) and type(value) is int:
        return float(value)
    if type(value) is not type(default):
        raise TypeError(f"{value!r} where {default!r} is an example")
    return value
