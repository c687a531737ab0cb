"""Files of several samples that no setting names: titles, columns and values that were set tell them apart."""

from pathlib import Path

import numpy as np
import pytest

from xps_keras.io.read import read_all

ENERGIES = np.arange(280.0, 300.0, 0.1)


def peak(at_ev: float) -> list[int]:
    return [round(100 + 1000 * value) for value in np.exp(-0.5 * np.square((ENERGIES - at_ev) / 0.6))]


def again(at_ev: float, place: int) -> list[int]:
    """A peak measured once more: its counts are never the same."""
    return [count + (place + channel) % 2 for channel, count in enumerate(peak(at_ev))]


def table(counts: list[int]) -> str:
    return "\n".join(f"{energy:.2f}\t{count}" for energy, count in zip(ENERGIES, counts, strict=True))


def below(*titles: str, moved_ev: float = 0.3) -> str:
    """One table below the other, each under its words; peaks 0.3 eV apart, which sweeps may be."""
    tables = [table(again(285.0 + moved_ev * place, place)) for place in range(len(titles))]
    return "\n\n".join(f"{title}\nBE/eV\tCounts\n{rows}" for title, rows in zip(titles, tables, strict=True))


def beside(*heads: str, moved_ev: float = 0.3) -> str:
    """Two tables side by side under lines of cells."""
    rows = (
        f"{energy:.2f},{one},{energy:.2f},{two}"
        for energy, one, two in zip(
            ENERGIES, peak(285.0), peak(285.0 + moved_ev) if moved_ev else again(285.0, 0), strict=True
        )
    )
    return "\n".join([*heads, *rows])


