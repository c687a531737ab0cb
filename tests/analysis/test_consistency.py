"""What an answer does when its regions contradict each other."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.analysis.analyzing import Analysis, analyze, to_json
from xps_keras.analysis.consistency import Part, consistency_of, parts_of_channels, parts_of_mask, variants
from xps_keras.analysis.doubt import examine, features, judge, verdicts
from xps_keras.axis import AXIS
from xps_keras.consistency_rule import CANDIDATES, FEATURES, Rule
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.lines import MAIN_LINES
from xps_keras.library.lineshape import spectrum_of
from xps_keras.library.loading import load_library
from xps_keras.metadata import Metadata
from xps_keras.preprocessing.channels import to_channels
from xps_keras.spectrum import Region, Spectrum

Make = Callable[..., Spectrum]
CARBON, OXYGEN, NITROGEN = AXIS.window(276.0, 300.0), AXIS.window(522.0, 546.0), AXIS.window(390.0, 413.0)


@dataclass
class Tops:
    """A model that puts the tops of C 1s at 285.0 and O 1s at 532.8 eV, each as heavily as its area: it is misled as
    trained ones are by a strong region that no polymer has."""

    weight: float = 0.9
    apart_ev: float = 0.1
    shares: dict[str, float] | None = None
    rule: Rule | None = None
    name: str = "tops"
    sha256: str = "0" * 64

    @property
    def metadata(self) -> Metadata:
        return Metadata(
            name=self.name,
            recipe="surface",
            seed=1,
            max_shift_ev=6.0,
            thresholds=(0.5,) * len(GROUP_NAMES),
            assessable=tuple(bool(value) for value in load_library().assessable),
            package_version="0.1.0",
            weights_sha256="0" * 64,
            calibration="none",
            detection_limits=(0.2,) * len(GROUP_NAMES),
            readings=2,
            consistency=self.rule,
        )

    def run(self, intensity: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        areas = np.stack([intensity[:, window].sum(axis=1) for window in (CARBON, OXYGEN)], axis=1)
        tops = [
            AXIS.energies_ev[window][np.argmax(intensity[:, window], axis=1)] - true
            for window, true in ((CARBON, 285.0), (OXYGEN, 532.8))
        ]
        shift = (areas * np.stack(tops, axis=1)).sum(axis=1) / areas.sum(axis=1)
        count = len(intensity)
        groups = np.tile(np.array([0.9 if name == "alkane" else 0.02 for name in GROUP_NAMES], np.float32), (count, 1))
        weight = np.tile(np.array([self.weight, 1.0 - self.weight], np.float32), (count, 1))
        outputs = {
            "probabilities": groups,
            "shift_ev": shift[:, None].astype(np.float32),
            "aligned": intensity,
            "reading_shift_ev": np.stack([shift, shift + self.apart_ev], axis=1).astype(np.float32),
            "reading_uncertainty_ev": np.full((count, 2), 0.05, np.float32),
            "reading_weight": weight,
            "reading_probabilities": np.stack([groups, groups], axis=1),
        }
        if self.shares is not None:
            foreign = np.array([self.shares.get(line, 0.02) for line in MAIN_LINES], np.float32)
            outputs["foreign_share"] = np.tile(foreign, (count, 1))
            outputs["graphitic_share"] = np.full((count, 1), self.shares.get("graphitic", 0.0), np.float32)
            outputs["polymer_share"] = np.full((count, 1), self.shares.get("polymer", 0.9), np.float32)
        return outputs


def on_oxide(oxide: float, shift_ev: float = 1.0) -> Spectrum:
    """Polyethylene on an oxide: O 1s at 530.0 eV, `oxide` times the height of C 1s; N 1s is empty."""
    noise = np.random.default_rng(3)
    regions = []
    for line, low, high in (("C 1s", 279.0, 299.0), ("O 1s", 524.0, 542.0), ("N 1s", 393.0, 411.0)):
        energies = np.round(np.arange(low, high, 0.1), 3)
        rate = np.full(energies.size, 0.02)
        if line == "C 1s":
            rate += spectrum_of(load_library(), "HDPE", energies, shift_ev)
        if line == "O 1s":
            rate += oxide * np.exp(-4.0 * np.log(2.0) * ((energies - 530.0 - shift_ev) / 1.3) ** 2)
        counts = noise.poisson(20_000.0 * rate).astype(np.float64)
        regions.append(Region(line, energies, counts, "counts", "binding", place="block 1"))
    return Spectrum(Path("oxide.vms"), "VAMAS", "ab" * 32, tuple(regions))


def text_of(analysis: Analysis, code: str) -> str:
    return next(warning.text for warning in analysis.warnings if warning.code == code)


def codes(analysis: Analysis) -> set[str]:
    return {warning.code for warning in analysis.warnings}


def test_each_region_but_carbon_is_left_out_once_and_nothing_else_changes(spectrum: Make) -> None:
    channels = to_channels(spectrum(("C 1s", "O 1s", "N 1s")))
    spectra, names = variants(channels.intensity, parts_of_channels(channels))
    assert names == ((), ("O 1s", "N 1s"), ("O 1s",), ("N 1s",))
    np.testing.assert_array_equal(spectra[0], channels.intensity)
    for row, kept in ((1, (CARBON,)), (2, (CARBON, NITROGEN)), (3, (CARBON, OXYGEN))):
        expected = np.zeros_like(channels.intensity)
        for window in kept:
            expected[window] = channels.intensity[window]
        np.testing.assert_array_equal(spectra[row], expected)


def test_with_one_other_region_carbon_alone_is_asked_once_and_without_any_not_at_all(spectrum: Make) -> None:
    two, one = (to_channels(spectrum(lines)) for lines in (("C 1s", "O 1s"), ("C 1s",)))
    assert variants(two.intensity, parts_of_channels(two))[1] == ((), ("O 1s",))
    assert variants(one.intensity, parts_of_channels(one))[1] == ((),)


def test_runs_of_a_corpus_spectrum_are_the_regions_of_the_file_it_stands_for(spectrum: Make) -> None:
    channels = to_channels(spectrum(("C 1s", "O 1s", "N 1s")))
    by_file = sorted(parts_of_channels(channels), key=lambda part: part.first)
    assert list(parts_of_mask(channels.measured)) == by_file
    assert parts_of_mask(np.zeros(AXIS.size, bool)) == ()


def test_a_region_that_shares_channels_with_carbon_does_not_take_them_away() -> None:
    intensity = np.ones(AXIS.size, np.float32)
    carbon, chlorine = Part("C 1s", *_channels(276.0, 298.0)), Part("Cl 2s", *_channels(262.0, 280.0))
    oxygen = Part("O 1s", *_channels(525.0, 545.0))
    spectra, names = variants(intensity, (chlorine, carbon, oxygen))
    assert names[2] == ("Cl 2s",)
    assert spectra[2][AXIS.channel(277.0)] == 1.0
    assert spectra[2][AXIS.channel(270.0)] == 0.0


def _channels(low_ev: float, high_ev: float) -> tuple[int, int]:
    window = AXIS.window(low_ev, high_ev)
    return window.start, window.stop


def test_oxide_oxygen_is_named_and_the_answer_rests_on_carbon() -> None:
    analysis = analyze(on_oxide(4.0), Tops())
    assert analysis.shift_ev == pytest.approx(1.0, abs=0.1)
    assert text_of(analysis, "regions-disagree").startswith("O 1s does not fit C 1s")
    assert analysis.charge_undecided
    undecided = text_of(analysis, "charge-undecided")
    values = {row.name: row.shift_ev for row in analysis.candidates}
    assert values["all regions"] < -0.5
    assert f"{values['C 1s alone']:+.2f} eV" in undecided
    assert f"{values['all regions']:+.2f} eV" in undecided or f"{values['without O 1s']:+.2f} eV" in undecided
    # The truth and the misled value are both within two stated uncertainties.
    assert analysis.shift_uncertainty_ev is not None
    assert abs(values["all regions"] - analysis.shift_ev) < 2.1 * analysis.shift_uncertainty_ev
    assert [row.name for row in analysis.candidates if row.stands] == ["C 1s alone"]


def test_regions_that_agree_are_not_doubted() -> None:
    clean = on_oxide(0.0)
    analysis = analyze(replace(clean, regions=clean.regions[:1]), Tops())
    assert not analysis.charge_undecided
    assert codes(analysis).isdisjoint({"regions-disagree", "charge-undecided"})
    assert analysis.shift_uncertainty_ev == pytest.approx(0.05)


def test_a_doubtful_reading_of_carbon_does_not_overrule_the_rest() -> None:
    analysis = analyze(on_oxide(4.0), Tops(weight=0.55))
    assert [row.name for row in analysis.candidates if row.stands] == ["all regions"]
    assert analysis.charge_undecided


def test_the_reference_moves_candidates_and_words_alike() -> None:
    at_285, lower = analyze(on_oxide(4.0), Tops()), analyze(on_oxide(4.0), Tops(), 284.8)
    for one, other in zip(at_285.candidates, lower.candidates, strict=True):
        assert other.shift_ev == pytest.approx(one.shift_ev + 0.2)
    assert f"{lower.shift_ev:+.2f} eV" in text_of(lower, "charge-undecided")


def rule_for(score: dict[str, dict[str, float]], threshold: float = 0.2) -> Rule:
    rows = [[score.get(kind, {}).get(name, 0.0) for name in FEATURES] for kind in CANDIDATES]
    return Rule(tuple(tuple(row) for row in rows), threshold, 1.0, "made up")


def test_a_fitted_rule_decides_what_stands_and_how_doubtful_it_is() -> None:
    likely = {"all regions": {"constant": -3.0, "all against C 1s": 3.0}, "C 1s alone": {"constant": -2.0}}
    rule = rule_for({**likely, "without one region": {"constant": 5.0}})
    analysis = analyze(on_oxide(4.0), Tops(rule=rule))
    assert analysis.doubt == pytest.approx(1.0 / (1.0 + np.exp(2.0)), abs=1e-6)
    assert not analysis.charge_undecided
    assert analysis.shift_ev == pytest.approx(1.0, abs=0.1)
    assert "regions-disagree" in codes(analysis)
    assert "charge-undecided" not in codes(analysis)
    strict = analyze(on_oxide(4.0), Tops(rule=replace(rule, threshold=0.1)))
    assert strict.charge_undecided
    never = analyze(on_oxide(4.0), Tops(rule=replace(rule, preference=0.0)))
    assert [row.name for row in never.candidates if row.stands] == ["all regions"]


def test_two_readings_does_not_advise_the_region_that_does_not_fit() -> None:
    torn = Tops(weight=0.75, apart_ev=2.0)
    analysis = analyze(on_oxide(4.0), torn)
    assert "O 1s cannot decide it" in text_of(analysis, "two-readings")
    carbon = on_oxide(0.0)
    alone = analyze(replace(carbon, regions=carbon.regions[:1]), torn)
    assert "O 1s above all, would decide" in text_of(alone, "two-readings")


def test_another_reading_within_the_uncertainty_and_with_the_same_groups_is_no_warning() -> None:
    analysis = analyze(on_oxide(0.0), Tops(weight=0.75, apart_ev=0.05))
    assert analysis.alternatives
    assert analysis.shift_uncertainty_ev is not None
    assert analysis.shift_uncertainty_ev > 0.05
    assert "two-readings" not in codes(analysis)


def test_what_a_model_says_about_carbon_and_foreign_regions_is_said() -> None:
    from xps_keras.analysis.carbon import carbon_sentences

    told = analyze(on_oxide(4.0), Tops(shares={"O 1s": 0.9, "graphitic": 0.4, "polymer": 0.05}))
    assert carbon_sentences(told) == [
        "sp2 (graphitic) carbon: 40 % of C 1s",
        "organic part more than adventitious carbon: no",
    ]
    assert "O 1s (90%)" in text_of(told, "foreign-region")
    plain = to_json(told)
    assert (plain["graphitic_share"], plain["polymer_share"]) == (0.4, 0.05)
    assert {row["name"]: row["foreign_share"] for row in plain["regions"]}["O 1s"] == 0.9
    silent = analyze(on_oxide(4.0), Tops())
    assert carbon_sentences(silent) == []
    assert silent.graphitic_share is None
    assert all(row.foreign_share is None for row in silent.regions)


def test_batches_of_a_corpus_get_the_answers_of_single_files() -> None:
    files = [to_channels(on_oxide(oxide, shift)) for oxide, shift in ((4.0, 1.0), (0.5, -2.0), (2.0, 0.3))]
    intensity, measured = (np.stack([getattr(file, name) for file in files]) for name in ("intensity", "measured"))
    model = Tops()
    together = examine(model, intensity, measured)
    for file, answered in zip(files, together, strict=True):
        spectra, names = variants(file.intensity, parts_of_mask(file.measured))
        assert answered.consistency == consistency_of(model.run(spectra), names)
    assert verdicts(model, intensity, measured)[0].shift_ev == pytest.approx(1.0, abs=0.1)


def test_features_are_finite_and_in_order_for_every_kind_of_file() -> None:
    model = Tops()
    for file in (on_oxide(4.0), replace(on_oxide(4.0), regions=on_oxide(4.0).regions[:1])):
        channels = to_channels(file)
        answered = examine(model, channels.intensity[None], channels.measured[None])[0]
        consistency = answered.consistency
        seen = dict(zip(FEATURES, features(consistency, answered.foreign), strict=True))
        assert np.isfinite(list(seen.values())).all()
        assert seen["only C 1s"] == float(len(file.regions) == 1)
        assert bool(seen["all against C 1s"] > 1.0) is (len(file.regions) > 1)
        assert judge(consistency, None).doubted is (len(file.regions) > 1)


def test_a_model_with_a_single_answer_is_checked_too(spectrum: Make, runtime: Any) -> None:
    analysis = analyze(spectrum(), runtime(2.0, {"alkane": 0.9}, several=False))
    assert [row.uncertainty_ev for row in analysis.candidates] == [None, None]
    assert not analysis.charge_undecided


@pytest.mark.parametrize(
    ("graphitic", "ring", "status"),
    [(0.4, 0.6, "not assessable"), (0.4, 0.9, "present"), (0.02, 0.6, "present")],
)
def test_sp2_carbon_is_not_called_a_benzene_ring_unless_that_is_sure(
    graphitic: float, ring: float, status: str
) -> None:
    class Ring(Tops):
        def run(self, intensity: Any) -> dict[str, Any]:
            outputs = super().run(intensity)
            for name in ("probabilities", "reading_probabilities"):
                outputs[name][..., GROUP_NAMES.index("benzene ring")] = ring
            return outputs

    told = analyze(on_oxide(0.0), Ring(shares={"graphitic": graphitic}))
    assert next(group for group in told.groups if group.name == "benzene ring").status == status


@dataclass
class Torn(Tops):
    """A model that reads two shifts, the first a little likelier, and cannot tell them apart."""

    shifts_ev: tuple[float, float] = (0.0, 0.0)

    def run(self, intensity: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        outputs = super().run(intensity)
        shifts = np.tile(np.array(self.shifts_ev, np.float32), (len(intensity), 1))
        return {**outputs, "shift_ev": shifts[:, :1], "reading_shift_ev": shifts}


UNDECIDED = rule_for({kind: {"constant": 1.0} for kind in CANDIDATES})
SURE = rule_for({kind: {"constant": -5.0} for kind in CANDIDATES})


@pytest.mark.parametrize("off_ev", [-2.5, 2.0])
def test_where_the_charge_is_undecided_the_better_fit_stands_first(spectrum: Make, off_ev: float) -> None:
    measured = spectrum(shift_ev=1.5)
    answer = analyze(measured, Torn(weight=0.55, rule=UNDECIDED, shifts_ev=(1.5 + off_ev, 1.5)))
    assert answer.charge_undecided
    assert answer.shift_ev == pytest.approx(1.5)
    assert [other.shift_ev for other in answer.alternatives] == [pytest.approx(1.5 + off_ev)]
    told = text_of(answer, "charge-undecided")
    assert "+1.50 eV (the better fit, 27 % likely)" in told
    assert f"{1.5 + off_ev:+.2f} eV (all regions)" in told
    assert answer.shift_uncertainty_ev is not None
    assert answer.shift_uncertainty_ev > 0.4 * abs(off_ev)


def test_a_sure_network_is_not_overruled_by_a_fit(spectrum: Make) -> None:
    answer = analyze(spectrum(shift_ev=1.5), Torn(weight=0.55, rule=SURE, shifts_ev=(3.5, 1.5)))
    assert not answer.charge_undecided
    assert answer.shift_ev == pytest.approx(3.5)


def test_a_fit_does_not_revive_an_unlikely_reading(spectrum: Make) -> None:
    answer = analyze(spectrum(shift_ev=1.5), Torn(weight=0.92, rule=UNDECIDED, shifts_ev=(3.5, 1.5)))
    assert answer.shift_ev == pytest.approx(3.5)
