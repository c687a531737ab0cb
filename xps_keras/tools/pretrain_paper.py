"""The shipped model `paper`, from its seed: ``python -m xps_keras.tools.pretrain_paper --out runs/paper``.

Trains `unmix` on fresh spectra of the recipe `paper`, rounds what was learnt to half precision, measures the model on
spectra of another seed, exports it and puts artefact, Keras model, configuration, metadata, golden file, figures of
merit and card into ``xps_keras/pretrained/paper``. An interrupted run goes on with ``--resume``.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xps_keras.evaluation.evaluate import evaluate
from xps_keras.export import export
from xps_keras.files import write_whole
from xps_keras.pretrained import PAPER, SHIPPED
from xps_keras.runtime.trained import load_trained
from xps_keras.tools.shipping import ship as put
from xps_keras.training.run import Run, train

RUN = Run(
    model="unmix",
    recipe="paper",
    max_shift_ev=8.0,
    size=102_400,
    epochs=36,
    stream=True,
    validation_size=10_240,
    seed=3,
)
"""What it is trained on."""
TEST_SIZE = 20_000
TEST_SEED = 7


def main() -> None:
    """Train, measure, export, ship."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder of the training run")
    parser.add_argument("--resume", action="store_true", help="go on with an interrupted run")
    chosen = parser.parse_args()
    model = chosen.out / "model.keras"
    if not model.exists():
        train(RUN, chosen.out, resume=chosen.resume and chosen.out.exists())
    ship(model)


def ship(model: Path) -> None:
    """Round a trained model, measure it, export it and put it in the place of the shipped one.

    Args:
        model: ``model.keras`` of a finished run, ``config.json`` beside it.
    """
    half = model.parent / "half" / "model.keras"
    half.parent.mkdir(exist_ok=True)
    trained = load_trained(model).model
    rounded(trained)
    trained.save(half)
    write_whole(half.parent / "config.json", (model.parent / "config.json").read_bytes())
    figures = half.parent / "evaluation.json"
    evaluate(half, RUN.recipe, RUN.max_shift_ev, TEST_SIZE, TEST_SEED, figures)
    export(half, ("tflite",), half.parent / "artefacts", quantize="float16", force=True)
    put(half.parent / "artefacts" / "tflite-float16", (half, half.parent / "config.json", figures), SHIPPED[PAPER])


def rounded(model: Any) -> None:
    """Round all trained matrices to half precision, in which the artefact then holds them without loss.

    What normalises the inputs or outputs of a dense layer is made part of its matrix first, as the converter would do
    it.

    Args:
        model: The inference graph of `unmix`, changed in place.
    """
    layers = {layer.name: layer for layer in model.layers}
    kernel, bias = layers["guess_0"].get_weights()
    scale, offset = _taken_out(layers["guess_scale"])
    layers["guess_0"].set_weights([kernel * scale[:, None], bias + offset @ kernel])
    for name in [name for name in layers if name.startswith("guess_norm_")]:
        dense = layers[name.replace("_norm", "")]
        kernel, bias = dense.get_weights()
        scale, offset = _taken_out(layers[name])
        dense.set_weights([kernel * scale, bias * scale + offset])
    for weight in model.trainable_weights:
        if len(weight.shape) == 2:
            weight.assign(np.asarray(weight).astype(np.float16).astype(np.float32))


def _taken_out(norm: Any) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Make a batch normalisation pass everything on as it is; return the scale and the offset that it had."""
    gamma, beta, mean, variance = norm.get_weights()
    scale = gamma / np.sqrt(variance + norm.epsilon)
    one = np.ones_like(scale)
    norm.set_weights([one, 0 * one, 0 * one, one - np.float32(norm.epsilon)])
    return scale, beta - mean * scale


if __name__ == "__main__":
    main()