def read(folder: Path, text: str) -> dict[str, float]:
    """Energy of the maximum by sample."""
    path = folder / "spectra.txt"
    path.write_text(text)
    found = read_all(path)
    return {
        one.sample: round(float(one.regions[0].binding_energy_ev[one.regions[0].intensity.argmax()]), 1)
        for one in found
    }


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (below("PET film", "HDPE film"), ("PET film", "HDPE film")),
        (below("C1s PET", "C1s HDPE"), ("PET", "HDPE")),
        (below("PET.vms\nC1s Scan", "HDPE.vms\nC1s Scan"), ("PET", "HDPE")),
        (below("# Etch time: 0 s", "# Etch time: 60 s"), ("etch time 0 s", "etch time 60 s")),
        (below("Specimen: PET", "Specimen: HDPE"), ("PET", "HDPE")),
        (below("Sample,PET", "Sample,HDPE"), ("PET", "HDPE")),
        (below("PET1", "PET2"), ("PET1", "PET2")),
        (below("Sample 1", "Sample 2"), ("Sample 1", "Sample 2")),
        (below("C1s spot 1", "C1s spot 2"), ("spot 1", "spot 2")),
        (below("A", "B"), ("A", "B")),
        (below("5 min plasma", "10 min plasma"), ("5 min plasma", "10 min plasma")),
        (below("no plasma", "plasma"), ("no plasma", "plasma")),
        (below("untreated", "passivated"), ("untreated", "passivated")),
        (below("PET: C 1s", "HDPE: C 1s"), ("PET", "HDPE")),
        (below("Name: PET C1s", "Name: HDPE C1s"), ("PET", "HDPE")),
        (below("File: C:\\data\\PET.vms", "File: C:\\data\\HDPE.vms"), ("PET", "HDPE")),
        (below("", "HDPE"), ("sample 1", "HDPE")),
        (below("Sample no. 1", "Sample no. 2"), ("Sample 1", "Sample 2")),
        (below("Bias: 0 V", "Bias: 3 V"), ("bias 0 V", "bias 3 V")),
        (below("Specimen note: as received", "Specimen note: aged"), ("as received", "aged")),
        (below("5 % PVDF", "10 % PVDF"), ("5% PVDF", "10% PVDF")),
        (below("oxygen plasma", "nitrogen plasma"), ("oxygen plasma", "nitrogen plasma")),
        (below("Carbon", "Silicon"), ("Carbon", "Silicon")),
        (below("D:\\XPS\\PET\\C1s.vgd", "D:\\XPS\\HDPE\\C1s.vgd"), ("PET", "HDPE")),
        (below("Etch time (s)\t0", "Etch time (s)\t60"), ("etch time 0", "etch time 60")),
        (beside("Bias: 0 V,,Bias: 3 V,", "BE,counts,BE,counts"), ("bias 0 V", "bias 3 V")),
        (below("Sample: PET\nspot 1", "Sample: PET\nspot 2"), ("PET, spot 1", "PET, spot 2")),
        (beside("BE,Counts A,BE,Counts B"), ("A", "B")),
        (beside("BE,untreated,BE,passivated"), ("untreated", "passivated")),
        (beside("BE,fitness,BE,Sumatra"), ("fitness", "Sumatra")),
        (below("4711", "4712"), ("4711", "4712")),
        (below("C1s 4711", "C1s 4712"), ("4711", "4712")),
        (below("0.1", "0.2"), ("0.1", "0.2")),
        (below("-1", "0"), ("-1", "0")),
        (below("0 %", "5 %"), ("0 %", "5 %")),
        (below("15\u00b0", "45\u00b0"), ("15\u00b0", "45\u00b0")),
        (below("600 eV", "700 eV"), ("600 eV", "700 eV")),
        (below("2024-01-05", "2024-02-05"), ("2024-01-05", "2024-02-05")),
        (below("No. 1", "No. 2"), ("No. 1", "No. 2")),
        (below("ID: 101", "ID: 102"), ("101", "102")),
        (below("Title: 0.5 %", "Title: 1 %"), ("0.5 %", "1 %")),
        (below("File: D:\\data\\101.spe", "File: D:\\data\\102.spe"), ("101", "102")),
        (below("File: D:\\data\\a.spe", "File: D:\\data\\b.spe"), ("a", "b")),
        (below("\u6837\u54c1\u7f16\u53f7: 1", "\u6837\u54c1\u7f16\u53f7: 2"), ("1", "2")),
        (below("\u6837\u54c1\uff1aA1", "\u6837\u54c1\uff1aA2"), ("A1", "A2")),
        (below("\u8a66\u6599\u540d: 1", "\u8a66\u6599\u540d: 2"), ("1", "2")),
        (below("Probennummer: 1", "Probennummer: 2"), ("1", "2")),
        (below("Nom de l'\u00e9chantillon : 1", "Nom de l'\u00e9chantillon : 2"), ("1", "2")),
        (below("Nombre de la muestra: 1", "Nombre de la muestra: 2"), ("1", "2")),
        (below("PET\n4711", "PET\n4712"), ("4711", "4712")),
        (beside("15\u00b0,,45\u00b0,", "BE/eV,Counts,BE/eV,Counts"), ("15\u00b0", "45\u00b0")),
        (beside("Etch time (s),0,,60", "BE/eV,Counts,BE/eV,Counts"), ("etch time 0", "etch time 60")),
        (beside("PET,,HDPE,", "BE/eV,Counts,BE/eV,Counts"), ("PET", "HDPE")),
        (beside("BE PET (eV),Counts PET,BE HDPE (eV),Counts HDPE"), ("PET", "HDPE")),
        (beside("Binding energy,Counts,Binding energy,Counts", "eV,cps,eV,cps", "PET,PET,HDPE,HDPE"), ("PET", "HDPE")),
    ],
)
def test_words_tell_samples_apart(tmp_path: Path, text: str, names: tuple[str, str]) -> None:
    assert read(tmp_path, text) == {names[0]: 285.0, names[1]: 285.3}


