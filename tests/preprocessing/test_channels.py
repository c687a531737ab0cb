"""From regions to the model's channels: which are used, on what scale, with which background."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.errors import InputError
from xps_keras.io import read
from xps_keras.library.lines import LINES
from xps_keras.preprocessing.channels import Channels, to_channels
from xps_keras.preprocessing.planned import plan
from xps_keras.spectrum import Region, Spectrum

Floats = NDArray[np.float64]
Carbon = tuple[Floats, Floats]


def gauss(energy: Floats, at: float, area: float = 1000.0, width: float = 1.2) -> Floats:
    values: Floats = area * np.exp(-4 * np.log(2) * ((energy - at) / width) ** 2)
    return values


def region(low: float, high: float, step: float = 0.1, peaks: tuple[float, ...] = (), **fields: Any) -> Region:
    energy: Floats = low + step * np.arange(round((high - low) / step) + 1, dtype=np.float64)
    intensity = np.random.default_rng(0).normal(100.0, 1.0, len(energy))
    for at in peaks:
        intensity += gauss(energy, at)
    values = {"label": "", "intensity_unit": "counts", "recorded_energy": "binding", "place": "", **fields}
    return Region(binding_energy_ev=energy, intensity=intensity, **values)


def spectrum(*regions: Region) -> Spectrum:
    return Spectrum(Path("sample.vms"), "VAMAS", "", regions)


def used_names(result: Channels | tuple[Any, ...]) -> list[str]:
    regions = result.regions if isinstance(result, Channels) else result
    return [used.name for used in regions if used.used]


CARBON = region(279.0, 297.0, peaks=(285.0, 289.0))


@pytest.mark.parametrize(("low", "high", "top"), [(276.9, 305.9, 300.2), (271.8, 297.2, 276.4), (274.0, 304.0, 285.0)])
def test_a_wide_region_of_one_line_is_cut_where_its_signal_stands(low: float, high: float, top: float) -> None:
    """CF2 charged by 8 eV stands at 300 eV, beyond the window of C 1s: the file was refused for want of a peak."""
    result = to_channels(spectrum(region(low, high, peaks=(top,))))
    (used,) = (one for one in result.regions if one.used)
    assert used.region.low_ev + 2.5 <= top <= used.region.high_ev - 2.5
    assert used.region.high_ev - used.region.low_ev <= 24.0
    assert result.intensity[AXIS.channel(top)] == pytest.approx(1000.0, rel=0.05)


def test_a_strong_line_beside_c1s_does_not_take_its_window() -> None:
    """Magnesium's Auger line stands at 306 eV under Al K-alpha, and may be stronger than C 1s."""
    wide = region(276.0, 310.0, peaks=(285.0, 289.0))
    auger = replace(wide, intensity=wide.intensity + gauss(wide.binding_energy_ev, 306.0, 4000.0, 3.0))
    (used,) = (one for one in to_channels(spectrum(auger)).regions if one.used)
    assert (used.region.low_ev, used.region.high_ev) == pytest.approx((278.0, 300.0), abs=0.1)


def test_a_window_follows_no_line_of_another_element() -> None:
    """Calcium stands at 347 eV; where the carbon is too weak to be seen, its window stays."""
    wide = region(270.0, 360.0, label="C 1s", peaks=(347.3, 350.8))
    (used,) = (one for one in plan(spectrum(wide)) if one.used)
    assert (used.region.low_ev, used.region.high_ev) == pytest.approx((278.0, 300.0), abs=0.1)


def test_a_region_lands_on_its_channels() -> None:
    result = to_channels(spectrum(CARBON))
    assert result.intensity.shape == result.measured.shape == (6601,)
    assert result.intensity.dtype == np.float32
    assert result.measured.sum() == 181
    assert result.measured[AXIS.channel(279.0)]
    assert result.measured[AXIS.channel(297.0)]
    assert not result.intensity[~result.measured].any()
    assert result.intensity.min() == 0.0
    expected = gauss(AXIS.energies_ev, 285.0) + gauss(AXIS.energies_ev, 289.0)
    np.testing.assert_allclose(result.intensity, expected, atol=6.0)
    assert result.regions[0].name == "C 1s"
    assert result.regions[0].background in ("shirley", "linear")


@pytest.mark.parametrize("offset", [0.05, 0.02, -0.03])
@pytest.mark.parametrize("step", [0.025, 0.05, 0.1, 0.15, 0.2])
def test_sampling_between_the_channels_is_interpolated(step: float, offset: float) -> None:
    result = to_channels(spectrum(region(279.0 + offset, 297.0, step, peaks=(285.0, 289.0))))
    expected = gauss(AXIS.energies_ev, 285.0) + gauss(AXIS.energies_ev, 289.0)
    inside = result.measured
    assert inside.sum() >= 178
    np.testing.assert_allclose(result.intensity[inside], expected[inside], atol=30.0)  # 3 %: a chord at 0.2 eV steps
    centre = (result.intensity * AXIS.energies_ev).sum() / result.intensity.sum()
    assert centre == pytest.approx(287.0, abs=0.1)


