"""The model card that goes with every artefact, written from its metadata."""

from collections.abc import Mapping
from typing import Any

from xps_keras.graph_contract import ALIGNED, GRAPH_OUTPUTS, INTENSITY, TAKES_SPECTRUM
from xps_keras.metadata import Metadata
from xps_keras.runtime.comparing import Tolerance
from xps_keras.runtime.kinds import BINDING_ENERGY, KINDS, RAW_INTENSITY, SPECTRUM_OUTPUTS

_FIGURES = (
    ("exact_match.all_groups_at_half.fraction", "all {groups} groups right, threshold 0.5", ".1%"),
    ("exact_match.all_groups.fraction", "all {groups} groups right, each group's own threshold", ".1%"),
    ("exact_match.judged_groups.fraction", "all groups right whose elements were recorded", ".1%"),
    ("micro.f1", "F1, micro average", ".3f"),
    ("macro.f1", "F1, macro average over the groups that occur", ".3f"),
    ("micro.precision", "precision, micro average", ".3f"),
    ("micro.recall", "recall, micro average", ".3f"),
    ("alkane_specificity", "specificity of alkane", ".3f"),
    ("mean_calibration_error", "expected calibration error, mean of the groups", ".4f"),
    ("shift.mean_absolute_ev", "shift error, mean absolute (eV)", ".3f"),
    ("shift.median_absolute_ev", "shift error, median absolute (eV)", ".3f"),
    ("shift.percentile_95_absolute_ev", "shift error, 95th percentile (eV)", ".3f"),
    ("shift.bias_ev", "shift error, bias (eV)", "+.3f"),
    ("readings.coverage_68", "truth within the stated uncertainty (68 % expected)", ".1%"),
    ("readings.coverage_95", "truth within 1.96 stated uncertainties (95 % expected)", ".1%"),
)
"""Figures of an evaluation that a reader of the card needs: where they stand, what they are, how they are written."""


def model_card(metadata: Metadata, tolerance: Tolerance, evaluation: Mapping[str, Any] | None) -> str:
    """Write the model card of an artefact.

    Args:
        metadata: What the artefact says about itself, parity error included.
        tolerance: What the parity gate allowed.
        evaluation: Content of ``evaluation.json``, None when the model was not evaluated.

    Returns:
        Markdown.
    """
    kind = KINDS[metadata.kind]
    outputs = [_output(name, metadata) for name in kind.outputs(metadata)]
    parity = [
        f"| `{name}` | {metadata.parity_error[name]:.2g} | {tolerance.of(name):g} |"
        for name in (*metadata.outputs, *kind.compared)
    ]
    not_assessable = [
        label for label, known in zip(metadata.labels, metadata.assessable, strict=True) if not known
    ] or ["none"]
    measured = (
        ["Not evaluated: no `evaluation.json` stood beside the trained model."]
        if evaluation is None
        else _measured(evaluation, len(metadata.labels))
    )
    return "\n".join(
        [
            f"# Model card: {metadata.name} ({metadata.format}, quantization {metadata.quantization})",
            "",
            "Finds the shift of the binding-energy scale of a polymer's XPS spectrum and the functional groups that "
            "the corrected spectrum shows.",
            "",
            f"Trained by xps-keras {metadata.package_version} on synthetic spectra: recipe `{metadata.recipe}`, seed "
            f"{metadata.seed}, shifts up to {metadata.max_shift_ev:g} eV either way. Weights: SHA-256 "
            f"`{metadata.weights_sha256}`.",
            "",
            "## Input and outputs",
            "",
            _input(metadata),
            "",
            "| output | shape | meaning |",
            "|---|---|---|",
            *outputs,
            "",
            "Corrected energy = measured energy - `shift_ev`. Energies refer to saturated hydrocarbon C 1s = 285.0 eV. "
            "A group is called present from its threshold in `metadata.json` on. "
            f"Calibration of the probabilities: {metadata.calibration}.",
            "",
            "## What it was measured to do",
            "",
            *measured,
            "",
            "## Agreement with Keras",
            "",
            "Measured at export, in this format's own runtime. "
            f"{' and '.join(f'`{name}`' for name in (ALIGNED, *kind.compared))} "
            f"{'are' if kind.compared else 'is'} relative to each spectrum's maximum.",
            "",
            "| output | largest difference | allowed |",
            "|---|---|---|",
            *parity,
            "",
            *_agreement(metadata),
            "## Limits",
            "",
            "- Trained on synthetic spectra of polymers; real samples with other materials, contamination or "
            "differential charging (regions shifted by different amounts) are outside its experience.",
            f"- Shifts beyond {metadata.max_shift_ev:g} eV were never seen.",
            *_limit_of_recipe(metadata),
            _limit_of_labels(metadata),
            f"- Not assessable, since no training polymer holds them: {', '.join(not_assessable)}.",
            "",
        ]
    )


