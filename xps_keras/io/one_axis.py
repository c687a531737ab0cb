"""Several spectra on one column of energies: a series of samples, etch levels or sweeps side by side."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from xps_keras.io.column_names import plain, role_of
from xps_keras.io.core_line import find_core_line
from xps_keras.io.sample_words import counts_repetitions, sample_words
from xps_keras.median import median

Floats = NDArray[np.float64]
_ROLES = ("", "intensity")

_FIT = re.compile(
    r"background|backgnd|shirley|tougaard|baseline|bkg|\bbg\b|untergrund|envelope|residu|\bfit|peak|"
    r"\bcomp|gauss|voigt|lorentz|model|assign|chi"
)
"""A table that holds one of these holds one spectrum and its fit."""
_COMPUTED = re.compile(
    r"\bsum\b|average|\bav(?:g|er)\b|\bmean\b|mittel|moyen|differen|deriv|smooth|normali[sz]|\bnorm\b|transmission|"
    r"\berr|\bstd|\bsd\b|\bsem\b|sigma"
)
"""What is computed from other columns, and no spectrum of its own."""
_ENVIRONMENT = re.compile(r"(?<![A-Za-z])[CNOSFH][-=\u2013\u2261][CNOSFH](?![a-z])|\bsp[23]\b|(?<![A-Za-z])CF[23]?\b")
_ORDER, _GROWTH = 4, float(np.sqrt(70.0))
"""Fourth differences, in which hardly any peak is left, and by how much the noise of independent channels grows."""
_WITHIN = 2.5  # standard deviations within which a difference is taken for noise
_LEAST_NOISE = 1e-5  # of the range of a spectrum; a curve that was computed has less
_NOISE_LIKE = 0.3  # least noise relative to that of the first spectrum, at equal counts
_DERIVED = 0.9  # correlation of the noise of two columns of which one was computed from the other
_MOST_NEGATIVE = 0.2  # part of the values: a difference or a derivative is no spectrum


def spectra_among(names: Sequence[str], columns: Sequence[Floats]) -> list[int]:
    """Find the columns beside one column of energies that are spectra of their own, not made of the first.

    Columns whose names say that they were computed are left out. Of the rest either all are about as noisy as the
    first, which no background and no component is, or none shows noise and their names share a word (``PET
    untreated``, ``PET 60 s``). The noise of a column that was computed from another one, such as a rate beside counts,
    is that of the other.

    Args:
        names: Name of each column, empty where it has none; the first is the one that is read in any case.
        columns: Their numbers, of one length.

    Returns:
        Indices of two columns or more, ascending; empty where the first stands alone.
    """
    if any(_FIT.search(plain(name)) or _ENVIRONMENT.search(name) for name in names):
        return []
    kept = [
        index
        for index, (name, values) in enumerate(zip(names, columns, strict=True))
        if role_of(name) in _ROLES and not _COMPUTED.search(plain(name)) and _may_be_a_spectrum(values)
    ]
    if len(kept) < 2 or kept[0] != 0:
        return []
    names, columns = [names[index] for index in kept], [columns[index] for index in kept]
    called = [plain(name) for name in names if name]
    if len(set(called)) < len(called) or len({line for name in names if (line := find_core_line(name))}) > 1:
        return []
    jitter = [np.diff(values, n=_ORDER) for values in columns]
    noise = [_spread(one) for one in jitter]
    if noise[0] <= _LEAST_NOISE * float(np.ptp(columns[0])):
        return kept if _shared_words(names) else []
    if any(abs(_correlation(jitter[0], other)) > _DERIVED for other in jitter[1:]):
        return []
    relative = [sigma / np.sqrt(max(float(values.mean()), 1e-30)) for sigma, values in zip(noise, columns, strict=True)]
    return kept if min(relative) > _NOISE_LIKE * relative[0] else []


def _may_be_a_spectrum(values: Floats) -> bool:
    return bool(np.isfinite(values).all() and np.ptp(values) > 0.0 and np.mean(values < 0.0) < _MOST_NEGATIVE)


def words_of_spectra(names: Sequence[str], places: Sequence[str]) -> list[str]:
    """Return what tells the spectra of one table apart: a name, a number that was set, the place of the column.

    Args:
        names: Names of the columns.
        places: What stands for a name that is missing, such as ``column 3``.

    Returns:
        One text per column; all empty where names count sweeps.
    """
    said = [sample_words(name) for name in names]
    if all(said) or (any(names) and not any(said) and not _values(names)):
        return said
    return [word or name or place for word, name, place in zip(said, names, places, strict=True)]


def _values(names: Sequence[str]) -> bool:
    """Tell whether names are numbers that were set, and do not count 1, 2, 3."""
    try:
        values = [float(name.replace(",", ".")) for name in names]
    except ValueError:
        return False
    return any(value != values[0] + place for place, value in enumerate(values)) or values[0] not in (0.0, 1.0)


def _shared_words(names: Sequence[str]) -> set[str]:
    """Return the words of all names that say something of a sample, or count sweeps."""
    words = [
        {word for part in re.split(r"[\s_,;()]+", plain(name)) if (word := part.rstrip("0123456789.-+#")) or part}
        for name in names
    ]
    return {word for word in set.intersection(*words) if sample_words(word) or counts_repetitions(word)}


def _spread(jitter: Floats) -> float:
    """Return the standard deviation of the noise of which differences were taken."""
    return median(np.abs(jitter)) / (0.6745 * _GROWTH) if len(jitter) else 0.0


def _correlation(one: Floats, other: Floats) -> float:
    """Return the correlation of the noise of two columns, where neither holds more than noise."""
    noise = [np.abs(jitter) < _WITHIN * _GROWTH * _spread(jitter) for jitter in (one, other)]
    one, other = one[noise[0] & noise[1]], other[noise[0] & noise[1]]
    both = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / both if both > 0.0 else 0.0
