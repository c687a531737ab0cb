"""The rule of doubt: fitted where truth is known, kept in the metadata, measured family by family."""

import json
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest

from xps_keras.analysis.consistency import Candidate, Consistency
from xps_keras.analysis.doubt import places
from xps_keras.axis import AXIS
from xps_keras.consistency_rule import FEATURES, OWN_FEATURES, Rule
from xps_keras.corpus import Corpus, recipe
from xps_keras.errors import ModelError, UsageError
from xps_keras.evaluation.doubt import Examined, choose_threshold, fit, fit_rule, measure_rule, to_table
from xps_keras.evaluation.families import CLEAN, SPARSE, families
from xps_keras.library.lines import LINES, MAIN_LINES
from xps_keras.library.loading import load_library
from xps_keras.metadata import from_json, to_json

from .conftest import metadata


def made_up(count: int, seed: int) -> Examined:
    """Half of the spectra clean; in the other half a foreign region pulls all regions away and carbon stays right."""
    rng = np.random.default_rng(seed)
    truth = rng.uniform(-4.0, 4.0, count)
    pulled = rng.random(count) < 0.5
    lost = rng.random(count) < 0.05  # nothing is right, and the readings are spread
    consistency = []
    for shift, foreign, hopeless in zip(truth, pulled, lost, strict=True):
        error = rng.normal(0.0, 0.06, 3) + hopeless * rng.normal(0.0, 2.0, 3)
        away = rng.uniform(0.7, 2.5) if foreign else 0.0
        spread = 0.6 if hopeless else 0.05 + 0.05 * rng.random()
        consistency.append(
            Consistency(
                (
                    Candidate((), shift + error[0] - away, 0.08, 0.9, spread),
                    Candidate(("O 1s", "N 1s"), shift + error[1], 0.1, 0.85, spread),
                    Candidate(("O 1s",), shift + error[2], 0.1, 0.9, spread),
                    Candidate(("N 1s",), shift + error[0] - away, 0.08, 0.9, spread),
                ),
                1,
            )
        )
    family = np.where(pulled, "oxide", CLEAN)
    return Examined(family, truth, tuple(consistency), np.zeros(count))


def test_a_fitted_rule_answers_from_what_is_right_and_flags_what_is_not() -> None:
    rule = fit(made_up(1500, 1))
    reached = measure_rule(made_up(1500, 2), rule)
    assert reached["oxide"].wrong_all > 0.9
    assert reached["oxide"].wrong < 0.08
    assert (reached[""].flagged or 0.0) >= 0.9
    assert (reached[CLEAN].false_alarms or 0.0) <= 0.08
    assert "| over all |" in to_table(reached)


def judged(examined: Examined, seed: int) -> Examined:
    """The same of a network that judges its own shifts, and is right about each in nine of ten."""
    rng = np.random.default_rng(seed)
    found = []
    for one, true in zip(examined.consistency, examined.true_shift_ev.tolist(), strict=True):
        doubts = [(abs(each.shift_ev - true) > 0.5) ^ (rng.random() < 0.1) for each in one.candidates]
        told = [
            replace(each, judged_doubt=0.8 if doubt else 0.05)
            for each, doubt in zip(one.candidates, doubts, strict=True)
        ]
        found.append(replace(one, candidates=tuple(told)))
    return replace(examined, consistency=tuple(found))


def test_a_network_that_judges_itself_is_heard_and_one_that_does_not_cannot_have_such_a_rule() -> None:
    silent = made_up(1500, 1)
    rule = fit(judged(silent, 11))
    assert rule.features == FEATURES + OWN_FEATURES
    assert all(weights[-1] > 0.0 for weights in rule.weights)
    others = judged(made_up(1500, 2), 12)
    better, worse = measure_rule(others, rule)[""].auc, measure_rule(others, fit(silent))[""].auc
    assert better is not None
    assert worse is not None
    assert better > worse
    with pytest.raises(ValueError, match="judges its shift"):
        silent.seen_by(rule)


def test_candidates_of_a_spectrum_are_found_by_kind() -> None:
    found = made_up(20, 3).consistency[0]
    assert places(found)[:2] == (0, 1)
    assert found.candidates[found.culprit].left_out in {("O 1s",), ("N 1s",)}


def test_the_threshold_flags_failures_before_it_spares_clean_spectra() -> None:
    failed, clean = np.linspace(0.4, 0.9, 200), np.linspace(0.0, 0.1, 500)
    threshold = choose_threshold(failed, clean)
    assert np.mean(failed >= threshold) >= 0.95
    assert np.mean(clean >= threshold) <= 0.06
    overlapping = choose_threshold(np.linspace(0.0, 1.0, 200), np.linspace(0.0, 0.5, 500))
    assert np.mean(np.linspace(0.0, 0.5, 500) >= overlapping) <= 0.10
    assert choose_threshold(np.empty(0), clean) > 0.0


