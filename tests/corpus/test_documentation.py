"""What `docs/corpus.md` says about the recipes is what they are."""

import re
from dataclasses import asdict
from pathlib import Path

from xps_keras.corpus import RECIPES
from xps_keras.corpus.recipes import Instrument

TEXT = (Path(__file__).parents[2] / "docs" / "corpus.md").read_text()


def as_text(value: object) -> str:
    if isinstance(value, tuple):
        spans = len(value) == 2 and all(isinstance(part, float) for part in value)
        return (" to " if spans else ", ").join(as_text(part) for part in value)
    return value if isinstance(value, str) else f"{value:g}"


def table(heading: str) -> dict[str, str]:
    section = TEXT.split(heading)[1].split("\n## ")[0]
    return dict(re.findall(r"^\| `(\w+)` \| ([^|]+?) \| [^|]+ \| [^|]+ \|$", section, re.MULTILINE))


def test_the_table_of_the_instrument_is_complete_and_right() -> None:
    assert table("## Recipe `instrument`") == {name: as_text(value) for name, value in asdict(Instrument()).items()}


def test_the_table_of_the_surface_is_complete_and_right() -> None:
    surface = RECIPES["surface"]
    assert surface.surface is not None
    assert surface.instrument is not None
    plain = asdict(Instrument())
    changed = {name: value for name, value in asdict(surface.instrument).items() if value != plain[name]}
    told = {"common": surface.common, "hypothetical": surface.hypothetical, **asdict(surface.surface), **changed}
    assert table("## Surface effects") == {name: as_text(value) for name, value in told.items()}


def test_what_the_text_says_about_the_recipes() -> None:
    paper, instrument = RECIPES["paper"], RECIPES["instrument"]
    assert (paper.components, paper.max_shift_ev, paper.broadening_ev) == ((2, 3), 3.0, 0.2)
    assert sorted(set(instrument.components)) == [1, 2, 3]
    assert instrument.components.count(1) / len(instrument.components) == 0.5
    assert (instrument.max_shift_ev, instrument.smallest_fraction) == (5.0, 0.05)
    assert f"the broadening's scale is {instrument.broadening_ev:g} eV" in TEXT


def test_the_example_runs() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    names: dict[str, object] = {}
    exec(code.replace("batch(0, 1000)", "batch(0, 4)"), names)  # noqa: S102  # our own page
    assert names["batch"].intensity.shape == (4, 6601)  # type: ignore[attr-defined]
