"""Lines of known energy check the answer and never make it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from xps_keras.analysis.analyzing import analyze
from xps_keras.analysis.references import references
from xps_keras.consistency_rule import CANDIDATES, FEATURES, Rule
from xps_keras.metadata import Metadata
from xps_keras.spectrum import Region, Spectrum

Make = Callable[..., Spectrum]
PET = {"benzene ring": 0.98, "ester (aromatic)": 0.95}


def doublet(label: str, low: float, high: float, *lines: tuple[float, float], fwhm_ev: float = 0.9) -> Region:
    energies = np.round(np.arange(low, high, 0.1), 3)
    rate = np.full(energies.size, 500.0)
    for at, height in lines:
        rate += 8000.0 * height * np.exp(-4.0 * np.log(2.0) * ((energies - at) / fwhm_ev) ** 2)
    return Region(label, energies, np.random.default_rng(2).poisson(rate).astype(np.float64), "counts", "binding")


def gold(shift_ev: float, label: str = "Au 4f") -> Region:
    return doublet(label, 78.0, 94.0, (84.0 + shift_ev, 1.0), (87.67 + shift_ev, 0.75))


def found(measured: Spectrum, extra: Region, answer: Any) -> Any:
    return analyze(replace(measured, regions=(*measured.regions, extra)), answer)


def codes(analysis: Any) -> set[str]:
    return {warning.code for warning in analysis.warnings}


@pytest.mark.parametrize("label", ["Au 4f", "Au4f", "", "block 7"])
def test_gold_that_agrees_is_a_check_and_no_riddle(spectrum: Make, runtime: Any, label: str) -> None:
    analysis = found(spectrum(shift_ev=1.2), gold(1.2, label), runtime(1.2, PET))
    assert [(line.name, line.agrees) for line in analysis.reference_lines] == [("Au 4f7/2 of gold", True)]
    assert analysis.reference_lines[0].implied_shift_ev == pytest.approx(1.2, abs=0.05)
    assert codes(analysis).isdisjoint({"reference-disagrees", "unexplained-line"})


def test_gold_that_contradicts_is_said_and_moves_nothing(spectrum: Make, runtime: Any) -> None:
    plain = analyze(spectrum(), runtime(1.5, PET))
    analysis = found(spectrum(), gold(0.0), runtime(1.5, PET))
    assert analysis.shift_ev == plain.shift_ev
    assert analysis.groups == plain.groups
    assert "reference-disagrees" in codes(analysis)


def test_a_region_that_is_named_for_the_line_need_not_reach_to_its_true_energy(spectrum: Make, runtime: Any) -> None:
    """A window moved along with the charge begins above 84 eV."""
    moved = doublet("Au 4f", 86.0, 100.0, (90.0, 1.0), (93.67, 0.75))
    analysis = found(spectrum(shift_ev=6.0), moved, runtime(6.0, PET))
    assert [(line.name, line.agrees) for line in analysis.reference_lines] == [("Au 4f7/2 of gold", True)]


def test_the_model_never_sees_the_reference_line(spectrum: Make, runtime: Any) -> None:
    without, with_gold = runtime(0.0, PET), runtime(0.0, PET)
    analyze(spectrum(), without)
    found(spectrum(), gold(0.0), with_gold)
    np.testing.assert_array_equal(without.seen[0], with_gold.seen[0])


def test_the_reference_setting_moves_the_implied_shift(spectrum: Make, runtime: Any) -> None:
    measured = replace(spectrum(), regions=(*spectrum().regions, gold(0.0)))
    lower = analyze(measured, runtime(0.0, PET), 284.8)
    assert lower.reference_lines[0].implied_shift_ev == pytest.approx(0.2, abs=0.05)
    assert lower.reference_lines[0].agrees


def test_copper_beyond_the_axis_of_the_model_counts(spectrum: Make, runtime: Any) -> None:
    copper = doublet("Cu 2p3/2", 925.0, 945.0, (933.1, 1.0))
    analysis = found(spectrum(), copper, runtime(0.4, PET))
    assert [line.name for line in analysis.reference_lines] == ["Cu 2p3/2 of copper"]


def test_a_single_peak_or_another_label_is_no_gold(spectrum: Make, runtime: Any) -> None:
    single = doublet("", 78.0, 94.0, (84.0, 1.0))
    magnesium = replace(gold(0.0), label="Mg 2s")
    flat = doublet("Au 4f", 78.0, 94.0)
    for region in (single, magnesium, flat):
        assert found(spectrum(), region, runtime(0.0, PET)).reference_lines == ()


def test_fluorine_is_lithium_fluoride_only_where_it_fits(spectrum: Make, runtime: Any) -> None:
    fluoride, organic = (doublet("F 1s", 678.0, 697.0, (at, 1.0), fwhm_ev=1.6) for at in (685.1, 688.9))
    listed = found(spectrum(), fluoride, runtime(0.0, PET))
    assert [(line.name, line.sure) for line in listed.reference_lines] == [("F 1s of lithium fluoride", False)]
    other = found(spectrum(), organic, runtime(0.0, PET))
    assert other.reference_lines == ()
    assert "reference-disagrees" not in codes(other)


def test_every_reference_has_an_energy_near_what_the_field_uses() -> None:
    energies = {reference.line: reference.energy_ev for reference in references() if not reference.compound}
    assert energies == {"Au 4f": 84.0, "Ag 3d": 368.2, "Cu 2p": 932.7, "F 1s": 685.0}


def titanium(shift_ev: float) -> Region:
    return doublet("Ti 2p", 448.0, 476.0, (458.5 + shift_ev, 1.0), (464.2 + shift_ev, 0.4), fwhm_ev=1.4)


def bismuth(shift_ev: float) -> Region:
    return doublet("Bi 4f", 150.0, 176.0, (159.2 + shift_ev, 1.0), (164.5 + shift_ev, 0.75), fwhm_ev=1.2)


def test_two_compounds_that_ask_for_another_shift_make_the_charge_doubtful(spectrum: Make, runtime: Any) -> None:
    def judged(*regions: Region) -> Any:
        return analyze(replace(spectrum(), regions=(*spectrum().regions, *regions)), runtime(0.4, PET))

    both = judged(titanium(2.9), bismuth(2.9))
    assert both.shift_ev == pytest.approx(0.4)  # a check, never an input
    assert both.charge_undecided
    text = next(warning.text for warning in both.warnings if warning.code == "charge-undecided")
    assert "Ti 2p3/2 of titanium(IV) and Bi 4f7/2 of bismuth(III)" in text
    assert both.shift_uncertainty_ev > 1.0
    # One may be another compound, two that disagree are no evidence, and the metals say what they are.
    assert not judged(titanium(2.9)).charge_undecided
    assert not judged(titanium(2.9), bismuth(-1.0)).charge_undecided
    assert not judged(titanium(0.4), bismuth(0.4)).charge_undecided
    assert not judged(titanium(-4.1), bismuth(-1.7)).charge_undecided


@dataclass
class Ruled:
    """A model whose rule finds every answer as doubtful."""

    asked: Any
    doubt: float
    threshold: float

    def __getattr__(self, name: str) -> Any:
        return getattr(self.asked, name)

    @property
    def metadata(self) -> Metadata:
        constant = float(np.log(self.doubt / (1.0 - self.doubt)))
        weights = ((constant,) + (0.0,) * (len(FEATURES) - 1),) * len(CANDIDATES)
        metadata: Metadata = self.asked.metadata
        return replace(metadata, consistency=Rule(weights, self.threshold, 1.0, "made by a test"))


def judged_beside(spectrum: Make, runtime: Any, *regions: Region, doubt: float = 0.05) -> Any:
    measured = spectrum(shift_ev=0.4)
    extended = replace(measured, regions=(*measured.regions, *regions))
    return analyze(extended, Ruled(runtime(0.4, PET), doubt, threshold=0.04))


def test_a_metal_that_stands_where_the_answer_puts_it_takes_the_doubt_away(spectrum: Make, runtime: Any) -> None:
    alone, confirmed = judged_beside(spectrum, runtime), judged_beside(spectrum, runtime, gold(0.5))
    assert alone.charge_undecided
    assert not confirmed.charge_undecided
    assert confirmed.doubt < 0.2 * alone.doubt
    assert confirmed.shift_ev == alone.shift_ev  # a check, never an input
    near = judged_beside(spectrum, runtime, gold(0.78))  # it agrees, and confirms nothing
    assert near.reference_lines[0].agrees
    assert near.doubt == alone.doubt
    grave = judged_beside(spectrum, runtime, gold(0.4), doubt=0.5)
    assert grave.charge_undecided
    assert "Au 4f7/2 of gold agrees" in next(w.text for w in grave.warnings if w.code == "charge-undecided")


def test_a_line_that_contradicts_makes_the_answer_more_doubtful(spectrum: Make, runtime: Any) -> None:
    for region, name in ((gold(-0.5), "Au 4f7/2 of gold"), (titanium(2.4), "Ti 2p3/2 of titanium(IV)")):
        sure, contradicted = (judged_beside(spectrum, runtime, *one, doubt=0.02) for one in ((), (region,)))
        assert not sure.charge_undecided
        assert contradicted.charge_undecided
        assert sure.doubt < contradicted.doubt < 0.5
        assert contradicted.shift_ev == sure.shift_ev
        assert name in next(w.text for w in contradicted.warnings if w.code == "charge-undecided")
    # A compound may be another one by less than an electron volt, and copper and aluminium are met in two states.
    copper_oxide = doublet("Cu 2p", 925.0, 965.0, (934.0, 1.0), (953.8, 0.5), fwhm_ev=3.0)
    aluminium = doublet("Al 2p", 66.0, 84.0, (73.2, 1.0))
    for region in (titanium(1.3), copper_oxide, aluminium):
        assert judged_beside(spectrum, runtime, region, doubt=0.02).doubt == pytest.approx(0.02)


def test_compounds_that_stand_where_the_answer_puts_them_take_most_of_the_doubt_away(
    spectrum: Make, runtime: Any
) -> None:
    alone = judged_beside(spectrum, runtime)
    both = judged_beside(spectrum, runtime, titanium(0.6), bismuth(0.3))
    assert 0.1 * alone.doubt < both.doubt < 0.3 * alone.doubt
    assert not both.charge_undecided
    one_apart = judged_beside(spectrum, runtime, titanium(0.6), bismuth(1.0))
    assert one_apart.doubt == pytest.approx(alone.doubt)


def test_a_fit_that_leaves_the_answer_makes_it_more_doubtful(spectrum: Make, runtime: Any) -> None:
    right, wrong = (
        analyze(spectrum(shift_ev=true), Ruled(runtime(0.4, PET), 0.02, threshold=0.04)) for true in (0.4, -0.2)
    )
    assert not right.charge_undecided
    assert right.doubt == pytest.approx(0.02)
    assert wrong.shift_ev == pytest.approx(0.4)  # it is a check too
    assert (wrong.doubt or 0.0) > 0.04
    assert wrong.charge_undecided
    assert "(the reference fit)" in next(w.text for w in wrong.warnings if w.code == "charge-undecided")