def _limit_of_recipe(metadata: Metadata) -> list[str]:
    """Say where spectra of a recipe are no measured ones."""
    if metadata.recipe_fields is None or metadata.recipe_fields.get("instrument") is not None:
        return []
    return [
        "- Its training spectra had neither noise nor background, and every line was recorded: for spectra like these, "
        "not for measured ones."
    ]


def _limit_of_labels(metadata: Metadata) -> str:
    """Say what the groups themselves leave open."""
    if metadata.own_labels:
        return (
            f"- Groups are the labels of the user's library `{metadata.library}`; which lines they need is not known, "
            "so an answer is given whatever was measured."
        )
    return (
        "- From C 1s alone, an aromatic ring and a shifted aliphatic chain look nearly alike; a second region makes "
        "the answer surer."
    )


def _output(name: str, metadata: Metadata) -> str:
    """Write the row of one output."""
    row = {**GRAPH_OUTPUTS, **SPECTRUM_OUTPUTS}[name]
    sizes = {"groups": len(metadata.labels), "channels": metadata.axis.size, "readings": metadata.readings}
    shape = ("1" if metadata.kind == TAKES_SPECTRUM else "batch", *(str(sizes.get(size, size)) for size in row.shape))
    return f"| `{name}` | [{', '.join(shape)}] | {row.meaning} |"


def _input(metadata: Metadata) -> str:
    """Say what goes in."""
    axis = metadata.axis
    if metadata.kind == TAKES_SPECTRUM:
        return (
            f"Inputs `{BINDING_ENERGY}` and `{RAW_INTENSITY}`, float64 [n] (TFLite: float32): one spectrum as "
            "measured, binding energies in eV and counts, background included; regions one after the other, each "
            "ascending or descending. Choice of regions, background, stitching, clipping at zero and area "
            "normalisation are part of the graph, and so is the judgement of every group."
        )
    return (
        f"Input `{INTENSITY}`, float32 [batch, {axis.size}]: intensity at binding energies {axis.low_ev:g} to "
        f"{axis.high_ev:g} eV in steps of {axis.step_ev:g} eV, ascending, background subtracted, any non-negative "
        "scale, zeros where nothing was measured. Clipping at zero and area normalisation are part of the graph."
    )


def _agreement(metadata: Metadata) -> list[str]:
    """Say how many group decisions differ from Keras, where they were counted."""
    if not metadata.agreement:
        return []
    spectra = int(metadata.agreement["spectra"])
    return [
        f"On {spectra:,} spectra of the recipe `instrument`, {metadata.agreement['decisions_changed']:.0f} of "
        f"{len(metadata.labels) * spectra:,} group decisions differ; the largest difference of a probability is "
        f"{metadata.agreement['probability_error']:.1e}.",
        "",
    ]


def _measured(evaluation: Mapping[str, Any], group_count: int) -> list[str]:
    """Write the figures of merit of an evaluation as Markdown."""
    test = evaluation["test"]
    rows = [
        (words, f"{found:{form}}") for path, words, form in _FIGURES if (found := _at(evaluation, path)) is not None
    ]
    groups = [
        f"| {group['name']} | {group['judged_support']} | {_number(group['judged_rates']['precision'])} | "
        f"{_number(group['judged_rates']['recall'])} | {_number(group['judged_rates']['f1'])} | "
        f"{_percent(group['detection_limit'])} |"
        for group in evaluation["groups"]
        if group["judged_support"]
    ]
    return [
        f"On {test['size']:,} fresh spectra of the recipe `{test['recipe']}`, seed {test['seed']}, shifts up to "
        f"{test['max_shift_ev']:g} eV (`evaluation.json` holds everything):",
        "",
        "| figure | value |",
        "|---|---|",
        *(f"| {words.format(groups=group_count)} | {value} |" for words, value in rows),
        "",
        "Per group, over the spectra in which its elements were recorded. The detection limit is the smallest part of "
        "a sample carrying the group from which on nine in ten are found:",
        "",
        "| group | spectra with it | precision | recall | F1 | detection limit |",
        "|---|---|---|---|---|---|",
        *groups,
    ]


def _at(content: Mapping[str, Any], path: str) -> float | None:
    """Return the figure at a path of names joined by full stops, None where the evaluation has none."""
    found: Any = content
    for name in path.split("."):
        found = None if found is None else found.get(name)
    return None if found is None else float(found)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _percent(value: float | None) -> str:
    return "not reached" if value is None else f"{100 * value:.0f} %"
