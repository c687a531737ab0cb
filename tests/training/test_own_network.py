"""Networks of a user's own: from a Python file through training, evaluation, export and analysis; bad ones refused."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

import xps_keras as xk
from xps_keras.cli import app as cli
from xps_keras.errors import ModelError, UsageError
from xps_keras.own_networks import find_network
from xps_keras.training import Run, train

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "examples" / "own_network.py"
TINY = Run(recipe="mine.toml", size=64, epochs=1, batch_size=32, validation_size=32, seed=3)
RECIPE = 'name = "narrow"\nmax_shift_ev = 1.5\ncomponents = [1, 2]\n[instrument]\nwindow_ev = [20, 24]\n'
LAYER = """

@keras.saving.register_keras_serializable(package="own")
class Doubled(keras.layers.Layer):
    def call(self, x):
        return 2.0 * x
"""


def quiet(text: str) -> None:
    pass


def called(*arguments: object) -> str:
    answer = CliRunner().invoke(cli.app, [str(each) for each in arguments])
    assert answer.exit_code == 0, answer.stderr
    return answer.stdout


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template with a layer of its own, trained on a recipe of its own."""
    folder = tmp_path_factory.mktemp("own")
    text = TEMPLATE.read_text().replace("\n\n@dataclass", LAYER + "\n\n@dataclass", 1)
    text = text.replace("sqrt(keras.layers.Flatten()(coarse))", "sqrt(Doubled()(keras.layers.Flatten()(coarse)))")
    (folder / "mine.py").write_text(text)
    (folder / "mine.toml").write_text(RECIPE)
    called(
        "train", "--model", folder / "mine.py", "--recipe", folder / "mine.toml", "--size", 64, "--epochs", 1,
        "--batch-size", 32, "--learning-rate", 0.002, "--schedule", "cosine", "--seed", 3, "--out", folder / "run",
    )  # fmt: skip
    return folder


def test_the_template_is_short() -> None:
    lines = [line for line in TEMPLATE.read_text().splitlines() if line.strip()]
    assert len(lines) <= 30
    assert find_network(str(TEMPLATE)).preset.network.kind == "pooled"


def test_a_run_stores_network_recipe_and_how_it_was_trained(trained: Path) -> None:
    config = json.loads((trained / "run" / "config.json").read_text())
    assert config["model"] == config["run"]["model"] == "mine"
    assert config["network"] == {"kind": "pooled", "groups": 40, "pool": 5, "units": [64]}
    assert config["network_source"]["file"] == "mine.py"
    assert (config["schedule"], config["run"]["learning_rate"]) == ("cosine", 0.002)
    assert config["recipe"] == json.loads(json.dumps(xk.recipe(trained / "mine.toml").to_dict()))


def test_evaluation_export_and_analysis_of_network_and_recipe(trained: Path) -> None:
    model, moved = trained / "run" / "model.keras", trained / "elsewhere"
    figures = json.loads(called("evaluate", model, "--size", 64, "--network", trained / "mine.py", "--json", "-"))
    assert (figures["test"]["recipe"], figures["test"]["max_shift_ev"]) == ("narrow", 1.5)
    called("export", model, "--format", "tflite", "--network", trained / "mine.py", "--out", moved)
    shutil.copy(moved / "tflite" / "model.tflite", moved / "alone.tflite")  # carries all it needs
    figures = json.loads(called("evaluate", moved / "alone.tflite", "--size", 64, "--json", "-"))
    assert figures["test"]["recipe"] == "narrow"
    assert figures["test"]["max_shift_ev"] == 1.5
    other = json.loads(called("evaluate", moved / "alone.tflite", "--size", 64, "--recipe", "paper", "--json", "-"))
    assert other["test"]["recipe"] == "paper"
    answer = json.loads(
        called("analyze", ROOT / "examples" / "charged_pet.vms", "--model", moved / "alone.tflite", "--json", "-")
    )
    assert answer["model"]["name"] == "mine"
    assert len(answer["groups"]) == 40


