"""Single channels, stretches of zeros and clipped tops are found; lines and noise are not taken for them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.preprocessing.channels import to_channels
from xps_keras.preprocessing.detector import clipped, glitches, without_glitches, zeros
from xps_keras.spectrum import Region, Spectrum

Floats = NDArray[np.float64]
ENERGY: Floats = 279.0 + 0.1 * np.arange(191, dtype=np.float64)


def line(counts: float, width_ev: float = 1.2, step_ev: float = 0.1, seed: int = 3) -> Floats:
    energy = step_ev * np.arange(191)
    rate = counts * (0.1 + np.exp(-4 * np.log(2) * ((energy - 0.4 * energy[-1]) / width_ev) ** 2))
    counts_of: Floats = np.random.default_rng(seed).poisson(rate).astype(np.float64)
    return counts_of


def channels_of(intensity: Floats, label: str = "C 1s") -> set[str]:
    region = Region(label, ENERGY, intensity, "counts", "binding", place="block 1")
    return {warning.code for warning in to_channels(Spectrum(Path("a.vms"), "VAMAS", "", (region,))).warnings}


@pytest.mark.parametrize("counts", [2.0, 30.0, 3_000.0, 300_000.0])
@pytest.mark.parametrize(("width_ev", "step_ev"), [(0.5, 0.1), (0.6, 0.2), (1.2, 0.1), (2.0, 0.05)])
def test_no_line_and_no_noise_is_taken_for_a_fault(counts: float, width_ev: float, step_ev: float) -> None:
    for seed in range(20):
        measured = line(counts, width_ev, step_ev, seed)
        assert not glitches(measured).size
        assert not zeros(measured)
        assert clipped(measured) is None


@pytest.mark.parametrize("place", [20, 70, 76, 150])
@pytest.mark.parametrize("counts", [0.0, 60_000.0])
def test_a_single_channel_is_found_and_its_neighbours_take_its_place(place: int, counts: float) -> None:
    clean = line(20_000.0)
    broken = clean.copy()
    broken[place] = counts
    assert glitches(broken).tolist() == [place]
    assert without_glitches(broken)[place] == pytest.approx(clean[place], rel=0.1)
    assert np.delete(without_glitches(broken), place) == pytest.approx(np.delete(clean, place))
    assert "glitch" in channels_of(broken)


def test_the_spectrum_as_the_model_sees_it_is_free_of_a_glitch() -> None:
    clean, broken = line(20_000.0), line(20_000.0)
    broken[150] = 90_000.0
    seen = [
        to_channels(Spectrum(Path("a.vms"), "VAMAS", "", (Region("C 1s", ENERGY, one, "counts", "binding", place=""),)))
        for one in (clean, broken)
    ]
    np.testing.assert_allclose(seen[1].intensity, seen[0].intensity, atol=0.02 * float(seen[0].intensity.max()))


def test_channels_without_counts_are_named_and_an_earlier_subtraction_is_none() -> None:
    dead = line(20_000.0)
    dead[60:66] = 0.0
    assert zeros(dead) == [(60, 66)]
    assert "no-counts" in channels_of(dead)
    subtracted = np.clip(line(20_000.0) - 2_000.0, 0.0, None)
    subtracted[:40] = 0.0
    assert not zeros(subtracted)


def test_a_saturated_top_is_named() -> None:
    full = np.minimum(line(20_000.0), 15_000.0)
    first, stop = clipped(full) or (0, 0)
    assert np.all(full[first:stop] == 15_000.0)
    assert "saturated" in channels_of(full)


def test_a_label_that_contradicts_the_energies_is_named() -> None:
    assert "label-differs" in channels_of(line(20_000.0), "O 1s")
    for label in ("C 1s", "C1s_2", "survey", "K 2p", "C 1s + K 2p"):
        assert "label-differs" not in channels_of(line(20_000.0), label)


def test_a_region_that_cannot_be_used_says_why() -> None:
    region = Region("C 1s", ENERGY, line(20_000.0), "counts", "binding", place="")
    kept = np.abs(ENERGY - 287.0) > 1.2
    gap = replace(region, binding_energy_ev=ENERGY[kept], intensity=region.intensity[kept])
    with pytest.raises(Exception, match=r"C 1s \(279.0-298.0 eV\) cannot be used, for it has a gap"):
        to_channels(Spectrum(Path("a.vms"), "VAMAS", "", (gap,)))
