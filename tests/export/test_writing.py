"""What `export` refuses, and that it writes everything or nothing."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.errors import ModelError, UsageError
from xps_keras.export import export
from xps_keras.export.artefact import refuse_existing


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_earlier_export_is_replaced_only_when_forced(
    plain_run: Path, spectra: NDArray[np.float32], tmp_path: Path
) -> None:
    out = tmp_path / "new" / "folder"
    export(plain_run, ["tflite"], out, spectra=spectra)
    before = contents(out)
    with pytest.raises(UsageError, match=r"stands here already.*--force"):
        export(plain_run, ["onnx", "tflite"], out, spectra=spectra)
    assert contents(out) == before
    (out / "tflite" / "model.tflite").write_bytes(b"old")
    export(plain_run, ["tflite"], out, spectra=spectra, force=True)
    assert contents(out) == before
    assert sorted(path.name for path in out.parent.iterdir()) == ["folder"]


def test_force_never_replaces_what_is_not_an_export(tmp_path: Path) -> None:
    folder = tmp_path / "thesis"
    folder.mkdir()
    refuse_existing(folder, force=False)  # empty: nothing to lose
    (folder / "chapter1.md").write_text("years of work")
    with pytest.raises(UsageError, match="not an earlier export"):
        refuse_existing(folder, force=True)
    (folder / "metadata.json").write_text('{"title": "thesis"}')
    with pytest.raises(UsageError, match="not an earlier export"):
        refuse_existing(folder, force=True)


@pytest.mark.parametrize("error", [ModelError("the converter gave up"), KeyboardInterrupt("the user gave up")])
def test_a_failure_or_interruption_in_the_last_format_leaves_nothing_of_the_first(
    plain_run: Path,
    spectra: NDArray[np.float32],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
) -> None:
    from xps_keras.export import onnx

    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr(onnx, "convert", fail)
    with pytest.raises(type(error), match="gave up"):
        export(plain_run, ["tflite", "onnx"], tmp_path / "a" / "b", spectra=spectra)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("formats", "quantize", "sentence"),
    [
        (["coreml"], "none", "no format `coreml`; choose from saved_model, tflite, onnx"),
        (["tflite"], "int4", "no quantization `int4`; choose from none, float16, int8"),
        (["onnx"], "float16", "Only TFLite can be quantized"),
        ([], "none", "Nothing to export"),
    ],
)
def test_wrong_wishes(formats: list[str], quantize: str, sentence: str, plain_run: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=sentence):
        export(plain_run, formats, tmp_path / "out", quantize)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"thresholds": [0.5] * 39}, "40 values"),
        ({"thresholds": [0.5] * 39 + [1.5]}, "1.5 is not a number from 0 to 1"),
        ({"assessable": ["yes"] * 40}, "not true or false"),
        ({"calibration": {"scale": [1.0] * 40}}, "`calibration` must hold"),
        ({"calibration": {"scale": [0.0] * 40, "bias": [0.0] * 40}}, "`calibration` must hold"),
        ({"calibration": [1, 2]}, "`calibration` must hold"),
        ({"recipe": {"shift": 3}}, "not a text"),
    ],
)
def test_unusable_config(changes: dict[str, Any], sentence: str, plain_run: Path, tmp_path: Path) -> None:
    shutil.copytree(plain_run.parent, tmp_path / "run")
    config = tmp_path / "run" / "config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), **changes}))
    with pytest.raises(ModelError, match=sentence) as caught:
        export(tmp_path / "run" / "model.keras", ["tflite"], tmp_path / "out")
    assert "config.json" in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_missing_and_damaged_runs(plain_run: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no such file; name the model\.keras"):
        export(tmp_path / "nowhere" / "model.keras", ["tflite"], tmp_path / "out")
    shutil.copytree(plain_run.parent, tmp_path / "run")
    with pytest.raises(ModelError, match=r"only a \.keras file can be exported"):
        export(tmp_path / "run" / "config.json", ["tflite"], tmp_path / "out")
    model = tmp_path / "run" / "model.keras"
    model.write_bytes(model.read_bytes()[:5000])
    with pytest.raises(ModelError, match="Keras cannot load") as caught:
        export(model, ["tflite"], tmp_path / "out")
    assert "\n" not in str(caught.value)
    (tmp_path / "run" / "config.json").write_text("{")
    with pytest.raises(ModelError, match="not a readable JSON"):
        export(model, ["tflite"], tmp_path / "out")


def test_a_model_without_our_outputs(plain_run: Path, tmp_path: Path) -> None:
    import keras

    shutil.copytree(plain_run.parent, tmp_path / "run")
    intensity = keras.Input((6601,), name="intensity")
    keras.Model(intensity, {"logits": keras.layers.Dense(40)(intensity)}).save(tmp_path / "run" / "model.keras")
    with pytest.raises(ModelError, match="no output aligned, shift_ev"):
        export(tmp_path / "run" / "model.keras", ["tflite"], tmp_path / "out")


def test_operations_beyond_the_built_in_ones_are_found() -> None:
    import tensorflow as tf

    from xps_keras.runtime.artefact_format import custom_operators
    from xps_keras.runtime.tflite import operators

    def body(values: Any) -> Any:
        return tf.nn.relu(tf.bitwise.bitwise_and(values, 3))

    graph = tf.function(body, input_signature=[tf.TensorSpec((None, 4), tf.int32)], autograph=False)
    converter = tf.lite.TFLiteConverter.from_concrete_functions([graph.get_concrete_function()], tf.Module())
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS, tf.lite.OpsSet.SELECT_TF_OPS]
    flatbuffer = converter.convert()
    names = operators(flatbuffer)
    assert custom_operators(names) == ["CUSTOM:FlexBitwiseAnd"]
    assert len(names) > 1


@pytest.mark.parametrize(
    ("kind", "sentence"), [("tflite", "TFLite cannot hold"), ("onnx", "needs Bitcast, BitwiseAnd")]
)
def test_a_graph_that_a_format_cannot_hold(
    kind: str, sentence: str, plain_run: Path, spectra: NDArray[np.float32], tmp_path: Path
) -> None:
    """Keras's `argmax` of floats looks at their sign bit, which neither format can."""
    import keras

    shutil.copytree(plain_run.parent, tmp_path / "run")
    model = keras.saving.load_model(plain_run)
    outputs = dict(model.output)
    outputs["shift_ev"] = keras.ops.cast(keras.ops.argmax(outputs["logits"], axis=1, keepdims=True), "float32")
    keras.Model(model.input, outputs).save(tmp_path / "run" / "model.keras")
    with pytest.raises(ModelError, match=sentence):
        export(tmp_path / "run" / "model.keras", [kind], tmp_path / "out", spectra=spectra)
    assert not (tmp_path / "out").exists()
