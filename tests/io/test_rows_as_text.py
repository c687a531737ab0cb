"""Tables in HTML and JSON, as programs of one's own and spreadsheets write them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.io.read import read_content
from xps_keras.spectrum import Spectrum

Floats = NDArray[np.float64]
Carbon = tuple[Floats, Floats]


def read(content: Any) -> tuple[Spectrum, ...]:
    text = content if isinstance(content, str) else json.dumps(content)
    return read_content(text.encode(), Path("f"))


def cells(rows: Sequence[Sequence[object]], name: str = "td") -> str:
    return "".join("<tr>" + "".join(f"<{name}>{cell}</{name}>" for cell in row) + "</tr>" for row in rows)


def assert_is(found: Spectrum, carbon: Carbon, factor: float = 1.0) -> None:
    (region,) = found.regions
    np.testing.assert_allclose(region.binding_energy_ev, carbon[0], atol=1e-6)
    np.testing.assert_allclose(region.intensity, factor * carbon[1])


def test_html_samples_stand_under_their_headings(carbon: Carbon) -> None:
    energy, counts = carbon
    tables = (
        f"<h2>{name}</h2><table>{cells([('BE', 'counts')], 'th')}"
        f"{cells(list(zip(energy, factor * counts, strict=True)))}</table>"
        for name, factor in (("PET", 1.0), ("PVC", 2.0))
    )
    one, two = read(f"<!DOCTYPE html><html><style>td {{ width: 12 14 }}</style>{''.join(tables)}</html>")
    assert (one.sample, two.sample) == ("PET", "PVC")
    assert_is(one, carbon)
    assert_is(two, carbon, 2.0)


def test_html_titles_over_columns_and_unclosed_cells(carbon: Carbon) -> None:
    rows = "".join(f"<tr><td>{e:.1f}<td>{c:.0f}<td>{e:.1f}<td>{2 * c:.0f}\n" for e, c in zip(*carbon, strict=True))
    head = "<tr><td colspan=2>PET</td><td colspan='2'>PVC</td></tr><tr><th>BE<th>counts<th>BE<th>counts"
    one, two = read(f"<!-- <table> --><table>{head}{rows}</table>")
    assert (one.sample, two.sample) == ("PET", "PVC")
    assert_is(two, carbon, 2.0)


def test_html_entities_and_words_count(carbon: Carbon) -> None:
    rows = cells([(f"{1253.6 - e:.1f}", f"{c:.0f}&nbsp;") for e, c in zip(*carbon, strict=True)])
    (found,) = read(f"<p>Source: Mg K&alpha;</p><table>{cells([('Kinetic&nbsp;Energy', 'counts')])}{rows}</table>")
    assert_is(found, carbon)
    assert found.regions[0].source_energy_ev == 1253.6


def test_a_broken_row_of_html_is_refused_by_its_row(carbon: Carbon) -> None:
    rows = [[f"{e:.1f}", f"{c:.0f}"] for e, c in zip(*carbon, strict=True)]
    rows[60][1] = "?!"
    with pytest.raises(InputError, match=r"row 62 .*no|row 62 .*two numbers"):
        read(f"<table>{cells([('BE', 'counts')])}{cells(rows)}</table>")


@pytest.mark.parametrize("form", ["columns", "records", "lines", "split", "pandas", "nested", "rows"])
def test_forms_of_json(carbon: Carbon, form: str) -> None:
    energy, counts = np.round(carbon[0], 3).tolist(), carbon[1].tolist()
    records = [{"BE": e, "counts": c} for e, c in zip(energy, counts, strict=True)]
    held: Any = {
        "columns": {"comment": "no fit", "BE": energy, "counts": counts, "background": [1.0] * len(energy)},
        "records": records,
        "lines": "\n".join(map(json.dumps, records)),
        "split": {
            "columns": ["BE", "counts"],
            "index": list(range(len(energy))),
            "data": [*zip(energy, counts, strict=True)],
        },
        "pandas": {
            name: {str(at): value for at, value in enumerate(values)}
            for name, values in (("BE", energy), ("counts", counts))
        },
        "nested": {"data": {"regions": [{"name": "C1s", "BE": energy, "counts": counts}]}},
        "rows": [[e, c] for e, c in zip(energy, counts, strict=True)],
    }[form]
    if form == "rows":
        with pytest.raises(InputError, match="no two columns"):
            read(held)
        return
    (found,) = read(held)
    assert_is(found, carbon)
    assert found.file_format == "JSON table"


def test_samples_of_json_are_called_by_their_keys(carbon: Carbon) -> None:
    energy, counts = np.round(carbon[0], 3).tolist(), carbon[1].tolist()
    held = {name: {"C1s": {"BE": energy, "counts": counts[at:] + counts[:at]}} for at, name in ((0, "PET"), (9, "PVC"))}
    one, two = read(held)
    assert (one.sample, two.sample) == ("PET", "PVC")
    assert_is(one, carbon)
    assert two.regions[0].label == "C1s"


def test_keys_of_json_are_settings(carbon: Carbon) -> None:
    held = {
        "excitation_energy_eV": 1253.6,
        "dwell_time_s": 0.2,
        "pass_energy_eV": 20,
        "kinetic_energy": np.round(1253.6 - carbon[0], 3).tolist(),
        "counts": carbon[1].tolist(),
    }
    (found,) = read(held)
    assert_is(found, carbon)
    region = found.regions[0]
    assert (region.source_energy_ev, region.dwell_s, region.pass_energy_ev) == (1253.6, 0.2, 20.0)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"BE": [1, 2', "the JSON is broken (it ends early)"),
        ('{"BE": [1;2]}', "the JSON is broken (at line 1, column 10)"),
        ('{"BE": ' + "[" * 100_000, "the JSON is broken (brackets within brackets)"),
        ('{"BE": [' + "1" * 5000 + "]}", "the JSON is broken (a number of too many digits)"),
        ('{"BE": 285.0}', "no table in it holds a column of energies"),
        ('{"a": [1, 2, 3]}', "no two columns of numbers"),
        (
            "<table><tr><th>BE<th>area" + "<tr><td>285.0<td>12" * 5 + "</table>",
            "no table in it holds a column of energies",
        ),
        ("<table><tr><td>285.0</table>", "no table in it holds a column of energies"),
    ],
)
def test_what_holds_no_spectrum_is_refused_in_plain_words(text: str, why: str) -> None:
    with pytest.raises(InputError) as told:
        read(text)
    assert why in str(told.value)


def test_odd_html_takes_time_that_grows_with_its_length(calls: Any, carbon: Carbon) -> None:
    rows = cells(list(zip(*carbon, strict=True)))
    for odd in ("<!--", "<", '<a href="', "<td", "<tr>", "<td>", "&"):
        few, many = (calls(f"<table>{rows}</table>{odd * count}".encode()) for count in (2000, 8000))
        assert many < 6 * few + 100_000
