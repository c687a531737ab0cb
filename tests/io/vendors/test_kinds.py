"""Kinds of vendors' files that were once read wrong in silence."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.io.conftest import avantage_text, specs_xml
from xps_keras.errors import InputError
from xps_keras.io import read, read_all
from xps_keras.spectrum import Spectrum

Floats = NDArray[np.float64]
Write = Callable[[str, str | bytes], Path]
Carbon = tuple[Floats, Floats]
SOURCE_EV = 1486.6


def codes(found: Spectrum) -> set[str]:
    return {warning.code for warning in found.warnings}


def prodigy(
    regions: list[tuple[str, Floats, Floats]], axis: str, setting: str, behind: str = "", mode: str = "FixedEnergies"
) -> str:
    """Prodigy's .xy: the axis is named once, at the head; a setting of each region names another energy."""
    text = f"# Created by: SpecsLab Prodigy\n#   Energy Axis:   {axis} Energy\n#   Count Rate:    Counts\n"
    for number, (name, energy, counts) in enumerate(regions):
        scan = mode if number == 1 else "FixedAnalyzerTransmission"
        text += (
            f"#\n# Group:            PET\n#\n# Region:           {name}\n# Scan Mode:        {scan}\n"
            f"# Curves/Scan:      1\n# Excitation Energy:   {SOURCE_EV}\n# {setting} Energy:     1350\n\n"
            "# Cycle: 0, Curve: 0\n# ColumnLabels: energy counts\n"
        )
        text += "".join(f"{e:.3f} {c:g}\n" for e, c in zip(energy, counts, strict=True)) + behind
    return text


@pytest.mark.parametrize("setting", ["Binding", "Kinetic"])
@pytest.mark.parametrize("axis", ["Binding", "Kinetic"])
def test_the_energy_axis_of_a_prodigy_file_holds_for_every_region(
    write: Write, carbon: Carbon, axis: str, setting: str
) -> None:
    energy, counts = carbon
    regions = [("C1s", energy, counts), ("O1s", energy + 247.0, counts)]
    if axis == "Kinetic":
        regions = [(name, SOURCE_EV - values, counts) for name, values, counts in regions]
    found = read(write("f.xy", prodigy(regions, axis, setting, mode="FixedAnalyzerTransmission")))
    assert [region.recorded_energy for region in found.regions] == [axis.lower()] * 2
    for region, values in zip(found.regions, (energy, energy + 247.0), strict=True):
        np.testing.assert_allclose(region.binding_energy_ev, values, atol=1e-3)


def test_counts_over_time_are_no_spectrum(write: Write, carbon: Carbon) -> None:
    regions = [("C1s", *carbon), ("Beam", carbon[0] - 184.0, carbon[1]), ("O1s", carbon[0] + 247.0, carbon[1])]
    found = read(write("f.xy", prodigy(regions, "Binding", "Binding")))
    assert [region.label for region in found.regions] == ["C1s", "O1s"]
    assert "columns-ignored" in codes(found)


def test_what_prodigy_made_of_a_spectrum_is_no_region(write: Write, carbon: Carbon) -> None:
    curve = "".join(f"{e:.3f} {-c:g}\n" for e, c in zip(*carbon, strict=True))
    made = "".join(
        f"# {head}\n# ColumnLabels: energy counts\n{curve}"
        for head in ("Operation: Shirley background\n# Result Name: Background", "Result Name: Residuum\n# Curve: Res")
    )
    regions = [("C1s", *carbon), ("O1s", carbon[0] + 247.0, carbon[1])]
    (found,) = read_all(write("f.xy", prodigy(regions, "Binding", "Binding", made, "FixedAnalyzerTransmission")))
    assert [region.label for region in found.regions] == ["C1s", "O1s"]
    assert {"columns-ignored"} <= codes(found)


