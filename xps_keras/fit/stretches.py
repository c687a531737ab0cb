"""What is fitted: the net intensity of each region with the error that a fit may have there."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.median import median
from xps_keras.preprocessing.channels import Channels
from xps_keras.preprocessing.planned import CARBON_EV

Floats = NDArray[np.float64]

COARSEST_EV = 0.2
"""Points are averaged up to this distance: lines are 0.6 eV wide and more, and half the points take a third of the
time."""
OFF_EV = 0.07
"""Energies of the library are good to about this, each peak as a whole."""
OFF_AREA = 0.08
"""Areas of the library are good to about this part, each peak as a whole."""
PEAK_EV = 0.8
"""Over this distance such an error is the same: about a peak."""
OFF_HEIGHT = (0.006, 0.0015)
"""Shapes and backgrounds are good to about this part of a region's top: smoothly, and point by point."""
OF_ALL = 1e-3
"""Least error of a point, as a part of the highest point of all regions."""
FEWEST_POINTS = 9
"""Regions of fewer points are not fitted."""
SMOOTH_EV = 1.5
"""Over this distance the first of them is the same."""
GROUND = 0.03
"""Standard deviation of level, slope and step of what is left of a background, relative to a region's top."""
_FOURTH = np.array([1.0, -4.0, 6.0, -4.0, 1.0]) / np.sqrt(70.0)


@dataclass(frozen=True, eq=False)
class Stretch:
    """One region; ``n`` points."""

    name: str
    energy_ev: Floats
    """Ascending binding energies as measured in eV, shape ``(n,)``."""
    net: Floats
    """Intensity above the background, shape ``(n,)``."""
    noise: Floats
    """Standard deviation of counting, shape ``(n,)``."""
    error: Floats
    """That and the errors of library and background together, shape ``(n,)``."""
    ground: Floats
    """Level, slope and step of what is left of the background, times their deviations, shape ``(3, n)``."""
    whitening: Floats
    """Matrix that makes all these errors, which neighbours share, independent and of size 1, shape ``(n, n)``.

    The background is among them: fitting it with a normal prior comes to the same.
    """

    @property
    def step_ev(self) -> float:
        """Distance of neighbouring points in eV."""
        return float(self.energy_ev[-1] - self.energy_ev[0]) / max(self.energy_ev.size - 1, 1)

    @property
    def carbon_ev(self) -> float:
        """Length in eV shared with the range of C 1s."""
        return min(float(self.energy_ev[-1]), CARBON_EV[1]) - max(float(self.energy_ev[0]), CARBON_EV[0])


