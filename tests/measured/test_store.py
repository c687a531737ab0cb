"""Imported libraries in the user's data directory."""

import json
import os
import sys
import threading
import zipfile
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


def test_any_changed_byte_is_found(library: MeasuredLibrary) -> None:
    path = save(library, {})
    (arrays,) = path.parent.glob("*.npz")
    random, said = np.random.default_rng(3), list[str]()
    for file in (arrays, path):
        whole = file.read_bytes()
        for place in random.integers(0, len(whole), 60):
            spoiled = bytearray(whole)
            spoiled[place] ^= int(random.integers(1, 256))
            file.write_bytes(spoiled)
            try:
                found = find_library("mine")
            except (InputError, UsageError) as error:
                said.append(str(error))
            else:  # names and spaces are no part of the content's identity
                assert isinstance(found, MeasuredLibrary)
                assert found.sha256 == library.sha256
        file.write_bytes(whole)
    assert len(said) > 60
    assert max(map(len, said)) < 600
    assert not [sentence for sentence in said if "\n" in sentence]
    assert find_library("mine").keys == library.keys


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"arrays": "../../elsewhere.npz"}, "names no arrays of its own"),
        ({"arrays": "/dev/zero"}, "names no arrays of its own"),
        ({"arrays": 3}, "names no arrays of its own"),
        ({"arrays": "pipe"}, "a pipe or a device"),
        ({"arrays": "bomb.npz"}, "larger than its list says"),
        ({"polymers": []}, "larger than its list says"),
        ({"groups": ["a"] * 100_000, "own_labels": True}, "not as large"),
    ],
)
def test_a_library_of_a_stranger_leads_nowhere_and_has_an_end(
    changes: dict[str, object], said: str, library: MeasuredLibrary
) -> None:
    path = save(library, {})
    if hasattr(os, "mkfifo"):
        os.mkfifo(path.parent / "pipe")
    elif changes == {"arrays": "pipe"}:
        pytest.skip("this system has no pipes with names of files")
    with zipfile.ZipFile(path.parent / "bomb.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("intensity.npy", bytes(50_000_000))
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))
    with pytest.raises(InputError, match=said):
        find_library("mine")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names of files")
def test_a_pipe_is_no_library(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "mine.json")
    with pytest.raises(InputError, match="a pipe or a device"):
        find_library(str(tmp_path / "mine.json"))


def test_imports_that_end_together_leave_one_whole_library(library: MeasuredLibrary, data: Path) -> None:
    others = [replace(library, keys=tuple(f"{letter}{n}" for n in range(4))) for letter in "abcdef"]
    start = threading.Barrier(len(others) + 1)
    faults: list[Exception] = []
    save(library, {})

    def one(each: MeasuredLibrary) -> None:
        start.wait()
        for _ in range(5):
            save(each, {})

    def reader() -> None:
        start.wait()
        for _ in range(40):
            try:
                find_library("mine")
            except InputError as error:
                faults.append(error)

    threads = [threading.Thread(target=one, args=(each,)) for each in others] + [threading.Thread(target=reader)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert find_library("mine").keys in [each.keys for each in others]
    assert sorted(path.suffix for path in (data / "libraries").iterdir()) == [".json", ".npz"]


def test_a_name_that_was_taken_meanwhile_is_not_replaced_without_force(library: MeasuredLibrary) -> None:
    check_name("mine", force=False)
    save(library, {})
    with pytest.raises(UsageError, match="--force"):
        save(replace(library, keys=("A", "B", "C", "D")), {}, force=False)
    assert find_library("mine").keys == library.keys