@pytest.mark.parametrize("column", [0, 8, 22, 40])
def test_keys_may_be_padded(write: Write, carbon: Carbon, column: int) -> None:
    keys = {"Sample": "PET", "X-Ray source": "Mg", "Pass energy": "20", "Sweeps": "4"}
    head = "\n".join(f"{key:<{column}}: {value}" for key, value in keys.items())
    rows = "\n".join(f"{1253.6 - e:.3f}\t{c:g}" for e, c in zip(*carbon, strict=True))
    (region,) = read(write("f.txt", f"{head}\nKinetic Energy (eV)\tCounts\n{rows}\n")).regions
    np.testing.assert_allclose(region.binding_energy_ev, carbon[0], atol=1e-3)
    assert (region.sample, region.source_energy_ev, region.pass_energy_ev, region.scans) == ("PET", 1253.6, 20.0, 4)


def measured(carbon: Carbon, *regions: tuple[str, float, float]) -> str:
    """Return a text of regions of name, distance from C 1s and shift in eV, one after the other."""
    energy, counts = carbon
    text = ""
    for name, away, shift in regions:
        rows = zip(energy + away, np.interp(energy - shift, energy, counts), strict=True)
        text += f"Region: {name}\nBinding Energy (eV)\tCounts\n" + "".join(f"{e:.2f}\t{c:g}\n" for e, c in rows) + "\n"
    return text


def test_regions_stored_one_after_the_other_are_sorted_into_samples(write: Write, carbon: Carbon) -> None:
    regions = [("C 1s", 0, 0), ("C 1s", 0, 1.5), ("O 1s", 247, 0), ("O 1s", 247, 1.5)]
    samples = read_all(write("f.txt", measured(carbon, *regions)))
    for found, shift in zip(samples, (0, 1.5), strict=True):
        assert [region.label for region in found.regions] == ["C 1s", "O 1s"]
        for region in found.regions:
            values = np.interp(carbon[0] - shift, *carbon)
            np.testing.assert_allclose(region.intensity, values, rtol=1e-5)
        assert "samples-guessed" not in codes(found)


def test_a_region_that_comes_more_or_less_often_than_the_others_stands_alone(write: Write, carbon: Carbon) -> None:
    regions = [("C 1s", 0, 0), ("C 1s", 0, 1.5), ("O 1s", 247, 0), ("O 1s", 247, 1.5), ("N 1s", 115, 0)]
    samples = read_all(write("f.txt", measured(carbon, *regions)))
    assert [[region.label for region in one.regions] for one in samples] == [["C 1s", "O 1s"]] * 2 + [["N 1s"]]
    assert all("samples-guessed" in codes(one) for one in samples)


def test_samples_without_names_that_do_not_hold_the_same_regions_say_so(write: Write, carbon: Carbon) -> None:
    regions = [("C 1s", 0, 0), ("O 1s", 247, 0), ("C 1s", 0, 1.5)]
    assert all("samples-guessed" in codes(one) for one in read_all(write("f.txt", measured(carbon, *regions))))
    named = measured(carbon, *regions[:2]).replace("Region", "Sample: PET\nRegion") + measured(
        carbon, *regions[2:]
    ).replace("Region", "Sample: nylon\nRegion")
    assert not any("samples-guessed" in codes(one) for one in read_all(write("g.txt", named)))


def scienta(carbon: Carbon, third: str = "", steps: int = 1, size: int | None = None, scale: str = "Binding") -> str:
    energy, counts = carbon
    text = (
        f"[Info]\nNumber of Regions=1\n\n[Region 1]\nRegion Name=C 1s\nDimension 1 name=Energy [eV]\n"
        f"Dimension 1 size={size or len(energy)}\n{third}\n[Info 1]\nEnergy Scale={scale}\n"
        f"Excitation Energy={SOURCE_EV}\nSample=PET\nPass Energy=50\nStep Time=203\n"
    )
    axis = SOURCE_EV - energy if scale == "Kinetic" else energy
    for step in range(1, steps + 1):
        text += f"\n[Data 1{f':{step}' if steps > 1 else ''}]\n"
        text += "".join(f"{e:.3f}  {step * c:g}\n" for e, c in zip(axis, counts, strict=True))
    return text


