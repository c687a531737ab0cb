"""The recipe `surface`: what stands beside polymers, and what is known about it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.corpus import Batch, Corpus, Recipe, recipe
from xps_keras.corpus.corpus import BLOCK
from xps_keras.corpus.instrument import jitter
from xps_keras.corpus.recipes import Instrument, Surface, recipe_from_dict
from xps_keras.corpus.surface import draw_additions
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.lines import LINES
from xps_keras.library.loading import load_library
from xps_keras.library.species import load_species

SPECIES = load_species()
MAIN = [name for name, line in LINES.items() if line.main]
NOTHING = Surface(contamination=0.0, no_polymer=0.0, foreign=0.0, graphitic=0.0, second_state=0.0)
"""A surface of polymers alone."""


def drawn(surface: Surface, seed: int = 3, **changes: object) -> Batch:
    """512 spectra of library polymers with many counts and no shift."""
    found = recipe("surface", max_shift_ev=0.0)
    assert found.instrument is not None
    instrument = replace(
        found.instrument, peak_counts=(9e4, 1e5), only_carbon=0.0, steep_backgrounds=0.0, short_carbon=0.0
    )
    own: Recipe = replace(found, surface=surface, hypothetical=0.0, instrument=replace(instrument, **changes))  # type: ignore[arg-type]
    return Corpus(own, seed).batch(0, 512)


def area(batch: Batch, line: str) -> NDArray[np.float64]:
    window = AXIS.window(LINES[line].window_low_ev, LINES[line].window_high_ev)
    return np.asarray(batch.intensity[:, window].sum(axis=1, dtype=np.float64))


def test_without_any_effect_there_are_polymers_alone() -> None:
    batch = drawn(NOTHING)
    assert not batch.graphitic_share.any()
    assert not np.nansum(batch.foreign_share)
    np.testing.assert_allclose(batch.polymer_share, 1.0, atol=1e-5)
    np.testing.assert_allclose(batch.fractions.sum(axis=1), 1.0, atol=1e-5)
    np.testing.assert_array_equal(batch.groups > 0, batch.group_amounts > 0)


def test_each_effect_alone_shows_only_itself() -> None:
    graphitic = drawn(replace(NOTHING, graphitic=1.0, graphitic_amount=(1.0, 1.0)))
    assert 0.3 < graphitic.graphitic_share.mean() < 0.5
    assert not np.nansum(graphitic.foreign_share)
    foreign = drawn(replace(NOTHING, foreign=1.0, foreign_kinds=("oxide",), anything=0.0))
    assert not foreign.graphitic_share.any()
    assert np.nanmean(foreign.foreign_share[:, MAIN.index("O 1s")]) > 0.3
    assert not np.nansum(foreign.foreign_share[:, MAIN.index("F 1s")])
    bare = drawn(replace(NOTHING, no_polymer=1.0))
    assert not bare.polymer_share.any()
    assert set(bare.polymers.ravel()) == {-1}
    only = np.flatnonzero(bare.groups.any(axis=0))
    assert [GROUP_NAMES[place] for place in only] == ["alkane"]


def test_a_mixed_layer_brings_several_lines_at_once() -> None:
    """Lithium fluoride stands on an electrode beside carbonate: who has the one in F 1s has the other in C 1s."""
    layers = replace(NOTHING, foreign=1.0, foreign_kinds=("mixed layer",), anything=0.0, foreign_species=(1,))
    batch = drawn(replace(layers, foreign_amount=(2.0, 2.0), only=("lithium electrode interphase",)))
    carbon, oxygen, fluorine = (batch.foreign_share[:, MAIN.index(line)] for line in ("C 1s", "O 1s", "F 1s"))
    seen = ~np.isnan(oxygen) & ~np.isnan(fluorine)
    assert seen.sum() > 100
    for share in (carbon, oxygen, fluorine):
        assert (share[seen] > 0.02).all()


def test_foreign_oxygen_makes_oxygen_stronger_by_what_is_said() -> None:
    plain = drawn(replace(NOTHING, contamination=0.0))
    oxide = drawn(replace(NOTHING, foreign=1.0, foreign_kinds=("oxide",), foreign_amount=(4.0, 4.0), anything=0.0))
    both = ~np.isnan(plain.foreign_share[:, 1]) & ~np.isnan(oxide.foreign_share[:, 1])
    ratio = (area(oxide, "O 1s") / area(oxide, "C 1s"))[both] / (area(plain, "O 1s") / area(plain, "C 1s"))[both]
    assert np.median(ratio) > 2.0


def test_an_oxide_stands_where_oxides_stand() -> None:
    batch = drawn(replace(NOTHING, no_polymer=1.0, foreign=1.0, foreign_kinds=("oxide",), anything=0.0))
    window = AXIS.window(525.0, 537.0)
    strong = np.nan_to_num(batch.foreign_share[:, MAIN.index("O 1s")]) > 0.9
    top = AXIS.energies_ev[window][batch.intensity[strong][:, window].argmax(axis=1)]
    assert np.quantile(top, 0.05) > 528.5
    assert np.quantile(top, 0.5) < 531.6


def test_graphite_is_narrow_below_hydrocarbon_and_has_a_tail() -> None:
    batch = drawn(replace(NOTHING, no_polymer=1.0, graphitic=1.0), seed=8)
    sheets = batch.graphitic_share > 0.97
    assert sheets.any()
    window = AXIS.window(278.0, 296.0)
    mean = batch.intensity[sheets][:, window].mean(axis=0)
    energies = AXIS.energies_ev[window]
    top = energies[mean.argmax()]
    assert 284.2 <= top <= 284.8
    above, below = (np.interp(top + distance, energies, mean) for distance in (1.5, -1.5))
    assert above > 2 * below


def test_training_and_held_out_species_share_nothing_but_contamination() -> None:
    used = {}
    for which in ("training", "held out"):
        surface = Surface(species=which, foreign=1.0, graphitic=0.5)
        amounts = draw_additions(SPECIES, surface, 20_000, np.random.default_rng(1)).amounts
        used[which] = {SPECIES.keys[place] for place in np.flatnonzero(amounts.any(axis=0))}
    common = used["training"] & used["held out"]
    kinds = {SPECIES.kinds[SPECIES.keys.index(key)] for key in common}
    assert kinds == {"contamination", "anything"}
    assert len(used["held out"]) > 40


def test_components_move_as_a_whole_and_environments_together() -> None:
    peaks = load_library().peaks
    instrument = Instrument(jitter_of="components", library_energy_jitter_ev=0.12)
    moved = [jitter(peaks, instrument, np.random.default_rng(seed)) for seed in range(40)]
    away = np.array([one.energy_ev - peaks.energy_ev for one in moved])
    partner = np.flatnonzero(peaks.is_kind("minor partner"))
    np.testing.assert_allclose(away[:, partner], away[:, partner - 1], atol=1e-12)
    ratio = np.array([one.area[partner] / one.area[partner - 1] for one in moved])
    np.testing.assert_allclose(ratio, np.tile(peaks.area[partner] / peaks.area[partner - 1], (40, 1)), rtol=1e-9)
    known = np.array([letter == "K" for letter in peaks.confidence])
    assert away[:, known].std() == pytest.approx(0.12, rel=0.15)
    same = [
        place for place, name in enumerate(zip(peaks.line, peaks.label, strict=True)) if name == ("C 1s", "hydrocarbon")
    ]
    assert np.corrcoef(away[:, same[0]], away[:, same[1]])[0, 1] > 0.3


def test_how_wrong_the_library_is_differs_from_draw_to_draw() -> None:
    peaks = load_library().peaks
    known = np.array([letter == "K" for letter in peaks.confidence])
    steady = Instrument(jitter_of="components", library_energy_jitter_ev=0.1)
    uneven = replace(steady, library_energy_jitter_times=(0.5, 3.0))

    def spreads(instrument: Instrument) -> Any:
        moved = [jitter(peaks, instrument, np.random.default_rng(seed)) for seed in range(200)]
        return np.array([(one.energy_ev - peaks.energy_ev)[known].std() for one in moved])

    alike, found = spreads(steady), spreads(uneven)
    assert alike.max() < 2.0 * alike.min()
    assert found.max() > 4.0 * found.min()
    assert np.median(found) == pytest.approx(0.1 * np.sqrt(0.5 * 3.0), rel=0.25)


def test_a_third_to_a_half_of_the_components_are_hypothetical() -> None:
    corpus = Corpus(recipe("surface"), seed=3)
    listed = len(load_library().keys)
    batch = corpus.batch(0, 4 * BLOCK)
    hypothetical = np.asarray(batch.polymers)[np.asarray(batch.fractions) > 0] >= listed
    assert 1 / 3 < hypothetical.mean() < 1 / 2


def test_a_short_window_ends_before_the_shake_up() -> None:
    batch = drawn(NOTHING, short_carbon=1.0)
    last = [AXIS.energies_ev[np.flatnonzero(row[: AXIS.channel(310)])[-1]] for row in batch.measured]
    assert np.median(last) < 293.6


def test_a_recipe_comes_back_from_its_dictionary() -> None:
    own = recipe("surface")
    assert recipe_from_dict(own.to_dict()) == own
