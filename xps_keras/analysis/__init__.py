"""Spectrum in, answer out: what is found, what speaks for it, what is doubtful, and how it is shown."""

from xps_keras.analysis.analyzing import analyze, analyze_channels
from xps_keras.analysis.predictor import Runnable
from xps_keras.analysis.result import Analysis, GroupFinding, ModelIdentity, Reading, RegionRow, to_json

__all__ = [
    "Analysis",
    "GroupFinding",
    "ModelIdentity",
    "Reading",
    "RegionRow",
    "Runnable",
    "analyze",
    "analyze_channels",
    "to_json",
]
