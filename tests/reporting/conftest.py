"""Spectra with a known answer, among them one whose every part is filled, names that would do harm, and a fit."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from xps_keras.analysis import analyze_channels
from xps_keras.analysis.predictor import Runnable
from xps_keras.fit.result import (
    Component,
    Fit,
    FittedRegion,
    Match,
    Part,
    Unexplained,
    Verdict,
)
from xps_keras.library.lineshape import spectrum_of
from xps_keras.library.loading import load_library
from xps_keras.preprocessing import Channels, to_channels
from xps_keras.quantification.result import Composition, ElementRow
from xps_keras.reporting import ReportSample
from xps_keras.spectrum import Region, Spectrum

WINDOWS = {
    "C 1s": (279.0, 298.0), "O 1s": (526.0, 544.0), "N 1s": (393.0, 411.0), "F 1s": (680.0, 698.0),
    "Si 2p": (96.0, 112.0), "S 2p": (158.0, 176.0), "Cl 2p": (194.0, 210.0), "P 2p": (127.0, 143.0),
}  # fmt: skip


def pet(lines: tuple[str, ...], shift_ev: float, file: str = "pet.vms", sample: str = "") -> Spectrum:
    noise = np.random.default_rng(5)
    regions = []
    for line in lines:
        energies = np.round(np.arange(WINDOWS[line][0], WINDOWS[line][1] + 0.05, 0.1), 3)
        rate = spectrum_of(load_library(), "PET", energies, shift_ev) / 5.0 + 0.05
        counts = noise.poisson(20_000 * rate).astype(np.float64)
        regions.append(Region(line, energies, counts, "counts", "binding", place="block 1"))
    return Spectrum(Path(file), "VAMAS", "ab" * 32, tuple(regions), sample=sample)


@lru_cache(maxsize=16)
def analysed(
    model: Callable[..., Runnable], lines: tuple[str, ...], shift_ev: float, file: str, name: str, reference_ev: float
) -> ReportSample:
    spectrum = pet(lines, shift_ev, file, name)
    channels = to_channels(spectrum)
    answer = analyze_channels(spectrum, channels, model(shift_ev), reference_ev)
    return ReportSample.of(spectrum, channels, replace(answer, fit=None, verdict=None, composition=None))


@pytest.fixture
def sample(stand_in: Callable[..., Runnable]) -> Callable[..., ReportSample]:
    """Make an analysed sample, without a fit or with one whose numbers are known."""

    def make(
        lines: tuple[str, ...] = ("C 1s", "O 1s"), shift_ev: float = 2.0, file: str = "pet.vms", name: str = "",
        reference_ev: float = 285.0, fitted: bool = False,
    ) -> ReportSample:  # fmt: skip
        found = analysed(stand_in, lines, shift_ev, file, name, reference_ev)
        if not fitted:
            return found
        assert found.analysis is not None
        assert found.channels is not None
        verdict = Verdict("explained in part", "3.2 % of C 1s near 288.0 eV is not explained.", 0.83)
        composition = Composition(
            (ElementRow("C", "C 1s", 71.4, 0.8), ElementRow("O", "O 1s", 28.6, 0.8)),
            ("sensitivity factors of Scofield", "a homogeneous depth"),
        )
        answer = replace(found.analysis, fit=fit_of(found.channels), verdict=verdict, composition=composition)
        return replace(found, analysis=answer)

    return make


def fit_of(channels: Channels) -> Fit:
    """A fit of three Gaussians a region, whose total is their sum: what the fit is, a report only shows."""
    regions, rows = [], []
    for region in channels.regions:
        if region.energy_ev is None or region.background_intensity is None or region.intensity is None:
            continue
        top = region.energy_ev[int(np.argmax(region.net))]
        parts = {
            name: region.net.max() * height * np.exp(-(((region.energy_ev - top - at) / 0.8) ** 2))
            for name, at, height in (("C-C/C-H", 0.0, 0.9), ("C-O", 1.6, 0.5), ("O-C=O", 4.0, 0.4))
        }
        total = region.background_intensity + sum(parts.values())
        regions.append(
            FittedRegion(
                region.name,
                region.lines[0],
                region.energy_ev,
                region.intensity,
                region.background_intensity,
                total,
                parts,
            )
        )
        for at, (name, share) in enumerate((("C-C/C-H", 49.9), ("C-O", 27.8), ("O-C=O", 22.3))):
            rows.append(Component(region.lines[0], name, 285.0 + 2 * at, 1.33, 9000.0 * share, share, 1.2))
    return Fit(
        method="refine", shift_ev=2.03, shift_uncertainty_ev=0.07, broadening_ev=0.31, residual=0.021,
        parts=(Part("PET", "polymer", 84.0, 3.0), Part("adventitious carbon", "contamination", 16.0, 3.0)),
        components=tuple(rows),
        unexplained=(Unexplained("C 1s", 288.0, 3.2), Unexplained("O 1s", 531.0, -1.1)),
        nearest=(
            Match(("PET",), (1.0,), 0.021, "O 1s has two equal lines in PET, and one is stronger in PBT"),
            Match(("PBT", "polystyrene"), (0.7, 0.3), 0.044, ""),
        ),
        regions=tuple(regions),
    )  # fmt: skip
