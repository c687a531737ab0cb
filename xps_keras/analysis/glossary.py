"""A line of explanation for every figure of an answer, for ``analyze --explain``."""

from xps_keras.analysis.result import Analysis

_ALWAYS = (
    ("shift", "how far charging moved the peaks: measured minus true binding energy, positive when they stand "
     "too high; subtract it from the measured energies"),
    ("±", "standard deviation of the shift, as the network states it; wider where two values remain possible"),
    ("reference", "energy at which carbon bound to carbon and hydrogen alone (C-C, C-H) is put"),
    ("probability", "how sure the network is that the group is in the sample, calibrated on simulated spectra: of "
     "groups with 90 %, nine in ten are there"),
    ("needed", "the threshold: probability from which a group is called present, chosen for each group"),
    ("seen at", "energies at which the group usually has lines and the corrected spectrum has signal; it need not be a "
     "maximum of its own. A group without any rests on the shape of the whole spectrum, so look twice"),
    ("absent", "the group would have been found had half of the sample carried it"),
    ("not seen", "the group was not found, and would be found only from the percentage of the sample that is given"),
    ("not assessable", "nothing can be said: its element was not measured, or no training polymer holds the group"),
    ("region, step", "stretch of energies as measured and distance of its points, in eV; steps above 0.2 eV are too "
     "coarse for chemical states"),
    ("background", "what was subtracted below the peaks: Shirley where the signal rises towards higher binding energy, "
     "else a straight line; flank: before either, the flank of something stronger on which the region stands"),
    ("model", "the network that answered, its version and the beginning of the SHA-256 of its file"),
)  # fmt: skip


def glossary(analysis: Analysis) -> list[tuple[str, str]]:
    """Explain the figures that an answer shows.

    Args:
        analysis: The answer.

    Returns:
        Terms as they are printed, and what they mean.
    """
    found = list(_ALWAYS)
    if analysis.shift_classical_ev is not None:
        found.append((
            "strongest C 1s maximum alone",
            "the shift by the cursor on top of the strongest C 1s peak, as if that were C-C; a check, not the answer",
        ))  # fmt: skip
    if analysis.charge_undecided:
        found.append((
            "charge not for certain",
            "the regions, or two ways to read C 1s, lead to different shifts, or such spectra are often read wrong; "
            "how likely the shift is right, within 0.5 eV, is that of simulated surfaces",
        ))  # fmt: skip
    if analysis.alternatives:
        found.append(
            (
                "or, read with a weight of",
                "another shift, and the groups there, that the model reads from the same spectrum",
            )
        )
    if analysis.graphitic_share is not None:
        found.append(("sp2 (graphitic) carbon", "part of the C 1s area that is carbon in sheets, without hydrogen"))
    if analysis.polymer_share is not None:
        found.append((
            "more than adventitious carbon",
            "whether the carbon is more than the layer that grows on any surface in air",
        ))  # fmt: skip
    if analysis.reference_lines:
        found.append(("check", "a line of known energy in the file and the shift that it would mean"))
    if analysis.verdict is not None:
        found.append(("explained", "whether the reference fit leaves no intensity over, and regions agree"))
    if analysis.fit is not None:
        found += [
            ("component", "one chemical state of a line: position, width (FWHM) and its part of the line's area"),
            ("left over", "intensity beyond noise that the fit does not explain, part of all intensity"),
            ("nearest polymers", "reference polymers whose spectra fit best; a short list, no identification"),
        ]
    if analysis.composition is not None:
        found.append(("at.%", "atomic percent of the elements recorded; hydrogen is never seen"))
    return found


COMPACT = (
    *_ALWAYS[:2],
    ("groups present", "functional groups whose probability reaches their threshold, most probable first"),
    ("confirm the charge", "the file does not tell the shift for certain; the one given is right with 90 % or more"),
    ("charge undecided", "the file does not tell the shift; the one given is the best guess"),
    ("warning", "the answer stands, and this should be known about it; docs/analysis.md lists all of them"),
)
"""What stands in the lines of many samples."""
