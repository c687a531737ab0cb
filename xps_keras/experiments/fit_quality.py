"""How good the reference fit is on spectra whose content is known: components, nearest polymers, shifts of methods."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xps_keras.analysis.consistency import WRONG_EV
from xps_keras.analysis.fitting import best_of, fitted_at, searched
from xps_keras.analysis.readings import readings_of
from xps_keras.corpus import Batch, Corpus, recipe
from xps_keras.evaluation.methods import starts_of, stretches_of
from xps_keras.fit.answer import Compared, compared
from xps_keras.fit.components import components_of
from xps_keras.fit.dictionary import polymer_environment
from xps_keras.fit.refined import refined
from xps_keras.fit.result import Match
from xps_keras.fit.shown import shown_peaks
from xps_keras.fit.sparse import noise_draws
from xps_keras.library.folds import division
from xps_keras.library.library import Library
from xps_keras.library.loading import load_library
from xps_keras.runtime import Runtime

SCHEMA = "xps-keras/fit-quality/1"
FEWEST_COUNTS = 3_000.0
"""Fewest counts at the top of C 1s."""
PER_BLOCK = 50
"""Spectra taken of each block: those of one block share one draw of the library's energies."""


@dataclass(frozen=True)
class Quality:
    """Figures of one run; shift errors are absolute, in eV."""

    spectra: int
    component_error: float
    """Mean difference of a C 1s component's share from the truth, in percentage points, over components there or
    fitted."""
    ring_error: float
    """The same of the components that make up a tenth of C 1s or more."""
    within_two: float
    """Part of the components of a tenth or more that differ from the truth by less than two stated uncertainties."""
    single: int
    """Samples of one polymer."""
    first: float
    """Part of them whose polymer, or one of the same spectrum, is the nearest."""
    among_three: float
    residual: float
    """Median part of the intensity that the fit leaves over."""
    shift_error_ev: dict[str, dict[str, float]]
    """By method: mean, median, and part wrong by more than 0.5 eV."""


def measure(
    runtime: Runtime, size: int, seed: int, classical: int = 0, advance: Callable[[int], None] = lambda done: None
) -> Quality:
    """Fit spectra of the recipe ``instrument`` with at least 3,000 counts.

    Args:
        runtime: The model whose readings the fits begin at.
        size: Number of spectra.
        seed: Their seed.
        classical: Spectra of them that are also fitted without the network, which takes a second each.
        advance: Told after each spectrum.

    Returns:
        The figures.
    """
    drawn = recipe("instrument")
    assert drawn.instrument is not None  # noqa: S101  # it has one
    most = drawn.instrument.peak_counts[1]
    corpus = Corpus(replace(drawn, instrument=replace(drawn.instrument, peak_counts=(FEWEST_COUNTS, most))), seed)
    library = load_library()
    same = division().unit
    shares: list[NDArray[np.float64]] = []
    places: list[int] = []
    residuals: list[float] = []
    errors: dict[str, list[float]] = {"network": [], "refine": [], "classical": []}
    done = 0
    for batch in corpus.scattered(size, PER_BLOCK):
        outputs = runtime.run(batch.intensity)
        for row in range(len(batch)):
            readings = readings_of(outputs, row)
            stretches = stretches_of(batch.intensity[row], batch.measured[row])
            true = float(batch.shift_ev[row])
            errors["network"].append(abs(readings[0].shift_ev - true))
            starts = starts_of(readings, outputs, row)
            best = best_of(stretches, starts)
            if not isinstance(best, str):
                errors["refine"].append(abs(best.solution.setting.shift_ev - true))
            if done < classical:
                found = searched(stretches)
                if not isinstance(found, str):
                    errors["classical"].append(abs(found.solution.setting.shift_ev - true))
            fitted = fitted_at(stretches, starts[0])
            if not isinstance(fitted, str):
                found_there = compared(fitted)
                fit_shares, residual = _carbon(found_there)
                shares.append(_differences(_true_carbon(library, batch, row), fit_shares))
                residuals.append(residual)
                inside = batch.polymers[row][batch.fractions[row] > 0]
                if len(set(inside.tolist())) == 1:
                    places.append(_place_of(found_there.matches, library, same, int(inside[0])))
            done += 1
            advance(1)
    every = np.concatenate(shares)
    large = (every[:, 0] >= 10.0) & np.isfinite(every[:, 2])
    found_at = np.array(places)
    return Quality(
        spectra=size,
        component_error=_mean(every[:, 1]),
        ring_error=_mean(every[every[:, 0] >= 10.0, 1]),
        within_two=_mean((every[:, 1] < 2.0 * every[:, 2])[large]),
        single=len(places),
        first=_mean(found_at == 0),
        among_three=_mean(found_at < 3),
        residual=float(np.median(residuals)),
        shift_error_ev={name: _figures(values) for name, values in errors.items() if values},
    )


