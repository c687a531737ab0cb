"""A library whose owner brings labels of his own: seven of them, through training, evaluation, export and analysis."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import xps_keras as xk
from xps_keras.cli import app as cli
from xps_keras.errors import InputError, UsageError
from xps_keras.measured.importing import import_folder
from xps_keras.measured.store import find_library

pytest.importorskip("tensorflow")

LABELS = ("styrenics", "acrylics", "polyesters", "vinyl halides", "ring", "carbonyl", "ether")
"""The last one is also a group of the package; here it is the owner's own."""
TABLE = f"key,name,{','.join(LABELS)}\nPS,,1,,,,1,,\nPMMA,,,1,,,,1,\nPET,,,,1,,1,1,1\nPVC,,,,,1,,,\n"
PET = Path(__file__).parents[2] / "examples" / "charged_pet.vms"


def call(*arguments: object) -> str:
    answer = CliRunner().invoke(cli.app, [str(each) for each in arguments])
    assert answer.exit_code == 0, answer.stderr
    return answer.stdout


@pytest.fixture
def folder(owned: Callable[..., Path]) -> Path:
    """What its owner has."""
    made = owned()
    (made / "labels.csv").write_text(TABLE, encoding="utf-8")
    return made


def test_seven_labels_go_all_the_way(folder: Path, tmp_path: Path) -> None:
    call("library", "import", folder, "--name", "mine", "--own-labels", "--background", "none")
    assert "polyesters x 1, ring x 1" in call("library", "show", "PET", "--library", "mine")
    library = find_library("mine")
    assert library.labels == LABELS
    (tmp_path / "short.toml").write_text('name = "short"\nmax_shift_ev = 3\ncomponents = [1, 2]\n')
    run = tmp_path / "run"
    call(
        "train", "--model", "mlp", "--recipe", tmp_path / "short.toml", "--library", "mine", "--size", 256,
        "--epochs", 2, "--learning-rate", 0.002, "--out", run,
    )  # fmt: skip
    figures = json.loads(call("evaluate", run / "model.keras", "--size", 128, "--json", "-"))
    assert tuple(group["name"] for group in figures["groups"]) == LABELS
    assert (figures["test"]["library"], figures["test"]["recipe"]) == ("mine", "short")
    assert figures["alkane_specificity"] is None
    call("export", run / "model.keras", "--format", "tflite", "--raw", "--out", tmp_path / "artefacts")
    artefact = tmp_path / "artefacts" / "tflite"
    metadata = json.loads((artefact / "metadata.json").read_text())
    assert (tuple(metadata["labels"]), metadata["own_labels"]) == (LABELS, True)
    assert "labels of the user's library `mine`" in (artefact / "MODEL_CARD.md").read_text()
    assert "sound" in call("export", "verify", tmp_path / "artefacts")
    for model in (run / "model.keras", artefact):
        answer = json.loads(call("analyze", PET, "--model", model, "--json", "-"))
        assert tuple(group["name"] for group in answer["groups"]) == LABELS
        assert all(group["evidence"] == group["carried_by"] == [] for group in answer["groups"])
        codes = {warning["code"] for warning in answer["warnings"]}
        assert "own-labels" in codes
        assert not codes & {"unexplained-signal", "region-missing"}
        beyond = abs(answer["shift_ev"]) > 3
        assert {group["status"] == "not assessable" for group in answer["groups"]} == {beyond}
    refused = CliRunner().invoke(cli.app, ["analyze", str(PET), "--model", str(artefact), "--method", "classical"])
    assert refused.exit_code == 1
    assert "labels of its own; choose the method" in refused.stderr.replace("\n", " ")
    # The raw graph says the same, and takes no line for needed.
    spectrum = xk.read(PET)
    parts = [(region.binding_energy_ev, region.intensity) for region in spectrum.regions]
    energy, intensity = (np.concatenate(columns).astype(float) for columns in zip(*parts, strict=True))
    from xps_keras.runtime import load_raw

    raw = load_raw(tmp_path / "artefacts" / "tflite-raw").run(energy, intensity)
    assert raw["status"].shape == (1, 7)
    assert (raw["status"] >= 0).all()


def test_a_model_is_not_measured_on_another_label_set(folder: Path, tmp_path: Path) -> None:
    call("library", "import", folder, "--name", "mine", "--own-labels", "--background", "none")
    answer = CliRunner().invoke(
        cli.app, ["evaluate", "pretrained", "--recipe", "paper", "--library", "mine", "--size", "8"]
    )
    assert answer.exit_code == 1
    assert "tells the 40 groups of the library 'polymers" in answer.stderr
    assert "'mine' has 7 others" in answer.stderr


@pytest.mark.parametrize("recipe", ["surface", "generalise"])
def test_recipes_that_need_the_facts_of_the_package_are_refused(folder: Path, recipe: str) -> None:
    library = import_folder(folder, "mine", background="none", own_labels=True).library
    with pytest.raises(UsageError, match="cannot be mixed with the measured spectra of 'mine'"):
        xk.Corpus(xk.recipe(recipe), 1, library)


@pytest.mark.parametrize(
    ("table", "own", "said"),
    [
        (TABLE.replace("ether", "ester (aliphatic)"), False, "has one label set"),
        (TABLE.replace("ring", "styrenics"), True, "stands there 2 times"),
        ("key,name\nPS,a\n", True, "there are 0 labels"),
        (TABLE.replace("ring", "x" * 61), True, "is no label"),
    ],
)
def test_two_label_sets_and_bad_labels_are_refused(folder: Path, table: str, own: bool, said: str) -> None:
    (folder / "labels.csv").write_text(table, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        import_folder(folder, "mine", background="none", own_labels=own)


def test_one_table_and_no_alkane(folder: Path) -> None:
    with pytest.raises(UsageError, match="--own-labels does not know"):
        import_folder(folder, "mine", 285.0, "none", own_labels=True)
    (folder / "labels.xlsx").write_bytes(b"")
    with pytest.raises(InputError, match="two tables"):
        import_folder(folder, "mine", background="none", own_labels=True)


def test_labels_are_part_of_the_identity(folder: Path) -> None:
    library = import_folder(folder, "mine", background="none", own_labels=True).library
    (folder / "labels.csv").write_text(TABLE.replace("ring", "loop"), encoding="utf-8")
    assert import_folder(folder, "mine", background="none", own_labels=True).library.sha256 != library.sha256


def test_a_data_set_of_own_labels(folder: Path, tmp_path: Path) -> None:
    import tensorflow_datasets as tfds

    from xps_keras.datasets.xps_polymers.stored import find

    call("library", "import", folder, "--name", "mine", "--own-labels", "--background", "none")
    place = ("--config", "measured", "--data-dir", tmp_path / "tfds")
    call("dataset", "build", *place, "--size", 21, "--processes", 0)
    assert "21 drawn again: the same bytes" in call("dataset", "verify", *place)
    builder = find("measured", tmp_path / "tfds")
    assert builder.info.features["groups"].names == LABELS
    example = next(iter(builder.as_dataset(split="train")))
    assert example["groups"].shape == (7,)
    alone = tfds.builder_from_directory(str(builder.data_dir))
    assert alone.info.features["groups"].names == LABELS
