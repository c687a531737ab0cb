"""Families of one effect each, methods side by side, flags, and the command line of the experiment `realism`."""

import json
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from xps_keras.axis import AXIS
from xps_keras.cli.app import app
from xps_keras.corpus import Batch, Corpus
from xps_keras.corpus.corpus import BLOCK
from xps_keras.corpus.recipes import Recipe, recipe_from_dict
from xps_keras.corpus.surface import draw_additions
from xps_keras.errors import UsageError
from xps_keras.experiments import realism
from xps_keras.experiments.realism_families import FAMILIES, NONE, Family
from xps_keras.experiments.realism_methods import (
    ClassicalFit,
    Verdict,
    as_analyze,
    carbon_channels,
    carbon_maximum,
    difference_or_spread,
)
from xps_keras.experiments.realism_scores import Said, figures_of, totals_of
from xps_keras.groups import GROUP_NAMES, GROUPS
from xps_keras.library.lines import LINES
from xps_keras.library.loading import load_library
from xps_keras.library.species import load_species
from xps_keras.metadata import Metadata
from xps_keras.runtime import Runtime

SIZE = 8
BY_NAME = {family.name: family for family in FAMILIES}
METADATA = Metadata("reader", "instrument", 3, 5.0, (0.5,) * 40, (True,) * 40, "0.1.0", "0" * 64, "none")


def quiet(sentence: str) -> None:
    """Take a report for the user and say nothing."""


def batch_of(name: str, size: int = SIZE) -> Batch:
    return Corpus(BY_NAME[name].recipe, 5).batch(0, size)


def areas(batch: Batch, line: str) -> np.ndarray:
    window = LINES[line]
    stretch = AXIS.window(window.window_low_ev - 5, window.window_high_ev + 5)
    return np.asarray(batch.intensity[:, stretch].sum(axis=1), np.float64)


class Carbon:
    """A model that takes the strongest carbon for hydrocarbon, and O 1s below 531 eV for organic, as 0.1.0 does."""

    def __init__(self, metadata: Metadata = METADATA) -> None:
        self.runtime = Runtime(Path("carbon.tflite"), "c" * 64, metadata, self)
        self.calls = 0

    def __call__(self, intensity: np.ndarray) -> dict[str, np.ndarray]:
        self.calls += 1
        energy = AXIS.energies_ev
        carbon, oxygen = (np.where((energy > low) & (energy < low + 24), intensity, 0) for low in (276, 520))
        shift = energy[carbon.argmax(axis=1)] - 285.0
        pulled = oxygen.sum(axis=1) > carbon.sum(axis=1)
        shift = np.where(pulled, energy[oxygen.argmax(axis=1)] - 532.8, shift)
        probabilities = np.zeros((len(intensity), 40), np.float32)
        probabilities[:, GROUP_NAMES.index("benzene ring")] = 1.0
        return {"probabilities": probabilities, "shift_ev": shift[:, None].astype(np.float32), "aligned": intensity}


def test_every_family_has_its_own_name_and_keeps_away_from_training() -> None:
    assert len(BY_NAME) == len(FAMILIES)
    assert FAMILIES[0].effect == NONE
    species = load_species()
    for family in FAMILIES:
        assert recipe_from_dict(family.recipe.to_dict()) == family.recipe
        surface, instrument = family.recipe.surface, family.recipe.instrument
        assert surface is not None
        assert instrument is not None
        added = draw_additions(species, surface, 64, np.random.default_rng(1))
        used = np.flatnonzero(added.amounts.any(axis=0))
        seen_in_training = [species.keys[place] for place in used if not species.held_out[place]]
        assert all(key.startswith("adventitious") for key in seen_in_training), family.name
        changed = [
            field.name
            for field in fields(instrument)
            if getattr(instrument, field.name) != getattr(BY_NAME[NONE].recipe.instrument, field.name)
        ]
        if surface != BY_NAME[NONE].recipe.surface:
            assert not changed, f"{family.name} has effects of the surface and of the instrument"


