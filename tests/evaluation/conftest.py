"""Models that stand in for trained ones: one knows every answer, one is a plain function of the spectrum."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.corpus import Corpus, recipe
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.loading import load_library
from xps_keras.metadata import Metadata
from xps_keras.runtime import Runtime

Outputs = dict[str, NDArray[np.float32]]
COUNT = len(GROUP_NAMES)


def metadata(readings: int | None = None, seed: int = 3) -> Metadata:
    return Metadata(
        name="stand-in",
        recipe="paper",
        seed=seed,
        max_shift_ev=3.0,
        thresholds=(0.5,) * COUNT,
        assessable=tuple(bool(known) for known in load_library().assessable),
        package_version="0.1.0",
        weights_sha256="0" * 64,
        calibration="none",
        readings=readings,
    )


@dataclass
class Oracle:
    """Knows the truth of a corpus, asked in order from its start; `wrong` turns every group answer round."""

    corpus: Corpus
    wrong: bool = False
    shift_error_ev: float = 0.0
    readings: bool = False
    done: int = field(default=0)

    def __call__(self, intensity: NDArray[np.float32]) -> Outputs:
        batch = self.corpus.batch(self.done, len(intensity))
        assert np.array_equal(batch.intensity, intensity)
        self.done += len(intensity)
        truth = batch.groups if not self.wrong else 1 - batch.groups
        shift = (batch.shift_ev + self.shift_error_ev)[:, None]
        outputs = {"probabilities": truth, "shift_ev": shift, "aligned": intensity}
        if self.readings:  # the first reading is off, the second is right
            outputs["reading_shift_ev"] = np.concatenate([shift, batch.shift_ev[:, None]], axis=1)
            outputs["reading_uncertainty_ev"] = np.full((len(shift), 2), 0.3, np.float32)
            outputs["reading_weight"] = np.tile(np.array([0.7, 0.3], np.float32), (len(shift), 1))
            outputs["reading_probabilities"] = np.stack([truth, truth], axis=1)
        return outputs


def runtime(call: Callable[[NDArray[np.float32]], Outputs], readings: int | None = None, seed: int = 3) -> Runtime:
    return Runtime(Path("stand-in.tflite"), "f" * 64, metadata(readings, seed), call)


@pytest.fixture
def oracle() -> Callable[..., Runtime]:
    """A runtime for the recipe `paper` up to 3 eV and seed 7, with the fields of `Oracle` as arguments."""

    def build(name: str = "paper", max_shift_ev: float = 3.0, **fields: object) -> Runtime:
        answer = Oracle(Corpus(recipe(name, max_shift_ev), 7), **fields)  # type: ignore[arg-type]
        return runtime(answer, readings=2 if answer.readings else None)

    return build


@pytest.fixture
def guesser() -> Runtime:
    """A runtime whose answers are random but fixed functions of each spectrum alone."""
    weights = np.random.default_rng(5).normal(0.0, 40.0, (40, COUNT))

    def call(intensity: NDArray[np.float32]) -> Outputs:
        coarse = np.add.reduceat(intensity.astype(np.float64), np.arange(0, AXIS.size, 166), axis=1) * AXIS.step_ev
        scores = np.stack([row @ weights for row in coarse])  # row by row: the same bits in every batch size
        chance = (1 / (1 + np.exp(np.clip(2.0 - scores, -50, 50)))).astype(np.float32)
        return {"probabilities": chance, "shift_ev": coarse[:, 15:16].astype(np.float32) - 0.5, "aligned": intensity}

    return runtime(call)
