"""Mixtures of analytic peaks, shifted and broadened, for a whole block at once.

A mixture is linear, a shift is a phase and a Gaussian or Lorentzian broadening is a damping in Fourier space. So the
transform of every polymer is written down once from its peak table, a block of mixtures is one matrix product, and one
inverse transform per spectrum gives the channels: exact for any real shift, no sample is ever interpolated.
"""

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from xps_keras.axis import AXIS, EnergyAxis
from xps_keras.library.library import Peaks
from xps_keras.library.lineshape import voigt_widths

MARGIN_EV = 40.0
"""Empty stretch appended to the axis: what leaves at one end must not come back at the other."""
DAMPED = 1e-7
"""Frequencies at which the narrowest peak is damped below this are left out."""


class FourierLibrary:
    """The transforms of a library's polymers on an axis.

    Args:
        peaks: The peak table.
        polymers: Number of polymers in it.
        axis: The energy axis.
    """

    def __init__(self, peaks: Peaks, polymers: int, axis: EnergyAxis = AXIS) -> None:
        self.axis = axis
        self.length = int(scipy.fft.next_fast_len(axis.size + round(MARGIN_EV / axis.step_ev), real=True))
        sigma, gamma = voigt_widths(peaks.fwhm_ev, peaks.lorentzian_fraction)
        step = 2 * np.pi / (self.length * axis.step_ev)
        enough = int(np.ceil(np.sqrt(-2 * np.log(DAMPED)) / (sigma.min() * step)))
        # A multiple of 32, for `_phases`.
        count = min(-(-enough // 32) * 32, self.length // 2 // 32 * 32)
        self.omega = (step * np.arange(count)).astype(np.float32)
        """Angular frequencies in rad/eV, shape ``(m,)``."""
        phases = _phases((peaks.energy_ev - axis.low_ev) * step, count)
        omega = self.omega
        damping = np.exp(
            -0.5 * np.square(sigma[:, None].astype(np.float32) * omega) - gamma[:, None].astype(np.float32) * omega
        )
        per_peak = (peaks.area[:, None] / axis.step_ev).astype(np.float32) * damping * phases
        transform = np.zeros((polymers, count), np.complex64)
        np.add.at(transform, peaks.polymer, per_peak)
        # Unit area on the axis: the zero frequency is the area over the step.
        area = np.bincount(peaks.polymer, weights=peaks.area, minlength=polymers)
        transform /= area[:, None].astype(np.float32)
        self.transform = transform
        """Transforms of the area-normalised polymers, shape ``(polymers, m)``, complex64."""

    def spectra(
        self, weights: NDArray[np.float32], shift_ev: NDArray[np.floating], broadening_ev: NDArray[np.floating]
    ) -> NDArray[np.float32]:
        """Compute mixtures.

        Args:
            weights: Weight of every polymer in every mixture, shape ``(n, polymers)``.
            shift_ev: Rigid shift in eV, shape ``(n,)``, positive towards higher binding energy.
            broadening_ev: Standard deviation of an extra Gaussian broadening in eV, shape ``(n,)``.

        Returns:
            Intensity per eV, shape ``(n, axis.size)``; each polymer has unit area.
        """
        # One real product: BLAS has no mixed real-complex one.
        mixed = (np.asarray(weights, np.float32) @ self.transform.view(np.float32)).view(np.complex64)
        step = float(self.omega[1])
        mixed *= _phases(np.asarray(shift_ev, np.float64) * step, self.omega.size)
        mixed *= np.exp(-0.5 * np.square(np.asarray(broadening_ev, np.float32)[:, None] * self.omega))
        full = scipy.fft.irfft(mixed, n=self.length, axis=1)
        return np.asarray(full[:, : self.axis.size], np.float32)


def _phases(angle: NDArray[np.float64], count: int) -> NDArray[np.complex64]:
    """Return ``exp(-1j * m * angle)`` for m = 0 ... count-1, shape ``(n, count)``, count a multiple of 32.

    The exponential of a product of coarse and fine multiples: 32 times fewer exponentials, and the angle is reduced
    in double precision.
    """
    fine = np.exp(-1j * angle[:, None] * np.arange(32)).astype(np.complex64)
    coarse = np.exp(-1j * angle[:, None] * (32 * np.arange(count // 32))).astype(np.complex64)
    phases: NDArray[np.complex64] = (coarse[:, :, None] * fine[:, None, :]).reshape(len(angle), count)
    return phases