def test_moving_all_energies_moves_the_channels_and_nothing_else() -> None:
    base = to_channels(spectrum(CARBON)).intensity
    for channels in (-24, 11, 29):
        moved = replace(CARBON, binding_energy_ev=CARBON.binding_energy_ev + channels * 0.1)
        got = to_channels(spectrum(moved)).intensity
        np.testing.assert_allclose(got, np.roll(base, channels), atol=1e-3)


def test_finer_points_keep_their_counts() -> None:
    fine = region(279.0, 297.0, 0.02, peaks=(285.0, 289.0))
    noise = np.random.default_rng(5).normal(0, 20.0, len(fine.intensity))
    result = to_channels(spectrum(replace(fine, intensity=fine.intensity + noise)))
    expected = gauss(AXIS.energies_ev, 285.0) + gauss(AXIS.energies_ev, 289.0)
    flat = result.measured & (expected > 300)
    assert np.std(result.intensity[flat] - expected[flat]) < 14.0  # picking every fifth point would leave 20


def test_an_uneven_axis_is_read_on_an_even_one() -> None:
    energy = CARBON.binding_energy_ev + 0.03 * np.sin(np.arange(181))
    uneven = replace(CARBON, binding_energy_ev=energy, intensity=100 + gauss(energy, 285.0) + gauss(energy, 289.0))
    result = to_channels(spectrum(uneven))
    expected = gauss(AXIS.energies_ev, 285.0) + gauss(AXIS.energies_ev, 289.0)
    np.testing.assert_allclose(result.intensity[result.measured], expected[result.measured], atol=12.0)


def test_counts_are_divided_by_dwell_and_scans() -> None:
    longer = replace(CARBON, intensity=CARBON.intensity * 10.0, dwell_s=0.5, scans=20)
    once = replace(CARBON, dwell_s=1.0, scans=1)
    np.testing.assert_allclose(
        to_channels(spectrum(longer)).intensity, to_channels(spectrum(once)).intensity, rtol=1e-5
    )
    rate = replace(longer, intensity_unit="counts/s")
    assert to_channels(spectrum(rate)).intensity.max() == pytest.approx(
        10 * to_channels(spectrum(once)).intensity.max()
    )


def test_mixed_scales_are_told() -> None:
    oxygen = region(526.0, 542.0, peaks=(532.5,), intensity_unit="counts/s")
    assert [c.code for c in to_channels(spectrum(CARBON, oxygen)).warnings] == ["intensity-scale"]
    assert not to_channels(spectrum(CARBON, replace(oxygen, intensity_unit="counts"))).warnings


def test_a_survey_beside_regions_is_not_used_and_says_why() -> None:
    survey = region(0.0, 1200.0, 1.0, peaks=(285.0,), label="Survey")
    first, second = plan(spectrum(survey, CARBON))
    assert (first.name, first.used, second.used) == ("Survey", False, True)
    assert first.why is not None
    assert "coarse" in first.why
    assert to_channels(spectrum(survey, CARBON)).measured.sum() == 181


def test_a_survey_alone_is_planned_but_not_analysed() -> None:
    survey = spectrum(region(0.0, 1200.0, 0.5, peaks=(285.0,)))
    assert used_names(plan(survey)) == []
    with pytest.raises(InputError, match=r"sample\.vms: the file holds a survey only \(step 0\.5 eV\).*C 1s"):
        to_channels(survey)


def test_the_finer_then_the_longer_of_two_like_regions_is_used() -> None:
    coarse = replace(region(278.0, 298.0, 0.2, peaks=(285.0,)), place="block 1")
    short = replace(region(280.0, 292.0, 0.1, peaks=(285.0,)), place="block 2")
    best = replace(CARBON, place="block 3")
    result = plan(spectrum(coarse, short, best))
    assert [used.used for used in result] == [False, False, True]
    assert "block 3 with a finer step" in str(result[0].why)
    assert "block 3 with a longer range" in str(result[1].why)
    again = plan(spectrum(best, replace(best, place="block 4")))
    assert [used.used for used in again] == [True, False]


