"""Databases of SPECS Prodigy: scans, loops, chunks, and what a hostile database may try."""

import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.io import read, read_all

Floats = NDArray[np.float64]
Write = Callable[[str, str | bytes], Path]
Carbon = tuple[Floats, Floats]
SCAN = "Scan [Idx]=1u"


def test_scans_are_summed_and_every_region_has_its_name(writers: SimpleNamespace, write: Write, carbon: Carbon) -> None:
    energy, counts = carbon
    again = np.random.default_rng(1).poisson(counts).astype(float)
    scans = {SCAN: counts, "Scan [Idx]=2u": again}
    group = ("PET, #Treatment: , #Temp: RT", [("C1s", energy, scans), ("O1s", energy + 247.0, {SCAN: counts})])
    found = read(write("f.sle", writers.sle([group], pieces=3)))
    assert (found.sample, found.warnings) == ("PET, Temp: RT", ())
    one, two = found.regions
    assert (one.label, two.label) == ("C1s", "O1s")
    np.testing.assert_allclose(one.binding_energy_ev, energy, atol=1e-6)
    np.testing.assert_array_equal(one.intensity, counts + again)
    assert (one.scans, two.scans, one.dwell_s, one.pass_energy_ev) == (2, 1, 0.5, 20.0)
    assert (one.intensity_unit, one.source_energy_ev, one.recorded_energy) == ("counts", 1486.6, "binding")
    assert one.transmission is not None
    np.testing.assert_allclose(one.transmission, np.linspace(1.0, 2.0, len(energy)))


@pytest.mark.parametrize("how", [{"packed": True}, {"width": 4}, {"packed": True, "width": 4, "pieces": 2}])
def test_counts_are_read_however_they_are_stored(
    writers: SimpleNamespace, write: Write, carbon: Carbon, how: dict[str, Any]
) -> None:
    (region,) = read(write("f", writers.sle([("PET", [("C1s", carbon[0], {SCAN: carbon[1]})])], **how))).regions
    np.testing.assert_array_equal(region.intensity, carbon[1])


def test_kinetic_energies_are_turned(writers: SimpleNamespace, write: Write, carbon: Carbon) -> None:
    kinetic = (1486.6 - carbon[0])[::-1]
    content = writers.sle([("PET", [("C1s", kinetic, {SCAN: carbon[1][::-1]})])], scale="Kinetic")
    (region,) = read(write("f", content)).regions
    np.testing.assert_allclose(region.binding_energy_ev, carbon[0], atol=1e-6)
    np.testing.assert_array_equal(region.intensity, carbon[1])
    assert region.recorded_energy == "kinetic"


def test_another_turn_of_a_loop_and_another_group_are_measured_anew(
    writers: SimpleNamespace, write: Write, carbon: Carbon
) -> None:
    energy, counts = carbon
    scans = {f"Loop={turn}u;Scan [Idx]={scan}u": turn * counts for turn in (1, 2) for scan in (1, 2)}
    regions = [("C1s", energy, scans), ("O1s", energy + 247.0, scans)]
    found = read_all(write("f", writers.sle([("PET", regions), ("PVC", regions[:1]), ("PVC", regions[:1])])))
    names = ["PET, loop 1", "PET, loop 2"]
    names += [f"PVC, group {group}, loop {turn}" for group in (2, 3) for turn in (1, 2)]
    assert [one.sample for one in found] == names
    assert [len(one.regions) for one in found] == [2, 2, 1, 1, 1, 1]
    np.testing.assert_array_equal(found[1].regions[0].intensity, 4.0 * counts)


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"mode": "FixedEnergies"}, "its scan mode is FixedEnergies, no scan of energies"),
        ({"channels": 130}, "for 130 channels of the detector; export it from Prodigy as VAMAS or .xy"),
        ({"then": "UPDATE RawData SET Head = 20"}, "points beyond its ends"),
        ({"then": "UPDATE Spectrum SET EnergyType = 'Time'"}, "its energies are called Time"),
        ({"then": "UPDATE Spectrum SET Samples = 2000000000"}, "Samples is no number|promises"),
        ({"then": "UPDATE Spectrum SET Step = 'x'"}, "its Step is no number"),
        ({"then": "UPDATE CountRateData SET Data = 'text'"}, "no binary numbers"),
        ({"then": "UPDATE CountRateData SET Data = x'00'"}, "1 bytes for 200 counts"),
        ({"then": "DELETE FROM RawData"}, "it was not measured"),
        ({"then": "DELETE FROM Spectrum"}, "it holds no spectrum"),
        ({"then": "ALTER TABLE Spectrum DROP COLUMN Step"}, "of a version that is not read here .*VAMAS or .xy"),
        ({"then": "DROP TABLE RawData; CREATE TABLE RawDat (RawData)"}, "of a version that is not read here"),
        ({"then": "UPDATE Configuration SET Value = '<a>'"}, "the XML is broken"),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_export(
    writers: SimpleNamespace, write: Write, carbon: Carbon, how: dict[str, Any], why: str
) -> None:
    content = writers.sle([("PET", [("C1s", carbon[0], {SCAN: carbon[1]})])], **how)
    with pytest.raises(InputError, match=rf"f\.sle: .*{why}"):
        read(write("f.sle", content))