@pytest.mark.parametrize(("line", "kind"), [("O 1s", "oxide"), ("Si 2p", "silica, silicates")])
def test_a_level_is_the_area_of_its_line(line: str, kind: str) -> None:
    """On polymers that have nothing there, with counts enough that noise adds no area: within a fifth."""
    levels = [family for family in FAMILIES if family.effect == kind]
    starts = range(0, 12 * BLOCK, BLOCK)  # spectra of a block share one draw of what species are made of

    def ratios(recipe: Recipe) -> np.ndarray:
        batches = [Corpus(recipe, 5).batch(start, 16) for start in starts]
        return np.concatenate([areas(batch, line) / areas(batch, "C 1s") for batch in batches])

    bare = ratios(BY_NAME[NONE].recipe) < 1e-6
    assert bare.sum() > 5
    for family in levels:
        assert family.recipe.instrument is not None
        assert family.recipe.surface is not None
        still = replace(family.recipe.instrument, peak_counts=(1e8, 1e8))
        level = family.recipe.surface.foreign_amount[0]
        found = np.median(ratios(replace(family.recipe, instrument=still))[bare])
        assert found == pytest.approx(level, rel=0.2), family.name


def test_families_share_their_mixtures_and_shifts() -> None:
    plain = batch_of(NONE)
    for name in ("oxide, 2 in O 1s", "steep background, 10 of the peak", "misaligned regions, 0.4 eV"):
        other = batch_of(name)
        np.testing.assert_array_equal(plain.shift_ev, other.shift_ev)
        np.testing.assert_array_equal(plain.polymers, other.polymers)
        assert not np.array_equal(plain.intensity, other.intensity)


def test_sp2_carbon_stands_alone() -> None:
    for family in FAMILIES:
        if family.carbon:
            batch = Corpus(family.recipe, 5).batch(0, SIZE)
            assert (batch.polymers == -1).all()
            assert (batch.graphitic_share > 0.5).all(), family.name


def test_a_foreign_line_that_is_none() -> None:
    surface = BY_NAME["oxide, 2 in O 1s"].recipe.surface
    assert surface is not None
    with pytest.raises(UsageError, match="Fe 2p"):
        draw_additions(load_species(), replace(surface, foreign_line="Fe 2p"), 4, np.random.default_rng(1))


def test_the_classical_methods_on_hydrocarbon() -> None:
    """Adventitious carbon: its top is hydrocarbon, which reference and fit both find."""
    batch = batch_of("adventitious carbon alone, no oxide", 4)
    maximum = carbon_maximum(batch)
    assert np.abs(maximum - batch.shift_ev).max() < 0.25
    fit = ClassicalFit(load_library())
    assert np.median(np.abs(fit.shifts(batch, maximum) - batch.shift_ev)) < 0.4
    assert np.isnan(fit.shifts(batch, np.full(4, np.nan))).all()


def test_carbon_alone_leaves_nothing_else() -> None:
    batch = batch_of("oxide, 2 in O 1s")
    kept = carbon_channels(batch.measured)
    energies = AXIS.energies_ev[kept.any(axis=0)]
    assert energies.min() > 255
    assert energies.max() < 325
    assert (kept <= batch.measured).all()
    assert (kept.sum(axis=1) >= 140).all()


def test_an_oxide_is_flagged_and_nothing_is_without() -> None:
    model = Carbon()
    family = BY_NAME["adventitious carbon alone, oxide O 1s 5"]
    found = realism.measured_family(model.runtime, load_library(), family, SIZE, 5, difference_or_spread)
    assert found.failures == found.failures_flagged == SIZE
    assert (found.flagged, found.silent) == (1.0, 0.0)
    assert found.coverage_95 is None
    plain = BY_NAME["adventitious carbon alone, no oxide"]
    assert realism.measured_family(model.runtime, load_library(), plain, SIZE, 5).flagged == 0.0


def test_a_rule_may_let_another_answer_stand() -> None:
    def carbon_stands(model: Any, batch: Batch, outputs: dict[str, np.ndarray]) -> Verdict:
        alone = model.run(np.where(carbon_channels(batch.measured), batch.intensity, 0.0))
        said = difference_or_spread(model, batch, outputs)
        return Verdict(said.flagged, said.doubt, alone)

    family = BY_NAME["adventitious carbon alone, oxide O 1s 5"]
    for rule in (carbon_stands, as_analyze):
        found = realism.measured_family(Carbon().runtime, load_library(), family, SIZE, 5, rule)
        assert found.failures == 0
        assert found.right_flagged == SIZE


