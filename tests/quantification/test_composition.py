"""Atomic percentages of samples whose composition is known, and the reasons not to give any."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from xps_keras.corpus.simulate import simulate
from xps_keras.errors import InputError
from xps_keras.io import read
from xps_keras.library.lines import LINES
from xps_keras.library.lineshape import spectrum_of
from xps_keras.library.loading import load_library
from xps_keras.preprocessing.channels import Channels, to_channels
from xps_keras.preprocessing.planned import plan
from xps_keras.quantification.area import line_area
from xps_keras.quantification.composition import quantify
from xps_keras.quantification.result import Composition
from xps_keras.quantification.sensitivity import Sensitivities
from xps_keras.spectrum import MG_K_ALPHA_EV, Region, Spectrum

PET = {"C": 100 * 10 / 14, "O": 100 * 4 / 14}
REAL_SPECTRA = Path(__file__).parents[3] / "shared" / "spectra"
Change = Callable[[Region], Region]


def pet(shift_ev: float = 0.0, lines: Sequence[str] = ("C 1s", "O 1s"), seed: int = 1) -> Spectrum:
    return simulate({"PET": 1.0}, lines, shift_ev, broadening_ev=0.15, peak_counts=20_000, seed=seed)


def changed(spectrum: Spectrum, **changes: Change) -> Spectrum:
    """Change the regions named (``C_1s=...``), or every region (``every=...``)."""
    every = changes.get("every", lambda region: region)
    regions = [changes.get(region.label.replace(" ", "_"), every)(region) for region in spectrum.regions]
    return replace(spectrum, regions=tuple(regions))


def percent(found: Composition) -> dict[str, float]:
    assert found.withheld is None
    return {row.element: row.percent for row in found.elements}


def of(spectrum: Spectrum, shift_ev: float = 0.0) -> Composition:
    return quantify(to_channels(spectrum), shift_ev)


def times(factor: float, **fields: object) -> Change:
    return lambda region: replace(region, intensity=region.intensity * factor, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("key", "lines", "atoms"),
    [
        ("PET", ("C 1s", "O 1s"), {"C": 10, "O": 4}),
        ("N6", ("C 1s", "N 1s", "O 1s"), {"C": 6, "N": 1, "O": 1}),
        ("PVC", ("C 1s", "Cl 2p"), {"C": 2, "Cl": 1}),
        ("PDMS", ("O 1s", "C 1s", "Si 2p"), {"C": 2, "O": 1, "Si": 1}),
        ("PDMS", ("O 1s", "C 1s", "Si 2s"), {"C": 2, "O": 1, "Si": 1}),
        ("PTFE", ("C 1s", "F 1s"), {"C": 1, "F": 2}),
        ("PSS", ("C 1s", "O 1s", "S 2p", "Na 2s"), {"C": 8, "O": 3, "S": 1, "Na": 1}),
    ],
)
@pytest.mark.parametrize("shift_ev", [-3.0, 2.3])
def test_polymers_have_the_atoms_of_their_formula(
    key: str, lines: tuple[str, ...], atoms: Mapping[str, int], shift_ev: float
) -> None:
    found = of(simulate({key: 1.0}, lines, shift_ev, 0.2, 20_000, seed=4), shift_ev)
    got = percent(found)
    assert set(got) == set(atoms)
    assert sum(got.values()) == pytest.approx(100.0)
    for row in found.elements:
        assert row.percent == pytest.approx(100 * atoms[row.element] / sum(atoms.values()), abs=2.0)
        assert 0.0 < row.uncertainty < 6.0


def test_time_per_region_does_not_matter_where_the_file_gives_it() -> None:
    plain = percent(of(pet()))
    longer = changed(pet(), O_1s=times(10.0, dwell_s=2.0, scans=5))
    rates = changed(pet(), every=lambda region: replace(region, intensity_unit="counts/s"))
    for spectrum in (longer, rates):
        assert percent(of(spectrum)) == pytest.approx(plain, abs=0.05)
    silent = of(changed(pet(), every=lambda region: replace(region, dwell_s=None, scans=None)))
    assert any("does not say how long" in text for text in silent.assumptions)
    scans = changed(pet(), C_1s=times(1.0, dwell_s=None, scans=1), O_1s=times(4.0, dwell_s=None, scans=4))
    assert percent(of(scans)) == pytest.approx(plain, abs=0.05)


@pytest.mark.parametrize(("scans", "told"), [((4, 40), True), ((1, 1), False)])
def test_noise_tells_counts_that_a_file_calls_counts_per_second(scans: tuple[int, int], told: bool) -> None:
    def recorded(region: Region, count: int) -> Region:
        smooth = np.convolve(region.intensity, np.bartlett(9) / 4.0, mode="same") * count
        counts = np.random.default_rng(count).poisson(smooth).astype(np.float64)
        inner = slice(6, -6)
        return replace(
            region,
            binding_energy_ev=region.binding_energy_ev[inner],
            intensity=counts[inner],
            intensity_unit="counts/s",
            dwell_s=0.2,
            scans=count,
        )

    found = of(changed(pet(), C_1s=lambda r: recorded(r, scans[0]), O_1s=lambda r: recorded(r, scans[1])))
    assert percent(found) == pytest.approx(PET, abs=1.5)
    assert any("scans added up" in text for text in found.assumptions) is told
    # True rates are left as they are, however different the times.
    honest = changed(pet(), C_1s=times(0.5, dwell_s=0.2, scans=10), O_1s=times(0.5, dwell_s=0.2, scans=10))
    honest = changed(honest, every=lambda region: replace(region, intensity_unit="counts/s"))
    assert percent(of(honest)) == pytest.approx(PET, abs=1.5)


def test_transmission_is_applied_where_the_file_holds_it() -> None:
    def seen(region: Region, named: bool) -> Region:
        transmission = np.sqrt(1200.0 / (1486.6 - region.binding_energy_ev))
        held = transmission if named else None
        return replace(region, intensity=region.intensity * transmission, transmission=held)

    unknown = of(changed(pet(), every=lambda region: seen(region, named=False)))
    known = of(changed(pet(), every=lambda region: seen(region, named=True)))
    # A transmission that falls as KE^-0.5 makes 31 at.% of oxygen out of 28.6; the uncertainty must hold that.
    assert percent(unknown)["O"] == pytest.approx(31.0, abs=0.7)
    assert unknown.elements[1].uncertainty > 1.7
    assert percent(known) == pytest.approx(percent(of(pet())), abs=0.1)
    assert known.elements[1].uncertainty < unknown.elements[1].uncertainty


def test_the_photon_energy_decides_cross_sections_and_escape_depths() -> None:
    # O 1s : C 1s per atom is 2.85 (721.0 / 969.0)^0.75 under Mg K-alpha, where Al K-alpha has 2.46.
    ratio = 2.85 * (721.0 / 969.0) ** 0.75 / 2.46
    mg = changed(pet(), C_1s=times(1.0, source_energy_ev=MG_K_ALPHA_EV), O_1s=times(ratio, source_energy_ev=1253.6))
    found = of(mg)
    assert percent(found) == pytest.approx(percent(of(pet())), abs=0.1)
    assert "Mg K-alpha" in found.assumptions[0]


def test_a_table_of_ones_own_is_taken_whole() -> None:
    own = Sensitivities({"C 1s": 1.0, "O 1s": 4.92}, frozenset(), "own", whole=True)
    channels = to_channels(pet())
    assert percent(quantify(channels, 0.0, own))["O"] == pytest.approx(100 * 2 / 12, abs=0.5)
    lacking = quantify(channels, 0.0, Sensitivities({"C 1s": 1.0}, frozenset(), "own", whole=True))
    assert lacking.withheld is not None
    assert "O 1s" in lacking.withheld


def test_an_element_that_is_not_there_gets_a_limit() -> None:
    found = of(pet(lines=("C 1s", "O 1s", "N 1s")))
    assert [row.element for row in found.elements] == ["C", "O"]
    (nitrogen,) = found.undetected
    assert nitrogen.element == "N"
    assert 0.0 < nitrogen.below_percent < 1.5


def test_two_possible_shifts_with_two_compositions_give_none() -> None:
    channels = to_channels(pet())
    assert percent(quantify(channels, 0.0, other_shifts_ev=(0.6,)))["O"] == pytest.approx(PET["O"], abs=1.5)
    far = quantify(channels, 0.0, other_shifts_ev=(7.0,))
    assert far.withheld is not None
    assert far.withheld.startswith("The charge cannot be told")


def _steep(region: Region) -> Region:
    ramp = np.linspace(0.0, 2.0 * region.intensity.max(), region.intensity.size)
    return replace(region, intensity=region.intensity + ramp)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"O_1s": _steep}, "background of O 1s"),
        ({"every": lambda r: replace(r, intensity=r.intensity / r.intensity.max())}, "normalised"),
        ({"O_1s": lambda r: replace(r, intensity_unit="arbitrary")}, "counts per second"),
        ({"O_1s": lambda r: replace(r, dwell_s=None)}, "counts per second"),
        ({"C_1s": times(1.0, pass_energy_ev=20.0), "O_1s": times(1.0, pass_energy_ev=50.0)}, "20 and 50 eV"),
        ({"every": lambda r: replace(r, source_energy_ev=400.0)}, "--sensitivity"),
        ({"O_1s": lambda r: replace(r, source_energy_ev=MG_K_ALPHA_EV)}, "photon energies"),
        ({"O_1s": lambda r: replace(r, binding_energy_ev=r.binding_energy_ev - 6.5)}, "highest signal of O 1s"),
        ({"O_1s": lambda r: replace(r, binding_energy_ev=r.binding_energy_ev + 60.0)}, "Only C 1s"),
    ],
)
def test_nothing_is_said_where_regions_do_not_compare(change: Mapping[str, Change], words: str) -> None:
    found = of(changed(pet(), **change))
    assert found.elements == ()
    assert found.withheld is not None
    assert words in found.withheld


def test_lines_without_a_factor_are_named_as_left_out() -> None:
    energy = np.arange(1064.0, 1080.0, 0.1)
    sodium = Region("Na 1s", energy, 900.0 + 800.0 * np.exp(-np.square(energy - 1072.0)), "counts", "binding")
    found = of(replace(pet(), regions=(*pet().regions, sodium)))
    assert percent(found) == pytest.approx(PET, abs=1.5)
    assert any("Na 1s" in text for text in found.assumptions)


def test_holes_negative_values_and_many_regions_do_no_harm() -> None:
    def spoiled(region: Region) -> Region:
        counts = region.intensity - region.intensity[:20].mean()
        counts[40:43] = 0.0
        return replace(region, intensity=counts)

    found = of(changed(pet(), every=spoiled))
    assert percent(found) == pytest.approx(PET, abs=2.0)
    lines = [name for name, line in LINES.items() if line.scofield]
    forty = pet(lines=lines).regions * 3
    many = of(replace(pet(), regions=forty[:40]))
    assert many.withheld is None
    assert all(np.isfinite([row.percent, row.uncertainty]).all() for row in many.elements)


def test_a_survey_alone_has_no_answer_and_so_no_composition() -> None:
    energy = np.arange(0.0, 1100.0, 0.5)
    counts = np.random.default_rng(1).poisson(500.0 + 4000.0 * np.exp(-np.square((energy - 285.0) / 1.5)))
    survey = Region("survey", energy, counts.astype(np.float64), "counts", "binding", 1486.6, 0.1, 1)
    with pytest.raises(InputError, match="survey"):
        of(replace(pet(), regions=(survey,)))
    regions = plan(replace(pet(), regions=(survey,)))
    found = quantify(Channels(np.zeros(6601, np.float32), np.zeros(6601, bool), regions, ()), 0.0)
    assert found.withheld is not None


def test_the_uncertainty_by_counting_is_the_scatter_of_areas() -> None:
    line = LINES["C 1s"]
    energy = np.round(np.arange(279.0, 299.0, 0.1), 3)
    rate = 900.0 * spectrum_of(load_library(), "PET", energy) / 5.0 + 60.0
    areas = []
    for seed in range(60):
        counts = np.random.default_rng(seed).poisson(rate).astype(np.float64)
        region = Region("C 1s", energy, counts, "counts", "binding", 1486.6, 1.0, 1)
        (used,) = plan(replace(pet(), regions=(region,)))
        area = line_area(line, used, 0.0)
        assert area is not None
        areas.append((area.area, area.counting))
    scatter, stated = float(np.std([area for area, _ in areas])), float(np.mean([error for _, error in areas]))
    assert 0.5 < stated / scatter < 2.0


def test_a_thiophene_polymer_has_its_sulphur() -> None:
    """PBTTT-C14, C42 H62 S4, under Mg K-alpha, with the transmission in the file: 8.7 at.% S."""
    if not REAL_SPECTRA.is_dir():
        pytest.skip("the folder of real spectra is not beside this checkout")
    found = of(read(REAL_SPECTRA / "PBTTT_SPECS.xml"))
    assert percent(found)["S"] == pytest.approx(100 * 4 / 46, abs=1.0)
    assert any("transmission that the file holds" in text for text in found.assumptions)


def test_both_regions_of_a_monolayer_are_on_one_scale() -> None:
    """The file calls counts over 10 and 50 scans counts per second: as they stand they would be 30 at.% sulphur."""
    if not REAL_SPECTRA.is_dir():
        pytest.skip("the folder of real spectra is not beside this checkout")
    found = of(read(REAL_SPECTRA / "thiol_SAM_on_gold_Omicron.vms"))
    assert 3.0 < percent(found)["S"] < 12.0
    assert any("scans added up" in text for text in found.assumptions)
