"""Figures of the paper, arXiv 2603.05350, that experiments put their own beside."""

SOURCE = "Saddiq, Fan, Palgrave, Isaacs, Morgan, Butler, arXiv 2603.05350 (2026)"
"""Their spectra are measured ones under licence: beside ours, not the same test."""

EXACT_MATCH_BY_SHIFT: dict[str, tuple[float, ...]] = {
    "stn": (0.8663, 0.8594, 0.8477, 0.8152, 0.7496, 0.6733),
    "mlp": (0.8669, 0.6904, 0.5825, 0.5418, 0.4824, 0.4518),
    "cnn": (0.8005, 0.5052, 0.4069, 0.3662, 0.3249, 0.2754),
}
"""Network -> part of 20,000 test spectra with all groups right, at shifts of up to 0, 1, 2, 3, 4 and 5 eV."""

EXACT_MATCH_BY_SIZE: dict[int, float] = {
    8_000: 0.453,
    16_000: 0.563,
    32_000: 0.646,
    48_000: 0.698,
    64_000: 0.716,
    80_000: 0.727,
}
"""Training spectra -> exact match of the STN, from the paper's learning curve."""
