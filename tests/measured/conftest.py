"""A small licensed library as its owner would have it: a label table and a folder of files for each polymer."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from xps_keras.groups import GROUP_NAMES
from xps_keras.library.lines import LINES
from xps_keras.library.lineshape import spectrum_of
from xps_keras.library.loading import load_library

KEYS = ("PS", "PMMA", "PET", "PVC")


def columns(key: str, line: str, shift_ev: float = 0.0, step_ev: float = 0.1, background: float = 0.0) -> str:
    """One line of a polymer as two columns: net intensity per eV, or counts above a background."""
    library, window = load_library(), LINES[line]
    count = round((window.window_high_ev - window.window_low_ev) / step_ev) + 1
    energies = window.window_low_ev + shift_ev + step_ev * np.arange(count, dtype=np.float64)
    intensity = 1000 * spectrum_of(library, key, energies, shift_ev) + background
    head = "binding energy / eV\tintensity\n"
    return head + "".join(f"{energy:.3f}\t{value:.6f}\n" for energy, value in zip(energies, intensity, strict=True))


def label_table(keys: tuple[str, ...] = KEYS, separator: str = ",") -> str:
    """The label table of some polymers: used groups only, empty cells for groups a polymer does not carry."""
    library = load_library()
    counts = library.group_counts[[library.index(key) for key in keys]]
    used = np.flatnonzero((counts > 0).any(axis=0))
    rows = [["key", "name", *(GROUP_NAMES[group] for group in used)]]
    for key, row in zip(keys, counts, strict=True):
        name = library.polymer_names[library.index(key)].replace(separator, " ")
        rows.append([key, name, *(f"{row[group]:g}" if row[group] else "" for group in used)])
    return "".join(separator.join(row) + "\n" for row in rows)


@pytest.fixture
def owned(tmp_path: Path) -> Callable[..., Path]:
    """Make the folder of an owner."""

    def make(
        name: str = "owned",
        shift_ev: float = 0.0,
        step_ev: float = 0.1,
        background: float = 0.0,
        keys: tuple[str, ...] = KEYS,
    ) -> Path:
        folder = tmp_path / name
        library = load_library()
        for key in keys:
            (folder / key).mkdir(parents=True)
            for line in library.lines_of(key):
                text = columns(key, line, shift_ev, step_ev, background)
                (folder / key / f"{line.replace(' ', '')}.txt").write_text(text, encoding="utf-8")
        (folder / "labels.csv").write_text(label_table(keys), encoding="utf-8")
        return folder

    return make


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data directory, so that no test sees or writes the user's."""
    monkeypatch.setenv("XPS_KERAS_DATA", str(tmp_path / "data"))
    return tmp_path / "data"