def test_angles_of_scienta_are_samples_and_points_are_sweeps(write: Write, carbon: Carbon) -> None:
    angles = "Dimension 3 name=Theta [deg]\nDimension 3 size=3\nDimension 3 scale=0 20 40"
    found = read_all(write("f.txt", scienta(carbon, angles, 3)))
    assert [one.sample for one in found] == [f"PET, theta {k} ({20 * (k - 1)} deg)" for k in (1, 2, 3)]
    (swept,) = read_all(write("g.txt", scienta(carbon, angles.replace("Theta [deg]", "Point []"), 3)))
    assert "sweeps-summed" in codes(swept)


def test_comments_of_scienta_regions_name_samples(write: Write, carbon: Carbon) -> None:
    one, other = (
        scienta(carbon)
        .replace("Sample=PET", f"Sample=\nComments={said}")
        .replace("[Info]\nNumber of Regions=1\n\n", "")
        for said in ("untreated", "aged")
    )
    other = other.replace("on 1]", "on 2]").replace("Info 1]", "Info 2]").replace("Data 1]", "Data 2]")
    found = read_all(write("f.txt", f"[Info]\nNumber of Regions=2\n\n{one}\n{other}"))
    assert [one.sample for one in found] == ["untreated", "aged"]


def test_a_scienta_file_that_was_cut_says_so_and_its_scale_is_believed(write: Write, carbon: Carbon) -> None:
    cut = read(write("f.txt", scienta(carbon, size=900, scale="Kinetic")))
    np.testing.assert_allclose(cut.regions[0].binding_energy_ev, carbon[0], atol=1e-3)
    assert codes(cut) == {"file-truncated"}


def test_commands_of_igor_concern_the_latest_wave_of_a_name(writers: Any, write: Write, carbon: Carbon) -> None:
    one = writers.itx(carbon[1], start=279.4, step=0.1).decode()
    two = writers.itx(carbon[1], start=526.4, step=0.1).decode().replace("IGOR\n", "")
    found = read(write("f", f"{one}{two}".replace("'C 1s'", "'w'").encode()))
    assert [round(region.low_ev, 1) for region in found.regions] == [279.4, 526.4]


def test_several_commands_of_igor_may_stand_on_one_line(write: Write, carbon: Carbon) -> None:
    rows = "\n".join("\t".join(f"{c * part:.6g}" for c in carbon[1]) for part in (1, 2, 3))
    step, size = float(np.diff(carbon[0])[0]), len(carbon[0])
    text = (
        f'IGOR\nWAVES/D/N=(3,{size})\tmap\nBEGIN\n{rows}\nEND\nX SetScale/P x -2,0.3,"deg", map; SetScale/P y '
        f'{SOURCE_EV - carbon[0][0]:.6f},{-step:.6f},"Kinetic Energy [eV]", map; SetScale d 0,0,"counts", map\n'
        'X Note map, "Excitation Energy=1486.6\\rDwellTime=0.25\\rPass Energy=20\\rSample=a; b"\n'
    )
    (region,) = read(write("f.itx", text)).regions
    np.testing.assert_allclose(region.binding_energy_ev, carbon[0], atol=1e-3)
    np.testing.assert_allclose(region.intensity, 6.0 * carbon[1], rtol=1e-4)
    assert (region.dwell_s, region.pass_energy_ev, region.sample) == (0.25, 20.0, "a; b")


def test_a_wave_over_time_is_left_out_and_a_blank_row_refused(writers: Any, write: Write, carbon: Carbon) -> None:
    text = writers.itx(carbon[1], start=279.4, step=0.1).decode()
    late = writers.itx(carbon[1], start=0.0, step=1.0, unit="s (Time)").decode().replace("IGOR\n", "")
    found = read(write("f", (text + late.replace("'C 1s'", "'drift'")).encode()))
    assert len(found.regions) == 1
    assert "region-skipped" in codes(found)
    rows = text.split("\n")
    rows.insert(20, "")
    with pytest.raises(InputError, match="is blank"):
        read(write("g", "\n".join(rows).encode()))


