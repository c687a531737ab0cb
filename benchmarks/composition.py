"""How well atomic percentages come out of simulated spectra, and whether their uncertainties are honest.

Run: ``python -m benchmarks.composition --size 2000 --seed 2031 --json docs/results/composition.json``. Spectra of the
recipe ``instrument`` as an instrument counted them, with their background, at their true shifts; those with one element
alone are left out. The truth is the atoms of the polymers without hydrogen, of the elements whose main line was
recorded. The recipe draws the scale of every region with a standard deviation of 10 % (transmission, sensitivity,
angle) and the area of every environment with 5 %, neither of which an analysis can know: so both are also switched off.
"""

import argparse
import json
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.made_on import made_on
from xps_keras.axis import AXIS
from xps_keras.corpus.corpus import BLOCK, Corpus, Labels
from xps_keras.corpus.instrument import Counted
from xps_keras.corpus.recipes import Recipe, recipe
from xps_keras.files import write_whole
from xps_keras.io import read
from xps_keras.library.library import Library
from xps_keras.library.lines import LINES, MAIN_LINES
from xps_keras.library.loading import load_library
from xps_keras.preprocessing.channels import Channels, stitch
from xps_keras.preprocessing.planned import plan
from xps_keras.progress import progress_bar
from xps_keras.quantification.composition import quantify
from xps_keras.quantification.result import Composition
from xps_keras.spectrum import AL_K_ALPHA_EV, Region, Spectrum
from xps_keras.version import __version__

Floats = NDArray[np.float64]
PET = {"C": 100 * 10 / 14, "O": 100 * 4 / 14}
ELEMENTS = tuple(LINES[name].element for name in MAIN_LINES)


@dataclass(frozen=True)
class Sample:
    """A spectrum and what is true of it."""

    spectrum: Spectrum
    shift_ev: float
    percent: dict[str, float]
    """Atomic percent of every element recorded, also of those the sample does not hold."""


def atoms_of(library: Library) -> Floats:
    """Return atoms by main line per unit of a polymer's whole area, shape ``(polymers, main lines)``."""
    peaks = library.peaks
    atoms = np.zeros((len(library.keys), len(MAIN_LINES)))
    for polymer, line, area in zip(peaks.polymer, peaks.line, peaks.area, strict=True):
        if line in MAIN_LINES:
            atoms[polymer, MAIN_LINES.index(line)] += area / LINES[line].sensitivity
    whole = np.bincount(peaks.polymer, weights=peaks.area, minlength=len(library.keys))
    return np.asarray(atoms / whole[:, None])


def samples_of(drawn: Recipe, seed: int, size: int) -> list[Sample]:
    """Draw spectra with two elements or more, ``size`` of them."""
    corpus, atoms = Corpus(drawn, seed), atoms_of(load_library())
    found: list[Sample] = []
    block = 0
    while len(found) < size:
        counted: list[Counted] = []
        labels, _ = corpus.draw(block, counted)
        regions: list[list[tuple[str, Region]]] = [[] for _ in range(BLOCK)]
        for part in counted:
            for row, channels, counts, dwell in zip(part.rows, part.channels, part.counts, part.dwell_s, strict=True):
                energy = AXIS.energies_ev[channels]
                region = Region(
                    part.line.name, energy, counts * dwell, "counts", "binding", AL_K_ALPHA_EV, float(dwell)
                )
                regions[row].append((part.line.name, region))
        for row, held in enumerate(regions):
            percent = _truth(labels, row, {name for name, _ in held}, atoms)
            if sum(value > 0 for value in percent.values()) > 1:
                spectrum = Spectrum(Path("drawn"), "drawn", "", tuple(region for _, region in held))
                found.append(Sample(spectrum, float(labels.shift_ev[row]), percent))
        block += 1
    return found[:size]


