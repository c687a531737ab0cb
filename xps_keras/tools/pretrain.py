"""The shipped model, from its seed: ``python -m xps_keras.tools.pretrain --out runs/pretrained``.

Trains `align` on fresh spectra of the recipe `surface` with the usual polymers (`usual`), teaches its classifier on
with clean polymers among them, teaches it its two heads on `surface` itself, rounds what stands behind the shift to
half precision, fits the rule by which its answers are doubted, measures it on spectra of another seed, exports it, and
puts artefact, Keras model, configuration, metadata, golden file, figures of merit and card into
``xps_keras/pretrained``. An interrupted run goes on with ``--resume``.
"""

import argparse
import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from xps_keras.corpus import Corpus, Recipe, recipe
from xps_keras.corpus.recipe_text import recipe_text
from xps_keras.corpus.seeds import VALIDATION_SEED_OFFSET
from xps_keras.evaluation.doubt import fit_rule
from xps_keras.evaluation.evaluate import evaluate
from xps_keras.evaluation.families import families
from xps_keras.export import export
from xps_keras.files import write_whole
from xps_keras.models.align import Align
from xps_keras.models.networks import network_of, network_to_dict
from xps_keras.pretrained import PRETRAINED, SHIPPED
from xps_keras.progress import progress_bar
from xps_keras.runtime import load
from xps_keras.runtime.trained import load_trained
from xps_keras.tools.shipping import ship as put
from xps_keras.training.calibration import calibrated
from xps_keras.training.finishing import finish_classifier
from xps_keras.training.folder import CONFIG, save_model
from xps_keras.training.heads import learn_heads, take_weights, with_heads
from xps_keras.training.run import Run, train

SURFACE = "surface"
RUN = Run(
    model="align", recipe="surface-usual", size=102_400, epochs=30, stream=True, validation_size=10_240, seed=2026
)
"""What the shipped model is trained on."""
AGAIN = replace(RUN, epochs=20, learning_rate=1e-3, seed=2027)
"""The same once more, from the weights of the first run and on other spectra."""
LAST = replace(RUN, epochs=34, learning_rate=1e-3, seed=2028)
"""And once more, from those of the second."""
USUAL_JITTER_TIMES = (0.7, 1.6)
"""By how much of what it states the library is wrong for shift and groups: half as wide a range as `surface`."""
INSTRUMENT = "instrument"
FINISHING_SIZE = 614_400
"""Spectra of either recipe, `usual` and `instrument`, that the classifier is taught on with."""
SP2_SIZE = 71_680
"""Of sp2 carbon on substrates and alone as well: without them it is taken for a benzene ring."""
FINISHING_SEED = 71_000_001
HEADS_SIZE = 40_960
"""Spectra of each kind that the heads learn from: one effect at a time, all of them, and the recipe `instrument`."""
HEADS_SEED = 61_000_001
BEHIND_THE_SHIFT = ("classifier_", "logits", "library_", "doubt_")
"""How the names of those layers begin."""
RULE_SIZE = 500
"""Spectra of each kind that the rule of doubt is fitted on."""
TEST_SIZE = 20_000
TEST_SEED = 7


def usual() -> Recipe:
    """The recipe that shift and groups are learnt from: `surface` with the polymers that laboratories usually have.

    A fifth of its polymers are hypothetical, not nearly half, and libraries are wrong by what they state. With half of
    them hypothetical an odd polymer is a likely reading of what is none, and a charge that C 1s alone tells is misread.
    The heads, which tell how far to trust an answer, learn from `surface` itself.
    """
    surface = recipe(SURFACE)
    assert surface.instrument is not None  # noqa: S101  # it has one
    instrument = replace(surface.instrument, library_energy_jitter_times=USUAL_JITTER_TIMES)
    return replace(surface, name=RUN.recipe, hypothetical=0.3, common=0.4, instrument=instrument)


