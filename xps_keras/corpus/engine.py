"""Mixtures of analytic peaks, shifted and broadened, for a whole block at once.

A mixture is linear, a shift is a phase and a Gaussian or Lorentzian broadening is a damping in Fourier space. So the
transform of every polymer is written down once from its peak table, a block of mixtures is one matrix product, and one
inverse transform per spectrum gives the channels: exact for any real shift, no sample is ever interpolated.
"""

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from xps_keras.axis import AXIS, EnergyAxis
from xps_keras.library.library import Library, Peaks
from xps_keras.library.lineshape import voigt_widths
from xps_keras.library.measured import MeasuredLibrary

MARGIN_EV = 40.0
"""Empty stretch appended to the axis: what leaves at one end must not come back at the other."""
TAPER_EV = 2.0
"""Stretch over which a measured region that ends above zero is let down to zero."""
DAMPED = 1e-7
"""Frequencies at which the narrowest peak is damped below this are left out."""


class FourierEngine:
    """Mixtures from the transforms of polymers on an axis.

    Args:
        transform: Transforms of the area-normalised polymers, shape ``(polymers, m)``, complex64, m a multiple of 32.
        length: Number of channels of the transform, those of the axis and those beyond its end.
        axis: The energy axis.
    """

    def __init__(self, transform: NDArray[np.complex64], length: int, axis: EnergyAxis) -> None:
        self.axis = axis
        self.length = length
        self.transform = transform
        """Transforms of the area-normalised polymers, shape ``(polymers, m)``, complex64."""
        step = 2 * np.pi / (length * axis.step_ev)
        self.omega = (step * np.arange(transform.shape[1])).astype(np.float32)
        """Angular frequencies in rad/eV, shape ``(m,)``."""

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


class FourierLibrary(FourierEngine):
    """The transforms of a library's polymers, written down from their peaks.

    Args:
        peaks: The peak table.
        polymers: Number of polymers in it.
        axis: The energy axis.
    """

    def __init__(self, peaks: Peaks, polymers: int, axis: EnergyAxis = AXIS) -> None:
        length = padded_length(axis)
        sigma, gamma = voigt_widths(peaks.fwhm_ev, peaks.lorentzian_fraction)
        step = 2 * np.pi / (length * axis.step_ev)
        enough = int(np.ceil(np.sqrt(-2 * np.log(DAMPED)) / (sigma.min() * step)))
        # A multiple of 32, for `_phases`.
        count = min(-(-enough // 32) * 32, length // 2 // 32 * 32)
        omega = (step * np.arange(count)).astype(np.float32)
        phases = _phases((peaks.energy_ev - axis.low_ev) * step, count)
        damping = np.exp(
            -0.5 * np.square(sigma[:, None].astype(np.float32) * omega) - gamma[:, None].astype(np.float32) * omega
        )
        per_peak = (peaks.area[:, None] / axis.step_ev).astype(np.float32) * damping * phases
        transform = np.zeros((polymers, count), np.complex64)
        np.add.at(transform, peaks.polymer, per_peak)
        # Unit area on the axis: the zero frequency is the area over the step.
        area = np.bincount(peaks.polymer, weights=peaks.area, minlength=polymers)
        transform /= area[:, None].astype(np.float32)
        super().__init__(transform, length, axis)


class FourierSpectra(FourierEngine):
    """The transforms of measured spectra.

    A shift by a part of a channel is then band-limited interpolation, which keeps peaks and noise as they are; straight
    lines between channels would lower a peak of 0.9 eV by up to 1 %. Where a region ends above zero the edge is let
    down smoothly over ``TAPER_EV``, or the interpolation would ring; what stands beyond a region is for the caller to
    cut off.

    Args:
        intensity: Spectra of area 1, zero where nothing was measured, shape ``(polymers, axis.size)``.
        measured: Channels that were recorded, same shape.
        axis: The energy axis.
    """

    def __init__(self, intensity: NDArray[np.float32], measured: NDArray[np.bool_], axis: EnergyAxis = AXIS) -> None:
        length = padded_length(axis)
        padded = np.zeros((len(intensity), length))
        for row, (values, recorded) in enumerate(zip(intensity, measured, strict=True)):
            padded[row] = _let_down(values, recorded, length, round(TAPER_EV / axis.step_ev))
        count = length // 2 // 32 * 32  # a multiple of 32, for `_phases`
        transform = scipy.fft.rfft(padded, axis=1)[:, :count].astype(np.complex64)
        super().__init__(np.ascontiguousarray(transform), length, axis)


def engine_of(library: Library | MeasuredLibrary) -> FourierEngine:
    """Return the engine that fits a library: exact for peaks, band-limited for measured spectra."""
    if isinstance(library, MeasuredLibrary):
        return FourierSpectra(library.intensity, library.measured)
    return FourierLibrary(library.peaks, len(library.keys))


def padded_length(axis: EnergyAxis) -> int:
    """Number of channels of the transforms: the axis and at least ``MARGIN_EV`` beyond its end."""
    return int(scipy.fft.next_fast_len(axis.size + round(MARGIN_EV / axis.step_ev), real=True))


def _let_down(values: NDArray[np.float32], recorded: NDArray[np.bool_], length: int, taper: int) -> NDArray[np.float64]:
    """Continue the edges of regions with a cosine that reaches zero after ``taper`` channels or the next region."""
    padded = np.zeros(length)
    padded[: values.size] = np.where(recorded, values, 0.0)
    known = np.zeros(length, bool)
    known[: values.size] = recorded
    # The transform is periodic, and so are the gaps: each begins after a last recorded channel.
    for last in np.flatnonzero(known & ~np.roll(known, -1)):
        gap = int(np.argmax(np.roll(known, -int(last) - 1)))  # channels to the next region
        reach = min(taper, gap)
        fall = np.square(np.cos(0.5 * np.pi * np.arange(1, reach + 1) / (reach + 1)))
        ahead = (last + 1 + np.arange(reach)) % length
        behind = (last + gap - np.arange(reach)) % length
        padded[ahead] += padded[last] * fall
        padded[behind] += padded[(last + 1 + gap) % length] * fall
    return padded


def _phases(angle: NDArray[np.float64], count: int) -> NDArray[np.complex64]:
    """Return ``exp(-1j * m * angle)`` for m = 0 ... count-1, shape ``(n, count)``, count a multiple of 32.

    The exponential of a product of coarse and fine multiples: 32 times fewer exponentials, and the angle is reduced
    in double precision.
    """
    fine = np.exp(-1j * angle[:, None] * np.arange(32)).astype(np.complex64)
    coarse = np.exp(-1j * angle[:, None] * (32 * np.arange(count // 32))).astype(np.complex64)
    phases: NDArray[np.complex64] = (coarse[:, :, None] * fine[:, None, :]).reshape(len(angle), count)
    return phases
