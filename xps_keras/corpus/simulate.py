"""One sample as a laboratory would record it: raw counts with background, region by region, on any grid."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from xps_keras.corpus.instrument import background
from xps_keras.corpus.recipes import Instrument
from xps_keras.errors import UsageError
from xps_keras.library.library import Library
from xps_keras.library.lines import LINES
from xps_keras.library.lineshape import spectrum_of
from xps_keras.library.loading import load_library
from xps_keras.spectrum import AL_K_ALPHA_EV, Region, Spectrum


def simulate(
    sample: Mapping[str, float],
    lines: Sequence[str],
    shift_ev: float = 0.0,
    broadening_ev: float = 0.0,
    peak_counts: float = 10_000.0,
    step_ev: float = 0.1,
    seed: int = 0,
    library: Library | None = None,
) -> Spectrum:
    """Record a mixture of polymers.

    Args:
        sample: Weight of each polymer, by key, any positive scale.
        lines: Names of the lines recorded, for example ``("C 1s", "O 1s")``.
        shift_ev: Charging shift in eV, positive towards higher binding energy; the recorded windows move along.
        broadening_ev: Standard deviation of an extra Gaussian broadening in eV.
        peak_counts: Counts at the top of C 1s above its background.
        step_ev: Distance of two points in eV.
        seed: Seed of background and counting noise.
        library: The polymers, None for the package's own.

    Returns:
        Regions in counts, in the order of ``lines``.

    Raises:
        UsageError: Unknown polymer or line, or a weight, count or step that is not positive.
    """
    library = library if library is not None else load_library()
    unknown = [name for name in lines if name not in LINES]
    if unknown or not lines:
        raise UsageError(f"There is no line {', '.join(unknown) or 'named'}; known lines: {', '.join(LINES)}.")
    if not sample or min(*sample.values(), peak_counts, step_ev) <= 0:
        raise UsageError("Weights of polymers, peak counts and step must be positive.")
    rng = np.random.default_rng(seed)
    total = sum(sample.values())
    areas = {key: library.peaks.area[library.of_polymer(key)].sum() for key in sample}

    def net(name: str) -> tuple[np.ndarray, np.ndarray]:
        window = LINES[name]
        count = round((window.window_high_ev - window.window_low_ev) / step_ev) + 1
        energies = np.round(window.window_low_ev + shift_ev, 2) + step_ev * np.arange(count)
        spectra = (
            weight / total / areas[key] * spectrum_of(library, key, energies, shift_ev, broadening_ev)
            for key, weight in sample.items()
        )
        return energies, np.sum(list(spectra), axis=0)

    scale = peak_counts / net("C 1s")[1].max()
    regions = []
    for name in lines:
        energies, intensity = net(name)
        clean = (scale * intensity)[None, :]
        expected = clean + background(clean, np.array([peak_counts]), step_ev, Instrument(), rng)
        counts = rng.poisson(expected[0]).astype(np.float64)
        regions.append(
            Region(
                label=name,
                binding_energy_ev=energies,
                intensity=counts,
                intensity_unit="counts",
                recorded_energy="binding",
                source_energy_ev=AL_K_ALPHA_EV,
                dwell_s=1.0,
                scans=1,
            )
        )
    digest = hashlib.sha256(b"".join(region.intensity.tobytes() for region in regions)).hexdigest()
    return Spectrum(path=Path("simulated"), file_format="simulation", sha256=digest, regions=tuple(regions))
