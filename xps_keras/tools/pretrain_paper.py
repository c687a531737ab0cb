"""The shipped model `paper`, from its seed: ``python -m xps_keras.tools.pretrain_paper --out runs/paper``.

Trains `unmix` on fresh spectra of the recipe `paper`, rounds what was learnt to half precision, measures the model on
spectra of another seed, exports it and puts artefact, Keras model, configuration, metadata, golden file, figures of
merit and card into ``xps_keras/pretrained/paper``. An interrupted run goes on with ``--resume``.
"""

import argparse
import io
import zipfile
from pathlib import Path

import keras
import numpy as np

from xps_keras.evaluation.evaluate import evaluate
from xps_keras.export import export
from xps_keras.files import write_whole
from xps_keras.pretrained import PAPER, SHIPPED
from xps_keras.runtime.trained import load_trained
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
    half.write_bytes(packed(half.read_bytes()))
    write_whole(half.parent / "config.json", (model.parent / "config.json").read_bytes())
    figures = half.parent / "evaluation.json"
    evaluate(half, RUN.recipe, RUN.max_shift_ev, TEST_SIZE, TEST_SEED, figures)
    export(half, ("tflite",), half.parent / "artefacts", quantize="float16", force=True)
    written = half.parent / "artefacts" / "tflite-float16"
    shipped = [written / name for name in ("model.tflite", "metadata.json", "golden.npz", "MODEL_CARD.md")]
    SHIPPED[PAPER].mkdir(exist_ok=True)
    for file in (*shipped, half, half.parent / "config.json", figures):
        write_whole(SHIPPED[PAPER] / file.name, file.read_bytes())


def rounded(model: keras.Model) -> None:
    """Round all trained matrices to half precision, in which the artefact then holds them without loss."""
    for weight in model.trainable_weights:
        if len(weight.shape) == 2:
            weight.assign(np.asarray(weight).astype(np.float16).astype(np.float32))


def packed(content: bytes) -> bytes:
    """Compress a ``.keras`` file: rounded weights are half zeros.

    Args:
        content: The file as Keras writes it, a zip archive that stores its parts as they are.

    Returns:
        The same archive, its parts deflated.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written:
        for part in given.infolist():
            written.writestr(zipfile.ZipInfo(part.filename), given.read(part), zipfile.ZIP_DEFLATED, 9)
    return target.getvalue()


if __name__ == "__main__":
    main()
