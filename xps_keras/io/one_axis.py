"""Several spectra on one column of energies: a series of samples, etch levels or sweeps side by side."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import SpectrumWarning
from xps_keras.io.column_names import is_environment, is_made, plain, role_of
from xps_keras.io.sample_words import counts_repetitions, sample_words, without_core_line
from xps_keras.library.core_line import find_core_line
from xps_keras.median import median

Floats = NDArray[np.float64]
_ROLES = ("", "intensity")

_FIT = re.compile(
    r"background|backgnd|shirley|tougaard|baseline|bkg|\bbg\b|untergrund|envelope|residu|\bfit|peak|"
    r"\bcomp(?:onent)?s?\d*\b|gauss|voigt|lorentz|\bmodel|assign|\bchi\b|\bcalc|theor|simul"
)
"""A table that holds one of these holds one spectrum and its fit."""
_COMPUTED = re.compile(
    r"\bsum(?:me)?\b|somme|total|gesamt|all scans|combined|average|\bav(?:e|g|er)\b|\u00f8|\bmean\b|mittel|moyen|"
    r"\bdiff(?:erence)?s?\b|deriv|smooth|glatt|liss|filter|\bsg\d*\b|savgol|denois|normali[sz]|\bnorm\b|offset|"
    r"transmission|\berr|\bstd|\bsd\b|\bsem\b|stabw|standardab|sigma|mesh|monitor|flux|current|photodiode"
)
"""What is computed from other columns or recorded beside them, and no spectrum of its own."""
_UNIT = re.compile(r"(?i)(?<![^\W_])(?:counts?|cps|cts|c/s|intensity)(?:\s?(?:/|per)\s?s(?:econd)?)?(?![^\W_])")
_EMPTY = re.compile(r"[(\[]\s*[)\]]")
_NO_REPETITION = re.compile(r"(?i)\W*(?:series|col(?:umn)?|wave|no|nr|num(?:ber)?|[xy])(?![^\W\d_])")
"""Words that number columns, and do not say that one thing was measured again."""
_ORDER, _GROWTH = 4, float(np.sqrt(70.0))
"""Fourth differences, in which hardly any peak is left, and by how much the noise of independent channels grows."""
_WITHIN = 2.5  # standard deviations within which a difference is taken for noise
_LEAST_NOISE = 1e-5  # of the range of a spectrum; a curve that was computed has less
_NOISE_LIKE = 0.3  # least noise relative to that of the first spectrum, at equal counts
_DERIVED = 0.9  # correlation of the noise of two columns of which one was computed from the other
_FEWEST_COMBINED, _MOST_COMBINED, _EXACT = 3, 16, 1e-4
"""Columns of which one is asked whether it is made of the others, and the part of its range that it may miss then."""
_MOST_NEGATIVE = 0.2  # part of the values: a difference or a derivative is no spectrum


def spectra_among(names: Sequence[str], columns: Sequence[Floats]) -> list[int]:
    """Find the columns beside one column of energies that are spectra of their own, not made of the first.

    Columns whose names say that they were computed are left out. Of the rest those are spectra that are about as noisy
    as the first, which no background and no component is; where none shows noise, those whose names share a word
    (``PET untreated``, ``PET 60 s``). The noise of a column that was computed from another one, such as a rate beside
    counts, is that of the other; and a sum, mean or difference is told by the numbers.

    Args:
        names: Name of each column, empty where it has none; the first is the one that is read in any case.
        columns: Their numbers, of one length.

    Returns:
        Indices, ascending; one alone where the first is a background beside one spectrum; empty where the
        first stands alone.
    """
    if any(_FIT.search(plain(name)) or is_environment(name) for name in names):
        return []
    kept = [
        index
        for index, (name, values) in enumerate(zip(names, columns, strict=True))
        if role_of(name) in _ROLES and not _COMPUTED.search(plain(name)) and _may_be_a_spectrum(values)
    ]
    if len(kept) < 2 or kept[0] != 0:
        return []
    lines = {line for index in kept if (line := find_core_line(names[index]))}
    if len(lines) > 1:
        return []
    jitter = {index: np.diff(columns[index], n=_ORDER) for index in kept}
    noise = {index: _spread(jitter[index]) for index in kept}
    noisy = [index for index in kept if noise[index] > _LEAST_NOISE * float(np.ptp(columns[index]))]
    if not noisy:
        bare = plain(names[0])
        part_of_first = any(plain(names[index]).startswith(f"{bare} ") for index in kept[1:])
        return kept if _shared_words([names[index] for index in kept]) and not part_of_first else []
    steps = np.diff(columns[0])
    if noisy[0] != 0 and not ((steps >= 0.0).all() or (steps <= 0.0).all()):
        return []  # no background
    relative = {index: noise[index] / np.sqrt(max(float(columns[index].mean()), 1e-30)) for index in noisy}
    found: list[int] = []
    for index in noisy:
        alike = relative[index] > _NOISE_LIKE * relative[noisy[0]]
        # Of a long series the first and the one before: each with each would take the square of their number.
        beside = found if len(found) <= _MOST_COMBINED else [found[0], found[-1]]
        if alike and not any(abs(_correlation(jitter[one], jitter[index])) > _DERIVED for one in beside):
            found.append(index)
    if _FEWEST_COMBINED <= len(found) <= _MOST_COMBINED:
        found = _independent(found, columns)
    return found if len(found) > 1 or found != [0] else []


def _independent(found: list[int], columns: Sequence[Floats]) -> list[int]:
    """Leave out what is a sum, a mean or a difference of the others, the last first."""
    for index in found[:0:-1]:
        others = [other for other in found if other != index]
        if len(found) < _FEWEST_COMBINED or len(columns[index]) < 2 * len(found):
            break
        basis = np.stack([*(columns[other] for other in others), np.ones_like(columns[index])], axis=1)
        left = columns[index] - basis @ np.linalg.lstsq(basis, columns[index], rcond=None)[0]
        if float(np.abs(left).max()) < _EXACT * float(np.ptp(columns[index])):
            found = others
    return found


def _may_be_a_spectrum(values: Floats) -> bool:
    return bool(np.isfinite(values).all() and np.ptp(values) > 0.0 and np.mean(values < 0.0) < _MOST_NEGATIVE)


def is_computed(name: str) -> bool:
    """Tell whether a name says that a column was computed from others: a fit, an average, a smoothed copy."""
    return any(pattern.search(plain(name)) for pattern in (_FIT, _COMPUTED))


def curve_read(name: str, place: str) -> SpectrumWarning | None:
    """Say that what is read as a spectrum is, by the name of its column, a fit, a component or something made of one.

    Args:
        name: Name of the column.
        place: Where it stands.

    Returns:
        The warning; None where the name says nothing of the kind.
    """
    if not (is_made(name) or is_environment(name)):
        return None
    text = f"The column `{name}` of {place} was read, by its name a curve made of a spectrum: give the measured counts."
    return SpectrumWarning("curve-read", text)


def words_of_spectra(names: Sequence[str], places: Sequence[str]) -> list[str]:
    """Return what tells the spectra of one table apart: a name, a number that was set, the place of the column.

    Args:
        names: Names of the columns.
        places: What stands for a name that is missing, such as ``column 3``.

    Returns:
        One text per column; all empty where names count sweeps.
    """
    if not names:
        return []
    unitless = [_EMPTY.sub("", _UNIT.sub(" ", name)).strip() for name in names]
    names = [word or (name if any(unitless) else "") for word, name in zip(unitless, names, strict=True)]
    said = [sample_words(name) for name in names]
    bare = [without_core_line(name) for name in names]
    counted = all(map(counts_repetitions, filter(None, bare))) and not all(map(_NO_REPETITION.match, bare))
    if counted and _run_on(names):
        return [""] * len(names)
    if not all(said) or len(set(said)) < len(said):
        said = [name.strip() for name in names]
    return [word or place for word, place in zip(said, places, strict=True)]


def _run_on(names: Sequence[str]) -> bool:
    """Tell whether the numbers in names count 1, 2, 3, with a word for what they count."""
    counted = [re.findall(r"\d+", without_core_line(name)) for name in names]
    if not all(counted) or not all(re.search(r"[^\W\d_]", name) for name in names):
        return False
    values = [int(numbers[-1]) for numbers in counted]
    return values == list(range(values[0], values[0] + len(values))) and values[0] in (0, 1)


def _shared_words(names: Sequence[str]) -> set[str]:
    """Return the words of all names that say something of a sample, or count sweeps."""
    words = [
        {word for part in re.split(r"[\s_,;()]+", plain(name)) if (word := part.rstrip("0123456789.-+#")) or part}
        for name in names
    ]
    return {word for word in set.intersection(*words) if sample_words(word) or counts_repetitions(word)}


def says_made(text: str) -> bool:
    """Tell whether words say that something was made of a spectrum: a fit, a background, a normalised copy, a plot."""
    low = plain(text)
    return bool(_FIT.search(low) or _COMPUTED.search(low) or re.search(r"\bplot", low))


def noise_of(values: Floats) -> float:
    """Return the standard deviation of the noise of a curve, as a part of its range."""
    return _spread(np.diff(values, n=_ORDER)) / max(float(np.ptp(values)), 1e-30)


def _spread(jitter: Floats) -> float:
    """Return the standard deviation of the noise of which differences were taken."""
    return median(np.abs(jitter)) / (0.6745 * _GROWTH) if len(jitter) else 0.0


def _correlation(one: Floats, other: Floats) -> float:
    """Return the correlation of the noise of two columns, where neither holds more than noise."""
    noise = [np.abs(jitter) < _WITHIN * _GROWTH * _spread(jitter) for jitter in (one, other)]
    one, other = one[noise[0] & noise[1]], other[noise[0] & noise[1]]
    both = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / both if both > 0.0 else 0.0
