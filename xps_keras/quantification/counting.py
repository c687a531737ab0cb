"""What intensities are by their own noise: counts scatter with the root of themselves, whatever a file calls them."""

from collections.abc import Sequence

import numpy as np

from xps_keras.median import median
from xps_keras.spectrum import Region

CLEARLY = 2.5
"""Factor by which the noise must contradict a file before it is believed more than the file, and must then agree."""


def noise_gain(region: Region) -> float:
    """Return variance over mean of the intensities: 1 for counts, 1 / time for counts per second.

    From second differences, which a peak hardly moves, as the median over the points; 0 where there is no noise.
    """
    values = region.intensity
    if values.size < 3:
        return 0.0
    scatter = np.abs(values[2:] - 2.0 * values[1:-1] + values[:-2]) / np.sqrt(6.0)
    mean = np.convolve(values, np.full(3, 1.0 / 3.0), mode="valid")
    positive = mean > 0.0
    if not positive.any():
        return 0.0
    return float(np.square(1.4826 * median(scatter[positive] / np.sqrt(mean[positive]))))


def divisors(regions: Sequence[Region]) -> tuple[float, ...] | None:
    """Return by what to divide what a file calls counts per second, where its noise says that it is something else.

    Some programs add the scans up and keep the unit: the intensities are then counts of all scans, or sums of rates.

    Args:
        regions: Regions in counts per second, all with dwell time and scans, recorded for different times.

    Returns:
        A number for each region; None where the noise agrees with the file or cannot tell.
    """
    gains = np.array([noise_gain(region) for region in regions])
    dwell = np.array([region.dwell_s or 1.0 for region in regions])
    scans = np.array([float(region.scans or 1) for region in regions])
    if not np.all(gains > 0.0):
        return None
    # Expected variance over mean, and what makes a rate of it.
    candidates = {"rates": 1.0 / (dwell * scans), "counts": np.ones_like(dwell), "sums": 1.0 / dwell}
    parts = {"counts": dwell * scans, "sums": scans}
    off = {name: float(np.abs(np.log(gains / expected)).mean()) for name, expected in candidates.items()}
    best = min(parts, key=lambda name: off[name])
    if off["rates"] - off[best] < np.log(CLEARLY) or off[best] > np.log(CLEARLY):
        return None
    return tuple(float(part) for part in parts[best])
