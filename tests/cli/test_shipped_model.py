"""What the shipped model must find, through the program a user starts."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from xps_keras.cli import app as cli
from xps_keras.evaluation.real import read_known, score, totals
from xps_keras.io import read, write_vamas
from xps_keras.library.lineshape import spectrum_of
from xps_keras.library.loading import load_library
from xps_keras.runtime import load
from xps_keras.spectrum import Region, Spectrum

SHARED = Path(__file__).parents[3] / "shared" / "spectra"
EXAMPLE = Path(__file__).parents[2] / "examples" / "charged_pet.vms"


def answer(path: Path) -> dict[str, Any]:
    result = CliRunner().invoke(cli.app, ["analyze", str(path), "--json", "-"])
    assert result.exit_code == 0, result.stderr
    plain = json.loads(result.stdout)
    assert isinstance(plain, dict)
    return plain


def present(plain: dict[str, Any]) -> set[str]:
    return {group["name"] for group in plain["groups"] if group["status"] == "present"}


def charged_pet(path: Path, shift_ev: float, seed: int) -> Path:
    """PET's C 1s and O 1s with a rising background and counting noise, as VAMAS."""
    noise = np.random.default_rng(seed)
    regions = []
    for label, low, high in (("C 1s", 279.0, 299.0), ("O 1s", 526.0, 546.0)):
        energies = np.round(np.arange(low, high + 0.05, 0.1), 3) + shift_ev
        net = spectrum_of(load_library(), "PET", energies, shift_ev, broadening_ev=0.2)
        rate = 0.3 + net + 0.02 * np.cumsum(net) * 0.1
        counts = noise.poisson(3000.0 * rate).astype(np.float64)
        regions.append(Region(label, energies, counts, "counts", "binding", source_energy_ev=1486.6))
    write_vamas(Spectrum(path, "VAMAS", "", tuple(regions)), path)
    return path


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_charged_pet_with_two_regions(tmp_path: Path, seed: int) -> None:
    plain = answer(charged_pet(tmp_path / "pet.vms", 2.5, seed))
    assert plain["shift_ev"] == pytest.approx(2.5, abs=0.15)
    assert present(plain) >= {"benzene ring", "ester (aromatic)"}


def test_the_example_of_the_readme() -> None:
    plain = answer(EXAMPLE)
    assert present(plain) >= {"benzene ring", "ester (aromatic)"}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the folder of real spectra is not beside this checkout")
def test_a_real_pet_measurement_of_c_1s_alone_and_moved_copies(tmp_path: Path) -> None:
    source = SHARED / "PET_C1s_VersaProbe.csv"
    first = answer(source)
    assert any(name.startswith("ester") for name in present(first))
    named = present(first).union(*(set(other["present"]) for other in first["alternatives"]))
    assert "benzene ring" in named
    region = read(source).regions[0]
    for moved in (-2.4, 1.1, 2.9):
        copy = tmp_path / f"{moved}.csv"
        rows = zip(region.binding_energy_ev + moved, region.intensity, strict=True)
        copy.write_text("BE/eV,counts/s\n" + "".join(f"{e:.4f},{c:.6g}\n" for e, c in rows), encoding="utf-8")
        again = answer(copy)
        assert again["shift_ev"] - first["shift_ev"] == pytest.approx(moved, abs=0.3)
        assert present(again) == present(first)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the folder of real spectra is not beside this checkout")
def test_real_pet_at_rest_and_moved_by_up_to_five_ev(tmp_path: Path) -> None:
    region = read(SHARED / "PET_C1s_VersaProbe.csv").regions[0]
    for moved in (-5.0, -2.4, 0.0, 1.1, 2.9, 5.0):
        copy = tmp_path / f"{moved}.csv"
        rows = zip(region.binding_energy_ev + moved, region.intensity, strict=True)
        copy.write_text("BE/eV,counts/s\n" + "".join(f"{e:.4f},{c:.6g}\n" for e, c in rows), encoding="utf-8")
        plain = answer(copy)
        assert plain["shift_ev"] - moved == pytest.approx(-0.15, abs=0.15)
        assert present(plain) - {"alkane"} == {"benzene ring", "ester (aromatic)"}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the folder of real spectra is not beside this checkout")
def test_the_charge_of_real_spectra() -> None:
    outcomes = totals(score(SHARED, read_known(SHARED), load()))
    assert outcomes["right"] >= 8
    assert outcomes["WRONG"] <= 1  # a titanate with two charge states in C 1s


def test_the_model_names_itself(pet: Callable[..., Path]) -> None:
    model = answer(pet())["model"]
    assert len(model["sha256"]) == 64
    assert model["name"]
