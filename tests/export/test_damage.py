"""Whatever happens to an artefact on its way, it is refused with one sentence before it gives a wrong answer."""

import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from xps_keras.errors import ModelError
from xps_keras.metadata import SCHEMA, Metadata, to_json
from xps_keras.runtime import load, saved_model, tflite
from xps_keras.runtime.verifying import verify, write_sums

FILES = {"tflite": "tflite/model.tflite", "onnx": "onnx/model.onnx", "int8": "tflite-int8-batch1/model.tflite"}
FLIPS = 50
"""Bytes changed per file, spread over all of it."""


@pytest.fixture
def exported(artefacts: Path, tmp_path: Path) -> Path:
    """A copy of the exports that a test may damage."""
    return Path(shutil.copytree(artefacts, tmp_path / "artefacts"))


def refusal(path: Path) -> str:
    """Return the sentence with which the loader refuses a model."""
    with pytest.raises(ModelError) as caught:
        load(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def flipped(file: Path, count: int = FLIPS) -> Iterator[int]:
    """Change one byte after the other, each to another value, and put it back."""
    content = file.read_bytes()
    places = np.unique(np.linspace(0, len(content) - 1, count).astype(int))
    for place, change in zip(places, np.random.default_rng(0).integers(1, 256, len(places)), strict=True):
        altered = bytearray(content)
        altered[place] ^= int(change)
        file.write_bytes(altered)
        yield int(place)
    file.write_bytes(content)


@pytest.mark.parametrize("kind", FILES)
def test_one_changed_byte_anywhere_is_found(kind: str, exported: Path) -> None:
    file = exported / FILES[kind]
    for _ in flipped(file):
        refusal(file)
    load(file)  # the file as it was is sound: it was the byte that made the difference


@pytest.mark.parametrize("kind", FILES)
def test_one_changed_byte_of_the_metadata_is_found(kind: str, exported: Path) -> None:
    """The last bytes hold metadata, labels, directory and hash."""
    file = exported / FILES[kind]
    content = file.read_bytes()
    start = content.rindex(SCHEMA.encode())
    for place in [*range(start, len(content) - 300, 97), *range(len(content) - 300, len(content), 3)]:
        altered = bytearray(content)
        altered[place] ^= 1
        file.write_bytes(altered)
        refusal(file)


@pytest.mark.parametrize("kind", FILES)
def test_cut_files_are_refused(kind: str, exported: Path) -> None:
    file = exported / FILES[kind]
    content = file.read_bytes()
    for length in (0, 1, 7, 8, 64, len(content) // 2, len(content) - 64, len(content) - 1):
        file.write_bytes(content[:length])
        refusal(file)
    for grown in (content + b"\0", content + content, b"a letter, not a model\n" * 50):
        file.write_bytes(grown)
        refusal(file)


def test_one_changed_byte_of_a_saved_model_is_found(exported: Path) -> None:
    directory = exported / "saved_model" / "1"
    files = [path for path in directory.rglob("*") if path.is_file()]
    assert {"saved_model.pb", "metadata.json", "labels.txt", "checksums.json", "tf_serving_warmup_requests"} <= {
        path.name for path in files
    }
    for file in files:
        for _ in flipped(file, count=8):
            with pytest.raises(ModelError) as caught:
                load(directory)
            assert str(directory) in str(caught.value)
        content = file.read_bytes()
        file.write_bytes(content[:-1])
        with pytest.raises(ModelError):
            load(directory)
        file.unlink()
        with pytest.raises(ModelError):
            load(directory)
        file.write_bytes(content)
    load(directory)


def test_one_changed_byte_of_any_file_fails_verification(exported: Path) -> None:
    folder = exported / "tflite-int8"
    for file in folder.iterdir():
        for _ in flipped(file, count=8):
            with pytest.raises(ModelError):
                verify(folder)
    for file in list(folder.iterdir()):
        content = file.read_bytes()
        file.unlink()
        with pytest.raises(ModelError):
            verify(folder)
        file.write_bytes(content)
    (folder / "added.txt").write_text("a note")
    with pytest.raises(ModelError, match=r"added\.txt"):
        verify(folder)
    (folder / "added.txt").unlink()
    assert [found.metadata.quantization for found in verify(folder)] == ["int8"]


def reseal(folder: Path, **changes: object) -> Path:
    """Give a TFLite export other metadata, with every hash right again."""
    file = folder / "model.tflite"
    graph, metadata = contents(file)
    metadata = replace(metadata, **changes)  # type: ignore[arg-type]  # fields by name, of any type
    file.write_bytes(tflite.seal(graph, metadata))
    (folder / "metadata.json").write_text(to_json(metadata), encoding="utf-8")
    write_sums(folder)
    return file


def contents(file: Path) -> tuple[bytes, Metadata]:
    content = file.read_bytes()
    with zipfile.ZipFile(file) as archive:
        start = min(entry.header_offset for entry in archive.infolist())
    return content[:start], load(file).metadata


def test_another_axis_is_refused_even_with_sound_hashes(exported: Path) -> None:
    axis = load(exported / "tflite").metadata.axis
    file = reseal(exported / "tflite", axis=replace(axis, low_ev=0.0))
    assert "6601 channels from 0.0 eV" in refusal(file)
    directory = exported / "saved_model" / "1"
    saved_model.seal(directory, replace(load(directory).metadata, axis=replace(axis, step_ev=0.2)))
    assert "steps of 0.2 eV" in refusal(directory)


def test_metadata_of_another_graph_is_refused_even_with_sound_hashes(exported: Path) -> None:
    file = reseal(exported / "tflite-float16", graph_sha256="0" * 64)
    assert "damaged" in refusal(file)
    file = reseal(exported / "tflite", batch=1)
    assert "[-1, 6601]" in refusal(file)
    file = reseal(exported / "tflite-int8", batch=4)
    assert "[4, 6601]" in refusal(file)


@pytest.mark.parametrize("changed", [{"operators": ("ADD",)}, {"weights_sha256": "0" * 64}])
def test_verify_compares_what_stands_beside_with_what_stands_inside(changed: dict[str, object], exported: Path) -> None:
    folder = exported / "tflite"
    beside = (folder / "metadata.json").read_text(encoding="utf-8")
    reseal(folder, **changed)
    if "weights_sha256" in changed:
        (folder / "metadata.json").write_text(beside, encoding="utf-8")
        write_sums(folder)
    with pytest.raises(ModelError, match=r"not the metadata inside|operations are not those"):
        verify(folder)


def test_verify_refuses_the_golden_file_of_another_model(exported: Path) -> None:
    folder = exported / "onnx"
    with np.load(folder / "golden.npz") as stored:
        golden = {name: stored[name] for name in stored.files}
    golden["probabilities"] = golden["probabilities"][::-1]
    np.savez(folder / "golden.npz", **golden)
    write_sums(folder)
    with pytest.raises(ModelError, match=r"differs from Keras by .* in probabilities"):
        verify(folder)
    np.savez(folder / "golden.npz", intensity=golden["intensity"])
    write_sums(folder)
    with pytest.raises(ModelError, match="no golden file of this model"):
        verify(folder)


def test_verify_goes_through_all_exports_of_a_folder(exported: Path) -> None:
    found = verify(exported)
    assert [str(item.model.relative_to(exported)).replace(os.sep, "/") for item in found] == [
        "onnx/model.onnx",
        "saved_model/1",
        "tflite/model.tflite",
        "tflite-batch1/model.tflite",
        "tflite-float16/model.tflite",
        "tflite-float16-batch1/model.tflite",
        "tflite-int8/model.tflite",
        "tflite-int8-batch1/model.tflite",
    ]
    assert all(item.errors is not None and item.errors["shift_ev"] < 1e-3 for item in found)
    (exported / "tflite" / "SHA256SUMS").unlink()
    with pytest.raises(ModelError, match="SHA256SUMS is missing"):
        verify(exported)


def test_the_list_of_hashes_is_that_of_sha256sum(exported: Path) -> None:
    import hashlib

    folder = exported / "saved_model"
    listed = dict(line.split("  ")[::-1] for line in (folder / "SHA256SUMS").read_text().splitlines())
    assert listed["1/saved_model.pb"] == hashlib.sha256((folder / "1" / "saved_model.pb").read_bytes()).hexdigest()
    assert json.loads((folder / "metadata.json").read_text())["format"] == "saved_model"


def test_verify_names_a_folder_without_exports(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such folder"):
        verify(tmp_path / "nowhere")
    (tmp_path / "photos").mkdir()
    with pytest.raises(ModelError, match="no export in this folder"):
        verify(tmp_path)
