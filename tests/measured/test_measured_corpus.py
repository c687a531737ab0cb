"""A corpus drawn from measured spectra against the corpus drawn from the peaks they were made of."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from xps_keras.axis import AXIS
from xps_keras.corpus import Corpus, recipe
from xps_keras.corpus.engine import FourierLibrary, FourierSpectra, engine_of
from xps_keras.library.library import Library
from xps_keras.library.loading import load_library
from xps_keras.measured.importing import import_folder
from xps_keras.measured.library import MeasuredLibrary

TOLERANCE = 2e-3


@pytest.fixture(scope="module")
def exact() -> Library:
    """The four polymers as a library of peaks."""
    own = load_library()
    chosen = [own.index(key) for key in ("PS", "PMMA", "PET", "PVC")]
    peaks = [np.flatnonzero(own.peaks.polymer == polymer) for polymer in chosen]
    kept = np.concatenate(peaks)
    return Library(
        name="four",
        keys=tuple(own.keys[polymer] for polymer in chosen),
        polymer_names=tuple(own.polymer_names[polymer] for polymer in chosen),
        smiles=tuple(own.smiles[polymer] for polymer in chosen),
        group_counts=own.group_counts[chosen],
        peaks=replace(
            own.peaks.selected(kept),
            polymer=np.repeat(np.arange(len(chosen)), [len(own_peaks) for own_peaks in peaks]),
        ),
    )


@pytest.fixture
def measured(owned: Callable[..., Path]) -> MeasuredLibrary:
    return import_folder(owned(), "mine", background="none").library


@pytest.mark.parametrize("whole_channels", [True, False])
def test_both_draw_the_same_corpus(exact: Library, measured: MeasuredLibrary, whole_channels: bool) -> None:
    drawn = replace(recipe("paper"), whole_channels=whole_channels)
    one, other = (Corpus(drawn, 5, library).batch(0, 64) for library in (exact, measured))
    np.testing.assert_array_equal(one.polymers, other.polymers)
    np.testing.assert_array_equal(one.groups, other.groups)
    np.testing.assert_array_equal(one.shift_ev, other.shift_ev)
    np.testing.assert_array_equal(one.measured, other.measured)
    top = one.intensity.max(axis=1, keepdims=True)
    assert (np.abs(one.intensity - other.intensity) / top).max() < TOLERANCE


@pytest.mark.parametrize(("shift_ev", "broadening_ev"), [(0.05, 0.0), (-2.33, 0.4)])
def test_shift_and_broadening_are_those_of_the_peaks(
    exact: Library, measured: MeasuredLibrary, shift_ev: float, broadening_ev: float
) -> None:
    weights, shift, broadening = np.eye(4, dtype=np.float32), np.full(4, shift_ev), np.full(4, broadening_ev)
    moved = [np.interp(AXIS.energies_ev - shift_ev, AXIS.energies_ev, row) == 1 for row in measured.measured]
    # Of peaks the area counts also where nothing was recorded; compared is what was.
    parts = []
    for library in (exact, measured):
        recorded = np.where(moved, engine_of(library).spectra(weights, shift, broadening), 0.0)
        parts.append(recorded / recorded.sum(axis=1, keepdims=True))
    assert (np.abs(parts[0] - parts[1]).max(axis=1) / parts[0].max(axis=1)).max() < 1e-4


def test_a_region_that_ends_above_zero_does_not_ring() -> None:
    intensity, recorded = np.zeros((1, AXIS.size), np.float32), np.zeros((1, AXIS.size), bool)
    for region in (AXIS.window(280, 290), AXIS.window(291, 300)):  # a gap shorter than two tapers
        recorded[0, region] = True
    intensity[recorded] = 1.0
    half_a_channel = FourierSpectra(intensity, recorded).spectra(
        np.ones((1, 1), np.float32), np.array([0.05]), np.array([0.0])
    )
    moved_inside = recorded[0] & np.roll(recorded[0], 1)
    assert np.abs(half_a_channel[0, moved_inside] - 1.0).max() < 0.02
    assert np.abs(half_a_channel[0, AXIS.window(310, 700)]).max() < 1e-3


def test_the_instrument_recipe_draws_from_measured_spectra(measured: MeasuredLibrary) -> None:
    corpus = Corpus(recipe("instrument"), 5, measured)
    batch = corpus.batch(0, 64)
    assert np.isfinite(batch.intensity).all()
    np.testing.assert_allclose(batch.intensity.sum(axis=1) * AXIS.step_ev, 1.0, rtol=1e-4)
    carbon = AXIS.channel(285)
    assert batch.measured[:, carbon].all()  # C 1s is always recorded, and shifts are small against its window
    oxygen = batch.measured[:, AXIS.channel(532)]
    assert 0 < oxygen.sum() < len(batch)


def test_the_engine_follows_the_library(exact: Library, measured: MeasuredLibrary) -> None:
    assert isinstance(engine_of(exact), FourierLibrary)
    assert isinstance(engine_of(measured), FourierSpectra)
