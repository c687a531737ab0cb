"""Imported libraries in the user's data directory."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from xps_keras.errors import InputError, UsageError
from xps_keras.library.loading import load_library
from xps_keras.measured.importing import import_folder
from xps_keras.measured.library import MeasuredLibrary
from xps_keras.measured.store import check_name, data_directory, find_library, save, stored_names


@pytest.fixture
def library(owned: Callable[..., Path]) -> MeasuredLibrary:
    return import_folder(owned(), "mine", background="none").library


def test_what_is_stored_comes_back(library: MeasuredLibrary) -> None:
    save(library, {"folder": "owned"})
    back = find_library("mine")
    assert isinstance(back, MeasuredLibrary)
    assert (back.keys, back.polymer_names, back.smiles, back.lines) == (
        library.keys, library.polymer_names, library.smiles, library.lines,
    )  # fmt: skip
    for name in ("intensity", "measured", "group_counts"):
        np.testing.assert_array_equal(getattr(back, name), getattr(library, name))
        assert not getattr(back, name).flags.writeable
    assert back.sha256 == library.sha256


def test_the_hash_follows_the_content(library: MeasuredLibrary) -> None:
    other = library.intensity.copy()
    other[0, 2460] *= 1.01
    assert replace(library, intensity=other).sha256 != library.sha256
    assert replace(library, name="other").sha256 == library.sha256


def test_replacing_leaves_one_library(library: MeasuredLibrary, data: Path) -> None:
    save(library, {})
    save(replace(library, keys=("A", "B", "C", "D")), {})
    assert find_library("mine").keys == ("A", "B", "C", "D")
    assert sorted(path.suffix for path in (data / "libraries").iterdir()) == [".json", ".npz"]
    save(replace(library, name="mine-too"), {})
    save(library, {})  # its old arrays go, those of mine-too stay
    assert stored_names() == ("mine", "mine-too")
    assert find_library("mine-too").keys == library.keys


def test_the_packages_own_library_is_found_by_name() -> None:
    assert find_library("polymers").keys == load_library().keys


def test_an_unknown_name_lists_the_known_ones(library: MeasuredLibrary) -> None:
    with pytest.raises(UsageError, match="none was imported yet"):
        find_library("mine")
    save(library, {})
    with pytest.raises(UsageError, match="'polymers', imported: mine"):
        find_library("thine")
    with pytest.raises(UsageError, match="There is no library"):
        find_library("../mine")


@pytest.mark.parametrize("name", ["", "Mine", "my library", "../x", "-x", "a" * 41])
def test_names_that_would_make_no_file(name: str) -> None:
    with pytest.raises(UsageError, match="cannot name a library"):
        check_name(name, force=True)


def test_names_of_the_package_are_its_own() -> None:
    with pytest.raises(UsageError, match="library of the package itself"):
        check_name("polymers", force=True)


def test_damage_is_found(library: MeasuredLibrary) -> None:
    path = save(library, {})
    whole = path.read_text()
    (arrays,) = path.parent.glob("*.npz")
    data = arrays.read_bytes()
    for spoiled in (data[:500], b""):
        arrays.write_bytes(spoiled)
        with pytest.raises(InputError, match="import it again"):
            find_library("mine")
    arrays.write_bytes(data)
    for text in (
        "{",
        json.dumps({**json.loads(whole), "schema": "other"}),
        json.dumps({**json.loads(whole), "sha256": "0"}),
    ):
        path.write_text(text)
        with pytest.raises(InputError, match="import it again"):
            find_library("mine")
    path.write_text(whole)
    assert find_library("mine").keys == library.keys


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {}, "~/.local/share/xps-keras"),
        ("linux", {"XDG_DATA_HOME": "{root}/xdg"}, "{root}/xdg/xps-keras"),
        ("linux", {"XDG_DATA_HOME": "relative"}, "~/.local/share/xps-keras"),
        ("darwin", {}, "~/Library/Application Support/xps-keras"),
        ("win32", {"LOCALAPPDATA": "{root}/local"}, "{root}/local/xps-keras"),
        ("linux", {"XPS_KERAS_DATA": "{root}/chosen"}, "{root}/chosen"),
    ],
)
def test_where_data_stands(
    platform: str, variables: dict[str, str], expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XPS_KERAS_DATA", "XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(root=tmp_path))
    monkeypatch.setattr(sys, "platform", platform)
    assert data_directory() == Path(expected.format(root=tmp_path)).expanduser()
