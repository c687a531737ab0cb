"""Mixtures of analytic peaks, shifted and broadened, for a whole block at once.

A mixture is linear, a shift is a phase and a Gaussian or Lorentzian broadening is a damping in Fourier space. So the
transform of every line of every polymer is written down once from its peaks, a block of mixtures is one sparse
product, and one inverse transform gives the channels: exact for any real shift, no sample is ever interpolated.

Most channels of a spectrum are empty, so each line has a transform of its own, just long enough for its peaks and
their tails, and is computed only for the mixtures that show it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import scipy.fft
from numpy.typing import NDArray
from scipy.sparse import csr_array

from xps_keras.axis import AXIS, EnergyAxis
from xps_keras.corpus.stretches import Stretch, phases, stretch_of_spectra, stretches_of_peaks
from xps_keras.library.library import Library, Peaks
from xps_keras.library.measured import MeasuredLibrary

Sparse: TypeAlias = csr_array[np.float32, tuple[int, int]]
Weights: TypeAlias = NDArray[np.floating] | Sparse
"""Weight of every polymer in every mixture, shape ``(n, polymers)``."""


@dataclass(frozen=True, eq=False)
class Samples:
    """What a block of mixtures holds in one stretch; ``n`` of the mixtures hold something."""

    mixtures: NDArray[np.intp]
    """Which, ascending, shape ``(n,)``."""
    moved: NDArray[np.intp]
    """Whole channels by which they are shifted, shape ``(n,)``."""
    first: int
    """Channel of the first sample before it is moved; it may lie below the axis."""
    intensity: NDArray[np.float32]
    """Intensity per eV, shape ``(n, length)``; it may reach beyond the axis."""


class FourierEngine:
    """Mixtures from the transforms of polymers on an axis.

    Args:
        stretches: The transforms.
        axis: The energy axis.
    """

    def __init__(self, stretches: tuple[Stretch, ...], axis: EnergyAxis) -> None:
        self.stretches = stretches
        self.axis = axis

    def samples(
        self,
        weights: Weights,
        shift_ev: NDArray[np.floating],
        broadening_ev: NDArray[np.floating],
    ) -> Iterator[Samples]:
        """Compute mixtures, stretch by stretch; what stretches have in common adds up.

        Args:
            weights: Weight of every polymer in every mixture, shape ``(n, polymers)``, an array or a sparse one.
            shift_ev: Rigid shift in eV, shape ``(n,)``, positive towards higher binding energy.
            broadening_ev: Standard deviation of an extra Gaussian broadening in eV, shape ``(n,)``.

        Yields:
            The samples of every stretch in which some mixture has peaks.
        """
        sparse: Sparse = csr_array(weights, dtype=np.float32)  # type: ignore[arg-type, assignment]  # the stubs know one kind
        shift_ev = np.asarray(shift_ev, np.float64)
        # Whole channels move the samples; only the rest, below half a channel, is a phase.
        whole = np.round(shift_ev / self.axis.step_ev).astype(np.intp)
        rest = shift_ev - whole * self.axis.step_ev
        variance = np.square(np.asarray(broadening_ev, np.float64)).astype(np.float32)
        owner = np.repeat(np.arange(len(shift_ev)), np.diff(sparse.indptr))
        for stretch in self.stretches:
            mixtures, mixed = _mixed(sparse, owner, stretch)
            if not mixtures.size:
                continue
            step = 2 * np.pi / (stretch.length * self.axis.step_ev)
            omega = (step * np.arange(mixed.shape[1])).astype(np.float32)
            mixed *= np.exp((-0.5 * variance[mixtures])[:, None] * np.square(omega))
            if np.abs(rest[mixtures]).max() > 1e-9:
                mixed *= phases(rest[mixtures] * step, omega.size)
            intensity = scipy.fft.irfft(mixed, n=stretch.length, axis=1, overwrite_x=True)
            intensity[:, stretch.recorded] += (sparse @ stretch.tail)[mixtures, None]
            yield Samples(mixtures, whole[mixtures], stretch.first, intensity)

    def spectra(
        self,
        weights: Weights,
        shift_ev: NDArray[np.floating],
        broadening_ev: NDArray[np.floating],
    ) -> NDArray[np.float32]:
        """Compute mixtures on the whole axis; arguments as ``samples``.

        Returns:
            Intensity per eV, shape ``(n, axis.size)``; each polymer has unit area.
        """
        spectra = np.zeros((len(shift_ev), self.axis.size), np.float32)
        for samples in self.samples(weights, shift_ev, broadening_ev):
            length = samples.intensity.shape[1]
            # Row by row: slices are several times faster than one scatter of the whole block.
            for mixture, first, values in zip(
                samples.mixtures.tolist(), (samples.first + samples.moved).tolist(), samples.intensity, strict=True
            ):
                start, stop = max(first, 0), min(first + length, self.axis.size)
                if start < stop:
                    spectra[mixture, start:stop] += values[start - first : stop - first]
        return spectra


class FourierLibrary(FourierEngine):
    """A library's polymers from their peaks.

    Against the analytic sum of peaks in double precision the samples are off by less than 1e-4 of a spectrum's
    tallest peak, because tails of peaks far away are simplified; see ``stretches_of_peaks``.

    Args:
        peaks: The peak table.
        polymers: Number of polymers in it.
        axis: The energy axis.
    """

    def __init__(self, peaks: Peaks, polymers: int, axis: EnergyAxis = AXIS) -> None:
        super().__init__(stretches_of_peaks(peaks, polymers, axis), axis)


class FourierSpectra(FourierEngine):
    """Measured spectra.

    A shift by a part of a channel is then band-limited interpolation, which keeps peaks and noise as they are; straight
    lines between channels would lower a peak of 0.9 eV by up to 1 %. See ``stretch_of_spectra`` for the arguments.
    """

    def __init__(self, intensity: NDArray[np.float32], measured: NDArray[np.bool_], axis: EnergyAxis = AXIS) -> None:
        super().__init__((stretch_of_spectra(intensity, measured, axis),), axis)


def engine_of(library: Library | MeasuredLibrary) -> FourierEngine:
    """Return the engine that fits a library: exact for peaks, band-limited for measured spectra."""
    if isinstance(library, MeasuredLibrary):
        return FourierSpectra(library.intensity, library.measured)
    return FourierLibrary(library.peaks, len(library.keys))


def _mixed(
    weights: Sparse, owner: NDArray[np.intp], stretch: Stretch
) -> tuple[NDArray[np.intp], NDArray[np.complex64]]:
    """Return the mixtures with something in a stretch, and their transforms, shape ``(mixtures, m)``.

    Args:
        weights: Weight of every polymer in every mixture.
        owner: Mixture of each entry of ``weights``, ascending.
        stretch: The stretch.
    """
    row = stretch.row[weights.indices]
    held = np.flatnonzero(row >= 0)
    own = owner[held]
    starts = np.flatnonzero(np.append(True, own[1:] != own[:-1])[: len(own)])
    shape = (len(starts), len(stretch.transform))
    here = csr_array((weights.data[held], row[held], np.append(starts, len(held))), shape=shape)
    # One real product: there is no mixed real-complex one.
    return own[starts], np.ascontiguousarray(here @ stretch.transform.view(np.float32)).view(np.complex64)
