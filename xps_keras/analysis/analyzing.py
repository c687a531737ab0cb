"""Spectrum in, answer out: the corrected energy scale and the functional groups, with what speaks for them.

The answer mirrors ``xps-keras analyze --json`` field by field; ``docs/analysis.md`` explains how to read it.
"""

from collections.abc import Mapping
from dataclasses import replace

from xps_keras.analysis.charge import charge_warnings, given_warnings, rival, rows, stated_uncertainty
from xps_keras.analysis.composition import composition_warnings, empty_regions, missing_element_warnings
from xps_keras.analysis.consistency import WRONG_EV
from xps_keras.analysis.doubt import foreign_of, foreign_shares, share_of
from xps_keras.analysis.examining import Examined, examined
from xps_keras.analysis.findings import elements_of, findings_of
from xps_keras.analysis.fitting import moved_fit, verdict_of
from xps_keras.analysis.given_charge import GivenCharge, given_charge
from xps_keras.analysis.known_charge import contradiction
from xps_keras.analysis.maxima import C1S_SEARCH_EV, maximum_ev
from xps_keras.analysis.predictor import Runnable
from xps_keras.analysis.readings import LEAST_WEIGHT, nearest
from xps_keras.analysis.references import reference_lines, reference_warnings
from xps_keras.analysis.result import (
    LIBRARY_REFERENCE_EV,
    Analysis,
    Evidence,
    GroupFinding,
    ModelIdentity,
    Reading,
    RegionRow,
    Status,
    to_json,
)
from xps_keras.analysis.statuses import (
    RING,
    SHORT_UNCERTAINTY_EV,
    ends_early,
    ring_untold,
    unaskable,
    window_warnings,
)
from xps_keras.analysis.unexplained import left_over, signal_warnings, unexplained_signals
from xps_keras.analysis.warnings import own_label_warnings, warnings
from xps_keras.analysis.why import with_reasons
from xps_keras.analysis.witnesses import Seen, agreement, heard
from xps_keras.fit.result import Method
from xps_keras.library.core_line import find_core_line
from xps_keras.preprocessing.channels import Channels, to_channels
from xps_keras.printable import printable
from xps_keras.quantification.composition import quantify
from xps_keras.quantification.sensitivity import Sensitivities
from xps_keras.spectrum import Spectrum
from xps_keras.version import __version__

__all__ = [
    "Analysis",
    "Evidence",
    "GroupFinding",
    "ModelIdentity",
    "Reading",
    "RegionRow",
    "Status",
    "analyze",
    "to_json",
]


def analyze(
    spectrum: Spectrum,
    runtime: Runnable,
    reference_ev: float = LIBRARY_REFERENCE_EV,
    method: Method = "network",
    sensitivities: Sensitivities | None = None,
    charge: GivenCharge | None = None,
) -> Analysis:
    """Find the charging shift and the functional groups of a spectrum.

    Args:
        spectrum: A spectrum as read from a file.
        runtime: The model.
        reference_ev: Energy in eV at which saturated hydrocarbon C 1s is to stand. It moves every reported energy
            and never what the model sees.
        method: Who decides the shift: the network, the fit started at the network's readings, or a search without it.
        sensitivities: Factors of the composition; those of the package when None.
        charge: The charge where it is known; None to find it.

    Returns:
        The answer.

    Raises:
        InputError: The spectrum holds nothing that can be analysed, or not the line that is to tell the charge.
        UsageError: A fit is to decide a charge that is given.
    """
    return analyze_channels(spectrum, to_channels(spectrum), runtime, reference_ev, method, sensitivities, charge)