def test_figures_and_totals() -> None:
    present = np.zeros((4, len(GROUPS)), bool)
    present[:, :2] = True
    called = present.copy()
    called[0, 0] = False
    said = Said(
        error_ev=np.array([0.1, -0.1, 2.0, -1.0]),
        uncertainty_ev=np.array([0.2, 0.06, 0.2, 0.2]),
        called=called,
        present=present,
        flagged=np.array([True, False, True, False]),
        doubt=np.array([0.3, 0.01, 0.9, 0.05]),
        graphitic=np.array([0.9, 0.9, 0.9, 0.01]),
        maximum_error_ev=np.array([np.nan, 0.0, 1.0, 2.0]),
        fit_error_ev=np.full(4, np.nan),
    )
    found = figures_of("graphite", "", said, carbon=True)
    assert (found.failures, found.failures_flagged, found.right_flagged, found.silent) == (2, 1, 1, 0.25)
    assert (found.coverage_68, found.coverage_95) == (0.25, 0.5)
    assert found.micro_f1 == pytest.approx(14 / 15, abs=1e-6)
    assert (found.benzene_ring, found.named_graphitic) == (0.0, 0.75)
    assert found.c1s_maximum.spectra == 3
    assert found.c1s_maximum.wrong == pytest.approx(2 / 3, abs=1e-6)
    assert found.classical_fit.spectra == 0
    assert found.classical_fit.wrong is None
    assert found.auc == 0.75  # of four pairs of a wrong and a right answer, in one the right one is doubted more
    assert (found.doubted_wrong[0], found.doubted_right[0]) == (2, 2)
    row = asdict(found)
    totals = totals_of([row, row], "graphite")
    assert (totals["failures"], totals["flagged_of_failures"], totals["false_alarms"]) == (4, 0.5, 0.5)
    assert totals["auc"] == pytest.approx(0.75, abs=0.01)
    assert totals_of([row], "other")["false_alarms_without_effects"] is None


def test_the_experiment_is_resumed_and_stands_beside_an_older_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = Carbon()
    monkeypatch.setattr(realism, "load", lambda source: model.runtime)
    plan = realism.RealismPlan(size=SIZE, seed=5, classical=0, families=("no effect", "oxide, 2", "graphene"))
    first = realism.realism_experiment(plan, tmp_path, report=quiet, progress=False)
    assert [row["effect"] for row in first["rows"]] == ["no effect", "oxide", "graphene"]
    assert first == json.loads((tmp_path / "realism.json").read_text())
    assert (tmp_path / "realism.png").read_bytes().startswith(b"\x89PNG")
    calls = model.calls
    kept = tmp_path / "older.json"
    kept.write_text((tmp_path / "realism.json").read_text())
    again = realism.realism_experiment(replace(plan, before=kept), tmp_path, report=quiet, progress=False)
    assert model.calls == calls  # measured once
    assert again["rows"] == first["rows"]
    assert again["before"]["rows"] == first["rows"]
    assert "before" not in again["before"]


def run(*words: str | Path) -> Any:
    return CliRunner().invoke(app, ["experiment", "realism", *map(str, words)])


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--families", "nonsense"), "nonsense"),
        (("--before", "nowhere.json"), "nowhere.json"),
        (("--rule", "nonsense"), "--rule"),
        (("--model", "nowhere.tflite"), "nowhere.tflite"),
    ],
)
def test_wrong_options_are_one_sentence(words: tuple[str, ...], named: str, tmp_path: Path) -> None:
    done = run(*words, "--out", tmp_path / "out")
    assert done.exit_code == (2 if named == "--rule" else 1)
    assert named in done.stderr
    assert "Traceback" not in done.output


def test_from_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(realism, "load", lambda source: Carbon().runtime)
    done = run("--size", "4", "--classical", "0", "--families", "graphene", "--seed", "5", "--out", tmp_path)
    assert done.exit_code == 0, done.output
    assert "graphene: benzene ring called in 100 %" in done.stdout
    assert "realism.json" in done.stdout.replace("\n", "")


def test_a_family_reads_well() -> None:
    assert Family("oxide", "2 in O 1s", FAMILIES[0].recipe).name == "oxide, 2 in O 1s"
    assert Family("graphene", "", FAMILIES[0].recipe).name == "graphene"
