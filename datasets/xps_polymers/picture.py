"""A grid of labelled spectra."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.colours import BLUE, INK
from xps_keras.datasets.xps_polymers.stored import find, read
from xps_keras.errors import UsageError
from xps_keras.files import StrPath, write_png
from xps_keras.library.lines import LINES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_GAP = 25
"""Channels of empty paper between two stretches."""


def save_grid(path: StrPath, config: str, data_dir: StrPath | None, split: str, count: int) -> None:
    """Draw the first spectra of a split with their labels and write them as PNG.

    Channels that were not recorded are left out: the stretches stand side by side, all on one scale.

    Args:
        path: The file to write.
        config: Name of a config of ``xps_polymers``.
        data_dir: Folder of all data sets, None for that of TFDS.
        split: A split or a part of one.
        count: Number of spectra.

    Raises:
        UsageError: There is no such data set or split, or the file cannot be written.
    """
    from matplotlib.figure import Figure

    builder = find(config, data_dir)
    name = split.split("[")[0]
    if name not in builder.info.splits:
        raise UsageError(f"There is no split '{name}'; choose one of: {', '.join(builder.info.splits)}.")
    try:
        batch = next(read(builder, split))
    except StopIteration as error:
        raise UsageError(f"The split '{split}' holds no spectrum.") from error
    examples = [{feature: values[place] for feature, values in batch.items()} for place in range(len(batch["id"]))]
    examples = examples[:count]
    columns = min(2, len(examples))
    rows = -(-len(examples) // columns)
    figure = Figure(figsize=size_of(rows, columns), facecolor="white", layout="constrained")
    draw_grid(figure, builder.info, examples, rows, columns, f"{builder.info.full_name}, {split}")
    write_png(path, figure, 130)


def size_of(rows: int, columns: int) -> tuple[float, float]:
    """Return width and height of a grid in inches."""
    return 7.2 * columns, 0.6 + 2.6 * rows


def draw_grid(
    figure: "Figure", info: Any, examples: Sequence[Mapping[str, Any]], rows: int, columns: int, title: str
) -> None:
    """Draw labelled spectra into a figure.

    Args:
        figure: An empty figure.
        info: ``tfds.core.DatasetInfo`` of the data set, for the names of groups and polymers.
        examples: NumPy arrays by feature; of ``spectrum`` and whatever else there is.
        rows: Rows of the grid.
        columns: Columns of the grid.
        title: Stands above all.
    """
    figure.suptitle(title, fontsize=13, fontweight="bold", color=INK)
    keys, labels = (info.features["polymers"].feature.names, info.features["groups"].names)
    for place, example in enumerate(examples, start=1):
        _draw(figure.add_subplot(rows, columns, place), example, keys, labels)


def _draw(axes: Any, example: Mapping[str, Any], keys: Sequence[str], labels: Sequence[str]) -> None:
    position, ticks, names = 0, [], []
    shift_ev = float(example.get("shift_ev", 0.0))
    for start, stop in _stretches(_recorded(example)):
        channels = np.arange(stop - start) + position
        # Binding energy falls from left to right, as spectra of this kind are drawn.
        values = example["spectrum"][start:stop][::-1]
        axes.plot(channels, values, color=BLUE, linewidth=1.3)
        axes.fill_between(channels, 0.0, values, color=BLUE, alpha=0.10, linewidth=0)
        ticks.append(position + (stop - start) / 2)
        names.append(_name(AXIS.energies_ev[start], AXIS.energies_ev[stop - 1], shift_ev))
        position += stop - start + _GAP
    axes.set_xlim(-_GAP, position)
    axes.set_ylim(bottom=0.0)
    axes.set_xticks(ticks, names, fontsize=8, color=INK)
    axes.set_yticks([])
    axes.tick_params(length=0)
    axes.spines[["left", "right", "top"]].set_visible(False)
    axes.set_title("\n".join(_told(example, keys, labels)), loc="left", fontsize=8.5, color=INK, wrap=True)


def _told(example: Mapping[str, Any], keys: Sequence[str], labels: Sequence[str]) -> Iterator[str]:
    """The lines above a spectrum: what of it was read."""
    head = [example["id"].decode()] if "id" in example else []
    if "polymers" in example and "fractions" in example:
        parts = [pair for pair in zip(example["polymers"], example["fractions"], strict=True) if pair[0] >= 0]
        head.append(" + ".join(f"{100 * fraction:.0f} % {keys[polymer]}" for polymer, fraction in parts))
    if head:
        yield ": ".join(head)
    if "shift_ev" in example and "broadening_ev" in example:
        yield f"shift {example['shift_ev']:+.2f} eV, broadening {example['broadening_ev']:.2f} eV"
    if "groups" in example:
        yield ", ".join(name for name, present in zip(labels, example["groups"], strict=True) if present)


def _recorded(example: Mapping[str, Any]) -> NDArray[np.bool_]:
    """The channels to draw: those that were recorded; where that was not read, those near any intensity."""
    if "measured" in example:
        return np.asarray(example["measured"])
    return np.convolve(example["spectrum"] > 0, np.ones(_GAP), "same") > 0


def _stretches(measured: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First channel and end of every recorded stretch, highest energy first."""
    padded = np.zeros(len(measured) + 2, np.int8)
    padded[1:-1] = measured
    changes = np.flatnonzero(np.diff(padded)).tolist()
    return list(zip(changes[::2], changes[1::2], strict=True))[::-1]


def _name(low_ev: float, high_ev: float, shift_ev: float) -> str:
    """Lines whose windows, moved with the shift, lie in a stretch, and its energies."""

    def shared(line: Any) -> float:
        overlap = min(high_ev, line.window_high_ev + shift_ev) - max(low_ev, line.window_low_ev + shift_ev)
        return float(overlap / (line.window_high_ev - line.window_low_ev))

    lines = [line.name for line in LINES.values() if shared(line) > 0.5]
    return f"{', '.join(lines)}\n{high_ev:.0f}-{low_ev:.0f} eV"
