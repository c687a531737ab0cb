"""Absent, not seen, not assessable, unexplained: words that are true."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xps_keras.analysis.analyzing import analyze
from xps_keras.analysis.statuses import limit_text, status_of
from xps_keras.analysis.unexplained import signal_warnings, unexplained_signals
from xps_keras.fit.result import Component, Fit
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.lines import LINES
from xps_keras.library.lineshape import spectrum_of
from xps_keras.library.loading import load_library
from xps_keras.preprocessing.channels import to_channels
from xps_keras.spectrum import Region, Spectrum

Make = Callable[..., Spectrum]
PET = {"benzene ring": 0.98, "ester (aromatic)": 0.95}


def codes(analysis: Any) -> set[str]:
    return {warning.code for warning in analysis.warnings}


def status(analysis: Any, name: str) -> str:
    return str(next(group.status for group in analysis.groups if group.name == name))


@pytest.mark.parametrize(
    ("probability", "assessable", "limit", "expected"),
    [
        (0.9, True, None, "present"),
        (0.1, True, 0.2, "absent"),
        (0.1, True, 0.5, "absent"),
        (0.1, True, 0.6, "not seen"),
        (0.1, True, None, "not seen"),
        (0.9, False, 0.2, "not assessable"),
    ],
)
def test_absent_is_what_would_have_been_found(
    probability: float, assessable: bool, limit: float | None, expected: str
) -> None:
    assert status_of(probability, 0.5, assessable, limit) == expected


def test_a_model_whose_limits_were_never_measured_calls_nothing_absent(spectrum: Make, runtime: Any) -> None:
    analysis = analyze(spectrum(), runtime(0.0, PET, limits=False))
    assert not any(group.status == "absent" for group in analysis.groups)
    unseen = next(group for group in analysis.groups if group.name == "alkane")
    assert (unseen.status, limit_text(unseen)) == ("not seen", "never found reliably")
    assert unseen.probability is not None
    assert limit_text(replace(unseen, detection_limit=0.58)) == "detectable from 58 %"


@pytest.mark.parametrize(("shift_ev", "assessed"), [(4.9, True), (5.2, False), (-5.2, False)])
def test_no_group_is_assessed_beyond_the_trained_range(
    spectrum: Make, runtime: Any, shift_ev: float, assessed: bool
) -> None:
    analysis = analyze(spectrum(shift_ev=shift_ev), runtime(shift_ev, PET))
    assert any(group.status == "present" for group in analysis.groups) is assessed
    text = next(warning.text for warning in analysis.warnings if warning.code == "shift-at-limit")
    assert ("no group is assessed" in text) is not assessed


def cut(measured: Spectrum, high_ev: float) -> Spectrum:
    region = measured.regions[0]
    kept = region.binding_energy_ev <= high_ev
    short = replace(region, binding_energy_ev=region.binding_energy_ev[kept], intensity=region.intensity[kept])
    return replace(measured, regions=(short, *measured.regions[1:]))


@pytest.mark.parametrize(("high_ev", "short"), [(291.5, True), (293.4, True), (293.6, False), (297.0, False)])
def test_a_window_that_ends_before_the_shake_up_tells_no_ring(
    spectrum: Make, runtime: Any, high_ev: float, short: bool
) -> None:
    aliphatic = {"alkane": 0.9, "ester (aliphatic)": 0.9}
    analysis = analyze(cut(spectrum(), high_ev), runtime(0.0, aliphatic))
    assert ("window-short" in codes(analysis)) is short
    assert status(analysis, "benzene ring") == ("not assessable" if short else "absent")
    assert analysis.shift_uncertainty_ev is not None
    assert (analysis.shift_uncertainty_ev > 0.15) is short


def test_the_end_of_the_window_counts_after_the_shift(spectrum: Make, runtime: Any) -> None:
    measured = cut(spectrum(shift_ev=3.0), 295.0)
    assert "window-short" in codes(analyze(measured, runtime(3.0, PET)))
    assert "window-short" not in codes(analyze(cut(spectrum(), 295.0), runtime(0.0, PET)))


def measured_polymer(key: str, extra: tuple[str, float, float] | None = None) -> Spectrum:
    """A polymer in the windows of all its main lines, and one line more: its name, energy and height."""
    library, noise = load_library(), np.random.default_rng(4)
    own = np.array(library.peaks.line)[library.peaks.polymer == library.keys.index(key)]
    lines = [line for line in dict.fromkeys([*own.tolist(), *([extra[0]] if extra else [])]) if LINES[line].main]
    regions = []
    for line in lines:
        energies = np.round(np.arange(LINES[line].window_low_ev + 1.0, LINES[line].window_high_ev - 1.0, 0.1), 3)
        rate = spectrum_of(library, key, energies, 0.0) / 5.0 + 0.05
        if extra is not None and line == extra[0]:
            rate = rate + extra[2] * np.exp(-4.0 * np.log(2.0) * ((energies - extra[1]) / 1.5) ** 2)
        counts = noise.poisson(20_000.0 * rate).astype(np.float64)
        regions.append(Region(line, energies, counts, "counts", "binding", place="block 1"))
    return Spectrum(Path("x.vms"), "VAMAS", "ab" * 32, tuple(regions))


@pytest.mark.parametrize(
    ("key", "line", "energy_ev"),
    [("PET", "S 2p", 162.0), ("PA6", "N 1s", 395.0), ("PET", "O 1s", 529.8), ("PET", "F 1s", 685.0)],
)
def test_a_clear_signal_of_nothing_present_is_named_with_its_energy(
    runtime: Any, key: str, line: str, energy_ev: float
) -> None:
    library = load_library()
    keys = [name for name in library.keys if name.startswith(key)] or ["PET"]
    counts = library.group_counts[library.keys.index(keys[0])]
    groups = {name: 0.9 for name, count in zip(GROUP_NAMES, counts, strict=True) if count}
    analysis = analyze(measured_polymer(keys[0], (line, energy_ev, 0.4)), runtime(0.0, groups))
    text = next(warning.text for warning in analysis.warnings if warning.code == "unexplained-signal")
    assert line in text
    named = [float(word) for word in text.split() if word.replace(".", "").isdigit() and "." in word]
    assert named == pytest.approx([energy_ev], abs=0.25)


def test_no_polymer_of_the_library_holds_a_signal_that_its_own_groups_do_not_explain() -> None:
    library = load_library()
    riddles = {}
    for place, key in enumerate(library.keys):
        present = [name for name, count in zip(GROUP_NAMES, library.group_counts[place], strict=True) if count]
        found = unexplained_signals(to_channels(measured_polymer(key)), 0.0, present)
        if found:
            riddles[key] = found
    assert riddles == {}


def test_what_the_fit_takes_a_signal_for_is_not_called_something_else() -> None:
    region = "S 2p"
    component = Component("S 2p", "SO2-CF3", 168.6, 1.5, 1.0, 100.0, 1.0)
    fit = Fit("network", 0.0, 0.1, 0.0, 0.0, (), (component,), (), ())
    (known,) = signal_warnings(((region, 168.6),), fit)
    assert "perhaps SO2-CF3" in known.text
    assert "what no group stands for" in known.text
    (strange,) = signal_warnings(((region, 168.6), (region, 158.0)), fit)
    assert "something else as well" in strange.text
