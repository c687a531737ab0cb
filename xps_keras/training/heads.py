"""The heads of `align`, learnt after it: which polymers of the library are in a sample, and how doubtful its shift is.

All else of the network stays as it is, to the bit: spectra are sent through it once, and the heads learn from what its
first layers make of them. That is also why the second can be learnt at all: whether a shift is wrong is known only when
the network that says it is finished.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from xps_keras.analysis.consistency import WRONG_EV
from xps_keras.corpus import Batch, Corpus, Recipe
from xps_keras.library.loading import load_library
from xps_keras.models.align import HEAD_INPUTS, Align
from xps_keras.models.network import Networks

LEAST_SHARE = 0.02
"""Part of the C 1s area from which a polymer is in a sample."""
EPOCHS = {"library_logits": 12, "doubt_logit": 4}
"""Times that each head sees all spectra: failures are few, and soon learnt by heart."""
LEARNING_RATE = 1e-3
BATCH = 512
PER_DRAW = 128
"""Spectra of one draw of the library's energies: with 512 what was learnt of a library that is wrong held less on other
draws (area under the curve 0.886, not 0.909 with 64; spectra of the same number, families of `experiment realism`)."""
DECAY = {"library_logits": 1e-4, "doubt_logit": 2e-2}
"""Weight decay (AdamW: Loshchilov and Hutter, arXiv 1711.05101)."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Seen:
    """What a network makes of ``n`` spectra, and what each head is to say of them."""

    features: dict[str, NDArray[np.float16]]
    """By output of a head: what it looks at, shape ``(n, features)``."""
    targets: dict[str, Floats]
    """By output of a head: 0 or 1, shape ``(n, outputs)``."""


def with_heads(network: Align, inference: Any) -> tuple[Align, Networks]:
    """Return a network with heads that has all other weights of a trained one.

    Args:
        network: Configuration of the trained one.
        inference: Its inference graph.

    Returns:
        The configuration, and the graphs; the heads' weights are fresh.
    """
    larger = replace(network, library_polymers=len(load_library().keys), own_doubt=True)
    networks = larger.build()
    take_weights(networks.inference, inference)
    return larger, networks


def take_weights(inference: Any, trained: Any) -> None:
    """Give a graph the weights of a trained one; heads on either side are left out.

    Args:
        inference: The inference graph that takes them.
        trained: That of a trained network.

    Raises:
        ValueError: The two are not of one network.
    """
    own, given = _but_heads(inference), _but_heads(trained)
    if set(own) != set(given):  # layers that a network leaves unnamed are numbered anew every time
        given = dict(zip(own, given.values(), strict=True))
    for name, layer in own.items():
        layer.set_weights(given[name].get_weights())


def _but_heads(inference: Any) -> dict[str, Any]:
    """Return the layers with weights by name, but for those of heads."""
    heads = tuple(given.replace("features", "") for given in HEAD_INPUTS.values())
    return {layer.name: layer for layer in inference.layers if layer.weights and not layer.name.startswith(heads)}


def learn_heads(
    inference: Any,
    recipes: Mapping[str, Recipe],
    size: int,
    seed: int,
    advance: Callable[[int], None] = lambda done: None,
) -> None:
    """Teach the heads of a network, in place.

    Args:
        inference: The inference graph of ``with_heads``.
        recipes: Kinds of spectra by name.
        size: Spectra of each kind.
        seed: Seed of the first kind, of the order of spectra and of fresh weights; each further kind has the next.
        advance: Told after each batch how many spectra it held.
    """
    keras.utils.set_random_seed(seed)
    seen = look(inference, recipes, size, seed, advance)
    outputs = inference.output
    for name, given in HEAD_INPUTS.items():
        features, targets = seen.features[name], seen.targets[name]
        norm = inference.get_layer(given.replace("_features", "_norm"))
        norm.set_weights([features.mean(axis=0, dtype=np.float64), features.var(axis=0, dtype=np.float64)])
        verdict = inference.get_layer(given.replace("_features", "_verdict"))
        often = np.clip(targets.mean(axis=0, dtype=np.float64), 1e-5, 1.0 - 1e-5)
        verdict.set_weights([verdict.get_weights()[0], np.log(often / (1.0 - often))])  # begins at how often each is so
        head = keras.Model(inference.get_layer(given).output, outputs[name])
        norm.trainable = False
        steps = -(-len(features) // BATCH) * EPOCHS[name]
        rate = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, steps)
        head.compile(
            keras.optimizers.AdamW(rate, weight_decay=DECAY[name]), keras.losses.BinaryCrossentropy(from_logits=True)
        )
        head.fit(features, targets, batch_size=BATCH, epochs=EPOCHS[name], verbose=0)
        norm.trainable = True


def look(inference: Any, recipes: Mapping[str, Recipe], size: int, seed: int, advance: Callable[[int], None]) -> Seen:
    """Send spectra through a network and keep what its heads look at; arguments as ``learn_heads``."""
    layers = {name: inference.get_layer(given).output for name, given in HEAD_INPUTS.items()}
    looking = keras.Model(inference.input, {**layers, "shift_ev": inference.output["shift_ev"]})
    features: dict[str, list[NDArray[np.float16]]] = {name: [] for name in layers}
    targets: dict[str, list[Floats]] = {name: [] for name in layers}
    for number, recipe in enumerate(recipes.values()):
        corpus = Corpus(recipe, seed + number)
        for batch in corpus.scattered(size, PER_DRAW):
            found = looking.predict_on_batch(batch.intensity)
            for name in layers:
                features[name].append(np.asarray(found[name], np.float16))
            wrong = np.abs(np.asarray(found["shift_ev"])[:, 0] - batch.shift_ev) > WRONG_EV
            targets["doubt_logit"].append(wrong[:, None].astype(np.float32))
            targets["library_logits"].append(polymers_in(batch, len(corpus.own_library.keys)))
            advance(len(batch))
    return Seen(
        {name: np.concatenate(parts) for name, parts in features.items()},
        {name: np.concatenate(parts) for name, parts in targets.items()},
    )


def polymers_in(batch: Batch, count: int) -> Floats:
    """Tell which polymers of the library samples hold.

    Args:
        batch: Spectra.
        count: Number of polymers of the library; those beyond are drawn by chance and no answer.

    Returns:
        1 where a polymer makes up ``LEAST_SHARE`` of C 1s or more, shape ``(n, count)``.
    """
    share = batch.fractions * batch.polymer_share[:, None]
    inside = (batch.polymers >= 0) & (batch.polymers < count) & (share >= LEAST_SHARE)
    found = np.zeros((len(batch), count), np.float32)
    rows, places = np.nonzero(inside)
    found[rows, batch.polymers[rows, places]] = 1.0
    return found
