"""What model and fit say about a spectrum before any reference is chosen: all of the work that takes time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from xps_keras.analysis.carbides import carbide_charge
from xps_keras.analysis.consistency import Part, consistency_of, parts_of_channels, variants
from xps_keras.analysis.doubt import Verdict, judge, largest_foreign, share_of
from xps_keras.analysis.fitting import (
    LEAST_ANCHOR_EV,
    TIGHT_EV,
    Start,
    best_of,
    fit_of,
    fitted_at,
    groups_in,
    known,
    likelier_of,
    probabilities_by,
    searched,
)
from xps_keras.analysis.known_charge import DECIDE_FROM, SAME_EV, KnownCharge, groups_at_charge, line_charge
from xps_keras.analysis.maxima import C1S_SEARCH_EV, O1S_SEARCH_EV, maximum_ev
from xps_keras.analysis.predictor import Runnable
from xps_keras.analysis.readings import LEAST_WEIGHT, ModelReading, readings_of, rivals, with_all_regions
from xps_keras.analysis.references import reference_lines
from xps_keras.analysis.result import LIBRARY_REFERENCE_EV, ModelIdentity
from xps_keras.analysis.statuses import carbon_end_ev
from xps_keras.axis import AXIS
from xps_keras.errors import ModelError, UsageError
from xps_keras.fit.answer import Fitted
from xps_keras.fit.knowledge import Knowledge
from xps_keras.fit.result import Fit, Method
from xps_keras.fit.stretches import Stretch, stretches_of_channels
from xps_keras.groups import GROUP_NAMES
from xps_keras.metadata import Metadata
from xps_keras.preprocessing.channels import Channels

UNMIXING = "unmix"
"""Kind of network that compares sets of library polymers down to what single precision resolves, noise or not."""


@dataclass(frozen=True, eq=False)
class Examined:
    """What model and fit say about a spectrum, before any reference is chosen; energies on the library's scale."""

    metadata: Metadata
    model: ModelIdentity
    outputs: Mapping[str, NDArray[np.float32]]
    """Outputs of the model for the spectrum and for it without some regions; none as long as the axis."""
    left_out: Sequence[tuple[str, ...]]
    """Per row of the outputs the regions that are missing."""
    judged: Verdict
    """What the regions together say about the charge."""
    readings: tuple[ModelReading, ...]
    """Of the candidate that stands, heaviest first."""
    best: ModelReading
    fit: Fit
    shown: Channels
    """The spectrum with what the groups were judged by."""
    end_ev: float | None
    """Where C 1s ends, corrected."""
    known: KnownCharge | None
    """The charge on which the answer rests where that is the model's or the fit's no longer; None where it is."""
    carbide: KnownCharge | None
    """What a carbide asks for against the answer; None where none does."""


def examined(
    channels: Channels, runtime: Runnable, method: Method = "network", given: KnownCharge | None = None
) -> Examined:
    """Ask model and fit, which is all of the work that takes time and depends on no reference.

    Args:
        channels: The spectrum on the axis.
        runtime: The model.
        method: As for ``analyze``.
        given: The charge as a user gave it; None to find it.

    Returns:
        What ``answered`` needs, as often as a reference is chosen.

    Raises:
        ModelError: The model is not made for spectra as files hold them.
        UsageError: The groups are to be told by a fit, which knows none of a model's own labels; or a fit is to decide
            a charge that was given.
    """
    metadata = runtime.metadata
    if given is not None and method != "network":
        raise UsageError(f"The method '{method}' lets a fit decide the charge: leave it out where the charge is given.")
    if metadata.network is not None and metadata.network.get("kind") == UNMIXING:
        raise ModelError(
            f"The model '{metadata.name}' is for mixtures of library polymers without noise or background, as the "
            "recipe 'paper' draws them, and cannot judge a measured spectrum; choose another model."
        )
    if method == "classical" and metadata.own_labels:
        raise UsageError(
            f"The method 'classical' tells groups by the polymers of this package, but {metadata.name} has labels of "
            "its own; choose the method 'network' or 'refine'."
        )
    parts = parts_of_channels(channels)
    spectra, left_out = variants(channels.intensity, parts)
    outputs = runtime.run(spectra)
    foreign = largest_foreign(outputs, 0, channels.measured)
    verdict = judge(consistency_of(outputs, left_out), metadata.consistency, foreign)
    readings = readings_of(outputs, verdict.stands)
    best = with_all_regions(readings[0], readings_of(outputs))

    def knowledge(reading: ModelReading) -> Knowledge | None:
        return known(reading, outputs, verdict.stands, metadata.own_labels)

    def carbide(reading: ModelReading) -> KnownCharge | None:
        lines = reference_lines(channels, reading.shift_ev)
        return carbide_charge(channels, reading.shift_ev, lines, share_of(outputs, "graphitic_share", verdict.stands))

    stretches = stretches_of_channels(channels)
    known_charge = given
    if method == "network":
        asked = [readings_of(outputs, row) for row in range(len(left_out))]
        if given is None and verdict.doubted and metadata.consistency is not None:
            between = rivals(best, asked, verdict.stands)
            starts = [Start(one.shift_ev, one.uncertainty_ev or 0.0, likely, knowledge(one)) for one, likely in between]
            best = between[likelier_of(stretches, starts) if len(between) > 1 else 0][0]
        if given is None and metadata.consistency is not None and not metadata.own_labels:
            known_charge = carbide(best) if verdict.doubt >= DECIDE_FROM else None
            known_charge = known_charge or _asked(channels, best.shift_ev, verdict.doubt)
        if known_charge is not None:
            best = _at(stretches, known_charge, asked, metadata.own_labels)
        start = Start(best.shift_ev, best.uncertainty_ev or 0.0, best.weight, knowledge(best))
        fitted = fitted_at(stretches, start, least_ev=LEAST_ANCHOR_EV if given is None else TIGHT_EV)
    else:
        fitted, best = _decided(stretches, method, best, readings, readings_of(outputs), knowledge)
    shown = channels
    if (
        method == "network" and verdict.stands and any(best is one for one in readings)
    ):  # its groups were judged without the regions that were left out
        shown = replace(channels, measured=_without(channels, parts, left_out[verdict.stands]))
    end_ev = carbon_end_ev(parts, best.shift_ev)
    return Examined(
        metadata=metadata,
        model=ModelIdentity(runtime.name, metadata.package_version, runtime.sha256),
        outputs={name: values for name, values in outputs.items() if values.shape[-1] != AXIS.size},
        left_out=left_out,
        judged=verdict,
        readings=readings,
        best=best,
        fit=fit_of(fitted, channels, method, best.shift_ev, 0.0),
        shown=shown,
        end_ev=end_ev,
        known=known_charge,
        carbide=None if given is not None or metadata.own_labels else carbide(best),
    )


