"""Spectrum in, answer out: the corrected energy scale and the functional groups, with what speaks for them.

The answer mirrors ``xps-keras analyze --json`` field by field; ``docs/analysis.md`` explains how to read it.
"""

from dataclasses import replace

from xps_keras.analysis.charge import charge_warnings, given_warnings, rows, stated_uncertainty
from xps_keras.analysis.composition import composition_warnings, missing_element_warnings
from xps_keras.analysis.doubt import foreign_of
from xps_keras.analysis.examining import Examined, examined
from xps_keras.analysis.findings import elements_of, findings_of
from xps_keras.analysis.fitting import moved_fit, verdict_of
from xps_keras.analysis.given_charge import GivenCharge, given_charge
from xps_keras.analysis.judging import Judged, judged
from xps_keras.analysis.known_charge import contradiction
from xps_keras.analysis.predictor import Runnable
from xps_keras.analysis.references import reference_warnings
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
from xps_keras.analysis.statuses import SHORT_UNCERTAINTY_EV, ends_early, window_warnings
from xps_keras.analysis.unexplained import signal_warnings
from xps_keras.analysis.warnings import own_label_warnings, warnings
from xps_keras.analysis.why import with_reasons
from xps_keras.analysis.witnesses import agreement
from xps_keras.errors import SpectrumWarning
from xps_keras.fit.result import Method
from xps_keras.preprocessing.channels import Channels, to_channels
from xps_keras.printable import printable
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
    # The model's scale has CHx at 285.0 eV; a lower reference makes true energies lower and the shift larger.
    moved = reference_ev - LIBRARY_REFERENCE_EV
    told = judged(channels, found, sensitivities, moved)
    draft = _draft(spectrum, channels, found, told, reference_ev)
    said = (*spectrum.warnings, *channels.warnings, *_said(channels, found, told, draft))
    # The channels may repeat what the reader said; each thing is said once.
    return replace(draft, warnings=tuple(dict.fromkeys(said)))


def _draft(spectrum: Spectrum, channels: Channels, found: Examined, told: Judged, reference_ev: float) -> Analysis:
    """Write down what stands, without warnings, on the scale of a reference."""
    moved, shift_ev, second = reference_ev - LIBRARY_REFERENCE_EV, found.best.shift_ev, told.rival
    fit = moved_fit(found.fit, moved)
    return Analysis(
        file=printable(str(spectrum.path)),
        sample=spectrum.sample or None,
        sha256=spectrum.sha256,
        shift_ev=shift_ev - moved,
        shift_uncertainty_ev=stated_uncertainty(
            found.best.uncertainty_ev,
            shift_ev,
            second[1] if second is not None and told.verdict.doubted else None,
            SHORT_UNCERTAINTY_EV if ends_early(found.end_ev) else 0.0,
        ),
        shift_classical_ev=None if told.classical_shift_ev is None else told.classical_shift_ev - moved,
        reference_ev=reference_ev,
        alternatives=tuple(
            Reading(
                shift_ev=other.shift_ev - moved,
                weight=other.weight,
                present=tuple(
                    group.name
                    for group in findings_of(other, found.shown, found.metadata, moved, told.refused)
                    if group.status == "present"
                ),
            )
            for other in told.others
        ),
        charge_undecided=told.verdict.doubted,
        doubt=told.doubt,
        candidates=rows(told.verdict, moved, found.known, shift_ev, found.best.uncertainty_ev),
        groups=with_reasons(told.groups, fit, found.outputs, found.left_out, shift_ev, found.metadata.own_labels),
        regions=tuple(
            RegionRow(
                used.name,
                used.region.low_ev,
                used.region.high_ev,
                used.region.step_ev,
                used.used,
                used.why,
                used.background,
                foreign_of(used.lines, told.foreign_shares) if used.used else None,
            )
            for used in channels.regions
        ),
        graphitic_share=told.graphitic_share,
        polymer_share=told.polymer_share,
        reference_lines=tuple(replace(line, implied_shift_ev=line.implied_shift_ev - moved) for line in told.lines),
        warnings=(),
        model=found.model,
        version=__version__,
        verdict=verdict_of(fit, told.doubt if told.given is None else 0.0, told.verdict.doubted, told.empty),
        fit=fit,
        composition=told.composition,
    )


def _said(channels: Channels, found: Examined, told: Judged, draft: Analysis) -> list[SpectrumWarning]:
    """Say what makes an answer less certain than its numbers look, beside what reader and channels say."""
    moved, shift_ev = draft.reference_ev - LIBRARY_REFERENCE_EV, found.best.shift_ev
    contradicted = told.given is None and contradiction(told.lines, shift_ev) is not None  # said beside the charge
    foreign = {row.name: row.foreign_share for row in draft.regions if row.foreign_share is not None}
    return [
        *(() if told.given is None else given_warnings(told.given, told.verdict, moved)),
        *charge_warnings(
            told.verdict,
            shift_ev,
            told.rival,
            {name: share for name, share in foreign.items() if name not in told.empty},
            any("O 1s" in used.lines for used in channels.regions),
            [(other.shift_ev, other.weight) for other in draft.alternatives if _matters(other, draft)],
            moved,
            None if draft.doubt is None else 1.0 - draft.doubt,
            agreement(told.lines, shift_ev) if found.known is None else "",
            told.carbon_speaks,
            "" if found.known is None else found.known.words,
            {name for name, _ in told.signals},
        ),
        *reference_warnings(
            [line for line in draft.reference_lines if not (contradicted and line.compound)], draft.shift_ev
        ),
        *(
            own_label_warnings(found.metadata)
            or signal_warnings(tuple((name, energy + moved) for name, energy in told.signals), draft.fit, told.empty)
        ),
        *window_warnings(found.end_ev, moved, draft.shift_uncertainty_ev is not None),
        *composition_warnings(draft.composition, draft.fit),
        *missing_element_warnings(draft.composition, elements_of(draft, found.metadata)),
        *warnings(draft, channels, found.metadata, shift_ev),
    ]


def _matters(other: Reading, draft: Analysis) -> bool:
    """Tell whether another reading has other groups, or stands farther away than the answer's uncertainty."""
    spread = draft.shift_uncertainty_ev or 0.0
    alike = set(other.present) == {group.name for group in draft.present}
    return not alike or abs(other.shift_ev - draft.shift_ev) > spread
