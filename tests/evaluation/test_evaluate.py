"""From a model to an evaluation."""

import io
import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from xps_keras.corpus import Corpus, recipe
from xps_keras.corpus.seeds import VALIDATION_SEED_OFFSET
from xps_keras.errors import UsageError
from xps_keras.evaluation.answers import judged_groups
from xps_keras.evaluation.evaluate import evaluate, measure, to_json
from xps_keras.evaluation.picture import save_png
from xps_keras.evaluation.table import print_table
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.loading import load_library
from xps_keras.runtime import Runtime

Build = Callable[..., Runtime]


def test_a_perfect_model(oracle: Build) -> None:
    found = measure(oracle(), "paper", 3.0, 600, 7)
    assert found.exact_match.all_groups.fraction == 1.0
    assert found.exact_match.all_groups.low > 0.99
    assert found.micro.f1 == found.macro.f1 == found.alkane_specificity == 1.0
    assert found.mean_calibration_error == 0.0
    assert found.shift.mean_absolute_ev == 0.0
    assert found.shift.within_tolerance == 1.0
    assert sum(found.shift.histogram_counts) == 600
    assert found.readings is None
    ester = found.groups[GROUP_NAMES.index("ester (aliphatic)")]
    assert ester.detection_limit is not None
    assert ester.detection_limit < 0.05


def test_a_model_that_is_always_wrong(oracle: Build) -> None:
    found = measure(oracle(wrong=True, shift_error_ev=-0.4), "paper", 3.0, 300, 7)
    assert found.exact_match.all_groups.fraction == 0.0
    assert found.exact_match.all_groups.low == 0.0
    assert found.micro.f1 == found.micro.specificity == 0.0
    assert found.mean_calibration_error == 1.0
    assert found.shift.bias_ev == pytest.approx(-0.4, abs=1e-5)
    assert found.shift.mean_absolute_ev == pytest.approx(0.4, abs=1e-5)
    assert found.shift.within_tolerance == 0.0
    assert all(limit is None for limit in found.detection_limits)


def test_readings(oracle: Build) -> None:
    found = measure(oracle(readings=True, shift_error_ev=0.4), "paper", 3.0, 100, 7).readings
    assert found is not None
    assert found.mean_number == 2.0
    assert found.any_within_tolerance == 1.0
    assert found.first_is_heaviest == 1.0
    # 0.4 eV off at a standard deviation of 0.3 eV: outside of 68 %, inside of 95 %.
    assert (found.coverage_68, found.coverage_95) == (0.0, 1.0)
    assert (found.coverage_68_nearest, found.coverage_95_nearest) == (1.0, 1.0)
    # Both readings together: 0.4 eV below the truth are 0.7 * 0.09 + 0.3 * 0.5 of the probability.
    assert (found.coverage_68_all, found.coverage_95_all) == (1.0, 1.0)
    assert found.found[found.promised.index(0.8)] == 0.0
    assert found.found[found.promised.index(0.9)] == 1.0


def test_bins_of_true_shift_cover_every_spectrum(guesser: Runtime) -> None:
    found = measure(guesser, "paper", 2.5, 300, 7).shift.by_true_shift
    assert found[0].low_ev == -2.5
    assert found[-1].high_ev == 2.5
    assert sum(entry.spectra for entry in found) == 300
    unshifted = measure(guesser, "paper", 0.0, 40, 7).shift.by_true_shift
    assert [entry.spectra for entry in unshifted] == [40]


def test_the_batch_size_does_not_change_the_result(guesser: Runtime) -> None:
    small = measure(guesser, "paper", 3.0, 600, 7, batch_size=7)
    large = measure(guesser, "paper", 3.0, 600, 7, batch_size=64)
    assert 0.05 < (small.micro.f1 or 0.0) < 0.95  # neither all right nor all wrong: there is something to compare
    assert small == large


def test_memory_does_not_grow_with_the_spectra(guesser: Runtime) -> None:
    def peak(size: int) -> int:
        tracemalloc.start()
        measure(guesser, "paper", 3.0, size, 7)
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    peak(1)  # what is loaded once
    # The corpus keeps two blocks of 512 while it draws a third.
    three, five = peak(3 * 512), peak(5 * 512)
    of_the_spectra = 2 * 512 * 6601 * 4
    assert five - three < 0.1 * of_the_spectra


def test_groups_are_judged_only_where_their_lines_were_measured() -> None:
    library = load_library()
    assessable = tuple(bool(known) for known in library.assessable)
    batch = Corpus(recipe("instrument"), seed=3).batch(0, 128)
    judged = judged_groups(batch, assessable)
    fluorine = GROUP_NAMES.index("alkyl halide (F)")
    recorded = np.array([row[6490] for row in batch.measured])  # 689.0 eV, F 1s
    unshifted = np.abs(batch.shift_ev) < 1.0
    assert np.array_equal(judged[unshifted, fluorine], recorded[unshifted])
    assert judged[:, fluorine].any()
    assert not judged[:, fluorine].all()
    assert judged[:, GROUP_NAMES.index("alkane")].all()  # C 1s always is
    assert not judged[:, ~library.assessable].any()


