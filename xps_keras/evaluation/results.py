"""The result of an evaluation, field by field what its JSON holds; ``docs/evaluation.md`` defines every figure."""

import math
from dataclasses import asdict, dataclass
from typing import Any

from xps_keras.plain import plain

SCHEMA = "xps-keras/evaluation/1"
"""Name and version of the JSON form; the number rises when a field changes its meaning."""


@dataclass(frozen=True)
class EvaluatedModel:
    """Which model was measured."""

    name: str
    file: str
    """File name without its folder."""
    sha256: str
    weights_sha256: str
    format: str
    quantization: str
    package_version: str
    """Version that trained it."""
    recipe: str
    """Recipe it was trained on."""
    seed: int
    """Seed of its training."""
    max_shift_ev: float
    """Largest shift in its training, in eV."""
    calibration: str


@dataclass(frozen=True)
class TestSpectra:
    """Which spectra it was measured on."""

    __test__ = False  # not a pytest class

    recipe: str
    max_shift_ev: float
    size: int
    seed: int
    library: str


@dataclass(frozen=True)
class Share:
    """A part of the spectra with its 95 % interval (Wilson)."""

    fraction: float
    low: float
    high: float


@dataclass(frozen=True)
class TraceFreeMatch:
    """Exact match over the spectra in which no polymer is a trace."""

    least_fraction: float
    """Spectra count when their weakest polymer weighs more than this."""
    spectra: int
    all_groups: Share
    """All groups, at the model's thresholds."""
    all_groups_at_half: Share
    """All groups, every threshold 0.5."""


@dataclass(frozen=True)
class ExactMatch:
    """Part of the spectra whose groups are all right."""

    all_groups: Share
    """All groups, at the model's thresholds."""
    all_groups_at_half: Share
    """All groups, every threshold 0.5, as in the paper."""
    judged_groups: Share
    """The groups that ``analyze`` would judge, at the model's thresholds."""
    without_traces: TraceFreeMatch | None
    """The same without spectra that hold a trace of a polymer; None when all do."""


@dataclass(frozen=True)
class Rates:
    """Precision, recall, F1 and specificity; None for a quotient of nothing by nothing."""

    precision: float | None
    recall: float | None
    f1: float | None
    specificity: float | None


@dataclass(frozen=True)
class GroupResult:
    """One group."""

    name: str
    assessable: bool
    """Whether a training polymer holds it."""
    threshold: float
    support: int
    """Spectra that carry it."""
    predicted: int
    """Spectra in which it was called."""
    rates: Rates
    """Over all spectra."""
    judged_spectra: int
    """Spectra in which the lines it needs were measured."""
    judged_support: int
    """Those of them that carry it."""
    judged_rates: Rates
    """Over the spectra in which it can be judged."""
    calibration_error: float
    """Expected calibration error over all spectra."""
    detection_limit: float | None
    """Fraction of the sample that must carry it for a recall of 90 %; None when never reached or unknown."""
    carriers_by_amount: tuple[int, ...]
    """Judged carriers per bin of ``Evaluation.amount_edges``."""
    recall_by_amount: tuple[float | None, ...]
    """Recall per bin."""


@dataclass(frozen=True)
class ShiftBin:
    """Spectra of one range of true shifts."""

    low_ev: float
    high_ev: float
    spectra: int
    mean_absolute_ev: float | None
    bias_ev: float | None
    percentile_95_absolute_ev: float | None
    exact_match: float | None
    """All groups, at the model's thresholds."""
    exact_match_at_half: float | None
    """All groups, every threshold 0.5."""


@dataclass(frozen=True)
class ShiftResult:
    """Error of the shift: estimated minus true, first reading."""

    mean_absolute_ev: float
    bias_ev: float
    median_absolute_ev: float
    percentile_95_absolute_ev: float
    tolerance_ev: float
    within_tolerance: float
    by_true_shift: tuple[ShiftBin, ...]
    by_shift_size: tuple[ShiftBin, ...]
    """The same by the size of the true shift, whatever its sign."""
    histogram_edges_ev: tuple[float, ...]
    histogram_counts: tuple[int, ...]
    """Spectra per bin of error; the outermost bins also hold what lies beyond."""