def main() -> None:
    """Train, measure, export, ship."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder of the training run")
    parser.add_argument("--resume", action="store_true", help="go on with an interrupted run")
    chosen = parser.parse_args()
    drawn = chosen.out / f"{RUN.recipe}.toml"
    drawn.parent.mkdir(parents=True, exist_ok=True)
    write_whole(drawn, recipe_text(usual()))
    model: Path | None = None
    for name, run in {"first": RUN, "second": AGAIN, "third": LAST}.items():
        before, model = model, chosen.out / name / "model.keras"
        if not model.exists():
            train(
                replace(run, recipe=str(drawn)),
                model.parent,
                resume=chosen.resume and model.parent.exists(),
                initial_weights=before,
            )
    assert model is not None  # noqa: S101  # there are runs
    for name, step in {"finished": finish, "heads": teach}.items():
        before, model = model, chosen.out / name / "model.keras"
        if not model.exists():
            step(before, model)
    ship(model)


def finish(model: Path, finished: Path) -> None:
    """Teach the classifier of a trained model on, and calibrate it anew.

    Args:
        model: ``model.keras`` of a finished run, ``config.json`` beside it.
        finished: The file to write; the configuration is put beside it.
    """
    config, network = _network(model)
    networks = network.build()
    take_weights(networks.inference, load_trained(model).model)
    recipes = _finishing()
    with progress_bar(sum(size for _, size in recipes.values()), shown=True) as advance:
        finish_classifier(networks, recipes, FINISHING_SEED, advance)
    validation = Corpus(usual(), LAST.seed + VALIDATION_SEED_OFFSET)
    learnt = calibrated(networks.inference, validation, LAST.validation_size)
    _write(networks.inference, {**config, **learnt}, finished)


def _finishing() -> dict[str, tuple[Recipe, int]]:
    surface = usual()
    assert surface.surface is not None  # noqa: S101  # it has one
    bare = replace(surface.surface, untouched=0.0, no_polymer=1.0, bare_graphitic=1.0)
    alone = replace(bare, foreign=0.0, bare_foreign=0.0, contamination=0.3, second_state=0.0)
    return {
        surface.name: (surface, FINISHING_SIZE),
        "instrument": (recipe(INSTRUMENT), FINISHING_SIZE),
        "sp2 carbon on substrates": (replace(surface, surface=bare), SP2_SIZE),
        "sp2 carbon alone": (replace(surface, surface=alone), SP2_SIZE),
    }


def teach(model: Path, taught: Path) -> None:
    """Give a trained model its heads, and round what stands behind the shift to half precision.

    Args:
        model: ``model.keras`` of a finished run, ``config.json`` beside it.
        taught: The file to write; the configuration is put beside it.
    """
    config, network = _network(model)
    network, networks = with_heads(network, load_trained(model).model)
    surface = recipe(SURFACE)
    kinds = {**families(surface), INSTRUMENT: recipe(INSTRUMENT)}
    with progress_bar(HEADS_SIZE * len(kinds), shown=True) as advance:
        learn_heads(networks.inference, kinds, HEADS_SIZE, HEADS_SEED, advance)
    rounded(networks.inference)
    _write(networks.inference, {**config, "network": network_to_dict(network)}, taught)


def _network(model: Path) -> tuple[dict[str, Any], Align]:
    config = json.loads((model.parent / CONFIG).read_text())
    network, _ = network_of(config, str(model))
    assert isinstance(network, Align)  # noqa: S101  # `RUN` says so
    return config, network


def _write(inference: Any, config: dict[str, Any], model: Path) -> None:
    model.parent.mkdir(parents=True, exist_ok=True)
    write_whole(model.parent / CONFIG, json.dumps(config, indent=1))
    save_model(inference, model.parent)


def rounded(model: Any) -> None:
    """Round the matrices of classifier and heads to half precision, as the artefact has them: the file is smaller.

    Args:
        model: The inference graph, changed in place; shifts do not depend on these.
    """
    for layer in model.layers:
        if layer.name.startswith(BEHIND_THE_SHIFT) and layer.weights and len(layer.weights[0].shape) == 2:
            layer.weights[0].assign(np.asarray(layer.weights[0]).astype(np.float16).astype(np.float32))


def _rule(model: Path) -> dict[str, Any]:
    """Fit the rule of a trained model, as the entry ``consistency`` of ``config.json``."""
    surface = recipe(SURFACE)
    with progress_bar(RULE_SIZE * len(families(surface)), shown=True) as advance:
        return asdict(fit_rule(load(model), surface, RULE_SIZE, advance=advance))


def ship(model: Path) -> None:
    """Measure a trained model, export it and put it in the place of the shipped one.

    Args:
        model: ``model.keras`` of a finished run, ``config.json`` beside it.
    """
    run = model.parent
    config = run / CONFIG
    write_whole(config, json.dumps({**json.loads(config.read_text()), "consistency": _rule(model)}, indent=1))
    figures = evaluate(model, SURFACE, None, TEST_SIZE, TEST_SEED, run / "evaluation.json", run / "evaluation.png")
    measured = {"detection_limits": list(figures.detection_limits)}
    write_whole(config, json.dumps({**json.loads(config.read_text()), **measured}, indent=1))
    artefacts = run / "artefacts"
    export(model, ("tflite",), artefacts, quantize="float16", force=True)
    put(artefacts / "tflite-float16", (model, config, run / "evaluation.json"), SHIPPED[PRETRAINED])


if __name__ == "__main__":
    main()