def test_mistakes_about_unmeasured_lines_do_not_count_as_judged(oracle: Build) -> None:
    # Knows all but what it cannot know: groups whose lines are missing are called absent.
    truth = oracle("instrument", 5.0)
    corpus = Corpus(recipe("instrument", 5.0), 7)
    rows = iter(judged_groups(corpus.batch(0, 256), truth.metadata.assessable))

    def honest(intensity: np.ndarray) -> dict[str, np.ndarray]:
        outputs = truth.call(intensity)
        judged = np.stack([next(rows) for _ in intensity])  # a runtime cuts batches into parts, in order
        return {**outputs, "probabilities": outputs["probabilities"] * judged}

    found = measure(Runtime(truth.path, truth.sha256, truth.metadata, honest), "instrument", 5.0, 256, 7)
    assert found.exact_match.all_groups.fraction < 0.95
    assert found.exact_match.judged_groups.fraction == 1.0
    amine = found.groups[GROUP_NAMES.index("amine")]
    assert amine.judged_support < amine.support
    assert amine.judged_rates.f1 == 1.0
    assert (amine.rates.recall or 0.0) < 1.0


@pytest.mark.parametrize("seed", [3, 3 + VALIDATION_SEED_OFFSET])
def test_seeds_of_the_training_are_refused(guesser: Runtime, seed: int) -> None:
    with pytest.raises(UsageError, match=f"seed {seed}"):
        measure(guesser, "paper", 3.0, 10, seed)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("paper", 3.0, 0, 7), "at least 1"),
        (("paper", 3.0, 10, -1), "negative"),
        (("papier", 3.0, 10, 7), "choose one of"),
        (("paper", 30.0, 10, 7), "largest shift"),
    ],
)
def test_arguments_out_of_range(guesser: Runtime, arguments: tuple[str, float, int, int], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        measure(guesser, *arguments)


def test_json_round_trip(guesser: Runtime) -> None:
    found = measure(guesser, "instrument", None, 64, 7)
    text = to_json(found)
    assert json.loads(text) == found.to_dict()
    assert "NaN" not in text
    assert found.to_dict()["schema"] == "xps-keras/evaluation/1"
    assert found.to_dict()["test"] == {
        "recipe": "instrument",
        "max_shift_ev": 5.0,
        "size": 64,
        "seed": 7,
        "library": "polymers",
    }
    assert [entry["name"] for entry in found.to_dict()["groups"]] == list(GROUP_NAMES)


def test_a_single_spectrum_is_enough(guesser: Runtime, tmp_path: Path) -> None:
    found = measure(guesser, "paper", None, 1, 7)
    json.loads(to_json(found))
    save_png(tmp_path / "one.png", found, dpi=40)


def test_table_says_the_headline_and_every_assessable_group(guesser: Runtime) -> None:
    found = measure(guesser, "paper", 3.0, 128, 7)
    written = io.StringIO()
    print_table(found, Console(width=80, file=written))
    text = written.getvalue()
    assert f"{100 * found.exact_match.all_groups.fraction:.1f} %" in text
    head, _, rest = text.partition("spectra precision")
    assert "exact match" in head
    assert "shift error" in head
    for group in found.groups:
        assert group.name in rest
    assert "…" not in text


def test_picture_is_written_whole(guesser: Runtime, oracle: Build, tmp_path: Path) -> None:
    for number, found in enumerate(
        [measure(guesser, "paper", 3.0, 64, 7), measure(oracle(readings=True), "paper", 3.0, 64, 7)]
    ):
        path = tmp_path / f"{number}.png"
        save_png(path, found, dpi=40)
        assert path.read_bytes().startswith(b"\x89PNG")
    with pytest.raises(UsageError, match="does not exist"):
        save_png(tmp_path / "nowhere" / "a.png", found)


@pytest.mark.slow
def test_from_training_to_figures(tmp_path: Path) -> None:
    from xps_keras.training.run import Run, train

    run = Run(model="stn", recipe="paper", max_shift_ev=1.0, size=1024, epochs=2, validation_size=256, seed=21)
    model = train(run, tmp_path / "run", report=lambda text: None)
    with pytest.raises(UsageError, match="seed 21"):
        evaluate(model, "paper", 1.0, 10, 21, progress=False)
    found = evaluate(model, "paper", 1.0, 256, 7, tmp_path / "e.json", tmp_path / "e.png", progress=False)
    assert json.loads((tmp_path / "e.json").read_text(encoding="utf-8")) == found.to_dict()
    assert (tmp_path / "e.png").stat().st_size > 10_000
    assert found.model.name == "stn"
    assert found.test.size == 256
    # Two epochs teach that most samples hold alkane and that shifts are small.
    assert (found.groups[-1].rates.recall or 0.0) > 0.9
    assert found.shift.mean_absolute_ev < 1.0
    assert found.to_dict() == evaluate(model, "paper", 1.0, 256, 7, progress=False).to_dict()
