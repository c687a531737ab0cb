"""Seen against unseen: what is asked, what is counted, what is shown."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from xps_keras.corpus import recipe
from xps_keras.corpus.seeds import VALIDATION_SEED_OFFSET
from xps_keras.errors import ModelError, UsageError
from xps_keras.experiments import unseen
from xps_keras.experiments.unseen import Unseen, evaluate_unseen, figures, summarised
from xps_keras.experiments.unseen_answers import AskedModel, UnseenAnswers, ask, save, saved, spectra_asked
from xps_keras.experiments.unseen_picture import save_png
from xps_keras.experiments.unseen_table import gain, print_table
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.folds import division
from xps_keras.library.loading import load_library
from xps_keras.runtime import Runtime

COUNT = len(GROUP_NAMES)
Build = Callable[..., Runtime]


@pytest.fixture
def asked(caller: Build) -> AskedModel:
    """What a model that always says alkane answers."""
    return ask(caller(), 1, recipe("paper"), 300, 7)


def answers(probabilities: list[list[float]], present: list[list[int]]) -> UnseenAnswers:
    """Answers about the first groups; all others absent and not called."""
    count = len(probabilities)
    filled, truth = np.zeros((count, COUNT), np.float32), np.zeros((count, COUNT), bool)
    filled[:, : len(probabilities[0])] = probabilities
    truth[:, : len(present[0])] = present
    return UnseenAnswers(filled, truth, np.zeros(count, np.float32), np.zeros((count, 3), np.int16))


def test_seen_mixtures_hold_no_held_out_polymer_and_unseen_ones_nothing_else(asked: AskedModel) -> None:
    fold = np.append(division().fold, 1)
    for part in (asked.fitting, asked.seen):
        drawn = part.polymers[part.polymers >= 0]
        assert not (fold[drawn] == 1).any()
        assert len(set(drawn.tolist())) > 60
    drawn = asked.unseen.polymers[asked.unseen.polymers >= 0]
    assert (fold[drawn] == 1).all()
    assert len(set(drawn.tolist())) == (division().fold == 1).sum()


def test_labels_are_those_of_the_polymers(asked: AskedModel) -> None:
    carries = np.vstack([load_library().group_counts > 0, np.zeros((1, COUNT), bool)])
    for part in (asked.seen, asked.unseen):
        np.testing.assert_array_equal(part.present, carries[part.polymers].any(axis=1))


def test_thresholds_are_not_fitted_on_test_mixtures(asked: AskedModel) -> None:
    fitting, seen = (set(map(bytes, part.shift_error_ev.reshape(-1, 10))) for part in (asked.fitting, asked.seen))
    assert not fitting & seen


def test_figures_of_a_model_that_always_says_alkane(asked: AskedModel) -> None:
    found = summarised({"paper": [asked]}, "paper", 3.0, 300, 7).trained[0]
    alkane = GROUP_NAMES.index("alkane")
    for part, name in ((asked.seen, "seen"), (asked.unseen, "unseen")):
        one = getattr(found, name)["half"]
        share = part.present[:, alkane].mean()
        assert one.groups[alkane].precision == pytest.approx(share)
        assert one.groups[alkane].recall == 1.0
        assert one.groups[alkane].f1 == pytest.approx(2 * share / (1 + share))
        assert one.macro_f1 == pytest.approx(one.groups[alkane].f1 / one.macro_groups)
        assert one.groups[GROUP_NAMES.index("ester (aliphatic)")].f1 == 0.0
    # A shift of zero for shifts that are uniform in -3 ... 3 eV.
    assert found.shift_unseen.mean_absolute_ev == pytest.approx(1.5, abs=0.2)


def test_counts_of_folds_are_added_before_anything_is_divided() -> None:
    # Group 0: 1 of 1 called in one fold, 0 of 3 in the other: recall 1/4, not the mean 1/2.
    one, other = answers([[0.9]], [[1]]), answers([[0.1]] * 3, [[1]] * 3)
    half = np.full(COUNT, 0.5, np.float32)
    found = figures([one, other], [half, half], np.ones(COUNT, bool))
    assert found.groups[0].recall == 0.25
    assert found.groups[0].precision == 1.0
    assert found.macro_groups == 1
    # Each model is read at its own thresholds.
    assert figures([one, other], [half, half * 0.1], np.ones(COUNT, bool)).groups[0].recall == 1.0


def test_groups_that_do_not_count_are_left_out_of_the_mean() -> None:
    both = answers([[0.9, 0.1]], [[1, 1]])
    half = [np.full(COUNT, 0.5, np.float32)]
    first_only = np.arange(COUNT) == 0
    assert figures([both], half, np.ones(COUNT, bool)).macro_f1 == 0.5
    assert figures([both], half, first_only).macro_f1 == 1.0
    assert figures([both], half, np.arange(COUNT) == 5).macro_f1 is None


def test_thresholds_fitted_on_seen_mixtures_are_used() -> None:
    # The model is sure of itself: it says 0.7 for every spectrum and 0.75 for those that carry the group.
    present = [[1], [0]] * 50
    sure = answers([[0.75], [0.7]] * 50, present)
    model = AskedModel(0, (0.72,) * COUNT, sure, sure, sure)
    found = summarised({"paper": [model]}, "paper", 3.0, 100, 7).trained[0]
    assert [found.unseen[rule].groups[0].precision for rule in ("half", "seen", "own")] == [0.5, 1.0, 1.0]


def test_a_recipe_with_hypothetical_polymers_is_no_test(caller: Build) -> None:
    with pytest.raises(UsageError, match="neither seen nor held out"):
        ask(caller(), 1, recipe("generalise"), 10, 7)


@pytest.mark.parametrize("seed", [42, 42 + VALIDATION_SEED_OFFSET, -1])
def test_seeds_of_the_training_are_refused(caller: Build, seed: int) -> None:
    with pytest.raises(UsageError, match="seed"):
        ask(caller(), 1, recipe("paper"), 10, seed)


def test_progress_counts_every_spectrum(caller: Build) -> None:
    told: list[int] = []
    ask(caller(), 1, recipe("paper"), 300, 7, told.append)
    assert sum(told) == spectra_asked(300) == 900


def test_a_model_that_knows_every_polymer_has_nothing_unseen(caller: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match="polymers-without-fold-0") as refused:
        evaluate_unseen("pretrained")
    assert "\n" not in str(refused.value)
    monkeypatch.setattr(unseen, "load", lambda source: caller(library="polymers-without-fold-3+hypothetical"))
    assert evaluate_unseen("model.keras", size=20, progress=False).trained[0].folds == (3,)


def test_answers_come_back_from_their_file(asked: AskedModel, tmp_path: Path) -> None:
    path = tmp_path / "answers.npz"
    save(path, asked, {"model": "a"})
    back = saved(path, {"model": "a"})
    assert back is not None
    assert (back.fold, back.thresholds) == (asked.fold, asked.thresholds)
    for name in ("probabilities", "present", "shift_error_ev", "polymers"):
        np.testing.assert_array_equal(getattr(back.unseen, name), getattr(asked.unseen, name))
    assert saved(path, {"model": "b"}) is None
    assert saved(tmp_path / "none.npz", {"model": "a"}) is None
    path.write_bytes(path.read_bytes()[:1000])
    assert saved(path, {"model": "a"}) is None


@pytest.fixture
def compared(caller: Build, asked: AskedModel) -> Unseen:
    """Two recipes: one model always says alkane, the other benzene ring."""
    other = ask(caller("benzene ring"), 1, recipe("paper"), 300, 7)
    return summarised({"paper": [asked], "generalise": [other]}, "paper", 3.0, 300, 7)


def test_json_holds_every_group_and_no_nan(compared: Unseen) -> None:
    content = json.loads(compared.to_json())
    assert content["schema"] == "xps-keras/unseen/1"
    assert content["group_names"] == list(GROUP_NAMES)
    assert sum(content["counted"]) == 20
    for trained in content["trained"]:
        assert {len(trained[part][rule]["groups"]) for part in ("seen", "unseen") for rule in unseen.RULES} == {COUNT}
    assert "NaN" not in compared.to_json()


def test_table_names_every_carried_group_and_the_gain(compared: Unseen) -> None:
    written = io.StringIO()
    print_table(compared, Console(width=80, file=written))
    text = written.getvalue()
    for name, carriers in zip(GROUP_NAMES, compared.carriers, strict=True):
        assert (name in text) == (carriers > 0), name
    difference = gain(compared)
    assert difference is not None
    assert f"{100 * difference:+.1f} points at 0.5" in text
    assert "…" not in text


def test_picture_is_written_whole(compared: Unseen, asked: AskedModel, tmp_path: Path) -> None:
    for number, found in enumerate([compared, summarised({"paper": [asked]}, "paper", 3.0, 300, 7)]):
        path = tmp_path / f"{number}.png"
        save_png(path, found, dpi=40)
        assert path.read_bytes().startswith(b"\x89PNG")