def stretch_of(name: str, energy_ev: Floats, net: Floats, least_error: float = 0.0) -> Stretch:
    """Make a stretch of a region.

    Args:
        name: Name of the region.
        energy_ev: Ascending, evenly spaced, shape ``(n,)``.
        net: Net intensity, same shape.
        least_error: Error of every point at least: a region of zeros is not known without error.

    Returns:
        The stretch, on fewer points where they are close.
    """
    step = float(energy_ev[-1] - energy_ev[0]) / max(energy_ev.size - 1, 1)
    together = max(1, min(int(COARSEST_EV / step + 0.05), energy_ev.size // FEWEST_POINTS)) if step > 0 else 1
    # Where points are far closer than any line is wide, noise is read off averages already.
    before = max(1, int(0.5 * together)) if together > 2 else 1
    together = together // before * before
    size = energy_ev.size // together * together
    energy = energy_ev[:size].reshape(-1, together).mean(axis=1)
    net = net[:size].reshape(-1, before).mean(axis=1)
    noise = np.sqrt(np.square(counting_noise(net)).reshape(-1, together // before).mean(axis=1) * before / together)
    net = net.reshape(-1, together // before).mean(axis=1)
    step *= together
    smooth = _smoothed(net, step)
    slope = np.gradient(smooth, step) if net.size > 1 else np.zeros_like(net)
    top = float(smooth.max(initial=0.0))
    distance = np.subtract.outer(energy, energy)
    peak = np.exp(-0.5 * np.square(distance / PEAK_EV))
    covariance = np.multiply.outer(slope, slope) * (OFF_EV**2 * peak)
    covariance += np.multiply.outer(smooth, smooth) * (OFF_AREA**2 * peak)
    covariance += (OFF_HEIGHT[0] * top) ** 2 * np.exp(-0.5 * np.square(distance / SMOOTH_EV))
    covariance[np.diag_indices(energy.size)] += np.square(noise) + (OFF_HEIGHT[1] * top) ** 2 + least_error**2 + 1e-300
    error = np.sqrt(np.diag(covariance))
    ground = _ground(net, noise)
    whitening = np.asarray(np.linalg.inv(np.linalg.cholesky(covariance + ground.T @ ground)), np.float64)
    return Stretch(name, energy, net, noise, error, ground, whitening)


def counting_noise(net: Floats) -> Floats:
    """Estimate the standard deviation of every point from fourth differences, which no line of XPS shows.

    Counting noise grows with the intensity: its variance is taken as a straight line over the net intensity, through
    what the lower half and the upper part of the points say.
    """
    if net.size < FEWEST_POINTS:
        return np.full(net.shape, float(np.abs(net).max(initial=0.0)) * 0.05)
    size = np.abs(np.convolve(net, _FOURTH, mode="valid"))
    level = np.convolve(net, np.full(5, 0.2), mode="valid")
    low = level <= median(level)
    high = level >= level.min() + 0.3 * np.ptp(level)
    quiet = median(size[low]) * 1.4826
    loud = median(size[high]) * 1.4826 if high.sum() >= 5 else quiet
    base, top = float(level[low].mean()), float(level[high].mean())
    slope = max(loud**2 - quiet**2, 0.0) / max(top - base, 1e-30)
    smooth = np.pad(level, 2, mode="edge")
    return np.sqrt(np.maximum(quiet**2 + slope * np.maximum(smooth - base, 0.0), 0.0))


def _ground(net: Floats, noise: Floats) -> Floats:
    """Level, slope and step in units of the data, each times its standard deviation, shape ``(3, points)``."""
    below = np.cumsum(np.maximum(net, 0.0))
    shapes = np.stack([np.ones_like(net), np.linspace(-1.0, 1.0, net.size), below / max(float(below[-1]), 1e-30) - 0.5])
    top = max(float(np.sort(net)[-5:].mean()), 1e-30)
    # Where noise was cut off at zero, what is left of it stands half a standard deviation high.
    return shapes * float(np.hypot(GROUND * top, median(noise)))


def _smoothed(net: Floats, step_ev: float) -> Floats:
    half = max(1, round(0.3 / step_ev))
    kernel = np.bartlett(2 * half + 3)[1:-1]
    size = min(kernel.size, net.size)
    kernel = kernel[:size]
    weight = np.convolve(np.ones_like(net), kernel, mode="same")
    return np.asarray(np.convolve(net, kernel, mode="same") / weight)


def stretches_of_channels(channels: Channels) -> tuple[Stretch, ...]:
    """Return the used regions of a file on their own grids, carbon first."""
    regions = [
        (used.name, used.energy_ev, used.net)
        for used in channels.regions
        if used.used and used.energy_ev is not None and used.net.size >= FEWEST_POINTS
    ]
    least = _least_error([net for _, _, net in regions])
    return carbon_first([stretch_of(*region, least) for region in regions])


def stretches_on_axis(intensity: NDArray[np.floating], parts: Sequence[tuple[str, int, int]]) -> tuple[Stretch, ...]:
    """Return regions of a spectrum on the axis, carbon first.

    Args:
        intensity: Shape ``(6601,)``.
        parts: Name, first channel and the one behind the last of every region.
    """
    energy = AXIS.energies_ev
    regions = [
        (name, energy[first:stop], intensity[first:stop].astype(np.float64))
        for name, first, stop in parts
        if stop - first >= FEWEST_POINTS and float(intensity[first:stop].max()) > 0
    ]
    least = _least_error([net for _, _, net in regions])
    return carbon_first([stretch_of(*region, least) for region in regions])


def _least_error(nets: Sequence[Floats]) -> float:
    return OF_ALL * max((float(np.abs(net).max(initial=0.0)) for net in nets), default=0.0)


def carbon_first(stretches: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """Put C 1s first: it carries the scale of energies and intensities, and the other regions follow it."""
    order = sorted(range(len(stretches)), key=lambda place: -stretches[place].carbon_ev)
    return tuple(stretches[place] for place in ([*order[:1], *sorted(order[1:])]))
