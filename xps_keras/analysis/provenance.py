"""What a corrected copy of a file says about itself."""

from collections.abc import Mapping, Sequence

from xps_keras.analysis.report import undecided_text
from xps_keras.analysis.result import Analysis
from xps_keras.spectrum import Spectrum


def origin(analysis: Analysis) -> list[str]:
    """Return who corrected, and to which reference, in lines."""
    return [
        f"Charge-corrected by xps-keras {analysis.version}, model {analysis.model.name} {analysis.model.version}",
        f"Saturated hydrocarbon C 1s at {analysis.reference_ev:g} eV",
    ]


def moved(analysis: Analysis) -> str:
    """Say by how much the energies of a sample were moved, and how sure that is."""
    spread = analysis.shift_uncertainty_ev
    sure = "" if spread is None else f"; uncertainty {spread:.2f} eV"
    if analysis.known_charge is not None:
        sure += f"; rests on {analysis.known_charge.name}"
    if analysis.charge_undecided:
        sure += f"; {undecided_text(analysis)}"
    return f"added to the measured binding energies: {-analysis.shift_ev:.4f} eV{sure}"


def source(spectrum: Spectrum) -> str:
    """Name the file that was corrected."""
    return f"Source: {spectrum.path.name}, SHA-256 {spectrum.sha256}"


def corrected_copy(spectra: Sequence[Spectrum], analyses: Mapping[int, Analysis]) -> tuple[list[float | None], str]:
    """Return what is added to the energies of each sample, and the comment that says so.

    Args:
        spectra: All samples of one file.
        analyses: The answers by number of the sample, at least one; a sample without stays as measured.

    Returns:
        Energies in eV, None for a sample that stays, and the comment's lines.
    """
    found = [analyses.get(spectrum.sample_number) for spectrum in spectra]
    comment = origin(next(analysis for analysis in found if analysis is not None))
    for spectrum, analysis in zip(spectra, found, strict=True):
        name = f"{spectrum.sample}: " if spectrum.sample else ""
        comment.append(f"{name}{'left as measured' if analysis is None else moved(analysis)}")
    comment.append(source(spectra[0]))
    return [None if analysis is None else -analysis.shift_ev for analysis in found], "\n".join(comment)
