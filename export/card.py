"""The model card that goes with every artefact, written from its metadata."""

from collections.abc import Iterator, Mapping
from typing import Any

from xps_keras.export.parity import Tolerance
from xps_keras.metadata import (
    ALIGNED,
    INTENSITY,
    PROBABILITIES,
    READING_PROBABILITIES,
    READING_SHIFT_EV,
    READING_UNCERTAINTY_EV,
    READING_WEIGHT,
    SHIFT_EV,
    Metadata,
)

_MEANING = {
    PROBABILITIES: ("40", "calibrated probability of each group, in the order of the labels"),
    SHIFT_EV: ("1", "measured minus true binding energy in eV: positive when every peak stands too high"),
    ALIGNED: ("6601", "the spectrum moved to the true energies, area 1 over the axis in eV"),
    READING_SHIFT_EV: ("{readings}", "shift of each reading in eV, the most probable reading first"),
    READING_UNCERTAINTY_EV: ("{readings}", "standard uncertainty of each reading's shift in eV"),
    READING_WEIGHT: ("{readings}", "weight of each reading, 0 to 1"),
    READING_PROBABILITIES: ("{readings}, 40", "probabilities of the groups in each reading"),
}


def model_card(metadata: Metadata, tolerance: Tolerance, evaluation: Mapping[str, Any] | None) -> str:
    """Write the model card of an artefact.

    Args:
        metadata: What the artefact says about itself, parity error included.
        tolerance: What the parity gate allowed.
        evaluation: Content of ``evaluation.json``, None when the model was not evaluated.

    Returns:
        Markdown.
    """
    axis = metadata.axis
    outputs = [
        f"| `{name}` | [batch, {_MEANING[name][0].format(readings=metadata.readings)}] | {_MEANING[name][1]} |"
        for name in metadata.outputs
    ]
    parity = [f"| `{name}` | {metadata.parity_error[name]:.2g} | {tolerance.of(name):g} |" for name in metadata.outputs]
    not_assessable = [
        label for label, known in zip(metadata.labels, metadata.assessable, strict=True) if not known
    ] or ["none"]
    measured = (
        ["Not evaluated: no `evaluation.json` stood beside the trained model."]
        if evaluation is None
        else ["| figure | value |", "|---|---|", *(f"| {name} | {value} |" for name, value in _figures(evaluation))]
    )
    limits = (
        []
        if metadata.detection_limits is None
        else [
            "",
            "Smallest detected fraction of a mixture:",
            "",
            "| group | detection limit |",
            "|---|---|",
            *(
                f"| {label} | {'unknown' if limit is None else f'{limit:g}'} |"
                for label, limit in zip(metadata.labels, metadata.detection_limits, strict=True)
            ),
        ]
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
            f"Input `{INTENSITY}`, float32 [batch, {axis.size}]: intensity at binding energies {axis.low_ev:g} to "
            f"{axis.high_ev:g} eV in steps of {axis.step_ev:g} eV, ascending, background subtracted, any non-negative "
            "scale, zeros where nothing was measured. Clipping at zero and area normalisation are part of the graph.",
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
            *limits,
            "",
            "## Agreement with Keras",
            "",
            "Measured at export, in this format's own runtime. `aligned` is relative to each spectrum's maximum.",
            "",
            "| output | largest difference | allowed |",
            "|---|---|---|",
            *parity,
            "",
            "## Limits",
            "",
            "- Trained on synthetic spectra of polymers; real samples with other materials, contamination or "
            "differential charging (regions shifted by different amounts) are outside its experience.",
            f"- Shifts beyond {metadata.max_shift_ev:g} eV were never seen.",
            "- From C 1s alone, an aromatic ring and a shifted aliphatic chain look nearly alike; a second region "
            "makes the answer surer.",
            f"- Not assessable, since no training polymer holds them: {', '.join(not_assessable)}.",
            "",
        ]
    )


def _figures(content: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield the single figures of an evaluation, names of nested ones joined by full stops; lists are left out."""
    for name, value in content.items():
        if isinstance(value, Mapping):
            yield from _figures(value, f"{prefix}{name}.")
        elif isinstance(value, bool | int | str):
            yield prefix + name, str(value)
        elif isinstance(value, float):
            yield prefix + name, f"{value:.4g}"
