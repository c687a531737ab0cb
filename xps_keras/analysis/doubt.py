"""Which answer stands, and whether it is to be believed: the rule applied to what a spectrum answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xps_keras.analysis.consistency import Consistency, Outputs, consistency_of, parts_of_mask, variants
from xps_keras.analysis.predictor import Predictor
from xps_keras.axis import AXIS
from xps_keras.consistency_rule import CANDIDATES, Rule
from xps_keras.library.lines import LINES, MAIN_LINES

SCALE_EV = 0.1
"""Differences count on a logarithmic scale that begins here, about the error of a good answer."""
DIFFERENCE_EV = 0.5
"""Without a fitted rule: all regions and C 1s alone may differ by this much."""
SPREAD_EV = 0.3
"""Without a fitted rule: readings may be spread by this much."""
SURE = 0.7
"""Without a fitted rule: where the two differ, C 1s alone stands from this weight of its reading on."""
CLEAR = 0.5
"""Part of a line's area that no group explains, from which the line is called foreign."""
ROWS = 512


@dataclass(frozen=True, eq=False)
class Answered:
    """What one spectrum answered."""

    consistency: Consistency
    foreign: float
    """Largest foreign share of its lines with all regions, 0 to 1."""


@dataclass(frozen=True)
class Verdict:
    """Which candidate stands and how doubtful it is."""

    consistency: Consistency
    stands: int
    """Place of the candidate that the answer rests on."""
    doubt: float
    """Probability that its shift is wrong by more than 0.5 eV; without a fitted rule 0.5 where in doubt and 0 else."""
    doubted: bool
    """Whether that is too much: the charge cannot be told from this file."""
    order: tuple[int, ...]
    """Places of the candidates, the one least likely wrong first."""

    @property
    def shift_ev(self) -> float:
        """Shift of the candidate that stands, on the library's scale in eV."""
        return self.consistency.candidates[self.stands].shift_ev


def features(consistency: Consistency, foreign: float = 0.0) -> NDArray[np.float64]:
    """Return what the rule looks at, in the order of ``FEATURES``.

    Args:
        consistency: What a spectrum answered.
        foreign: Largest share of a recorded line that the model says no group explains, 0 to 1.

    Returns:
        Shape ``(features,)``. Differences, spreads and uncertainties as ``ln(1 + x / 0.1 eV)``,
        stated doubts as logarithms of odds.
    """
    everything, carbon = consistency.everything, consistency.carbon_alone
    remaining = consistency.candidates[consistency.culprit]
    difference = _logarithm(consistency.difference_ev)
    spread, uncertainty = _logarithm(carbon.spread_ev), _logarithm(carbon.uncertainty_ev or 0.0)
    return np.array(
        [
            1.0,
            difference,
            _logarithm(abs(consistency.change_ev(consistency.culprit))),
            _logarithm(abs(remaining.shift_ev - carbon.shift_ev)),
            _logarithm(everything.spread_ev),
            spread,
            _logarithm(everything.uncertainty_ev or 0.0),
            uncertainty,
            1.0 - everything.weight,
            1.0 - carbon.weight,
            _odds(everything.stated_doubt),
            _odds(carbon.stated_doubt),
            difference * spread,
            difference * uncertainty,
            1.0 if len(consistency.candidates) == 1 else 0.0,
            foreign,
        ]
    )


def _logarithm(value_ev: float) -> float:
    return float(np.log1p(value_ev / SCALE_EV))


def _odds(probability: float) -> float:
    """Logarithm of the odds; beyond 1 in 1000 a model's own statement is not believed."""
    inside = min(max(probability, 1e-3), 1.0 - 1e-3)
    return float(np.log(inside / (1.0 - inside)))


def places(consistency: Consistency) -> tuple[int, int, int]:
    """Return where the candidates of ``CANDIDATES`` stand among those of a spectrum."""
    return 0, consistency.carbon, consistency.culprit


def seen_by(rule: Rule, consistency: Consistency, foreign: float) -> NDArray[np.float64]:
    """Return what a rule looks at, shape ``(candidates, features)``.

    Args:
        rule: The rule; it need not have weights yet.
        consistency: What a spectrum answered.
        foreign: As for ``features``.

    Raises:
        ValueError: The rule looks at the network's own judgement, and there is none.
    """
    common = np.tile(features(consistency, foreign), (len(CANDIDATES), 1))
    if not rule.with_own_judgement:
        return common
    judged = [consistency.candidates[place].judged_doubt for place in places(consistency)]
    told = [one for one in judged if one is not None]
    if len(told) < len(judged):
        raise ValueError("this rule looks at how the network judges its shift, and this one does not")
    return np.concatenate([common, [[_odds(one)] for one in told]], axis=1)