def analyze_channels(
    spectrum: Spectrum,
    channels: Channels,
    runtime: Runnable,
    reference_ev: float = LIBRARY_REFERENCE_EV,
    method: Method = "network",
    sensitivities: Sensitivities | None = None,
    charge: GivenCharge | None = None,
) -> Analysis:
    """Do the work of ``analyze`` for a spectrum that already stands on the axis.

    Args:
        spectrum: The spectrum as read, for its name and provenance.
        channels: The same spectrum on the axis.
        runtime: The model.
        reference_ev: Energy in eV at which saturated hydrocarbon C 1s is to stand.
        method: As for ``analyze``.
        sensitivities: As for ``analyze``.
        charge: As for ``analyze``.

    Returns:
        The answer.

    Raises:
        InputError: The line that is to tell the charge is not there.
        UsageError: The groups are to be told by a fit, which knows none of a model's own labels; or a fit is to decide
            a charge that is given.
    """
    given = (
        None
        if charge is None
        else given_charge(charge, channels, reference_ev - LIBRARY_REFERENCE_EV, spectrum.path.name)
    )
    return answered(spectrum, channels, examined(channels, runtime, method, given), reference_ev, sensitivities)


def answered(
    spectrum: Spectrum,
    channels: Channels,
    found: Examined,
    reference_ev: float = LIBRARY_REFERENCE_EV,
    sensitivities: Sensitivities | None = None,
) -> Analysis:
    """Put what was found on the scale of a reference, with everything that follows from it.

    Args:
        spectrum: The spectrum as read, for its name and provenance.
        channels: The same spectrum on the axis.
        found: What ``examined`` returned for it.
        reference_ev: Energy in eV at which saturated hydrocarbon C 1s is to stand.
        sensitivities: As for ``analyze``.

    Returns:
        The answer.
    """
    metadata, outputs, left_out, verdict = found.metadata, found.outputs, found.left_out, found.judged
    readings, best, shown, end_ev = found.readings, found.best, found.shown, found.end_ev
    refused = unaskable(metadata, best.shift_ev, ends_early(end_ev))
    elsewhere = abs(best.shift_ev - verdict.shift_ev) > WRONG_EV  # what the model says of shares is said of its shift
    graphitic = None if elsewhere else share_of(outputs, "graphitic_share", verdict.stands)
    if graphitic is not None and not metadata.own_labels:
        if ring_untold(float(best.probabilities[metadata.labels.index(RING)]), graphitic):
            refused[RING] = True
    given = found.known if found.known is not None and found.known.given else None
    others = [other for other in readings if other.weight >= LEAST_WEIGHT and other is not nearest(readings, best)]
    others = others if given is None else []
    # The model's scale has CHx at 285.0 eV; a lower reference makes true energies lower and the shift larger.
    moved = reference_ev - LIBRARY_REFERENCE_EV
    alternatives = tuple(
        Reading(
            shift_ev=other.shift_ev - moved,
            weight=other.weight,
            present=tuple(
                group.name for group in findings_of(other, shown, metadata, moved, refused) if group.status == "present"
            ),
        )
        for other in others
    )
    top = maximum_ev(channels, C1S_SEARCH_EV)
    groups = findings_of(best, shown, metadata, moved, refused)
    present = {group.name for group in groups if group.status == "present"}
    signals = () if metadata.own_labels else unexplained_signals(channels, best.shift_ev, present)
    shares = None if elsewhere else foreign_shares(outputs, verdict.stands)
    lines = reference_lines(channels, best.shift_ev)
    told = found.known or found.carbide
    if told is not None:  # the line that tells a charge proves nothing, of that or of another one
        lines = tuple(line for line in lines if find_core_line(line.name) != told.line)
    composition = quantify(channels, best.shift_ev, sensitivities, moved_ev=moved)
    empty = empty_regions(channels, composition)
    judged = heard(
        verdict,
        None if metadata.consistency is None else metadata.consistency.threshold,
        best.shift_ev,
        rival(verdict, best.shift_ev, [(other.shift_ev, other.weight) for other in others]),
        Seen(
            lines,
            found.fit,
            None if top is None else top - LIBRARY_REFERENCE_EV,
            _foreign_beside_carbon(channels, shares),
            (*signals, *(one for one in left_over(found.fit) if one[0] not in empty)),
            found.carbide,
            found.known is not None,
        ),
    )
    verdict, second, fit = judged.verdict, judged.other, moved_fit(found.fit, moved)
    doubt = None if metadata.consistency is None else judged.doubt
    if given is not None:
        verdict, second, doubt = replace(verdict, doubted=False), None, None
    checks = tuple(replace(line, implied_shift_ev=line.implied_shift_ev - moved) for line in lines)
    if verdict.doubted and second is not None:
        other = (second[1],)
        composition = quantify(channels, best.shift_ev, sensitivities, other_shifts_ev=other, moved_ev=moved)
    draft = Analysis(
        file=printable(str(spectrum.path)),
        sample=spectrum.sample or None,
        sha256=spectrum.sha256,
        shift_ev=best.shift_ev - moved,
        shift_uncertainty_ev=stated_uncertainty(
            best.uncertainty_ev,
            best.shift_ev,
            second[1] if second is not None and verdict.doubted else None,
            SHORT_UNCERTAINTY_EV if ends_early(end_ev) else 0.0,
        ),
        shift_classical_ev=None if top is None else top - reference_ev,
        reference_ev=reference_ev,
        alternatives=alternatives,
        charge_undecided=verdict.doubted,
        doubt=doubt,
        candidates=rows(verdict, moved, found.known, best.shift_ev, best.uncertainty_ev),
        groups=with_reasons(
            groups,
            fit,
            outputs,
            left_out,
            best.shift_ev,
            metadata.own_labels,
        ),
        regions=tuple(
            RegionRow(
                used.name,
                used.region.low_ev,
                used.region.high_ev,
                used.region.step_ev,
                used.used,
                used.why,
                used.background,
                foreign_of(used.lines, shares) if used.used else None,
            )
            for used in channels.regions
        ),
        graphitic_share=graphitic,
        polymer_share=None if elsewhere else share_of(outputs, "polymer_share", verdict.stands),
        reference_lines=checks,
        warnings=(),
        model=found.model,
        version=__version__,
        verdict=verdict_of(fit, doubt if given is None else 0.0, verdict.doubted, empty),
        fit=fit,
        composition=composition,
    )
    contradicted = given is None and contradiction(lines, best.shift_ev) is not None  # said beside the charge
    said = (
        *spectrum.warnings,
        *channels.warnings,
        *(() if given is None else given_warnings(given, verdict, moved)),
        *charge_warnings(
            verdict,
            best.shift_ev,
            second,
            {
                row.name: row.foreign_share
                for row in draft.regions
                if row.foreign_share is not None and row.name not in empty
            },
            any("O 1s" in used.lines for used in channels.regions),
            [(other.shift_ev, other.weight) for other in alternatives],
            moved,
            None if draft.doubt is None else 1.0 - draft.doubt,
            agreement(lines, best.shift_ev) if found.known is None else "",
            judged.carbon,
            "" if found.known is None else found.known.words,
        ),
        *reference_warnings(
            [line for line in checks if not (contradicted and line.compound)],
            draft.shift_ev,
        ),
        *(
            own_label_warnings(metadata)
            or signal_warnings(tuple((name, energy + moved) for name, energy in signals), fit, empty)
        ),
        *window_warnings(end_ev, moved),
        *composition_warnings(draft.composition, draft.fit),
        *missing_element_warnings(draft.composition, elements_of(draft, metadata)),
        *warnings(draft, channels, metadata, best.shift_ev),
    )
    # The channels may repeat what the reader said; each thing is said once.
    return replace(draft, warnings=tuple(dict.fromkeys(said)))


def _foreign_beside_carbon(channels: Channels, shares: Mapping[str, float] | None) -> dict[str, float]:
    """Return the share of each used region but C 1s that no group explains; empty for models that do not say."""
    beside = ((used.name, foreign_of(used.lines, shares)) for used in channels.regions if used.used)
    return {name: share for name, share in beside if share is not None and "C 1s" not in name}
