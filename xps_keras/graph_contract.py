"""The graph of every artefact: what it takes, and the names, shapes and meanings of its tensors; fixed here, once."""

from dataclasses import dataclass
from typing import Literal

INTENSITY = "intensity"
"""Input, float32 ``[batch, 6601]``: any non-negative scale, zeros where nothing was measured."""
PROBABILITIES = "probabilities"
SHIFT_EV = "shift_ev"
ALIGNED = "aligned"
READING_SHIFT_EV = "reading_shift_ev"
READING_UNCERTAINTY_EV = "reading_uncertainty_ev"
READING_WEIGHT = "reading_weight"
READING_PROBABILITIES = "reading_probabilities"
GRAPHITIC_SHARE = "graphitic_share"
POLYMER_SHARE = "polymer_share"
FOREIGN_SHARE = "foreign_share"
LIBRARY_PROBABILITIES = "library_probabilities"
SHIFT_DOUBT = "shift_doubt"


@dataclass(frozen=True)
class Output:
    """One output of the graph of the contract, float32, and how it is made of what a network gives."""

    name: str
    shape: tuple[str, ...]
    """After ``batch``: ``groups``, ``readings``, ``channels``, ``main lines``, ``polymers`` or a number."""
    meaning: str
    """One line, with the unit."""
    source: str
    """Name of the network's output."""
    made: Literal["as it is", "sigmoid", "calibrated", "uncertainty"] = "as it is"
    """``sigmoid`` of a logit; ``calibrated``: sigmoid of the logits of groups after their calibration;
    ``uncertainty``: a standard deviation times the calibration's factor."""
    tolerance: Literal["probability", "weight", "shift_ev", "aligned", "channels"] = "probability"
    """Which tolerance it has to keep when two runs of a model are compared."""
    optional: bool = False
    """Whether a network may leave it out; ``Metadata.further_outputs`` then says which it has."""

    @property
    def of_reading(self) -> bool:
        """Whether there is one per reading of the shift."""
        return "readings" in self.shape


_ROWS = (
    Output(
        PROBABILITIES,
        ("groups",),
        "calibrated probability of each group, in the order of the labels",
        "logits",
        made="calibrated",
    ),
    Output(
        SHIFT_EV,
        ("1",),
        "measured minus true binding energy in eV: positive when every peak stands too high",
        SHIFT_EV,
        tolerance="shift_ev",
    ),
    Output(
        ALIGNED,
        ("channels",),
        "the spectrum moved to the true energies, area 1 over the axis in eV",
        ALIGNED,
        tolerance="aligned",
    ),
    Output(
        READING_SHIFT_EV,
        ("readings",),
        "shift of each reading in eV, the most probable reading first",
        READING_SHIFT_EV,
        tolerance="shift_ev",
    ),
    Output(
        READING_UNCERTAINTY_EV,
        ("readings",),
        "standard uncertainty of each reading's shift in eV",
        READING_UNCERTAINTY_EV,
        made="uncertainty",
        tolerance="shift_ev",
    ),
    Output(READING_WEIGHT, ("readings",), "weight of each reading, 0 to 1", READING_WEIGHT, tolerance="weight"),
    Output(
        READING_PROBABILITIES,
        ("readings", "groups"),
        "probabilities of the groups in each reading",
        "reading_logits",
        made="calibrated",
    ),
    Output(
        GRAPHITIC_SHARE,
        ("1",),
        "part of the C 1s area that is sp2 carbon without hydrogen, 0 to 1",
        "graphitic_logit",
        made="sigmoid",
        optional=True,
    ),
    Output(
        POLYMER_SHARE,
        ("1",),
        "part of the C 1s area that is more than contamination, sp2 carbon and salts, 0 to 1",
        "polymer_logit",
        made="sigmoid",
        optional=True,
    ),
    Output(
        FOREIGN_SHARE,
        ("main lines",),
        "per main line: part of its area that no functional group explains, 0 to 1; without meaning where it was "
        "not measured",
        "foreign_logits",
        made="sigmoid",
        optional=True,
    ),
    Output(
        LIBRARY_PROBABILITIES,
        ("polymers",),
        "per polymer of the library, in its order: probability that the sample holds it",
        "library_logits",
        made="sigmoid",
        optional=True,
    ),
    Output(
        SHIFT_DOUBT,
        ("1",),
        "probability that `shift_ev` is wrong by more than 0.5 eV, as the network itself judges",
        "doubt_logit",
        made="sigmoid",
        optional=True,
    ),
)
UNCOUNTED = frozenset({"main lines", "polymers"})
"""Sizes that follow from the tables of the version that trained a model, and are not written down."""
GRAPH_OUTPUTS: dict[str, Output] = {row.name: row for row in _ROWS}
"""Every output by name; a new output of a network joins the contract by one row, ``optional``."""

OUTPUTS = tuple(row.name for row in _ROWS if not row.of_reading and not row.optional)
"""Outputs that every artefact has."""
READING_OUTPUTS = tuple(row.name for row in _ROWS if row.of_reading and not row.optional)
"""Outputs of a model that gives several readings of the shift, in addition to ``OUTPUTS``."""

TAKES_CHANNELS = "channels"
"""Kind of graph: takes spectra on the package's axis, input ``intensity``."""
TAKES_SPECTRUM = "spectrum"
"""Kind of graph: takes one spectrum as measured, two columns, background included."""
