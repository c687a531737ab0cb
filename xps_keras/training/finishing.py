"""The classifier of `align`, taught once more at the end, at the shifts that the finished network finds.

While a network learns, what its classifier is shown moves all the time. When the shift has been learnt, the classifier
alone is taught on, on spectra of several recipes at once: surfaces, the clean polymers that surfaces make it doubt,
and what must not be taken for these. Shifts stay as they are, to the bit.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import keras
import numpy as np

from xps_keras.corpus import Corpus, Recipe
from xps_keras.corpus.ahead import ahead
from xps_keras.corpus.corpus import BLOCK
from xps_keras.models.network import Networks
from xps_keras.training.batches import Columns, pairs
from xps_keras.training.losses import OBJECTIVES

LEARNING_RATE = 5e-4
"""A quarter of what the classifier began with: it keeps what it knows."""
BATCH = 512
PORTION = 32
"""Blocks that are shuffled together, about: those of one block share one draw of the library's energies."""
TAKEN = 0.65
"""The weights end this part of the way from what they were to what they have become: most of what is gained on spectra
like those taught, little of what is lost on others (M. Wortsman and others, Robust fine-tuning of zero-shot models,
arXiv 2109.01903). On graphene, which no training draws, a benzene ring is called in 6 % without teaching on, in 14 %
with three quarters of it; so the number was chosen with an eye on that."""
SHIFT = "refiner_"
"""How the layers begin that the training graph has before its classifier."""
OF_THE_SHIFT = ("shift_ev", "refined_shift_ev")
"""Outputs that are not taught on."""


def finish_classifier(
    networks: Networks,
    recipes: Mapping[str, tuple[Recipe, int]],
    seed: int,
    advance: Callable[[int], None] = lambda done: None,
) -> None:
    """Teach the classifier on, in place: one pass over fresh spectra, the learning rate down to zero.

    Args:
        networks: A trained `align`; both graphs share their weights.
        recipes: Kinds of spectra by name, and how many of each; made multiples of 512.
        seed: Seed of the first kind and of the order; each further kind has the next.
        advance: Told after each portion how many spectra it held.
    """
    keras.utils.set_random_seed(seed)
    graph = networks.training
    taught = {name: output for name, output in graph.output.items() if name not in OF_THE_SHIFT}
    classifier = keras.Model(graph.input, taught)
    fixed = [layer for layer in classifier.layers if layer.name.startswith(SHIFT)]
    for layer in fixed:
        layer.trainable = False
    blocks = [-(-size // BLOCK) for _, size in recipes.values()]
    steps = sum(blocks) * BLOCK // BATCH
    classifier.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(LEARNING_RATE, steps), global_clipnorm=1.0),
        {name: OBJECTIVES[name].loss for name in taught},
        loss_weights={name: OBJECTIVES[name].weight for name in taught},
    )
    corpora = [Corpus(recipe, seed + number) for number, (recipe, _) in enumerate(recipes.values())]
    before = classifier.get_weights()
    with ahead(_portions(corpora, blocks, list(graph.input), list(taught)), depth=1) as portions:
        for given, answers in portions:
            classifier.fit(given, answers, batch_size=BATCH, verbose=0)
            advance(len(next(iter(answers.values()))))
    after = classifier.get_weights()
    classifier.set_weights([then + TAKEN * (now - then) for then, now in zip(before, after, strict=True)])
    for layer in fixed:
        layer.trainable = True


def _portions(
    corpora: list[Corpus], blocks: list[int], inputs: list[str], outputs: list[str]
) -> Iterator[tuple[Columns, Columns]]:
    portions = -(-sum(blocks) // PORTION)
    for part in range(portions):
        drawn = [
            pairs(corpus.batch(block * BLOCK, BLOCK), inputs, outputs)
            for corpus, count in zip(corpora, blocks, strict=True)
            for block in range(count * part // portions, count * (part + 1) // portions)
        ]
        yield _together([given for given, _ in drawn]), _together([answers for _, answers in drawn])


def _together(parts: list[Columns]) -> dict[str, Any]:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