def test_avantage_units_scales_and_indices_are_believed(write: Write, carbon: Carbon) -> None:
    text = avantage_text(*carbon)
    rate = text.replace("$SPACEAXES", "DS_GEPROPID_VALUE_UNIT : VT_BSTR = 'Counts / s'\n$SPACEAXES", 1)
    assert read(write("a.avg", rate)).regions[0].intensity_unit == "counts/s"
    subject = text.replace("$SPACEAXES", "DS_EXT_SUPROPID_SUBJECT : VT_BSTR = 'PET'\n$SPACEAXES", 1)
    assert read(write("b.avg", subject)).sample == "PET"
    start = f"{1486.68 - carbon[0].max():.6f}"
    binding = text.replace(f"0= {start}", f"0= {carbon[0].min():.6f}", 1)
    binding = binding.replace("$SPACEAXES", "DS_ACPROPID_EV_SCALE : VT_I4 = 2\n$SPACEAXES", 1)
    (region,) = read(write("c.avg", binding)).regions
    assert (region.recorded_energy, round(region.low_ev, 3)) == ("binding", round(float(carbon[0].min()), 3))
    with pytest.raises(InputError, match="not evenly spaced"):
        read(write("d.avg", text.replace("ENERGY, LINEAR", "ENERGY, NON-LINEAR")))
    assert read(write("e.avg", text.encode("utf-16"))).regions[0].label == "C1s Scan"


def test_avantage_spectra_stand_where_their_index_says(write: Write, carbon: Carbon) -> None:
    head, *levels = avantage_text(*carbon, levels=3).split("$DATA=*,")
    doubled = levels[2].split("\n")
    doubled = [line.replace("= ", "= 9", 1) if line.startswith("LIST") else line for line in doubled]
    text = head + "".join(f"$DATA=*,{level}" for level in ("\n".join(doubled), levels[1], levels[0]))
    found = read_all(write("f.avg", text))
    assert [one.sample for one in found] == ["etch time 0 s", "etch time 30 s", "etch time 60 s"]
    assert found[2].regions[0].intensity.max() > 2 * found[0].regions[0].intensity.max()


def test_regions_of_specs_without_counts_are_named(write: Write, carbon: Carbon) -> None:
    text = specs_xml(*carbon)
    begin, end = text.index('<struct type_id="IDL:specs.de/RegionData'), text.index("</struct></any>")
    region = text[begin:end]
    counts = region[region.index('<struct type_id="IDL:specs.de/Cycle') :]
    empty = region.replace(counts, "</struct>").replace("1 C1s", "2 O1s")
    found = read(write("f.xml", text[:begin] + region + empty + text[end:]))
    assert [region.label for region in found.regions] == ["C1s"]
    assert "Region 2 (`2 O1s`) was left out" in " ".join(warning.text for warning in found.warnings)


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_encodings_of_specs(write: Write, carbon: Carbon, encoding: str) -> None:
    text = specs_xml(*carbon).replace("film", "Fl\u00e4che")
    assert read(write("f.xml", text.encode(encoding))).sample == "Fl\u00e4che"


def test_the_first_scan_of_specs_may_be_the_incomplete_one(write: Write, carbon: Carbon) -> None:
    text = specs_xml(*carbon, scans=2)
    numbers = text[text.index('counts"><double>') + 16 : text.index("</double></sequence>")]
    found = read(write("f.xml", text.replace(numbers, " ".join(numbers.split()[:50]), 1)))
    assert found.regions[0].scans == 1
    assert "scans-skipped" in codes(found)


def test_levels_of_an_aborted_phi_profile_keep_their_order_and_times(
    writers: Any, write: Write, carbon: Carbon
) -> None:
    energy, counts = carbon
    levels = np.stack([counts * part for part in (1, 2, 3)])
    content = writers.phi([("C1s", energy, levels), ("O1s", energy + 247.0, levels[:2])], times=(0.0, 30.0, 60.0))
    found = read_all(write("f.pro", content))
    assert [one.sample for one in found] == [f"PET, level {k} ({30 * (k - 1)} s)" for k in (1, 2, 3)]
    assert [len(one.regions) for one in found] == [2, 2, 1]


