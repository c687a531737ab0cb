"""Dumps of Kratos Vision: objects of numbered fields, lists that go on over several lines."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.io import read, read_all

Floats = NDArray[np.float64]
Write = Callable[[str, str | bytes], Path]
Carbon = tuple[Floats, Floats]

BEGIN = "Dataset filename          = film.dset\n"


def spectrum(
    name: str, line: str, binding: Floats, counts: Floats, source: float = 1486.6, reference: str = "AL"
) -> str:
    kinetic = source - binding[::-1]
    values = [f"{count:.0f}" for count in counts[::-1]]
    rows = ",\n".join(", ".join(values[at : at + 8]) for at in range(0, len(values), 8))
    element, _, level = line.partition(" ")
    return (
        f"Object name               = {name}\n   1 Technique                 = F_XPS\n"
        f"   3 Spectrum scan start       = {kinetic[0]:.3f} eV\n   4 Spectrum scan step size   = 0.1 eV\n"
        "   5 Abscissa label            = Kinetic Energy\n   7 Dwell time                = 0.5 seconds\n"
        f"   9 Ordinate units            = Counts\n  12 Ordinate values           = {{{rows}}}\n"
        "  42 Pass energy               = 20 eV\n 130 # Sweeps completed        = 3\n"
        f"3080 Xray Reference Energy     = F_REFER_TO_XRAY_{reference}\n"
        f"3113 Chemical symbol or formula = {element}\n3114 Transition or charge state = {level}\n"
        "5587 Transmission Function Object (ke,t) = {\n"
        "    5615 Transmission Function Kinetic Energy = {100, 1400}\n"
        "    5616 Transmission Function Value = {1.4, 0.1}\n}\n"
    )


def test_every_object_is_a_region_on_its_own_scale(write: Write, carbon: Carbon) -> None:
    energy, counts = carbon
    oxygen = energy + 247.0
    text = BEGIN + spectrum("film/1", "C 1s", energy, counts) + spectrum("film/2", "O 1s", oxygen, 2.0 * counts)
    found = read(write("f.kal", text))
    assert [region.label for region in found.regions] == ["C 1s", "O 1s"]
    for region, axis, factor in zip(found.regions, (energy, oxygen), (1.0, 2.0), strict=True):
        np.testing.assert_allclose(region.binding_energy_ev, axis, atol=1e-6)
        np.testing.assert_array_equal(region.intensity, factor * counts)
        assert (region.dwell_s, region.scans, region.pass_energy_ev) == (0.5, 3, 20.0)
        assert (region.recorded_energy, region.source_energy_ev, region.intensity_unit) == ("kinetic", 1486.6, "counts")
        assert region.transmission is not None
        np.testing.assert_allclose(region.transmission, 1.5 - (1486.6 - axis) / 1000.0, atol=1e-6)


def test_names_of_objects_tell_samples_apart_where_regions_come_again(write: Write, carbon: Carbon) -> None:
    energy, counts = carbon
    text = BEGIN
    for number, name in enumerate(("film", "foil"), start=1):
        text += spectrum(f"{name}/{number}", "C 1s", energy, number * counts)
    assert [one.sample for one in read_all(write("f.kal", text))] == ["film", "foil"]


@pytest.mark.parametrize(("source", "reference"), [(1253.6, "MG"), (2984.3, "AG"), (1253.6, "NONE")])
def test_the_source_is_that_of_the_reference_or_fits_the_core_lines(
    write: Write, carbon: Carbon, source: float, reference: str
) -> None:
    (region,) = read(write("f.kal", BEGIN + spectrum("x/1", "C 1s", *carbon, source, reference))).regions
    np.testing.assert_allclose(region.binding_energy_ev, carbon[0], atol=1e-3)
    assert region.source_energy_ev == pytest.approx(source, abs=1e-3)


def test_what_is_no_spectrum_is_said_and_a_list_without_end_refused(write: Write, carbon: Carbon) -> None:
    counter = "Object name = counter/2\n  12 Ordinate values = {1, 2, 3}\n"
    text = BEGIN + spectrum("film/1", "C 1s", *carbon)
    said = {warning.code: warning.text for warning in read(write("f.kal", text + counter)).warnings}
    assert "counter/2" in said["region-skipped"]
    with pytest.raises(InputError, match=r"f\.kal: the list that begins at line 9 has no end"):
        read(write("f.kal", text[: text.index("}\n")]))
    with pytest.raises(InputError, match="no object"):
        read(write("f.kal", BEGIN + counter))


def test_lists_of_words_and_lists_below_their_names_refuse_nothing(write: Write, carbon: Carbon) -> None:
    text = BEGIN + spectrum("film/1", "C 1s", *carbon)
    words = "  11 Detector names           = {MCP A, MCP B}\n  13 Comment                  = {see = below\n"
    text = text.replace("  12 Ordinate values           = {", f"{words}  12 Ordinate values           = {{\n")
    (region,) = read(write("f.kal", text)).regions
    np.testing.assert_array_equal(region.intensity, carbon[1])