def test_every_effect_of_the_recipe_is_a_family_of_its_own() -> None:
    whole = recipe("surface")
    assert whole.surface is not None
    found = families(whole, "held out")
    assert {
        "all effects",
        CLEAN,
        "contamination",
        "sp2 carbon",
        "steep background",
        *whole.surface.foreign_kinds,
    } <= set(found)
    clean = found[CLEAN]
    assert clean.surface is not None
    assert (clean.surface.foreign, clean.surface.contamination, clean.hypothetical) == (0.0, 0.0, 0.0)
    assert whole.instrument is not None
    recorded, sparse = (found[name].instrument for name in (CLEAN, SPARSE))
    assert recorded is not None
    assert sparse is not None
    assert (recorded.only_carbon, recorded.survey_of_elements, recorded.blank_lines) == (0.0, 1.0, 0.0)
    assert recorded.peak_counts[0] >= 1_000.0
    assert (sparse.only_carbon, sparse.peak_counts) == (whole.instrument.only_carbon, whole.instrument.peak_counts)
    stated_ev = whole.instrument.library_energy_jitter_ev
    wrong = [name for name in found if name.startswith("library energies off")]
    off = {name: found[name].instrument for name in (CLEAN, SPARSE, *wrong)}
    ranges = [one.library_energy_jitter_times for one in off.values() if one]
    assert [least for least, _ in ranges] == [most for _, most in ranges], "a family is wrong by one figure"
    jitter = [
        one.library_energy_jitter_ev * one.library_energy_jitter_times[0] / stated_ev for one in off.values() if one
    ]
    assert jitter == pytest.approx([0.0, 0.05 / stated_ev, 1.0, 2.0, 3.5])
    oxide = found["oxide"].surface
    assert oxide is not None
    assert (oxide.foreign, oxide.contamination, oxide.foreign_kinds) == (1.0, 0.0, ("oxide",))
    assert {one.surface.species for one in found.values() if one.surface} == {"held out"}
    assert list(families(recipe("instrument"))) == [CLEAN]


def test_a_rule_is_never_fitted_on_the_seed_of_the_training() -> None:
    class Model:
        metadata = metadata(seed=5)

    with pytest.raises(UsageError, match="another seed"):
        fit_rule(Model(), recipe("instrument"), 10, 5)  # type: ignore[arg-type]


def test_the_rule_survives_the_metadata_and_older_metadata_has_none() -> None:
    rule = Rule(((0.5,) * len(FEATURES),) * 3, 0.2, 1.0, "made up")
    known = replace(metadata(), consistency=rule)
    assert from_json(to_json(known), "m") == known
    looking = Rule(((0.5,) * (len(FEATURES) + 1),) * 3, 0.2, 1.0, "made up", FEATURES + OWN_FEATURES)
    judging = replace(known, consistency=looking, further_outputs=("shift_doubt",))
    assert from_json(to_json(judging), "m") == judging
    with pytest.raises(ModelError, match="which the model does not give"):
        from_json(to_json(replace(judging, further_outputs=())), "m")
    older = json.loads(to_json(known))
    del older["consistency"]
    assert from_json(json.dumps(older), "m").consistency is None


@pytest.mark.parametrize(
    "spoiled", [{"weights": [[0.0]]}, {"threshold": 2.0}, {"preference": -1.0}, {"note": None}, {"weights": None}]
)
def test_a_spoiled_rule_is_refused_in_one_sentence(spoiled: dict[str, Any]) -> None:
    rule = asdict(Rule(((0.5,) * len(FEATURES),) * 3, 0.2, 1.0, "made up")) | spoiled
    content = json.loads(to_json(metadata())) | {"consistency": rule}
    with pytest.raises(ModelError, match="consistency"):
        from_json(json.dumps(content), "m.json")


def test_clean_spectra_show_the_main_line_of_every_element_of_their_polymers() -> None:
    library = load_library()
    batch = Corpus(families(recipe("surface"))[CLEAN], 4).batch(0, 24)
    lines = set(MAIN_LINES)
    for row in range(len(batch)):
        mixed = batch.polymers[row][batch.fractions[row] > 0]
        wanted = {name for place in mixed for name in library.lines_of(library.keys[place]) if name in lines}
        moved = float(batch.shift_ev[row])
        for name in wanted:
            middle = 0.5 * (LINES[name].window_low_ev + LINES[name].window_high_ev) + moved
            assert batch.measured[row, AXIS.channel(middle)], name
