"""Figures of merit of a model."""

from xps_keras.evaluation.evaluate import evaluate, measure, to_json
from xps_keras.evaluation.results import Evaluation

__all__ = ["Evaluation", "evaluate", "measure", "to_json"]
