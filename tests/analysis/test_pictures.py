"""Pictures: what stands where, whatever the spectrum; labels that stand on nothing."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xps_keras.analysis.analyzing import analyze
from xps_keras.analysis.picture_labels import spread
from xps_keras.analysis.pictures import COLUMN_MM, draw, save_picture
from xps_keras.analysis.result import Analysis
from xps_keras.corpus.simulate import simulate
from xps_keras.errors import UsageError
from xps_keras.fit.result import Component, Fit, FittedRegion
from xps_keras.preprocessing.channels import Channels, to_channels
from xps_keras.spectrum import Spectrum

PRESENT = {name: 0.9 for name in ("benzene ring", "ester (aromatic)", "alkane", "ether (aliphatic)", "amide")}
LINES = ("C 1s", "O 1s", "N 1s", "Cl 2p", "F 1s", "S 2p", "Si 2p", "P 2p")
NAMES = ("C-C/C-H", "C-O", "C=O / O-C-O", "O-C=O", "shake-up")


def with_fit(channels: Channels, analysis: Analysis) -> Analysis:
    """Add a fit of five lines close together, as the room `fit` describes one."""
    regions, components = [], []
    for used in channels.regions:
        if not used.used:
            continue
        energy, intensity = used.region.binding_energy_ev, used.region.intensity
        level, height = float(intensity.min()), float(np.ptp(intensity))
        top = float(energy[int(np.argmax(intensity))])
        curves = {
            name: height / (1 + index) * np.exp(-(((energy - top - 0.8 * index) / 0.7) ** 2))
            for index, name in enumerate(NAMES)
        }
        total = np.full_like(energy, level) + np.sum(list(curves.values()), axis=0)
        regions.append(
            FittedRegion(used.name, used.lines[0], energy, intensity, np.full_like(energy, level), total, curves)
        )
        components += [
            Component(used.lines[0], name, top + 0.8 * index - analysis.shift_ev, 1.2, 1.0, 20.0, 1.0)
            for index, name in enumerate(NAMES)
        ]
    return replace(
        analysis,
        fit=Fit("network", analysis.shift_ev, 0.1, 0.3, 0.1, (), tuple(components), (), (), tuple(regions)),
    )


_KEPT: dict[int, tuple[Channels, Analysis]] = {}


@pytest.fixture
def answered(runtime: Any) -> Callable[..., tuple[Channels, Analysis]]:
    """Answers of one to eight regions, each made once, with and without a fit."""

    def make(count: int, fitted: bool) -> tuple[Channels, Analysis]:
        if count not in _KEPT:
            measured = simulate({"PET": 0.4, "PVC": 0.3, "N6": 0.3}, LINES[:count], shift_ev=2.0, seed=count)
            _KEPT[count] = to_channels(measured), replace(analyze(measured, runtime(2.0, PRESENT)), fit=None)
        channels, analysis = _KEPT[count]
        return channels, with_fit(channels, analysis) if fitted else analysis

    return make


@pytest.mark.parametrize(
    ("count", "fitted", "style"),
    [(1, True, "slide"), (2, False, "slide"), (8, True, "slide"), (1, False, "paper"), (8, True, "paper")],
)
def test_no_label_stands_on_data_or_on_another(answered: Any, count: int, fitted: bool, style: Any) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    channels, analysis = answered(count, fitted)
    figure = draw(channels, analysis, style)
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    labels = 0
    for axes in figure.axes:
        boxes = [text.get_window_extent(renderer) for text in axes.texts if text.get_rotation() == 90]
        labels += len(boxes)
        for index, box in enumerate(boxes):
            assert box.y1 <= axes.bbox.y1 + 1.0
            assert not any(box.overlaps(other) for other in boxes[index + 1 :])
            for line in axes.get_lines():
                if line.get_label() != "_leader":
                    points = axes.transData.transform(np.column_stack(line.get_data()))
                    assert not box.count_contains(points)
    assert labels >= (5 if fitted else 2)


@pytest.mark.parametrize("fitted", [False, True])
def test_eight_regions_have_panels_with_counts_and_falling_energies(answered: Any, fitted: bool) -> None:
    channels, analysis = answered(8, fitted)
    figure = draw(channels, analysis, "paper")
    assert len(figure.axes) == (16 if fitted else 8)
    for axes in figure.axes:
        left, right = axes.get_xlim()
        assert left > right
    panel = figure.axes[0]
    assert panel.get_title(loc="left") == "C 1s"
    assert panel.get_ylabel() == "10³ counts"
    highest = max(
        float(np.max(np.asarray(line.get_ydata()))) for line in panel.get_lines() if line.get_label() != "_leader"
    )
    measured = next(used for used in channels.regions if used.name == "C 1s").region
    assert 1000 * highest == pytest.approx(measured.intensity.max(), rel=0.5 if fitted else 1e-6)


def test_a_paper_picture_is_a_column_wide_with_fonts_that_can_be_read_and_no_title(answered: Any) -> None:
    channels, analysis = answered(2, True)
    figure = draw(channels, analysis, "paper")
    assert figure.get_size_inches()[0] * 25.4 == pytest.approx(COLUMN_MM)
    texts = [text for axes in figure.axes for text in (*axes.texts, axes.xaxis.label, axes.yaxis.label)]
    assert {7.0, 8.0} >= {float(text.get_fontsize()) for text in texts if text.get_text()}
    assert not figure.texts


@pytest.mark.parametrize(("suffix", "start"), [("png", b"\x89PNG\r\n"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_the_suffix_decides_the_format_and_equal_pictures_are_equal_files(
    answered: Any, tmp_path: Path, suffix: str, start: bytes
) -> None:
    channels, analysis = answered(1, True)
    paths = [tmp_path / f"{number}.{suffix}" for number in (1, 2)]
    for path in paths:
        save_picture(path, channels, analysis)
    assert paths[0].read_bytes().startswith(start)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    with pytest.raises(UsageError, match="end its name"):
        save_picture(tmp_path / "a.jpg", channels, analysis)


def test_names_in_any_script_and_with_dollars_are_drawn(
    spectrum: Callable[..., Spectrum], runtime: Any, tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    measured = replace(spectrum(), path=Path("$x_1$ \N{KATAKANA LETTER A} \x1b[31m.vms"), sample="n" * 300)
    save_picture(tmp_path / "a.svg", to_channels(measured), analyze(measured, runtime(0.0, PRESENT)))
    assert not [warning for warning in recwarn if "Glyph" in str(warning.message)]
    assert b"\x1b" not in (tmp_path / "a.svg").read_bytes()


def test_labels_are_moved_no_farther_than_they_must() -> None:
    assert spread([1.0, 5.0, 9.0], 1.0, 0.0, 10.0) == pytest.approx([1.0, 5.0, 9.0])
    moved = spread([4.9, 5.0, 5.1, 9.9], 1.0, 0.0, 10.0)
    assert moved == pytest.approx([4.0, 5.0, 6.0, 9.9])
    assert spread([0.0, 0.1, 0.2], 1.0, 0.0, 10.0) == pytest.approx([0.0, 1.0, 2.0])
    assert spread([5.0] * 5, 10.0, 0.0, 10.0) == pytest.approx([0.0, 2.5, 5.0, 7.5, 10.0])