def _asked(channels: Channels, shift_ev: float, doubt: float) -> KnownCharge | None:
    """Return the charge that lines of known energy ask for against an answer, None where they do not."""
    carbon, oxygen = maximum_ev(channels, C1S_SEARCH_EV), maximum_ev(channels, O1S_SEARCH_EV)
    carbon_shift_ev = None if carbon is None else carbon - LIBRARY_REFERENCE_EV
    return line_charge(reference_lines(channels, shift_ev), shift_ev, carbon_shift_ev, oxygen, doubt)


def _at(
    stretches: Sequence[Stretch], charge: KnownCharge, asked: Sequence[Sequence[ModelReading]], own_labels: bool
) -> ModelReading:
    """Return what is read at a known charge: by the model if it reads anything there, by model and fit otherwise.

    A given charge stays what it is; that of lines is the model's own where it has a reading so near.
    """

    def apart_ev(reading: ModelReading) -> float:
        return abs(reading.shift_ev - charge.shift_ev)

    read = [one for readings in asked for one in readings]
    near = [one for one in read if one.weight >= LEAST_WEIGHT and apart_ev(one) <= SAME_EV]
    if near:
        heaviest = max(near, key=lambda one: one.weight)
        return replace(heaviest, shift_ev=charge.shift_ev, uncertainty_ev=None) if charge.given else heaviest
    if own_labels:
        return replace(min(read, key=apart_ev), shift_ev=charge.shift_ev, uncertainty_ev=charge.uncertainty_ev)
    fitted = fitted_at(stretches, Start(charge.shift_ev, charge.uncertainty_ev or 0.0, 1.0))
    held = np.zeros(len(GROUP_NAMES)) if isinstance(fitted, str) else groups_in(fitted)
    nearest = min(asked[0], key=apart_ev)  # of all regions, however little it weighs
    groups = groups_at_charge(held, nearest.probabilities, apart_ev(nearest))
    return ModelReading(charge.shift_ev, charge.uncertainty_ev, 1.0, groups, limited=False)


def _decided(
    stretches: Sequence[Stretch],
    method: Method,
    standing: ModelReading,
    readings: Sequence[ModelReading],
    all_regions: Sequence[ModelReading],
    knowledge: Callable[[ModelReading], Knowledge | None],
) -> tuple[Fitted | str, ModelReading]:
    """Let the fit decide the shift.

    Returns:
        The fit or why there is none, and the reading that stands: with the shift of the fit, and the groups of the
        network's reading nearest to it or, without a network, those of what the fit is made of.
    """
    others = [
        other for other in (standing, *readings, *all_regions) if other.weight >= LEAST_WEIGHT or other is standing
    ]
    starts = [Start(other.shift_ev, other.uncertainty_ev or 0.0, other.weight, knowledge(other)) for other in others]
    fitted = best_of(stretches, starts) if method == "refine" else searched(stretches)
    if isinstance(fitted, str):
        return fitted, standing
    shift, uncertainty = fitted.solution.setting.shift_ev, fitted.solution.shift_uncertainty_ev
    if method == "classical":
        return fitted, ModelReading(shift, uncertainty, 1.0, probabilities_by(fitted), limited=False)
    nearest = min(others, key=lambda other: abs(other.shift_ev - shift))
    return fitted, replace(nearest, shift_ev=shift, uncertainty_ev=uncertainty)


def _without(channels: Channels, parts: Sequence[Part], names: Sequence[str]) -> NDArray[np.bool_]:
    """Return the measured channels without those of some regions."""
    measured = channels.measured.copy()
    for part in parts:
        if part.name in names:
            measured[part.first : part.stop] = False
    return measured
