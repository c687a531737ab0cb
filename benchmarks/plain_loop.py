"""The corpus as a plain loop over spectra, the way such protocols are usually written; the yardstick of the engine.

Sampled library spectra are added, rolled by whole channels (or interpolated for a real shift), broadened by
convolution of the samples, and, for the recipe ``instrument``, given a background, counts and a background subtraction
region by region. It draws from the same recipe; its random numbers are its own.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from xps_keras.axis import AXIS
from xps_keras.corpus.instrument import lines_present
from xps_keras.corpus.recipes import Instrument, Recipe
from xps_keras.library.library import Library
from xps_keras.library.lineshape import spectrum_of
from xps_keras.preprocessing.background import linear, shirley


class PlainLoop:
    """One spectrum after the other from sampled library spectra.

    Args:
        recipe: How spectra are drawn.
        library: The polymers.
        seed: Seed of all draws.
    """

    def __init__(self, recipe: Recipe, library: Library, seed: int) -> None:
        self.recipe = recipe
        self.lines, self.shows = lines_present(library)
        sampled = np.stack([spectrum_of(library, key) for key in library.keys])
        self.spectra = sampled / (sampled.sum(axis=1, keepdims=True) * AXIS.step_ev)
        self.group_counts = library.group_counts
        self.rng = np.random.default_rng(seed)

    def one(self) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        """Draw one spectrum, area 1, shape ``(6601,)``, and its groups per repeat unit, shape ``(groups,)``."""
        recipe, rng = self.recipe, self.rng
        count = int(rng.choice(recipe.components))
        chosen = rng.integers(0, len(self.spectra), count)
        fractions = 1.0 - rng.random(count)
        fractions /= fractions.sum()
        spectrum, label = np.zeros(AXIS.size), np.zeros(self.group_counts.shape[1])
        for polymer, fraction in zip(chosen, fractions, strict=True):
            spectrum += fraction * self.spectra[polymer]
            label += fraction * self.group_counts[polymer]
        spectrum = gaussian_filter1d(spectrum, abs(rng.normal(0.0, recipe.broadening_ev)) / AXIS.step_ev)
        shift = rng.uniform(-recipe.max_shift_ev, recipe.max_shift_ev)
        if recipe.whole_channels:
            channels = round(shift / AXIS.step_ev)
            spectrum = np.roll(spectrum, channels)
            if channels > 0:
                spectrum[:channels] = 0.0
            elif channels < 0:
                spectrum[channels:] = 0.0
        else:
            spectrum = np.interp(AXIS.energies_ev - shift, AXIS.energies_ev, spectrum, left=0.0, right=0.0)
        if recipe.instrument is not None:
            spectrum = self._measure(spectrum, np.asarray(self.shows[chosen].any(axis=0)), recipe.instrument)
        spectrum = np.maximum(spectrum, 0.0)
        return np.asarray(spectrum / (spectrum.sum() * AXIS.step_ev), np.float32), label

    def _measure(
        self, spectrum: NDArray[np.float64], shows: NDArray[np.bool_], instrument: Instrument
    ) -> NDArray[np.float64]:
        rng = self.rng
        net = np.zeros_like(spectrum)
        top = spectrum[AXIS.window(275.0, 305.0)].max()
        counts = np.exp(rng.uniform(*np.log(instrument.peak_counts)))
        only_carbon = rng.random() < instrument.only_carbon
        for line, shown in zip(self.lines, shows, strict=True):
            if line.name != "C 1s":
                in_sample = instrument.survey_of_elements if line.main else instrument.secondary_lines
                absent = instrument.blank_lines if line.main else 0.0
                if only_carbon or rng.random() >= (in_sample if shown else absent):
                    continue
            half = 0.5 * rng.uniform(*instrument.window_ev)
            middle = 0.5 * (line.window_low_ev + line.window_high_ev) + rng.normal()
            window = AXIS.window(middle - half, middle + half)
            clean = counts * spectrum[window] / top
            level = counts * np.exp(rng.uniform(*np.log(instrument.background_level)))
            step = rng.uniform(*instrument.loss_per_ev) * np.cumsum(clean) * AXIS.step_ev
            slope = rng.normal(0.0, instrument.background_slope) * np.linspace(-0.5, 0.5, clean.size)
            measured = rng.poisson(clean + level * np.maximum(1.0 + slope, 0.1) + step).astype(np.float64)
            ends = instrument.end_points
            rising = measured[-ends:].mean() > measured[:ends].mean()
            net[window] = measured - (shirley(measured, ends) if rising else linear(measured, ends))
        return net