def test_one_region_at_two_pass_energies_stays_with_its_sample(write: Write, carbon: Carbon) -> None:
    text = ""
    for name, away, passed in (("C 1s", 0, 20), ("C 1s", 0, 50), ("O 1s", 247, 20)):
        text += f"Region: {name}\nPass energy: {passed} eV\nBinding Energy (eV)\tCounts\n"
        text += "".join(f"{e + away:.2f}\t{c:g}\n" for e, c in zip(*carbon, strict=True)) + "\n"
    (found,) = read_all(write("f.txt", text))
    assert [(region.label, region.pass_energy_ev) for region in found.regions] == [
        ("C 1s", 20.0),
        ("C 1s", 50.0),
        ("O 1s", 20.0),
    ]


def series(parts: Sequence[tuple[str, float, float, Floats]], energy: Floats) -> str:
    """Regions of name, distance from C 1s in eV, pass energy and counts, one after the other."""
    text = ""
    for name, away, passed, counts in parts:
        text += f"Region: {name}\nPass energy: {passed:g} eV\nBinding Energy (eV)\tCounts\n"
        text += "".join(f"{e + away:.2f}\t{c:g}\n" for e, c in zip(energy, counts, strict=True)) + "\n"
    return text


def test_regions_in_order_of_pass_energies_or_with_sweeps_stay_with_their_samples(write: Write, carbon: Carbon) -> None:
    energy, a = carbon
    b = np.interp(energy - 1.5, energy, a)
    found = read_all(write("f.txt", series([("C 1s", 0, p, c) for p in (20, 50) for c in (a, b)], energy)))
    assert [len(one.regions) for one in found] == [2, 2]
    for one, counts in zip(found, (a, b), strict=True):
        for region in one.regions:
            np.testing.assert_allclose(region.intensity, counts, rtol=1e-5)
    (whole,) = read_all(
        write("g.txt", series([(n, d, p, a) for n, d in (("C 1s", 0), ("O 1s", 247)) for p in (20, 50)], energy))
    )
    assert len(whole.regions) == 4
    swept = [(n, d, 20, c) for n, d in (("C 1s", 0), ("O 1s", 247)) for c in (a, a + 1.0, b, b + 1.0)]
    for one, counts in zip(read_all(write("h.txt", series(swept, energy))), (a, b), strict=True):
        assert [region.scans for region in one.regions] == [2, 2]
        np.testing.assert_allclose(one.regions[0].intensity, 2.0 * counts + 1.0, rtol=1e-5)


def test_one_file_is_of_one_anode(write: Write, carbon: Carbon) -> None:
    energy, counts = carbon
    text = ""
    for name, away in (("Au 4f", -199.0), ("C 1s", 0.0), ("O 1s", 247.0)):
        text += f"Region: {name}\nKinetic Energy (eV)\tCounts\n"
        text += "".join(f"{1253.6 - e - away:.2f}\t{c:g}\n" for e, c in zip(energy, counts, strict=True)) + "\n"
    (found,) = read_all(write("f.txt", text))
    assert {region.source_energy_ev for region in found.regions} == {1253.6}
    assert "source-assumed" in codes(found)


@pytest.mark.parametrize("line", ["Operation: XPS", "Curve: PET", "Scan Mode: Time per step 0.1 s"])
def test_only_files_of_specs_hold_results_of_operations(write: Write, carbon: Carbon, line: str) -> None:
    rows = "\n".join(f"{e:.2f}\t{c:g}" for e, c in zip(*carbon, strict=True))
    assert len(read(write("f.txt", f"{line}\nBinding Energy (eV)\tCounts\n{rows}\n")).regions) == 1
    with pytest.raises(InputError, match="no spectrum was found"):
        read(write("g.xy", f"# SpecsLab Prodigy\n# Operation: Shirley\n# ColumnLabels: energy counts\n{rows}\n"))