def test_resuming_says_which_settings_differ(trained: Path) -> None:
    run = replace(
        TINY, model=str(trained / "mine.py"), recipe=str(trained / "mine.toml"), validation_size=2000, epochs=None
    )
    with pytest.raises(ModelError, match=r"seed is 3 there and 4 here.$"):
        train(replace(run, seed=4), trained / "run", resume=True, report=quiet)
    other = trained / "other"
    other.mkdir(exist_ok=True)
    (other / "mine.toml").write_text(RECIPE.replace("[20, 24]", "[20, 23]"))
    with pytest.raises(
        ModelError, match=r"recipe.instrument.window_ev is \[20.0, 24.0\] there and \[20.0, 23.0\] here"
    ):
        train(replace(run, recipe=str(other / "mine.toml")), trained / "run", resume=True, report=quiet)
    (other / "mine.py").write_text((trained / "mine.py").read_text() + "\n# touched\n")
    with pytest.raises(ModelError, match="code of the network has changed"):
        train(replace(run, model=str(other / "mine.py")), trained / "run", resume=True, report=quiet)
    train(run, trained / "run", resume=True, report=quiet)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (', "aligned": spectrum', "", "lacks the output aligned"),
        ('"shift_ev": unshifted(spectrum)', '"shift_ev": spectrum', r"\(batch, 6601\), but \(batch, 1\) is needed"),
        ("self.groups)", "7)", r"\(batch, 7\), but \(batch, 40\) is needed"),
        ("self.units, 0.1", "self.width, 0.1", "cannot be built .*no attribute 'width'"),
        ('kind: ClassVar[str] = "pooled"', 'kind: ClassVar[str] = "stn"', "`kind` must be a text of the network's own"),
        ("pool: int = 5", "pool: object = keras", "cannot be stored"),
        ("import keras\n", "import kerras\n", "running this file fails .*kerras"),
        ("PRESET = ", "OTHER = Preset(Pooled())\nPRESET = ", "name one of .*mine.py:OTHER, .*mine.py:PRESET"),
        ("return trained_on_groups(", "return (", "must return `Networks"),
        ("keras.layers.AveragePooling1D(self.pool)", "Odd()", "cannot be built"),
    ],
)
def test_networks_that_cannot_work_are_refused_before_anything_is_written(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    text = TEMPLATE.read_text()
    assert old in text
    (tmp_path / "mine.py").write_text(text.replace(old, new))
    run = replace(TINY, model=str(tmp_path / "mine.py"), recipe="paper")
    with pytest.raises(UsageError, match=said):
        train(run, tmp_path / "run", report=quiet)
    assert not (tmp_path / "run").exists()


def test_a_layer_that_keras_does_not_know_is_found_before_the_training(trained: Path, tmp_path: Path) -> None:
    text = (trained / "mine.py").read_text().replace('@keras.saving.register_keras_serializable(package="own")\n', "")
    (tmp_path / "unregistered.py").write_text(text.replace("Doubled", "Unregistered"))
    run = replace(TINY, model=str(tmp_path / "unregistered.py"), recipe="paper")
    with pytest.raises(UsageError, match="register_keras_serializable"):
        train(run, tmp_path / "run", report=quiet)


def test_a_model_with_foreign_layers_names_its_file(trained: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import keras

    monkeypatch.delitem(keras.saving.get_custom_objects(), "own>Doubled")
    with pytest.raises(ModelError, match=r"mine\.py, which you can name with --network"):
        xk.load_model(trained / "run" / "model.keras")


def test_an_installed_package_brings_networks_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(TEMPLATE, tmp_path / "brought_networks.py")
    info = tmp_path / "brought-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: brought\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[xps_keras.networks]\ncoarse = brought_networks:PRESET\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    found = find_network("coarse")
    assert found.source == {"entry_point": "coarse", "package": "brought 1.0"}
    assert found.preset.batch_size == 128
    with pytest.raises(UsageError, match="stn, mlp, cnn, align, align-wide, unmix, coarse"):
        find_network("coarser")