def judge(consistency: Consistency, rule: Rule | None, foreign: float = 0.0) -> Verdict:
    """Choose the candidate that stands.

    Args:
        consistency: What a spectrum answered.
        rule: The fitted rule of the model; None for the conservative one: in doubt where all regions and C 1s alone
            differ by more than 0.5 eV or the readings are spread by more than 0.3 eV.
        foreign: As for ``features``.

    Returns:
        The verdict.
    """
    if rule is None:
        return _by_hand(consistency)
    score = (np.array(rule.weights) * seen_by(rule, consistency, foreign)).sum(axis=1)
    wrong = 1.0 / (1.0 + np.exp(-np.clip(score, -50.0, 50.0)))
    ranked = np.argsort(wrong * np.array([rule.preference, 1.0, 1.0]), kind="stable")
    # Several kinds may be one candidate: with one other region "C 1s alone" is "without it", and C 1s may be all.
    likely: dict[int, float] = {}
    for kind in (0,) if len(consistency.candidates) == 1 else ranked.tolist():
        likely.setdefault(places(consistency)[kind], float(wrong[kind]))
    stands = next(iter(likely))
    return Verdict(consistency, stands, likely[stands], likely[stands] >= rule.threshold, tuple(likely))


def _by_hand(consistency: Consistency) -> Verdict:
    differs = consistency.difference_ev > DIFFERENCE_EV
    doubted = differs or consistency.everything.spread_ev > SPREAD_EV
    stands = consistency.carbon if differs and consistency.carbon_alone.weight >= SURE else 0
    order = tuple(dict.fromkeys((stands, *places(consistency))))
    return Verdict(consistency, stands, 0.5 if doubted else 0.0, doubted, order)


def largest_foreign(outputs: Outputs, row: int, measured: NDArray[np.bool_]) -> float:
    """Return the largest share of a recorded line that the model says no group explains; 0 for models without it."""
    shares = foreign_shares(outputs, row) or {}
    return max((share for name, share in shares.items() if _recorded(measured, name)), default=0.0)


def _recorded(measured: NDArray[np.bool_], name: str) -> bool:
    line = LINES[name]
    return bool(measured[AXIS.window(line.window_low_ev, line.window_high_ev)].mean() > 0.5)


def examine(model: Predictor, intensity: NDArray[np.float32], measured: NDArray[np.bool_]) -> list[Answered]:
    """Ask a model about many spectra, each with parts left out.

    Args:
        model: A loaded model.
        intensity: Shape ``(n, 6601)``.
        measured: Channels that were recorded, same shape.

    Returns:
        Per spectrum what it answered.
    """
    found: list[Answered] = []
    waiting: list[tuple[NDArray[np.float32], tuple[tuple[str, ...], ...], int]] = []
    for row in range(len(intensity)):
        spectra, names = variants(intensity[row], parts_of_mask(measured[row]))
        waiting.append((spectra, names, row))
        if sum(len(spectra) for spectra, _, _ in waiting) >= ROWS or row == len(intensity) - 1:
            outputs = model.run(np.concatenate([spectra for spectra, _, _ in waiting]))
            first = 0
            for spectra, names, number in waiting:
                own = {name: values[first : first + len(spectra)] for name, values in outputs.items()}
                consistency = consistency_of(own, names)
                found.append(Answered(consistency, largest_foreign(own, 0, measured[number])))
                first += len(spectra)
            waiting = []
    return found


def verdicts(model: Predictor, intensity: NDArray[np.float32], measured: NDArray[np.bool_]) -> list[Verdict]:
    """Judge many spectra by the model's own rule; arguments as for ``examine``."""
    rule = model.metadata.consistency
    return [judge(one.consistency, rule, one.foreign) for one in examine(model, intensity, measured)]


def foreign_shares(outputs: Outputs, row: int = 0) -> Mapping[str, float] | None:
    """Return per main line the share of its area that no group explains.

    None for models without that output, and for those that were trained on another table of lines.
    """
    if "foreign_share" not in outputs or outputs["foreign_share"].shape[-1] != len(MAIN_LINES):
        return None
    return {name: float(value) for name, value in zip(MAIN_LINES, outputs["foreign_share"][row], strict=True)}


def foreign_of(lines: Sequence[str], shares: Mapping[str, float] | None) -> float | None:
    """Return the largest foreign share of the lines of a region, None where the model does not say."""
    if shares is None:
        return None
    return max((shares[name] for name in lines if name in shares), default=None)


def share_of(outputs: Outputs, name: str, row: int) -> float | None:
    """Return an output of one number per spectrum, 0 to 1; None for models without it."""
    if name not in outputs:
        return None
    return float(np.clip(np.ravel(outputs[name][row])[0], 0.0, 1.0))