def test_a_wide_fine_region_is_cut_to_line_windows() -> None:
    wide = region(0.0, 1200.0, 0.1, peaks=(285.0, 289.0, 532.5, 1000.0), label="wide")
    result = to_channels(spectrum(wide))
    names = used_names(result)
    assert "C 1s" in names
    assert "O 1s" in names
    assert not result.measured[AXIS.window(330.0, 380.0)].any()
    carbon = result.intensity[AXIS.window(278.0, 300.0)]
    np.testing.assert_allclose(carbon.max(), 1000.0, rtol=0.02)
    for used in (used for used in result.regions if used.used):
        assert LINES[used.name].window_low_ev <= used.region.low_ev + 1e-6
        assert used.region.high_ev <= LINES[used.name].window_high_ev + 1e-6


@pytest.mark.parametrize(
    ("low", "high", "label", "why"),
    [
        (710.0, 740.0, "", "outside 40-700 eV"),
        (-5.0, 15.0, "valence", "outside 40-700 eV"),
        (223.0, 239.0, "Mo 3d", "names Mo 3d"),
        (450.0, 470.0, "", "no line of the library"),
        (530.0, 532.0, "O 1s", "too short"),
    ],
)
def test_regions_the_model_cannot_use(low: float, high: float, label: str, why: str) -> None:
    other = region(low, high, peaks=(0.5 * (low + high),), label=label)
    used, carbon = plan(spectrum(other, CARBON))
    assert not used.used
    assert why in str(used.why)
    assert carbon.used


@pytest.mark.parametrize(
    ("low", "high", "label", "name"),
    [
        (279.0, 297.0, "Region 4", "C 1s"),
        (281.0, 291.0, "", "C 1s"),
        (526.0, 540.0, "C 1s", "O 1s"),
        (393.0, 409.0, "", "N 1s"),
        (160.0, 175.0, "S2p", "S 2p"),
        (95.0, 108.0, "", "Si 2p"),
        (682.0, 698.0, "", "F 1s"),
    ],
)
def test_energies_name_a_region_not_its_label(low: float, high: float, label: str, name: str) -> None:
    assert plan(spectrum(region(low, high, label=label)))[0].name == name


def test_a_region_without_a_peak_counts_as_measured() -> None:
    nitrogen = region(393.0, 409.0)
    result = to_channels(spectrum(CARBON, nitrogen))
    assert result.measured[AXIS.window(393.0, 409.0)].all()
    assert result.intensity[AXIS.window(393.0, 409.0)].max() < 10.0


def test_a_region_with_a_hole_is_not_bridged() -> None:
    oxygen = region(526.0, 542.0, peaks=(532.0,))
    keep = (oxygen.binding_energy_ev < 531.0) | (oxygen.binding_energy_ev > 534.0)
    holed = replace(oxygen, binding_energy_ev=oxygen.binding_energy_ev[keep], intensity=oxygen.intensity[keep])
    assert "gap of 3" in str(plan(spectrum(holed, CARBON))[0].why)


def test_a_stray_energy_far_away_costs_nothing() -> None:
    stray = replace(
        CARBON,
        binding_energy_ev=np.append(CARBON.binding_energy_ev, 1e30),
        intensity=np.append(CARBON.intensity, 100.0),
    )
    np.testing.assert_allclose(to_channels(spectrum(stray)).measured, to_channels(spectrum(CARBON)).measured)


def test_no_carbon() -> None:
    with pytest.raises(InputError, match=r"no organic region: the file holds O 1s 526 to 542 eV"):
        to_channels(spectrum(region(526.0, 542.0, peaks=(532.0,))))
    with pytest.raises(InputError, match="no whole peak stands above the noise"):
        to_channels(spectrum(region(279.0, 297.0)))


@pytest.mark.parametrize(("high", "used"), [(210.0, True), (700.0, False)])
def test_a_wide_scan_of_fine_step_counts_beside_narrow_ones_but_no_survey(high: float, used: bool) -> None:
    wide = region(60.0, high, peaks=(102.0,))
    assert ("Si 2p" in used_names(to_channels(spectrum(CARBON, wide)))) == used


def with_tail(low: float, top: float) -> Region:
    """C 1s behind the upper half of a line nine times as high."""
    carbon = region(low, 297.0, peaks=(285.0,))
    tail = gauss(carbon.binding_energy_ev, at=279.2, area=top, width=2.0)
    return replace(carbon, intensity=carbon.intensity + tail)


@pytest.mark.parametrize("low", [279.2, 280.0])
def test_the_tail_of_strontium_is_cut_off(low: float) -> None:
    """A line between the ends took the peak away, and the file was refused."""
    strontium = region(128.0, 140.0, peaks=(133.0,), label="Sr 3d")
    result = to_channels(spectrum(with_tail(low, 9000.0), strontium))
    assert "tail-cut" in [warning.code for warning in result.warnings]
    assert result.intensity[AXIS.channel(285.0)] == pytest.approx(1000.0, rel=0.05)
    assert result.intensity[AXIS.channel(282.8)] < 30.0