def _truth(labels: Labels, row: int, recorded: set[str], atoms: Floats) -> dict[str, float]:
    pairs = zip(labels.polymers[row], labels.fractions[row], strict=True)
    held = np.sum([fraction * atoms[polymer] for polymer, fraction in pairs if polymer >= 0], axis=0)
    kept = {LINES[name].element: float(count) for name, count in zip(MAIN_LINES, held, strict=True) if name in recorded}
    return {element: 100.0 * count / sum(kept.values()) for element, count in kept.items()}


def measured(sample: Sample) -> Composition:
    """Return the composition at the true shift."""
    regions = plan(sample.spectrum)
    intensity, inside = stitch(regions)
    return quantify(Channels(intensity.astype(np.float32), inside, regions, ()), sample.shift_ev)


def judged(samples: list[Sample], name: str) -> dict[str, Any]:
    """Return the figures of one set of samples."""
    errors: list[tuple[str, float, float]] = []
    blanks: list[float] = []
    reasons: Counter[str] = Counter()
    with progress_bar(len(samples), True) as advance:
        for sample in samples:
            advance(1)
            found = measured(sample)
            if found.withheld is not None:
                reasons[" ".join(found.withheld.split()[:3])] += 1
                continue
            rows = {row.element: row for row in found.elements}
            limits = {row.element: row.below_percent for row in found.undetected}
            for element, true in sample.percent.items():
                row = rows.get(element)
                if true > 0:
                    got, error = (0.0, limits.get(element, 0.0) / 3) if row is None else (row.percent, row.uncertainty)
                    errors.append((element, got - true, error))
                else:
                    blanks.append(0.0 if row is None else row.percent)
    size = np.array([abs(error) for _, error, _ in errors])
    parts = np.array([abs(error) / max(sd, 1e-9) for _, error, sd in errors])
    by_element = {
        element: {
            "count": len(these),
            "mean_absolute": float(np.abs(these).mean()),
            "mean": float(np.mean(these)),
        }
        for element in ELEMENTS
        if (these := [error for one, error, _ in errors if one == element])
    }
    return {
        "name": name,
        "samples": len(samples),
        "withheld": dict(reasons),
        "mean_absolute": float(size.mean()),
        "mean_absolute_with_blanks": float(np.concatenate([size, blanks]).mean()),
        "percentile_90": float(np.percentile(size, 90)),
        "coverage_1": float((parts < 1).mean()),
        "coverage_2": float((parts < 2).mean()),
        "blank_mean": float(np.mean(blanks)) if blanks else None,
        "blank_reported": float(np.mean([value > 0 for value in blanks])) if blanks else None,
        "by_element": by_element,
    }


def main() -> None:
    """Measure, print, and write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=2000, help="number of spectra")
    parser.add_argument("--seed", type=int, default=2031, help="their seed")
    parser.add_argument("--json", type=Path, help="file to write")
    chosen = parser.parse_args()
    usual = recipe("instrument")
    assert usual.instrument is not None
    scaled = replace(usual, instrument=replace(usual.instrument, region_scale=0.0))
    assert scaled.instrument is not None
    exact = replace(scaled, instrument=replace(scaled.instrument, library_area_jitter=0.0))
    sets = {"as drawn": usual, "regions on one scale": scaled, "and areas as tabulated": exact}
    rows = [judged(samples_of(drawn, chosen.seed, chosen.size), name) for name, drawn in sets.items()]
    pet = measured(Sample(read(Path("examples/charged_pet.vms")), 2.3, PET))
    result = {
        "package_version": __version__,
        "recipe": "instrument",
        "seed": chosen.seed,
        "sets": rows,
        **made_on(),
        "pet": {row.element: [row.percent, row.uncertainty] for row in pet.elements},
    }
    text = json.dumps(result, indent=1, allow_nan=False) + "\n"
    print(text)
    if chosen.json is not None:
        write_whole(chosen.json, text)


if __name__ == "__main__":
    main()