@dataclass(frozen=True)
class ReadingsResult:
    """How good several readings of the shift are."""

    least_weight: float
    """Readings count from this weight on."""
    mean_number: float
    """Readings of at least that weight per spectrum."""
    any_within_tolerance: float
    """Part of the spectra of which one of them lies within the tolerance."""
    first_is_heaviest: float
    """Part of the spectra whose first reading also has the largest weight."""
    coverage_68: float
    """How often the first reading's 68 % interval holds the truth."""
    coverage_95: float
    coverage_68_nearest: float
    """The same for the reading nearest to the truth: the width apart from the choice among readings."""
    coverage_95_nearest: float
    coverage_68_all: float
    """How often the central 68 % interval of all readings together, weighted, holds the truth."""
    coverage_95_all: float
    promised: tuple[float, ...]
    """Confidences of further intervals of the first reading."""
    found: tuple[float, ...]
    """How often each of them holds the truth."""


@dataclass(frozen=True)
class GroupErrors:
    """Wrong decisions about one group."""

    name: str
    missed: int
    """Spectra that carry it in which it was not called."""
    false: int
    """Spectra without it in which it was called."""
    median_missed_amount: float | None
    """Half of the missed ones make up less of the sample than this."""
    missed_traces: int
    """Missed ones that make up at most ``Errors.trace`` of the sample."""


@dataclass(frozen=True)
class Swap:
    """One group called in the place of another."""

    called: str
    missed: str
    spectra: int
    """Spectra in which the first was called falsely and the second missed."""


@dataclass(frozen=True)
class Errors:
    """What is wrong, at the model's thresholds, in the spectra whose groups are not all right."""

    spectra: int
    """Spectra with a wrong decision."""
    missed: int
    """Decisions: groups there and not called."""
    false: int
    """Decisions: groups called and not there."""
    by_number: tuple[int, ...]
    """Spectra with one, two, three, and four or more wrong groups."""
    only_missed: int
    """Spectra that miss groups and call none falsely."""
    only_false: int
    """Spectra that call groups falsely and miss none."""
    trace: float
    """Part of a sample up to which a group counts as a trace."""
    only_traces: int
    """Spectra whose only mistakes are missed traces."""
    wrong_shift: int
    """Spectra with a wrong group whose shift is off by more than ``ShiftResult.tolerance_ev``, too."""
    missed_by_amount: tuple[int, ...]
    """Missed groups per bin of ``Evaluation.amount_edges``."""
    groups: tuple[GroupErrors, ...]
    """Groups with a wrong decision, most first."""
    swaps: tuple[Swap, ...]
    """Most frequent pairs of a falsely called and a missed group."""


@dataclass(frozen=True)
class ReliabilityBin:
    """Decisions about assessable groups whose probability lies in one range."""

    low: float
    high: float
    decisions: int
    mean_probability: float | None
    observed: float | None


@dataclass(frozen=True)
class Evaluation:
    """Everything that was measured."""

    model: EvaluatedModel
    test: TestSpectra
    exact_match: ExactMatch
    micro: Rates
    macro: Rates
    macro_groups: int
    """Groups that the test spectra carry, over which ``macro`` is taken."""
    alkane_specificity: float | None
    mean_calibration_error: float
    """Mean over assessable groups."""
    groups: tuple[GroupResult, ...]
    errors: Errors
    shift: ShiftResult
    readings: ReadingsResult | None
    """None for a model with a single reading."""
    reliability: tuple[ReliabilityBin, ...]
    amount_edges: tuple[float, ...]
    recall_by_amount: tuple[float | None, ...]
    """All groups together."""
    carriers_by_amount: tuple[int, ...]
    package_version: str
    """Version that did the measuring."""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form: plain dictionaries, lists, texts and numbers, rounded to 0.000001."""
        return {"schema": SCHEMA, **{name: plain(value, 6) for name, value in asdict(self).items()}}

    @property
    def detection_limits(self) -> tuple[float | None, ...]:
        """Detection limit of every group in label order, as ``config.json`` and the metadata hold them."""
        return tuple(group.detection_limit for group in self.groups)


def none_if_nan(value: float) -> float | None:
    """Turn NaN, which JSON does not know, into None."""
    return None if math.isnan(value) else float(value)
