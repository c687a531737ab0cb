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

_FIT = re.compile(
    r"background|backgnd|shirley|tougaard|baseline|bkg|\bbg\b|untergrund|envelope|residu|difference|\bfit|\bsum\b|peak|"
    r"\bcomp|gauss|voigt|lorentz|model|assign|chi|smooth|normali[sz]ed|\bnorm|transmission"
)
"""A table that holds one of these holds one spectrum and what was made of it."""
_ENVIRONMENT = re.compile(r"(?<![A-Za-z])[CNOSFH][-=\u2013\u2261][CNOSFH](?![a-z])|\bsp[23]\b|(?<![A-Za-z])CF[23]?\b")
_ORDER, _GROWTH = 4, float(np.sqrt(70.0))
"""Fourth differences, in which hardly any peak is left, and by how much the noise of independent channels grows."""
_WITHIN = 2.5  # standard deviations within which a difference is taken for noise
_LEAST_NOISE = 1e-4  # of the range of a spectrum; a curve that was computed has less
_NOISE_LIKE = 0.3  # least noise relative to that of the first spectrum, at equal counts
_DERIVED = 0.9  # correlation of the noise of two columns of which one was computed from the other


def are_spectra(names: Sequence[str], columns: Sequence[Floats]) -> bool:
    """Tell whether columns beside one column of energies are spectra of their own, not parts of a fit of the first.

    Either their names share a word (``PET untreated``, ``PET 60 s``; ``scan 1``, ``scan 2``), or all are as noisy as
    the first, which no background and no component is. The noise of a column that was computed from another one, such
    as a rate beside counts, is that of the other.

    Args:
        names: Name of each column, empty where it has none; the first is the one that is read in any case.
        columns: Their numbers, of one length.

    Returns:
        Whether each is to be read.
    """
    if len(columns) < 2 or any(role_of(name) not in ("", "intensity") or _is_of_a_fit(name) for name in names):
        return False
    if len({plain(name) for name in names if name}) < len([name for name in names if name]):
        return False
    if len({line for name in names if (line := find_core_line(name))}) > 1:
        return False
    if not all(np.isfinite(values).all() and np.ptp(values) > 0.0 for values in columns):
        return False
    jitter = [np.diff(values, n=_ORDER) for values in columns]
    noise = [_spread(one) for one in jitter]
    noisy = [sigma > _LEAST_NOISE * float(np.ptp(values)) for sigma, values in zip(noise, columns, strict=True)]
    if all(noisy):
        if any(abs(_correlation(jitter[0], other)) > _DERIVED for other in jitter[1:]):
            return False
        relative = [
            sigma / np.sqrt(max(float(np.abs(values).mean()), 1e-30))
            for sigma, values in zip(noise, columns, strict=True)
        ]
        if min(relative) > _NOISE_LIKE * relative[0]:
            return True
    return bool(_shared_words(names))


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


def _is_of_a_fit(name: str) -> bool:
    return _FIT.search(plain(name)) is not None or _ENVIRONMENT.search(name) is not None


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
