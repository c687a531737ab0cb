"""The typed answer of one analysis, field by field what ``xps-keras analyze --json`` writes."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from xps_keras.analysis.charge import CandidateRow
from xps_keras.analysis.fitting import LIKELY
from xps_keras.analysis.references import ReferenceLine
from xps_keras.errors import SpectrumWarning
from xps_keras.fit.result import Fit, Verdict
from xps_keras.plain import plain
from xps_keras.quantification.result import Composition

SCHEMA = "xps-keras/analysis/2"
"""Name and version of the JSON form; the number rises when a field changes its meaning."""
LIBRARY_REFERENCE_EV = 285.0
"""C 1s of saturated hydrocarbon on the scale of the library and of every model, in eV."""

Status = Literal["present", "absent", "not seen", "not assessable"]


@dataclass(frozen=True)
class Reading:
    """One way to read the spectrum: a shift, and the groups that follow from it."""

    shift_ev: float
    """Measured minus true binding energy in eV, relative to the analysis' reference."""
    weight: float
    """Probability that this reading is the right one, 0 to 1."""
    present: tuple[str, ...]
    """Groups that are present under this reading."""


@dataclass(frozen=True)
class Evidence:
    """A signal of a group that stands in the corrected spectrum."""

    line: str
    """Name of the line, a key of ``LINES``."""
    energy_ev: float | None
    """Binding energy in eV on the scale of the analysis' reference; None where the whole line is meant."""
    strength: float
    """Signal over its standard error; infinite in a spectrum free of noise."""

    @property
    def text(self) -> str:
        """How an answer names it: ``C 1s 288.7 eV``, or ``O 1s`` for a whole line."""
        return self.line if self.energy_ev is None else f"{self.line} {self.energy_ev:.1f} eV"


@dataclass(frozen=True)
class Without:
    """What is said of a group when a region is left out."""

    region: str
    """What is left out: ``O 1s``, or all regions but C 1s, joined by commas."""
    probability: float
    """Of the group, at the reading nearest to the shift that stands, 0 to 1."""


@dataclass(frozen=True)
class GroupFinding:
    """What the spectrum says about one functional group."""

    name: str
    status: Status
    probability: float | None
    """Calibrated probability that the group is there; None when it is not assessable."""
    threshold: float
    """Probability from which the group is called present."""
    detection_limit: float | None
    """Smallest fraction of the group's polymer that the model was measured to find; None when never measured."""
    evidence: tuple[Evidence, ...]
    """Signals of a present group that stand in the corrected spectrum; the JSON form names each by its text."""
    carried_by: tuple[str, ...] = ()
    """What of the fit carries a present group, with its part of the fitted area: ``PET 98 %``; largest first."""
    without: tuple[Without, ...] = ()
    """What the probability of a present group becomes without each region; empty where C 1s is the only one."""


@dataclass(frozen=True)
class RegionRow:
    """One region of the file and what became of it."""

    name: str
    low_ev: float
    """Lowest binding energy as measured, in eV."""
    high_ev: float
    """Highest binding energy as measured, in eV."""
    step_ev: float
    used: bool
    why: str | None
    """Why it was not used; None when it was."""
    background: str | None
    """Background that was subtracted, ``shirley``, ``linear`` or ``flank``; None when the region was not used."""
    foreign_share: float | None = None
    """Part of its area that no functional group explains, 0 to 1; None when the region was not used or the model does
    not say."""


@dataclass(frozen=True)
class ModelIdentity:
    """Which model gave the answer."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True)
class Analysis:
    """The answer for one sample of a file."""

    file: str
    sample: str | None
    """Name of the sample in the file; None when the file names none and holds only one."""
    sha256: str
    """SHA-256 of the file's bytes, hexadecimal."""
    shift_ev: float
    """Measured minus true binding energy in eV, positive when every peak stands too high. Subtracting it from the
    measured energies puts saturated hydrocarbon C 1s at ``reference_ev``."""
    shift_uncertainty_ev: float | None
    """Standard deviation of the shift within this reading in eV; None when the model gives none."""
    shift_classical_ev: float | None
    """Strongest C 1s maximum minus ``reference_ev`` in eV; None when no C 1s maximum was measured."""
    reference_ev: float
    """Energy of saturated hydrocarbon C 1s to which every reported energy refers, in eV."""
    alternatives: tuple[Reading, ...]
    """Other readings of weight 0.1 or more, heaviest first."""
    charge_undecided: bool
    """Whether this file does not tell the shift for certain; ``doubt`` says how likely ``shift_ev`` is wrong."""
    doubt: float | None
    """Probability that ``shift_ev`` is wrong by more than 0.5 eV; None for a model without a fitted rule, and
    for a charge that was given."""
    candidates: tuple[CandidateRow, ...]
    """The shift from all regions, from C 1s alone, and with each other region left out; one of them stands."""
    groups: tuple[GroupFinding, ...]
    """All groups of the model, in label order."""
    regions: tuple[RegionRow, ...]
    """All regions of the file, in file order."""
    graphitic_share: float | None
    """Part of C 1s that is sp2 carbon without hydrogen, 0 to 1; None when the model does not say."""
    polymer_share: float | None
    """Part of C 1s that is polymer rather than adventitious or sp2 carbon, 0 to 1; None when the model does not say."""
    reference_lines: tuple[ReferenceLine, ...]
    """Lines of known energy in the file."""
    warnings: tuple[SpectrumWarning, ...]
    model: ModelIdentity
    version: str
    """Version of this package."""
    verdict: Verdict | None = None
    """Whether the spectrum is explained; None without a fit."""
    fit: Fit | None = None
    """The reference fit; None where it was not asked for or could not be made."""
    composition: Composition | None = None
    """Atomic percentages; None where they were not asked for."""

    @property
    def known_charge(self) -> CandidateRow | None:
        """The charge on which the answer rests instead of the model; None where it rests on the model."""
        return next((row for row in self.candidates if row.known and row.stands), None)

    @property
    def charge_given(self) -> bool:
        """Whether a user gave the charge, which then has no uncertainty."""
        return self.known_charge is not None and self.known_charge.uncertainty_ev is None

    @property
    def charge_likely(self) -> bool:
        """Whether a charge is right with 90 % or more: undecided, it is to be confirmed before groups are quoted."""
        return self.doubt is not None and 1.0 - self.doubt >= LIKELY

    @property
    def present(self) -> tuple[GroupFinding, ...]:
        """Groups that are present, most probable first."""
        found = (group for group in self.groups if group.status == "present")
        return tuple(sorted(found, key=lambda group: -(group.probability or 0.0)))


def to_json(analysis: Analysis) -> dict[str, Any]:
    """Return the form that ``analyze --json`` writes.

    Args:
        analysis: The answer.

    Returns:
        Plain dictionaries, lists, strings and numbers in the order of ``docs/analysis.md``; energies and probabilities
        rounded to 0.0001.
    """
    if analysis.fit is not None:
        analysis = replace(analysis, fit=replace(analysis.fit, regions=()))  # curves are for pictures
    content = {"schema": SCHEMA, **{name: plain(value, 4) for name, value in asdict(analysis).items()}}
    for entry, group in zip(content["groups"], analysis.groups, strict=True):
        entry["evidence"] = [signal.text for signal in group.evidence]
    if content["fit"] is not None:
        del content["fit"]["regions"]
    return content
