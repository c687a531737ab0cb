"""Spectra as runs of recorded channels: what is drawn and sent, a tenth of the whole axis."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xps_keras.axis import AXIS


@dataclass(frozen=True, eq=False)
class Runs:
    """Recorded stretches of spectra, ``r`` of them, in any order; no two of one spectrum overlap."""

    row: NDArray[np.int32]
    """Spectrum of each run, shape ``(r,)``."""
    start: NDArray[np.int32]
    """Its first channel, which may lie below the axis, shape ``(r,)``."""
    length: NDArray[np.int32]
    """Its number of channels, which may reach beyond the axis, shape ``(r,)``."""
    values: NDArray[np.float32]
    """Intensities of one run after the other, shape ``(sum(length),)``."""


def dense(runs: Runs, count: int) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Put runs on the axis.

    Args:
        runs: The runs; what lies beyond the axis is cut off.
        count: Number of spectra.

    Returns:
        Intensity, zero where nothing is recorded, and the recorded channels, both of shape ``(count, AXIS.size)``.
    """
    intensity = np.zeros((count, AXIS.size), np.float32)
    measured = np.zeros((count, AXIS.size), bool)
    begin = np.maximum(runs.start, 0)
    end = np.minimum(runs.start + runs.length, AXIS.size)
    source = np.cumsum(runs.length) - runs.length + begin - runs.start
    target = runs.row.astype(np.int64) * AXIS.size + begin
    size = np.maximum(end - begin, 0)
    # Slices of memoryviews: three times faster than slices of arrays, and far faster than one scatter of the block.
    given, recorded = runs.values.data, np.ones(int(size.max(initial=0)), np.uint8).data
    spectra, channels = intensity.reshape(-1).data, measured.view(np.uint8).reshape(-1).data
    for at, origin, many in zip(target.tolist(), source.tolist(), size.tolist(), strict=True):
        spectra[at : at + many] = given[origin : origin + many]
        channels[at : at + many] = recorded[:many]
    return intensity, measured


def runs_of(intensity: NDArray[np.float32], measured: NDArray[np.bool_]) -> Runs:
    """Return the recorded channels of spectra as runs, the inverse of ``dense``.

    Args:
        intensity: Shape ``(n, AXIS.size)``.
        measured: The recorded channels, same shape.
    """
    edges = np.zeros((len(measured), AXIS.size + 2), np.int8)
    edges[:, 1:-1] = measured
    row, start = np.nonzero(edges[:, 1:] > edges[:, :-1])
    _, end = np.nonzero(edges[:, 1:] < edges[:, :-1])
    return Runs(row.astype(np.int32), start.astype(np.int32), (end - start).astype(np.int32), intensity[measured])


def unit_area(runs: Runs, count: int) -> None:
    """Give each of ``count`` spectra the area 1, negative intensities cut off, in place; an empty one stays empty."""
    if not len(runs.row):
        return
    np.maximum(runs.values, 0.0, out=runs.values)
    sums = np.add.reduceat(runs.values, np.cumsum(runs.length) - runs.length)
    area = np.bincount(runs.row, sums, count) * AXIS.step_ev
    scale = (1.0 / np.where(area > 0, area, 1.0)).astype(np.float32)
    runs.values[:] *= np.repeat(scale[runs.row], runs.length)