@pytest.mark.parametrize(
    "text",
    [
        below("C1s Scan 1", "C1s Scan 2", moved_ev=0.0),
        below("Sweep 1 of 2", "Sweep 2 of 2", moved_ev=0.0),
        below("Acquired: 12:01", "Acquired: 12:07", moved_ev=0.0),
        below("2024-03-01T12:01:03", "2024-03-01T12:07:09", moved_ev=0.0),
        below("Scan 1/5", "Scan 2/5", moved_ev=0.0),
        below("Pressure: 1.2e-9 mbar", "Pressure: 2.2e-9 mbar", moved_ev=0.0),
        below("Sample current: 1.0 nA", "Sample current: 1.1 nA", moved_ev=0.0),
        below("Page 1", "Page 2", moved_ev=0.0),
        below("pet_001", "pet_002", moved_ev=0.0),
        below("erste Messung", "zweite Messung", moved_ev=0.0),
        below("Operator: Smith", "Operator: Miller", moved_ev=0.0),
        below("UUID: 6f1c-0a", "UUID: 6f1c-1a", moved_ev=0.0),
        below("Elapsed: 10 s", "Elapsed: 20 s", moved_ev=0.0),
        below("Messung 1", "Messung 2", moved_ev=0.0),
        below("scan one", "scan two", moved_ev=0.0),
        below("PET 5May2024 12:30", "PET 5May2024 12:45", moved_ev=0.0),
        below("2024-03-01T12:01:03+01:00", "2024-03-01T12:07:09+01:00", moved_ev=0.0),
        below("first scan", "second scan", moved_ev=0.0),
        below("C1s_1", "C1s_2", moved_ev=0.0),
        below("1", "2", moved_ev=0.0),
        below("200", "200", moved_ev=0.0),
        below("4711", "", moved_ev=0.0),
        below("Spectrum ID: 4711", "Spectrum ID: 4712", moved_ev=0.0),
        below("File: D:\\data\\001.spe", "File: D:\\data\\002.spe", moved_ev=0.0),
        below("PET C1s scan 1", "PET C1s scan 2", moved_ev=0.0),
        below("PET film", "", moved_ev=0.0),
        beside("x1,y1,x2,y2", moved_ev=0.0),
        beside("BE,scan1,BE,scan2", moved_ev=0.0),
        beside("BE 1,Counts 1,BE 2,Counts 2", moved_ev=0.0),
    ],
)
def test_what_only_counts_repetitions_is_still_summed(tmp_path: Path, text: str) -> None:
    path = tmp_path / "sweeps.txt"
    path.write_text(text)
    (found,) = read_all(path)
    assert [warning.code for warning in found.warnings if "sweeps" in warning.code] == ["sweeps-summed"]
    assert found.regions[0].scans == 2


def test_a_region_without_words_belongs_to_the_sample_before_it(tmp_path: Path) -> None:
    oxygen = "\n".join(f"{energy + 245.0:.2f}\t{count}" for energy, count in zip(ENERGIES, peak(287.0), strict=True))
    text = "\n\n".join(
        f"{title}\nBE/eV\tCounts\n{table(peak(at))}\n\nBE/eV\tCounts\n{oxygen}"
        for title, at in (("PET film", 285.0), ("HDPE film", 286.0))
    )
    path = tmp_path / "spectra.txt"
    path.write_text(text)
    assert [(one.sample, len(one.regions)) for one in read_all(path)] == [("PET film", 2), ("HDPE film", 2)]


def test_a_running_number_of_regions_names_no_samples(tmp_path: Path) -> None:
    oxygen = "\n".join(f"{energy + 245.0:.2f}\t{count}" for energy, count in zip(ENERGIES, peak(287.0), strict=True))
    tables = [table(peak(285.0)), oxygen, table(peak(286.0)), oxygen]
    text = "\n\n".join(f"Spectrum: {place}\nBE/eV\tCounts\n{rows}" for place, rows in enumerate(tables, start=1))
    path = tmp_path / "spectra.txt"
    path.write_text(text)
    assert [(one.sample, len(one.regions)) for one in read_all(path)] == [("sample 1", 2), ("sample 2", 2)]


def test_the_region_in_the_name_of_a_sample_does_not_tear_it(tmp_path: Path) -> None:
    oxygen = "\n".join(f"{energy + 245.0:.2f}\t{count}" for energy, count in zip(ENERGIES, peak(287.0), strict=True))
    rows = {"C1s": table(peak(285.0)), "O1s": oxygen}
    text = "\n\n".join(f"Sample: PET {line}\nRegion: {line}\nBE/eV\tCounts\n{rows[line]}" for line in rows)
    path = tmp_path / "spectra.txt"
    path.write_text(text)
    assert [(one.sample, len(one.regions)) for one in read_all(path)] == [("PET", 2)]


