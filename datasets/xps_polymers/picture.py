"""A grid of labelled spectra."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.colours import BLUE, INK
from xps_keras.datasets.xps_polymers.stored import find, read
from xps_keras.errors import UsageError
from xps_keras.files import StrPath, write_png
from xps_keras.library.lines import LINES

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
    path = Path(path)
    data_dir = None if data_dir is None else Path(data_dir)
    from matplotlib.figure import Figure

    builder = find(config, data_dir)
    name = split.split("[")[0]
    if name not in builder.info.splits:
        raise UsageError(f"There is no split '{name}'; choose one of: {', '.join(builder.info.splits)}.")
    try:
        batch = next(read(builder, split))
    except StopIteration as error:
        raise UsageError(f"The split '{split}' holds no spectrum.") from error
    count = min(count, len(batch["id"]))
    columns = min(2, count)
    rows = -(-count // columns)
    figure = Figure(figsize=(7.2 * columns, 0.6 + 2.6 * rows), facecolor="white", layout="constrained")
    figure.suptitle(f"{builder.info.full_name}, {split}", fontsize=13, fontweight="bold", color=INK)
    for place in range(count):
        example = {feature: values[place] for feature, values in batch.items()}
        keys, labels = (builder.info.features["polymers"].feature.names, builder.info.features["groups"].names)
        _draw(figure.add_subplot(rows, columns, place + 1), example, keys, labels)
    write_png(path, figure, 130)


def _draw(axes: Any, example: dict[str, Any], keys: Sequence[str], labels: Sequence[str]) -> None:
    position, ticks, names = 0, [], []
    for start, stop in _stretches(example["measured"]):
        channels = np.arange(stop - start) + position
        # Binding energy falls from left to right, as spectra of this kind are drawn.
        values = example["spectrum"][start:stop][::-1]
        axes.plot(channels, values, color=BLUE, linewidth=1.3)
        axes.fill_between(channels, 0.0, values, color=BLUE, alpha=0.10, linewidth=0)
        ticks.append(position + (stop - start) / 2)
        names.append(_name(AXIS.energies_ev[start], AXIS.energies_ev[stop - 1], float(example["shift_ev"])))
        position += stop - start + _GAP
    axes.set_xlim(-_GAP, position)
    axes.set_ylim(bottom=0.0)
    axes.set_xticks(ticks, names, fontsize=8, color=INK)
    axes.set_yticks([])
    axes.tick_params(length=0)
    axes.spines[["left", "right", "top"]].set_visible(False)
    mixture = " + ".join(
        f"{100 * fraction:.0f} % {keys[polymer]}"
        for polymer, fraction in zip(example["polymers"], example["fractions"], strict=True)
        if polymer >= 0
    )
    shifted = f"shift {example['shift_ev']:+.2f} eV, broadening {example['broadening_ev']:.2f} eV"
    groups = ", ".join(name for name, present in zip(labels, example["groups"], strict=True) if present)
    axes.set_title(
        f"{example['id'].decode()}: {mixture}\n{shifted}\n{groups}", loc="left", fontsize=8.5, color=INK, wrap=True
    )


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