def test_a_scan_that_was_stopped_is_left_out_by_name(writers: SimpleNamespace, write: Write, carbon: Carbon) -> None:
    scans = {SCAN: carbon[1], "Scan [Idx]=2u": carbon[1][50:]}
    found = read(write("f", writers.sle([("PET", [("C1s", carbon[0], scans)])])))
    np.testing.assert_array_equal(found.regions[0].intensity, carbon[1])
    assert (found.regions[0].scans, [warning.code for warning in found.warnings]) == (1, ["scans-skipped"])


def test_a_shift_that_prodigy_notes_is_told_and_not_applied(
    writers: SimpleNamespace, write: Write, carbon: Carbon
) -> None:
    found = read(write("f", writers.sle([("PET", [("C1s", carbon[0], {SCAN: carbon[1]})])], shift="1.5")))
    np.testing.assert_allclose(found.regions[0].binding_energy_ev, carbon[0], atol=1e-6)
    assert [warning.code for warning in found.warnings] == ["already-corrected"]
    assert "1.5 eV" in found.warnings[0].text


def test_count_rates_are_averaged(writers: SimpleNamespace, write: Write, carbon: Carbon) -> None:
    scans = {SCAN: carbon[1], "Scan [Idx]=2u": 3.0 * carbon[1]}
    (region,) = read(write("f", writers.sle([("PET", [("C1s", carbon[0], scans)])], unit="cps"))).regions
    assert region.intensity_unit == "counts/s"
    np.testing.assert_allclose(region.intensity, 2.0 * carbon[1])


@pytest.mark.parametrize(
    "attack",
    [
        "ALTER TABLE Spectrum RENAME TO S; CREATE VIEW Spectrum AS SELECT * FROM S",
        "ALTER TABLE RawData RENAME TO R; CREATE VIEW RawData AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT "
        "x + 1 FROM c) SELECT x AS RawID, 1 AS Node, 1 AS Scans, 1 AS Eexc, 0 AS Head, 0 AS Tail, '' AS Trace FROM c",
        "DROP TABLE OrdinateInfo; PRAGMA writable_schema = ON; INSERT INTO sqlite_master VALUES ('table', "
        "'OrdinateInfo', 'OrdinateInfo', 0, 'CREATE VIRTUAL TABLE OrdinateInfo USING fts4(Node, Unit)')",
        "DROP TABLE OrdinateInfo; CREATE TABLE OrdinateInfo (Node, Unit AS (hex(zeroblob(30000000)))); "
        "INSERT INTO OrdinateInfo (Node) VALUES (1)",
    ],
)
def test_a_database_that_runs_code_is_refused_at_once(
    writers: SimpleNamespace, write: Write, carbon: Carbon, attack: str
) -> None:
    content = writers.sle([("PET", [("C1s", carbon[0], {SCAN: carbon[1]})])], then=attack)
    begin = time.monotonic()
    with pytest.raises(InputError, match=r"f\.sle: the Prodigy database is damaged \(.* is no plain table\)"):
        read(write("f.sle", content))
    assert time.monotonic() - begin < 5.0


def test_views_and_triggers_beside_the_tables_are_left_alone(
    writers: SimpleNamespace, write: Write, carbon: Carbon
) -> None:
    beside = "CREATE VIEW v AS SELECT * FROM Spectrum; CREATE TRIGGER t AFTER INSERT ON Spectrum BEGIN SELECT 1; END"
    content = writers.sle([("PET", [("C1s", carbon[0], {SCAN: carbon[1]})])], then=beside)
    np.testing.assert_array_equal(read(write("f", content)).regions[0].intensity, carbon[1])


def test_scans_of_different_photon_energies_are_not_summed(
    writers: SimpleNamespace, write: Write, carbon: Carbon
) -> None:
    scans = {SCAN: carbon[1], "Scan [Idx]=2u": carbon[1]}
    content = writers.sle([("PET", [("C1s", carbon[0], scans)])], then="UPDATE RawData SET Eexc = 700 WHERE RawID = 2")
    regions = [region for found in read_all(write("f", content)) for region in found.regions]
    assert [region.source_energy_ev for region in regions] == [1486.6, 700.0]
    np.testing.assert_array_equal(regions[0].intensity, carbon[1])


def test_compressed_counts_cannot_fill_the_memory(writers: SimpleNamespace, write: Write) -> None:
    energy = np.round(np.arange(0.0, 3000.0, 0.001), 3)
    scans = {f"Loop={turn}u": np.zeros(len(energy)) for turn in range(8)}
    content = writers.sle([("PET", [("C1s", energy, scans)])], packed=True)
    assert len(content) < 20_000_000 + 8 * len(energy)
    with pytest.raises(InputError, match=r"holds more than is read here \(over 20000000 counts\)"):
        read(write("f.sle", content))


def test_a_database_written_with_a_log_is_read(writers: SimpleNamespace, write: Write, carbon: Carbon) -> None:
    content = writers.sle([("PET", [("C1s", carbon[0], {SCAN: carbon[1]})])])
    logged = content[:18] + b"\x02\x02" + content[20:]
    np.testing.assert_array_equal(read(write("f", logged)).regions[0].intensity, carbon[1])


def test_another_database_is_called_so(write: Write) -> None:
    with pytest.raises(InputError, match="an SQLite database, and none of SPECS Prodigy"):
        read(write("f.db", b"SQLite format 3\x00" + bytes(4000)))
