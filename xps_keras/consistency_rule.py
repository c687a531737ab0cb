"""The rule by which an answer is doubted: a few numbers, fitted for a model and kept in its metadata."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CANDIDATES = ("all regions", "C 1s alone", "without one region")
"""What an answer can rest on. The third leaves out the region whose absence changes the shift most."""
FEATURES = (
    "constant",
    "all against C 1s",
    "largest change",
    "remaining against C 1s",
    "spread of all",
    "spread of C 1s",
    "uncertainty of all",
    "uncertainty of C 1s",
    "other readings of all",
    "other readings of C 1s",
    "stated doubt of all",
    "stated doubt of C 1s",
    "difference times spread of C 1s",
    "difference times uncertainty of C 1s",
    "only C 1s",
    "foreign share",
)
"""What every rule looks at, see ``xps_keras.analysis.doubt.features``."""
OWN_FEATURES = ("own judgement",)
"""What a rule looks at as well where the network judges its shift itself, for each candidate its own."""
VERSIONS = (FEATURES, FEATURES + OWN_FEATURES)
"""What rules of older and of present models look at."""


@dataclass(frozen=True)
class Rule:
    """Per candidate a logistic regression for "its shift is wrong by more than 0.5 eV"."""

    weights: tuple[tuple[float, ...], ...]
    """One row per candidate in the order of ``CANDIDATES``, one number per feature in the order of ``features``."""
    threshold: float
    """Probability from which the charge is called undecided, 0 to 1."""
    preference: float
    """Another candidate stands only where it is at most this times as likely wrong as all regions are, 0 to 1."""
    note: str
    """On what it was fitted and what it reached there, one sentence."""
    features: tuple[str, ...] = FEATURES
    """What it looks at, one of ``VERSIONS``."""

    @property
    def with_own_judgement(self) -> bool:
        """Whether it looks at how the network judges its shift itself."""
        return OWN_FEATURES[0] in self.features


def rule_from_dict(content: Mapping[str, Any] | None) -> Rule | None:
    """Read a rule from JSON.

    Args:
        content: The dictionary of a ``Rule``, None where a model has none.

    Returns:
        The rule, None for none.

    Raises:
        ValueError: A number or a row is missing or of a wrong kind.
    """
    if content is None:
        return None
    try:
        weights = tuple(tuple(float(value) for value in row) for row in content["weights"])
        threshold, preference, note = float(content["threshold"]), float(content["preference"]), content["note"]
        named = tuple(content.get("features", FEATURES))
    except (KeyError, TypeError) as error:
        raise ValueError(f"`consistency` lacks or spoils {error}") from error
    if named not in VERSIONS:
        raise ValueError("`consistency` looks at features that this version does not know")
    fits = [len(row) for row in weights] == [len(named)] * len(CANDIDATES)
    finite = all(abs(value) < 1e6 for row in weights for value in row)
    if not (fits and finite and 0.0 <= threshold <= 1.0 and 0.0 <= preference <= 1.0 and isinstance(note, str)):
        raise ValueError(
            f"`consistency` must hold {len(CANDIDATES)} rows of {len(named)} numbers, a threshold and a preference"
        )
    return Rule(weights, threshold, preference, note, named)