WINDOWS = ((279.0, 297.0, 0.1), (283.0, 297.0, 0.1), (279.37, 297.4, 0.1), (282.0, 300.0, 0.1), (279.0, 297.0, 0.05))


def measured(title: str, window: tuple[float, float, float], at_ev: float, away_ev: float = 0.0) -> str:
    """Return a table of one peak under its title, in a window of its own."""
    energies = np.arange(*window)
    counts = 100.0 + 1000.0 * np.exp(-0.5 * np.square((energies - at_ev) / 0.6))
    rows = "\n".join(f"{energy + away_ev:.2f}\t{count:.0f}" for energy, count in zip(energies, counts, strict=True))
    return f"{title}\nBE/eV\tCounts\n{rows}\n"


@pytest.mark.parametrize("other", WINDOWS)
@pytest.mark.parametrize("lines", [("C1s", "O1s"), ("", "")])
def test_samples_may_be_measured_in_windows_and_steps_of_their_own(
    tmp_path: Path, other: tuple[float, float, float], lines: tuple[str, str]
) -> None:
    tables = [
        measured(f"{name} {line}".strip(), window, at, away)
        for name, window, at in (("PET", WINDOWS[0], 286.0), ("PDMS", other, 285.0), ("nylon", WINDOWS[0], 287.0))
        for line, away in zip(lines, (0.0, 247.0), strict=True)
    ]
    path = tmp_path / "spectra.txt"
    path.write_text("\n".join(tables))
    assert [(one.sample, len(one.regions)) for one in read_all(path)] == [("PET", 2), ("PDMS", 2), ("nylon", 2)]


def test_nameless_samples_may_be_measured_in_windows_of_their_own(tmp_path: Path) -> None:
    regions = [
        ("C1s", WINDOWS[1], 0.0),
        ("O1s", WINDOWS[0], 247.0),
        ("C1s", WINDOWS[0], 0.0),
        ("O1s", WINDOWS[0], 247.0),
    ]
    path = tmp_path / "spectra.txt"
    at = (286.0, 286.0, 286.1, 286.1)
    path.write_text(
        "\n".join(measured(line, window, e, away) for (line, window, away), e in zip(regions, at, strict=True))
    )
    assert [[region.label for region in one.regions] for one in read_all(path)] == [["C1s", "O1s"]] * 2


@pytest.mark.parametrize(
    "titles",
    [
        ("C1s wide", "C1s narrow", "O1s"),
        ("C1s high resolution", "C1s", "O1s"),
        ("Spectrum 1", "Spectrum 2", "Spectrum 3"),
        ("PET C1s", "PET K2p", "PET O1s"),
        ("C1s", "K2p", "O1s"),
    ],
)
def test_two_windows_of_one_sample_stay_together(tmp_path: Path, titles: tuple[str, str, str]) -> None:
    windows = ((280.0, 298.0, 0.1), (283.0, 296.0, 0.1), WINDOWS[0])
    regions = zip(titles, windows, (0.0, 0.0, 247.0), strict=True)
    path = tmp_path / "spectra.txt"
    path.write_text("\n".join(measured(title, window, 286.0, away) for title, window, away in regions))
    (found,) = read_all(path)
    assert len(found.regions) == 3
    assert not {"samples-guessed", "sweeps-summed"} & {warning.code for warning in found.warnings}


@pytest.mark.parametrize("lines", [("C1S", "O1S"), ("c1s", "o1s"), ("C 1S", "O 1S"), ("C_1s", "O_1s")])
@pytest.mark.parametrize("sample", ["", "Sample: "])
def test_core_lines_in_any_letters_are_taken_out_of_the_names_of_samples(
    tmp_path: Path, lines: tuple[str, str], sample: str
) -> None:
    tables = [
        measured(f"{sample}{name} {line}", WINDOWS[0], at, away)
        for name, at in (("PET", 286.0), ("PDMS", 285.0))
        for line, away in zip(lines, (0.0, 247.0), strict=True)
    ]
    path = tmp_path / "spectra.txt"
    path.write_text("\n".join(tables))
    found = read_all(path)
    assert [(one.sample, [region.label for region in one.regions]) for one in found] == [
        ("PET", list(lines)),
        ("PDMS", list(lines)),
    ]


