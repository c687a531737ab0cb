"""The models shipped with the package, each with its card."""

from pathlib import Path

PRETRAINED = "pretrained"
"""The name that means the model shipped for spectra of files, wherever a model is asked for."""
PAPER = "paper"
"""The name of the one shipped for the task of arXiv 2603.05350: the recipe `paper`."""
SHIPPED: dict[str, Path] = {PRETRAINED: Path(__file__).parent, PAPER: Path(__file__).parent / PAPER}
"""Folder of each: the artefact that runs everywhere, the Keras model, and what is known about them."""

__all__ = ["PAPER", "PRETRAINED", "SHIPPED"]
