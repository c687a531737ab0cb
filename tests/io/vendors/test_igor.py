"""Igor's binary and text waves."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.io import read, read_all

Floats = NDArray[np.float64]
Write = Callable[[str, str | bytes], Path]
Carbon = tuple[Floats, Floats]


@pytest.mark.parametrize("version", [2, 5])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", ["f4", "f8", "i4", "i2"])
def test_versions_orders_of_bytes_and_types(
    writers: Any, write: Write, carbon: Carbon, version: int, order: str, kind: str
) -> None:
    content = writers.ibw(carbon[1].astype(kind), start=279.4, step=0.1, version=version, order=order)
    (region,) = read(write("f", content)).regions
    np.testing.assert_allclose(region.binding_energy_ev, carbon[0], atol=1e-6)
    np.testing.assert_array_equal(region.intensity, carbon[1])
    assert (region.sample, region.scans) == ("PET", 2)


@pytest.mark.parametrize("shape", ["slices", "one slice"])
def test_slices_of_a_detector_are_summed_and_said(writers: Any, write: Write, carbon: Carbon, shape: str) -> None:
    parts = np.stack([carbon[1], 2 * carbon[1]], axis=1) if shape == "slices" else carbon[1][:, None]
    spectrum = read(write("f", writers.ibw(parts, start=279.4, step=0.1)))
    np.testing.assert_allclose(spectrum.regions[0].intensity, (3 if shape == "slices" else 1) * carbon[1])
    assert [warning.code for warning in spectrum.warnings] == (["slices-summed"] if shape == "slices" else [])


def test_kinetic_energies_become_binding_energies_by_the_waves_own_source(
    writers: Any, write: Write, carbon: Carbon
) -> None:
    note = "[SES]\rExcitation Energy=400\rEnergy Scale=Kinetic\rRegion Name=C 1s\r"
    content = writers.ibw(carbon[1], start=400 - 279.4, step=-0.1, unit="Kinetic Energy [eV]", note=note)
    (region,) = read(write("f", content)).regions
    np.testing.assert_allclose(region.binding_energy_ev, carbon[0], atol=1e-6)
    assert (region.recorded_energy, region.source_energy_ev) == ("kinetic", 400.0)
    text = writers.itx(carbon[1], start=1486.6 - 279.4, step=-0.1, unit="eV (Kinetic Energy)")
    np.testing.assert_allclose(read(write("g", text)).regions[0].binding_energy_ev, carbon[0], atol=1e-6)
    unsaid = text.replace(b"X //Excitation Energy = 1486.6 (eV)\n", b"")
    assert "source-assumed" in {warning.code for warning in read(write("h", unsaid)).warnings}
    slow = writers.itx(carbon[1], start=650.0 - 279.4, step=-0.1, unit="eV (Kinetic Energy)")
    with pytest.raises(InputError, match="source energy"):  # of no anode's C 1s
        read(write("i", slow.replace(b"X //Excitation Energy = 1486.6 (eV)\n", b"")))


def test_energies_in_a_wave_of_their_own(write: Write, carbon: Carbon) -> None:
    rows = "\r\n".join(f"\t{e:.2f}\t{c:.0f}\t{2 * c:.0f}" for e, c in zip(*carbon, strict=True))
    text = f'IGOR\r\nWAVES/D\tBE_C1s, C1s_PET, C1s_PE\r\nBEGIN\r\n{rows}\r\nEND\r\nX Note C1s_PE, "Sample=PE\\rx=1"\r\n'
    one, two = [spectrum.regions[0] for spectrum in read_all(write("f.itx", text))]
    np.testing.assert_allclose(one.binding_energy_ev, carbon[0], atol=1e-6)
    np.testing.assert_array_equal(two.intensity, 2 * one.intensity)
    assert (one.label, two.label, two.sample) == ("C1s_PET", "C1s_PE", "PE")


def waves(**columns: Floats) -> str:
    """Write waves without scale, a table each."""
    tables = [f"WAVES/D {name}\nBEGIN\n" + "\n".join(map(str, values)) for name, values in columns.items()]
    return "IGOR\n" + "".join(f"{table}\nEND\n" for table in tables)


@pytest.mark.parametrize(
    "order",
    [
        ["C1s_BE", "C1s_int", "O1s_BE", "O1s_int"],
        ["C1s_int", "C1s_BE", "O1s_int", "O1s_BE"],
        ["C1s_BE", "O1s_BE", "C1s_int", "O1s_int"],
        ["C1s_BE", "O1s_BE", "O1s_int", "C1s_int"],
        ["x1", "y1", "x2", "y2"],
        ["y1", "x1", "y2", "x2"],
        ["x1", "x2", "y1", "y2"],
    ],
)
def test_waves_of_one_length_keep_their_own_energies(write: Write, carbon: Carbon, order: list[str]) -> None:
    energy, counts = carbon
    values = {
        **dict.fromkeys(("C1s_BE", "x1"), energy),
        **dict.fromkeys(("C1s_int", "y1"), counts),
        **dict.fromkeys(("O1s_BE", "x2"), np.round(energy + 247.0, 2)),
        **dict.fromkeys(("O1s_int", "y2"), 3 * counts),
    }
    spectrum = read(write("f.itx", waves(**{name: values[name] for name in order})))
    regions = sorted(spectrum.regions, key=lambda region: region.low_ev)
    assert [region.low_ev for region in regions] == [279.4, 526.4]
    np.testing.assert_array_equal(regions[0].intensity, counts)
    np.testing.assert_array_equal(regions[1].intensity, 3 * counts)


def test_a_wave_is_not_put_on_the_energies_of_another_line(write: Write, carbon: Carbon) -> None:
    spectrum = read(write("f.itx", waves(C1s_BE=carbon[0], C1s_int=carbon[1], O1s_int=2 * carbon[1])))
    assert [region.label for region in spectrum.regions] == ["C1s_int"]
    assert any(warning.code == "region-skipped" and "O1s_int" in warning.text for warning in spectrum.warnings)


def test_two_waves_of_energies_for_one_are_refused_by_name(write: Write, carbon: Carbon) -> None:
    text = waves(up=carbon[0], vp=carbon[0] + 247.0, data=carbon[1])
    with pytest.raises(InputError, match=r"energies of wave data may be up or vp, .*name them alike"):
        read(write("f.itx", text))


def test_too_many_waves_to_pair_are_refused(write: Write) -> None:
    names, row = ", ".join(f"w{number}" for number in range(3000)), "1 " * 3000
    with pytest.raises(InputError, match=r"3000 waves have no scale, .*SetScale"):
        read(write("f.itx", f"IGOR\nWAVES/D {names}\nBEGIN\n{row}\n{row}\nEND\n"))


@pytest.mark.parametrize("scaled", [False, True])
def test_backgrounds_and_fits_are_no_samples(write: Write, carbon: Carbon, scaled: bool) -> None:
    energy, counts = carbon
    columns = {"C1s_bkg": np.cumsum(counts), "C1s_raw": counts, "C1s_fit": counts + 1, "shirley": np.cumsum(counts)}
    text = waves(**({} if scaled else {"C1s_BE": energy}), **columns)
    if scaled:
        text += "".join(f'X SetScale/P x, 279.4, 0.1, "eV (Binding Energy)", {name}\n' for name in columns)
    (spectrum,) = read_all(write("f.itx", text))
    np.testing.assert_array_equal(spectrum.regions[0].intensity, counts)
    assert len(spectrum.regions) == 1
    (said,) = [warning.text for warning in spectrum.warnings if warning.code == "columns-ignored"]
    assert all(name in said for name in ("C1s_bkg", "C1s_fit", "shirley"))


@pytest.mark.parametrize("names", ["calc exp", "C1s C1s_smth C1s_sub C1s_dif Res_C1s", "PET_C1s W_Avg", "a simulated"])
def test_waves_computed_from_others_are_no_samples(write: Write, carbon: Carbon, names: str) -> None:
    energy, counts = carbon
    measured = "exp" if "exp" in names else names.split()[0]
    columns = {name: counts if name == measured else 0.5 * counts for name in names.split()}
    (spectrum,) = read_all(write("f.itx", waves(C1s_BE=energy, **columns)))
    np.testing.assert_array_equal(spectrum.regions[0].intensity, counts)
    assert {"columns-ignored"} == {warning.code for warning in spectrum.warnings}


def test_the_source_may_be_noted_with_the_energies(write: Write, carbon: Carbon) -> None:
    text = waves(C1s_KE=np.round(1253.6 - carbon[0], 2), C1s_counts=carbon[1])
    spectrum = read(write("f.itx", text + 'X Note C1s_KE, "Excitation Energy=1253.6"\n'))
    np.testing.assert_allclose(spectrum.regions[0].binding_energy_ev, carbon[0], atol=1e-6)


def test_energies_that_can_only_be_kinetic_are_taken_so(writers: Any, write: Write, carbon: Carbon) -> None:
    spectrum = read(write("f", writers.itx(carbon[1], start=1486.6 - 279.4, step=-0.1, unit="eV")))
    np.testing.assert_allclose(spectrum.regions[0].binding_energy_ev, carbon[0], atol=1e-6)
    assert [warning.code for warning in spectrum.warnings] == ["scale-assumed"]
    assert "kinetic energies were assumed" in spectrum.warnings[0].text


def test_a_wave_without_energies_is_named(write: Write) -> None:
    rows = "\n".join(["3", "1", "2"] * 10)
    with pytest.raises(InputError, match="SetScale"):
        read(write("f", f"IGOR\nWAVES/D C1s\nBEGIN\n{rows}\nEND\n"))


def test_counts_that_lie(writers: Any, write: Write, carbon: Carbon) -> None:
    for shape in ((2**31 - 1,), (2**30, 2**30), (-5,), (201,)):
        content = writers.ibw(carbon[1], start=279.4, step=0.1, shape=shape, note="", unit="")
        with pytest.raises(InputError, match=r"which the file of \d+ bytes does not have|no wave has"):
            read(write("f", content[: 384 + 1600]))
    with pytest.raises(InputError, match="complex"):
        read(write("f", writers.ibw(carbon[1], start=279.4, step=0.1, kind=5)))
    with pytest.raises(InputError, match="of 300 values by their heading and 1 of 200"):
        read(write("f", writers.itx(carbon[1], start=279.4, step=0.1, size=300)))
    text = writers.itx(carbon[1], start=279.4, step=0.1)
    with pytest.raises(InputError, match="no END"):
        read(write("f", text[:800]))
    with pytest.raises(InputError, match=r"line 9 .*does not hold numbers"):
        read(write("f", b"\n".join([*text.split(b"\n")[:8], b"12 oops", *text.split(b"\n")[9:]])))


def test_the_real_survey_agrees_with_the_text_of_the_same_sample(real_spectra: Path) -> None:
    """One sample: Igor holds its survey (700 eV), the text its C 1s (400 eV), NeXus its valence band (153 eV)."""
    spectrum = read(real_spectra / "Cu-HHTP_Scienta.ibw")
    (survey,) = spectrum.regions
    assert (survey.label, survey.sample, survey.source_energy_ev) == ("survey", "Cu-HHTP", 700.0)
    assert (survey.low_ev, survey.high_ev, len(survey.intensity)) == (-10.0, 600.0, 1221)
    lines = (real_spectra / "Cu-HHTP_C1s_Scienta.txt").read_text("latin-1").splitlines()
    table = np.array([line.split() for line in lines[lines.index("[Data 1]") + 1 :] if line.strip()], dtype=np.float64)
    window = (survey.binding_energy_ev > 280) & (survey.binding_energy_ev < 290)
    in_survey = survey.binding_energy_ev[window][np.argmax(survey.intensity[window])]
    in_region = table[np.argmax(table[:, 1]), 0]
    assert in_survey == pytest.approx(in_region, abs=1.0)  # the survey's step is 0.5 eV


def test_the_real_valence_band_agrees_with_the_real_survey(real_spectra: Path) -> None:
    pytest.importorskip("h5py", reason="NeXus needs the extra formats")
    (band,) = read(real_spectra / "Cu-HHTP_NXxps.nxs").regions
    (survey,) = read(real_spectra / "Cu-HHTP_Scienta.ibw").regions
    assert (band.sample, band.label, band.source_energy_ev) == (survey.sample, "VB", 153.0)
    assert (band.low_ev, band.high_ev, band.intensity_unit) == (-10.0, 30.0, "counts/s")
    # Both put the Fermi edge at zero: nothing but a background above it, the copper d band within 10 eV below it.
    for region in (band, survey):
        above = region.intensity[region.binding_energy_ev < -3].mean()
        below = region.intensity[(region.binding_energy_ev > 2) & (region.binding_energy_ev < 10)].mean()
        assert below > 3 * above