def test_a_snapshot_keeps_its_name(tmp_path: Path) -> None:
    titles = ("C1s Snap", "C1s Scan", "O1s Scan")
    path = tmp_path / "spectra.txt"
    path.write_text("\n".join(measured(title, WINDOWS[0], 286.0, 247.0 * ("O" in title)) for title in titles))
    (found,) = read_all(path)
    assert [region.label for region in found.regions] == ["C1s Snap", "C1s", "O1s"]


def test_numbers_of_points_above_windows_of_one_sample_name_none(tmp_path: Path) -> None:
    windows = ((280.0, 298.0, 0.1), (283.0, 296.0, 0.1))
    path = tmp_path / "spectra.txt"
    path.write_text("\n".join(measured(str(len(np.arange(*window))), window, 286.0) for window in windows))
    assert [len(one.regions) for one in read_all(path)] == [2]


def test_names_that_were_taken_for_repetitions_are_said(tmp_path: Path) -> None:
    path = tmp_path / "sweeps.txt"
    rows = zip(ENERGIES, peak(285.0), peak(285.0), strict=True)
    path.write_text("BE,Scan 1,Scan 2\n" + "\n".join(f"{energy:.2f},{one},{two + 1}" for energy, one, two in rows))
    (found,) = read_all(path)
    assert "they are called `Scan 1`, `Scan 2`." in next(
        one.text for one in found.warnings if one.code == "sweeps-summed"
    )


def noisy(at_ev: float, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).poisson(peak(at_ev)).astype(float)


@pytest.mark.parametrize(
    ("title", "made"),
    [
        ("C1s fit", peak(285.0)),
        ("C1s Envelope", peak(285.0)),
        ("C1s background", np.linspace(100.0, 130.0, len(ENERGIES))),
        ("C1s normalised", noisy(285.0, 1) / 1100.0),
        ("Plot (offset): C1s", noisy(285.0, 1) + 2000.0),
        ("C1s background subtracted", noisy(285.0, 1) - 90.0),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_tables_made_of_a_spectrum_are_named_and_not_read(
    tmp_path: Path, title: str, made: np.ndarray, first: bool
) -> None:
    tables = [("C1s raw", noisy(285.0, 1)), (title, made)]
    text = "\n\n".join(
        f"{name}\nBE/eV\tcps\n" + "\n".join(f"{e:.2f}\t{v:.6g}" for e, v in zip(ENERGIES, values, strict=True))
        for name, values in (tables[::-1] if first else tables)
    )
    path = tmp_path / "spectra.txt"
    path.write_text(text)
    (found,) = read_all(path)
    np.testing.assert_allclose(found.regions[0].intensity, noisy(285.0, 1))
    assert [warning.code for warning in found.warnings] == ["columns-ignored"]


@pytest.mark.parametrize("titles", [("rough", "smooth"), ("PET", "fitness"), ("as made", "norm"), ("A", "plot 3")])
def test_measured_samples_may_be_called_like_what_is_made(tmp_path: Path, titles: tuple[str, str]) -> None:
    text = "\n\n".join(
        f"{name} film\nBE/eV\tcps\n"
        + "\n".join(f"{e:.2f}\t{v:.6g}" for e, v in zip(ENERGIES, noisy(285.0, seed), strict=True))
        for seed, name in enumerate(titles)
    )
    path = tmp_path / "spectra.txt"
    path.write_text(text)
    assert len(read_all(path)) == 2


def test_the_title_of_a_survey_names_its_sample(tmp_path: Path) -> None:
    survey = (0.0, 1200.0, 1.0)
    tables = [
        measured(f"{name} {region}", window, 286.0)
        for name, narrow in (("PET", WINDOWS[0]), ("PDMS", WINDOWS[1]))
        for region, window in (("survey", survey), ("C1s", narrow))
    ]
    path = tmp_path / "spectra.txt"
    path.write_text("\n".join(tables))
    assert [(one.sample, len(one.regions)) for one in read_all(path)] == [("PET", 2), ("PDMS", 2)]
