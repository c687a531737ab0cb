"""Measure a model on fresh spectra of a corpus."""

from xps_keras.corpus import Corpus, Recipe
from xps_keras.corpus import recipe as find_recipe
from xps_keras.corpus.named import with_settings
from xps_keras.corpus.recipe_file import recipe_from_table
from xps_keras.corpus.recipes import RECIPES
from xps_keras.corpus.seeds import VALIDATION_SEED_OFFSET
from xps_keras.errors import UsageError
from xps_keras.evaluation.answers import BATCH, Answers, gather
from xps_keras.evaluation.results import EvaluatedModel, Evaluation, TestSpectra
from xps_keras.evaluation.summary import summarise
from xps_keras.files import StrPath, write_whole
from xps_keras.fit.result import Method
from xps_keras.measured.store import find_library
from xps_keras.plain import json_text
from xps_keras.progress import progress_bar
from xps_keras.runtime import Runtime, load
from xps_keras.version import __version__


def evaluate(
    source: StrPath,
    recipe: StrPath | None = None,
    max_shift_ev: float | None = None,
    size: int = 20_000,
    seed: int = 7,
    out_json: StrPath | None = None,
    out_png: StrPath | None = None,
    progress: bool = True,
    library: str | None = None,
    method: Method = "network",
) -> Evaluation:
    """Load a model, measure it and write the figures.

    Args:
        source: ``pretrained``, a ``.keras`` file or an exported artefact, see ``xps_keras.runtime.load``.
        recipe: Recipe of the test spectra, see ``recipe_of_test``.
        max_shift_ev: Largest shift in eV, None for the recipe's own.
        size: Number of test spectra.
        seed: Seed of the test spectra; neither that of the model's training nor that of its validation.
        out_json: File for ``Evaluation.to_dict()`` as JSON, None for none.
        out_png: File for the figure, None for none.
        progress: Whether to show a bar on stderr.
        library: Name of the library of the test polymers, the package's own or an imported one; None for the model's
            own where its groups are a user's, else for the package's.
        method: Who decides the shift; a fit takes 0.1 to 1 s for each spectrum.

    Returns:
        The figures.

    Raises:
        XpsKerasError: The model cannot be loaded, an argument is out of range, the model has seen spectra of the seed,
            or a file cannot be written.
    """
    evaluation = measure(
        load(source), recipe, max_shift_ev, size, seed, progress=progress, library=library, method=method
    )
    if out_json is not None:
        write_whole(out_json, to_json(evaluation))
    if out_png is not None:
        from xps_keras.evaluation.picture import save_png

        save_png(out_png, evaluation)
    return evaluation


def to_json(evaluation: Evaluation) -> str:
    """Return the text of the JSON file."""
    return json_text(evaluation.to_dict())


def measure(
    runtime: Runtime,
    recipe_name: StrPath | None,
    max_shift_ev: float | None,
    size: int,
    seed: int,
    batch_size: int = BATCH,
    progress: bool = False,
    library: str | None = None,
    method: Method = "network",
) -> Evaluation:
    """Measure a model that is loaded already; errors as ``evaluate``.

    Args:
        runtime: The model.
        recipe_name: Recipe of the test spectra, see ``recipe_of_test``.
        max_shift_ev: Largest shift in eV, None for the recipe's own.
        size: Number of test spectra.
        seed: Seed of the test spectra.
        batch_size: Spectra at a time; it bounds the memory and does not change the figures.
        progress: Whether to show a bar on stderr.
        library: Name of the library of the test polymers, None as in ``evaluate``.
        method: Who decides the shift.

    Returns:
        The figures.
    """
    check_test(runtime, size, seed)
    if library is None:
        library = runtime.metadata.library if runtime.metadata.own_labels else "polymers"
    corpus = Corpus(recipe_of_test(runtime, recipe_name, max_shift_ev), seed, find_library(library))
    with progress_bar(size, progress) as advance:
        answers = gather(runtime, corpus, size, batch_size, advance, method)
    return evaluation_of(runtime, corpus, answers)


def recipe_of_test(runtime: Runtime, name: StrPath | None, max_shift_ev: float | None) -> Recipe:
    """Return the recipe that a model is tested on.

    Args:
        runtime: The model. A recipe of a user's own is part of it and is found by its name.
        name: A built-in recipe, a recipe file, or the name of the model's own recipe; None for the model's own where it
            is no built-in one, else for ``paper``.
        max_shift_ev: Largest shift in eV, None for the recipe's own.

    Raises:
        UsageError: There is no such recipe.
    """
    metadata = runtime.metadata
    if metadata.recipe_fields is None or metadata.recipe in RECIPES or name not in (None, metadata.recipe):
        return find_recipe("paper" if name is None else name, max_shift_ev)
    stored = {field: value for field, value in metadata.recipe_fields.items() if value is not None}
    return with_settings(recipe_from_table(stored, str(runtime.path)), max_shift_ev)


def evaluation_of(runtime: Runtime, corpus: Corpus, answers: Answers) -> Evaluation:
    """Summarise what a model answered.

    Args:
        runtime: The model.
        corpus: The test spectra, of which the answers are about the first.
        answers: What ``gather`` returned.

    Returns:
        The figures.
    """
    metadata, drawn = runtime.metadata, corpus.recipe
    return Evaluation(
        model=EvaluatedModel(
            name=metadata.name,
            file=runtime.path.name,
            sha256=runtime.sha256,
            weights_sha256=metadata.weights_sha256,
            format=metadata.format,
            quantization=metadata.quantization,
            package_version=metadata.package_version,
            recipe=metadata.recipe,
            seed=metadata.seed,
            max_shift_ev=metadata.max_shift_ev,
            calibration=metadata.calibration,
        ),
        test=TestSpectra(drawn.name, drawn.max_shift_ev, len(answers.present), corpus.seed, corpus.library.name),
        package_version=__version__,
        **summarise(answers, metadata.thresholds, metadata.assessable, drawn.max_shift_ev, metadata.labels),
    )


def check_test(runtime: Runtime, size: int, seed: int) -> None:
    """Check that a test of a model is one.

    Args:
        runtime: The model.
        size: Number of test spectra.
        seed: Seed of the test spectra.

    Raises:
        UsageError: There are no spectra, the seed is negative, or the model has seen spectra of it.
    """
    if size < 1:
        raise UsageError(f"The number of test spectra must be at least 1, not {size}.")
    if seed < 0:
        raise UsageError(f"The seed must not be negative, but it is {seed}.")
    trained_on = runtime.metadata.seed
    for taken, what in ((trained_on, "trained"), (trained_on + VALIDATION_SEED_OFFSET, "validated")):
        if seed == taken:
            raise UsageError(
                f"{runtime.path}: the model was {what} on spectra of the seed {seed}, which would flatter it; "
                "choose another --seed."
            )
