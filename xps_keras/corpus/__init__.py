"""Synthetic spectra: recipes, the engine that mixes, shifts and broadens, and what an instrument adds."""

from xps_keras.corpus.corpus import Batch, Corpus
from xps_keras.corpus.named import recipe
from xps_keras.corpus.recipes import RECIPES, Recipe

__all__ = ["RECIPES", "Batch", "Corpus", "Recipe", "recipe"]
