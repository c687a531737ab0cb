"""The background of one line as scattered electrons make it, fitted to what stands beside the line.

At binding energy E it is

    a + b (E - E0) + k A(E) + h (A' * g)(E)

with the net area A(E) below E, the step of Shirley (Phys. Rev. B 5 (1972) 4709) and the slope of what other lines left
there, and a hump ``g``, a Gaussian 22 eV above the line with a standard deviation of 5 eV: the plasmon-like loss that
stands 20 to 25 eV above every line of an insulator and whose low flank rises at the high end of a region. The four
coefficients follow by least squares from the points beside the line, with weak expectations for ``b``, ``k`` and ``h``
that decide where those points do not.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HUMP_EV = 22.0
HUMP_WIDTH_EV = 5.0
STEP = (0.025, 0.02)
"""Expected step per area in 1/eV and its standard deviation."""
HUMP = (0.25, 0.15)
"""Expected area of the hump over that of the line and its standard deviation."""
SLOPE = 0.3
"""Standard deviation of the rise over the whole region over the level at its low end."""
MODEL_ERROR = 0.003
"""What the model itself is off by, over the top of the line; it is added to the noise of every point."""
ROUNDS = 6


def modelled(energy_ev: Floats, intensity: Floats, beside: NDArray[np.bool_], noise: Floats) -> Floats:
    """Fit the background of a line.

    Args:
        energy_ev: Binding energies on an even grid, ascending, shape ``(n,)``.
        intensity: Intensity, shape ``(n,)``.
        beside: Points that stand beside the line, at both ends of it, shape ``(n,)``.
        noise: Standard deviation of the noise of each point, shape ``(n,)``.

    Returns:
        The background, shape ``(n,)``.
    """
    step = float(energy_ev[-1] - energy_ev[0]) / (energy_ev.size - 1)
    across = (energy_ev - energy_ev.mean()) / (energy_ev[-1] - energy_ev[0])
    distance = step * np.arange(energy_ev.size)
    hump = np.exp(-0.5 * np.square((distance - HUMP_EV) / HUMP_WIDTH_EV)) / (np.sqrt(2.0 * np.pi) * HUMP_WIDTH_EV)
    places = np.flatnonzero(beside)
    end = max(1, places.size // 8)
    low, high = (float(intensity[some].mean()) for some in (places[:end], places[-end:]))
    background = low + (high - low) * (across + 0.5)
    level = max(abs(low), abs(high), float(noise.max()), 1e-300)
    expected = np.array([0.0, 0.0, STEP[0], HUMP[0]])
    weights = 1.0 / np.array([1e6 * level, SLOPE * level, STEP[1], HUMP[1]])
    for _ in range(ROUNDS):
        net = np.where(beside, 0.0, intensity - background)
        error = np.hypot(noise[beside], MODEL_ERROR * max(float(net.max()), 0.0))
        inverse = 1.0 / np.maximum(error, 1e-9 * level)
        shapes = np.stack(
            [np.ones_like(across), across, step * np.cumsum(net), step * np.convolve(net, hump)[: net.size]], axis=1
        )
        rows = np.concatenate([shapes[beside] * inverse[:, None], np.diag(weights)])
        values = np.concatenate([intensity[beside] * inverse, weights * expected])
        found = np.linalg.lstsq(rows, values, rcond=None)[0]
        found[2:] = np.maximum(found[2:], 0.0)
        background = shapes @ found
    return np.asarray(background, np.float64)