def _carbon(found: Compared) -> tuple[dict[str, tuple[float, float]], float]:
    """Shares of C 1s by component with their uncertainties, in percent as an answer gives them; residual of the fit."""
    problem, solution = found.fitted.problem, found.fitted.solution
    shown = shown_peaks(problem, solution)
    moved = refined(problem, solution, shown)
    components = components_of(problem, solution, shown, moved, noise_draws(problem, solution), 0.0, found.others)
    shares = {one.name: (one.percent, one.uncertainty) for one in components if one.line == "C 1s"}
    return shares, found.fitted.residual


def _true_carbon(library: Library, batch: Batch, row: int) -> dict[str, float]:
    """Shares of C 1s by component in percent as the library has them: areas that the recipe varies are not known."""
    peaks = library.peaks
    carbon = np.array([line == "C 1s" for line in peaks.line])
    area = np.bincount(peaks.polymer, weights=peaks.area)
    found: dict[str, float] = {}
    for polymer, fraction in zip(batch.polymers[row].tolist(), batch.fractions[row].tolist(), strict=True):
        if fraction <= 0:
            continue
        for peak in np.flatnonzero(carbon & (peaks.polymer == polymer)).tolist():
            name = polymer_environment("C 1s", peaks.label[peak])
            found[name] = found.get(name, 0.0) + fraction * float(peaks.area[peak] / area[polymer])
    whole = sum(found.values())
    return {name: 100.0 * value / whole for name, value in found.items()}


def _differences(true: dict[str, float], said: dict[str, tuple[float, float]]) -> NDArray[np.float64]:
    """True share, absolute difference and uncertainty of every component there or said, shape ``(components, 3)``.

    The uncertainty of those that are not said is not a number.
    """
    rows = []
    for name in sorted(true.keys() | said.keys()):
        percent, uncertainty = said.get(name, (0.0, float("nan")))
        rows.append((true.get(name, 0.0), abs(percent - true.get(name, 0.0)), uncertainty))
    return np.array(rows)


def _place_of(matches: Sequence[Match], library: Library, same: NDArray[np.int64], polymer: int) -> int:
    """Place of a polymer, or of one that no spectrum tells from it, among the nearest; 99 where it is not there."""
    for place, match in enumerate(matches):
        if same[library.index(match.polymers[0])] == same[polymer]:
            return place
    return 99


def _figures(values: Sequence[float]) -> dict[str, float]:
    array = np.array(values)
    return {
        "spectra": float(array.size),
        "mean": round(float(array.mean()), 4),
        "median": round(float(np.median(array)), 4),
        "wrong": round(float((array > WRONG_EV).mean()), 4),
    }


def _mean(values: NDArray[Any]) -> float:
    return round(float(np.mean(values)), 4) if values.size else float("nan")


def to_json(quality: Quality, seed: int, runtime: Runtime) -> dict[str, Any]:
    """Return the figures as JSON knows them."""
    return {"schema": SCHEMA, "seed": seed, "model_sha256": runtime.sha256, **asdict(quality)}
