"""How the charge was dealt with, item by item as ISO 19318 asks it to be reported.

ISO 19318 ("Surface chemical analysis - X-ray photoelectron spectroscopy - Reporting of methods used for charge control
and charge correction") asks for the method of control during the measurement, the method of correction with its
reference, the correction itself with its uncertainty, and what it was applied to. The first of these stands in no file
that is read here, so the report says so rather than leave it out.
"""

from xps_keras.analysis.carbon import agreement_of
from xps_keras.analysis.report import meaning_of_shift, signed, undecided_text
from xps_keras.analysis.result import Analysis
from xps_keras.spectrum import Spectrum

_METHODS = {
    "network": "a neural network compares the shape of all regions with simulated polymer surfaces",
    "refine": "a neural network proposes shifts, and the one at which a fit of reference spectra is best stands",
    "classical": "the shift at which a fit of reference spectra is best, without a neural network",
}


def charge_record(analysis: Analysis, spectrum: Spectrum) -> list[tuple[str, str]]:
    """Return the items and what is known of each.

    Args:
        analysis: The answer.
        spectrum: The sample, for what the file records about earlier corrections.
    """
    known = analysis.known_charge
    method = _METHODS["network" if analysis.fit is None else analysis.fit.method]
    hydrocarbon = f"C 1s of saturated hydrocarbon (C-C/C-H) of the sample or on it at {analysis.reference_ev:g} eV"
    if known is not None:
        method = (
            "given by who analysed it"
            if analysis.charge_given
            else "lines of known energy, for the network was not sure"
        )
    found = [
        ("Charge control", "during the measurement: not recorded in the file; add neutraliser and mounting by hand"),
        ("Method", f"one rigid shift of all binding energies of the sample; {method}"),
        ("Reference", hydrocarbon if known is None else f"{known.name}; energies are on the scale of {hydrocarbon}"),
        ("Correction", f"{signed(-analysis.shift_ev)} eV was added to the measured binding energies"),
        ("Uncertainty", _uncertainty(analysis)),
        ("Applied to", _applied(analysis)),
        ("Found from", _found_from(analysis)),
        ("Earlier correction", _earlier(spectrum)),
        ("For comparison", _compared(analysis)),
    ]
    return found


def _uncertainty(analysis: Analysis) -> str:
    if analysis.shift_uncertainty_ev is None:
        return "none, the charge was given" if analysis.charge_given else "the model gives none"
    words = f"{analysis.shift_uncertainty_ev:.2f} eV (one standard deviation)"
    if analysis.charge_undecided:
        return f"{words}; {undecided_text(analysis)}"
    return words


def _applied(analysis: Analysis) -> str:
    if len(analysis.regions) == 1:
        return f"the one region of the sample, {analysis.regions[0].name}; intensities were not changed"
    return f"all {len(analysis.regions)} regions of the sample alike; intensities were not changed"


def _found_from(analysis: Analysis) -> str:
    used = [row.name for row in analysis.regions if row.used]
    standing = next((row.name for row in analysis.candidates if row.stands), "all regions")
    rest = "" if standing == "all regions" else f"; the shift rests on {standing}"
    meaning = meaning_of_shift(analysis.shift_ev)
    return f"{', '.join(used)}{rest}. As measured the {meaning}."


def _earlier(spectrum: Spectrum) -> str:
    values = {
        signed(region.charge_correction_ev) for region in spectrum.regions if region.charge_correction_ev is not None
    }
    if not values:
        return "the file records none"
    return f"{' and '.join(sorted(values))} eV is recorded in the file; it was neither undone nor applied twice"


def _compared(analysis: Analysis) -> str:
    found = [
        f"{line.name} would mean a shift of {signed(line.implied_shift_ev)} eV"
        f" ({agreement_of(line, analysis.shift_ev)})"
        for line in analysis.reference_lines
    ]
    if analysis.shift_classical_ev is not None:
        found.append(
            f"the strongest C 1s maximum, if it were hydrocarbon, would mean {signed(analysis.shift_classical_ev)} eV"
        )
    return "; ".join(found) or "no line of known energy stands in the file"
