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

from xps_keras.axis import AXIS
from xps_keras.corpus.stretches import Transforms, phases, transforms_of_peaks, transforms_of_spectra
from xps_keras.library.library import Library, Peaks
from xps_keras.measured.library import MeasuredLibrary

Sparse: TypeAlias = "csr_array[np.float32, tuple[int, int]]"  # as text: SciPy 1.11 takes no types at run time
Weights: TypeAlias = "NDArray[np.floating] | Sparse"
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
    """Mixtures from the transforms of polymers.

    Args:
        transforms: The transforms.
    """

    def __init__(self, transforms: Transforms) -> None:
        self.transforms = transforms
        lengths = np.array([stretch.length for stretch in transforms.stretches])
        self._turn = 2 * np.pi / (lengths * AXIS.step_ev)
        """Lowest angular frequency of each stretch, in 1/eV."""

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
        whole = np.round(shift_ev / AXIS.step_ev).astype(np.intp)
        rest = shift_ev - whole * AXIS.step_ev
        variance = np.square(np.asarray(broadening_ev, np.float64))
        place, mixture, mixed = _mixed(sparse, self.transforms)
        turn = self._turn[place]
        multiple = np.arange(mixed.shape[1], dtype=np.float32)
        damping = (-0.5 * variance[mixture] * np.square(turn)).astype(np.float32)
        mixed *= np.exp(damping[:, None] * np.square(multiple))
        if np.abs(rest).max(initial=0.0) > 1e-9:
            mixed *= phases(rest[mixture] * turn, len(multiple))
        tails = sparse @ self.transforms.tail
        ends = np.searchsorted(place, np.arange(len(self._turn) + 1)).tolist()
        for number, stretch in enumerate(self.transforms.stretches):
            own = slice(ends[number], ends[number + 1])
            if own.start == own.stop:
                continue
            mixtures = mixture[own]
            intensity = scipy.fft.irfft(mixed[own, : stretch.frequencies], n=stretch.length, axis=1)
            intensity[:, stretch.recorded] += tails[mixtures, number, None]
            yield Samples(mixtures, whole[mixtures], stretch.first, intensity[:, : stretch.sound])

    def spectra(
        self,
        weights: Weights,
        shift_ev: NDArray[np.floating],
        broadening_ev: NDArray[np.floating],
    ) -> NDArray[np.float32]:
        """Compute mixtures on the whole axis; arguments as ``samples``.

        Returns:
            Intensity per eV, shape ``(n, 6601)``; each polymer has unit area.
        """
        spectra = np.zeros((len(shift_ev), AXIS.size), np.float32)
        for samples in self.samples(weights, shift_ev, broadening_ev):
            length = samples.intensity.shape[1]
            # Row by row: slices are several times faster than one scatter of the whole block.
            for mixture, first, values in zip(
                samples.mixtures.tolist(), (samples.first + samples.moved).tolist(), samples.intensity, strict=True
            ):
                start, stop = max(first, 0), min(first + length, AXIS.size)
                if start < stop:
                    spectra[mixture, start:stop] += values[start - first : stop - first]
        return spectra


class FourierLibrary(FourierEngine):
    """A library's polymers from their peaks.

    Against the analytic sum of peaks in double precision the samples are off by less than 1e-4 of a spectrum's
    tallest peak, because tails of peaks far away are simplified; see ``transforms_of_peaks``.

    Args:
        peaks: The peak table.
        polymers: Number of polymers in it.
        only_recorded: Whether the recorded windows of lines are all that is wanted; beyond them tails are missing.
    """

    def __init__(self, peaks: Peaks, polymers: int, only_recorded: bool = False) -> None:
        super().__init__(transforms_of_peaks(peaks, polymers, only_recorded))


class FourierSpectra(FourierEngine):
    """Measured spectra.

    A shift by a part of a channel is then band-limited interpolation, which keeps peaks and noise as they are; straight
    lines between channels would lower a peak of 0.9 eV by up to 1 %. See ``transforms_of_spectra`` for the arguments.
    """

    def __init__(self, intensity: NDArray[np.float32], measured: NDArray[np.bool_]) -> None:
        super().__init__(transforms_of_spectra(intensity, measured))


def engine_of(library: Library | MeasuredLibrary, only_recorded: bool = False) -> FourierEngine:
    """Return the engine that fits a library: exact for peaks, band-limited for measured spectra.

    Args:
        library: The library.
        only_recorded: As for ``FourierLibrary``.
    """
    if isinstance(library, MeasuredLibrary):
        return FourierSpectra(library.intensity, library.measured)
    return FourierLibrary(library.peaks, len(library.keys), only_recorded=only_recorded)


def _mixed(weights: Sparse, transforms: Transforms) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.complex64]]:
    """Mix transforms, one row for each stretch in which a mixture has something.

    Args:
        weights: Weight of every polymer in every mixture.
        transforms: The polymers.

    Returns:
        The stretch of each row, ascending; its mixture, ascending within a stretch; the rows, shape ``(rows, m)``.
    """
    row = transforms.row[:, weights.indices]
    stretch, entry = np.nonzero(row >= 0)
    mixture = np.repeat(np.arange(weights.shape[0]), np.diff(weights.indptr))[entry]
    new = np.ones(len(entry), bool)
    new[1:] = (stretch[1:] != stretch[:-1]) | (mixture[1:] != mixture[:-1])
    starts = np.flatnonzero(new)
    shape = (len(starts), len(transforms.values))
    here = csr_array((weights.data[entry], row[stretch, entry], np.append(starts, len(entry))), shape=shape)
    # One real product: there is no mixed real-complex one.
    mixed = (here @ transforms.values.view(np.float32)).view(np.complex64)
    return stretch[starts], mixture[starts], mixed
