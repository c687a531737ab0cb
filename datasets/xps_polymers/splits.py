"""Sizes and seeds of the splits."""

from types import MappingProxyType

from xps_keras.corpus.seeds import VALIDATION_SEED_OFFSET
from xps_keras.errors import UsageError

SHARES = MappingProxyType({"train": 80, "validation": 5, "test": 20})
"""Parts of 105 of a data set's examples."""
DEFAULT_SIZE = 105_000
"""Examples of all splits together: 80,000, 5,000 and 20,000."""
DEFAULT_SEED = 42
"""The seed with which ``xps-keras train`` draws, so that what it trains on is the split ``train``."""
LARGEST_SIZE = 10_000_000
SEED_LIMIT = VALIDATION_SEED_OFFSET
"""Below it no split of any seed shares its stream with another split of any seed."""


def split_sizes(size: int) -> dict[str, int]:
    """Divide the examples of a data set.

    Args:
        size: Examples of all splits together.

    Returns:
        Examples of each split, in the ratio of ``SHARES``; what rounding leaves over goes to ``train``.

    Raises:
        UsageError: The size is below 21, where a split would be empty, or above ``LARGEST_SIZE``.
    """
    total = sum(SHARES.values())
    smallest = total // min(SHARES.values())
    if not smallest <= size <= LARGEST_SIZE:
        raise UsageError(
            f"A data set holds {smallest} to {LARGEST_SIZE:,} spectra in all splits together, not {size:,}; "
            "fresh spectra without any file are drawn with `train --stream`."
        )
    sizes = {name: size * share // total for name, share in SHARES.items()}
    sizes["train"] += size - sum(sizes.values())
    return sizes


def split_seeds(seed: int) -> dict[str, int]:
    """Return the seed of each split's corpus.

    Args:
        seed: Seed of the data set.

    Returns:
        Seeds: the data set's own for ``train``, the one that a training run of this seed validates with for
        ``validation``, and one more step for ``test``.

    Raises:
        UsageError: The seed is negative or not below ``SEED_LIMIT``.
    """
    if not 0 <= seed < SEED_LIMIT:
        raise UsageError(f"The seed of a data set must lie between 0 and {SEED_LIMIT - 1}, not {seed}.")
    return {name: seed + place * VALIDATION_SEED_OFFSET for place, name in enumerate(SHARES)}
