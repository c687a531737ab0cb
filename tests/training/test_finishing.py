"""The classifier is taught on at the end: groups get better on all recipes it is shown, and shifts stay as they are."""

from dataclasses import replace
from typing import Any

import keras
import numpy as np
import pytest
from scipy.special import logit

from xps_keras.corpus import Corpus, recipe
from xps_keras.models.align import Align
from xps_keras.models.windows import windows_of_lines
from xps_keras.training import finishing
from xps_keras.training.losses import OBJECTIVES

SMALL = Align(
    windows_of_lines(),
    judge_units=(8,),
    refiner_units=(8,),
    classifier_units=(32, 16),
    relative_to_carbon=True,
    surface_outputs=True,
)
RECIPES = {"surface": (recipe("surface"), 4_000), "paper": (replace(recipe("paper"), max_shift_ev=0.0), 4_000)}
SHIFTS = ("shift_ev", "reading_shift_ev", "reading_uncertainty_ev", "reading_weight", "aligned")


@pytest.mark.slow
def test_groups_get_better_and_shifts_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    # A network that knows nothing yet learns faster than one that is finished.
    monkeypatch.setattr(finishing, "BATCH", 64)
    monkeypatch.setattr(finishing, "LEARNING_RATE", 5e-3)
    monkeypatch.setattr(finishing, "TAKEN", 1.0)
    keras.utils.set_random_seed(5)
    networks = SMALL.build()
    unseen = {name: Corpus(drawn, 77).batch(0, 512) for name, (drawn, _) in RECIPES.items()}
    before = {name: networks.inference.predict_on_batch(batch.intensity) for name, batch in unseen.items()}
    told: list[int] = []
    finishing.finish_classifier(networks, RECIPES, seed=3, advance=told.append)
    assert sum(told) == 2 * 4_096
    for name, batch in unseen.items():
        after = networks.inference.predict_on_batch(batch.intensity)
        for output in SHIFTS:
            np.testing.assert_array_equal(after[output], before[name][output], err_msg=output)
        for output in ("logits", "polymer_logit", "foreign_logits"):
            then, now = (_loss(output, found, batch) for found in (before[name], after))
            assert now < 0.8 * then, f"{output} on {name}: {then:.3f} before, {now:.3f} after"
    assert all(layer.trainable for layer in networks.training.layers)


def _loss(name: str, found: dict[str, Any], batch: Any) -> float:
    """How much worse than the truth: said of a share, that has a loss of its own, for shares are neither 0 nor 1."""
    objective = OBJECTIVES[name]
    target = objective.target(batch)
    truth = logit(np.clip(np.nan_to_num(target, nan=0.5), 1e-6, 1.0 - 1e-6)).astype(np.float32)
    said, least = (np.mean(np.asarray(objective.loss(target, answer))) for answer in (found[name], truth))
    return float(said - least)