def test_without_an_element_to_explain_it_a_tail_may_be_charged_carbon() -> None:
    ruthenium = region(455.0, 480.0, peaks=(461.0,), label="Ru 3p")  # its Ru 3d3/2 stands in C 1s itself
    found = to_channels(spectrum(with_tail(280.6, 3000.0), ruthenium))
    assert "tail-cut" not in [warning.code for warning in found.warnings]
    with pytest.raises(InputError, match="highest at its low end"):
        to_channels(spectrum(with_tail(279.2, 9000.0)))


def test_a_peak_cut_off_by_the_region_is_told() -> None:
    for cut in (region(284.6, 297.0, peaks=(285.0,)), region(284.9, 297.0, peaks=(285.0, 285.0, 285.0, 291.0, 291.0))):
        assert [c.code for c in to_channels(spectrum(cut)).warnings] == ["region-cut"]
    with pytest.raises(InputError, match="no whole peak"):
        to_channels(spectrum(region(285.3, 297.0, peaks=(285.0,))))


def test_input_is_left_alone_and_the_answer_repeats() -> None:
    before = CARBON.intensity.copy()
    one, two = to_channels(spectrum(CARBON)), to_channels(spectrum(CARBON))
    np.testing.assert_array_equal(CARBON.intensity, before)
    np.testing.assert_array_equal(one.intensity, two.intensity)


def test_arrays_for_plotting_agree_with_the_channels() -> None:
    (used,) = to_channels(spectrum(CARBON)).regions
    assert used.energy_ev is not None
    assert used.intensity is not None
    assert used.background_intensity is not None
    assert used.energy_ev.shape == used.intensity.shape == used.background_intensity.shape == used.net.shape
    np.testing.assert_allclose(used.intensity, CARBON.intensity)
    channels = [AXIS.channel(energy) for energy in used.energy_ev]
    np.testing.assert_allclose(to_channels(spectrum(CARBON)).intensity[channels], np.maximum(used.net, 0), rtol=1e-4)


def test_the_shake_up_of_a_real_pet_survives(real_spectra: Path) -> None:
    """A Shirley background tied to the very end of this file leaves -1.5 % there (see `docs/formats.md`)."""
    result = to_channels(read(real_spectra / "PET_C1s_VersaProbe.csv"))
    energy, net = AXIS.energies_ev, result.intensity
    above = energy - energy[np.argmax(net)]
    share = net[(above > 5.5) & (above < 8.5)].sum() / net.sum()
    assert 0.018 < share < 0.05
    assert used_names(result) == ["C 1s"]


def test_a_real_file_with_five_regions(real_spectra: Path) -> None:
    result = to_channels(read(real_spectra / "MultiPak_VersaProbe.npl"))
    assert used_names(result) == ["C 1s", "O 1s", "S 2p", "N 1s"]
    assert [used.name for used in result.regions if not used.used] == ["Mo 3d"]


def test_a_survey_is_cut_only_where_no_narrow_scan_shows_carbon() -> None:
    survey = region(40.0, 700.0, 0.1, (285.0, 532.0, 400.0))
    narrow = region(279.0, 297.0, 0.1, (285.0,))
    both = to_channels(spectrum(survey, narrow))
    assert used_names(both) == ["C 1s"]
    assert "survey-used" not in {warning.code for warning in both.warnings}
    alone = to_channels(spectrum(survey))
    assert {"C 1s", "O 1s"} <= set(used_names(alone))
    assert "survey-used" in {warning.code for warning in alone.warnings}


@pytest.mark.parametrize(("label", "element_line"), [("Al 2p", ""), ("", "Al 2p"), ("scan 3", "Al 2p")])
def test_a_foreign_line_named_by_the_file_keeps_a_region_out(label: str, element_line: str) -> None:
    named = region(65.0, 85.0, 0.1, (74.5,), label=label, element_line=element_line)
    carbon, aluminium = to_channels(spectrum(region(279.0, 297.0, 0.1, (285.0,)), named)).regions
    assert (carbon.used, aluminium.used, aluminium.lines) == (True, False, ())
    both = region(65.0, 85.0, 0.1, (74.5,), label="Br 3d", element_line="Al 2p")
    assert to_channels(spectrum(region(279.0, 297.0, 0.1, (285.0,)), both)).regions[1].used


def test_a_refusal_says_what_was_assumed_of_the_energies(tmp_path: Path) -> None:
    energy = np.arange(715.0, 735.0, 0.1)
    path = tmp_path / "kinetic.txt"
    path.write_text(
        "Kinetic energy\tcounts\n" + "\n".join(f"{value:.1f}\t{100 + place % 7}" for place, value in enumerate(energy))
    )
    with pytest.raises(InputError, match=r"no organic region.*Al K-alpha .* was assumed"):
        to_channels(read(path))
