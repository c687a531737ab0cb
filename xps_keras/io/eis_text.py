"""Reader of the text that Omicron's EIS program exports: a line of settings per region, and a table per layer.

Every region begins with a line of names (``Region``, ``Enabled``, ``DataFlag``, ``Start``, ...) and one of values; its
name is what the operator wrote as ``Notes``. A layer is a curve that the program computes from the channels of the
detector, usually their sum; layers that were never filled are exported as zeros.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError, SpectrumWarning
from xps_keras.io.column_names import energy_scale
from xps_keras.io.decode import known_number, to_lines, to_text
from xps_keras.io.draft import Draft, Parsed
from xps_keras.io.reader import Reader
from xps_keras.io.unsaid_scale import SCALE_ASSUMED, settled

_SETTINGS = {"Enabled", "DataFlag", "Start", "End", "Step", "Dwell"}
"""Names that stand in the first line of every region, behind ``Region``."""
_MEASURED = ("", "original", "empty")
"""What ``DataFlag`` says of counts, and of regions that were set up and not measured."""
_MOST_PROMISED = 1e6  # more rows are no setting
_MOST_NAMES = 8  # regions listed in a message


@dataclass
class _Layer:
    """One curve of a region."""

    number: str
    enabled: bool
    scale: str
    """What its column of energies is called."""
    first_line: int
    """Line of the first row, counted from 1."""
    rows: list[tuple[float, float]] = field(default_factory=list)

    @property
    def counted(self) -> bool:
        """Whether it holds anything but zeros."""
        return any(counts for _, counts in self.rows)


@dataclass
class _Region:
    """The settings of a region by their names, and its curves."""

    line: int
    """Line of its settings, counted from 1."""
    settings: dict[str, str]
    layers: list[_Layer] = field(default_factory=list)

    def number(self, name: str) -> float | None:
        """Return a setting that is a positive number, None where it is none."""
        return known_number(self.settings.get(name, "")[:16])

    @property
    def called(self) -> str:
        """The region for a message: ``region 4 (`C1s`)``."""
        notes = self.settings.get("Notes", "")
        return f"region {self.settings.get('Region', '')[:8]}" + (f" (`{notes[:60]}`)" if notes else "")


class EisTextReader:
    """Text exports of Omicron EIS."""

    name = "Omicron EIS text"
    extra = None

    def recognises(self, content: bytes, path: Path) -> bool:
        """Tell whether the first line names the settings of a region."""
        first = next((line for line in to_lines(to_text(content[:4096]) or "") if line.strip()), "")
        return _settings(first) is not None

    def read(self, content: bytes, path: Path) -> Parsed:
        """Read the measured curve of every region.

        Args:
            content: The file.
            path: Its path, for messages.

        Returns:
            One draft per region that was measured. Repetitions of a region under one name, on one axis and with the
            same settings, stand behind the first: they are further sweeps, not the next sample.

        Raises:
            InputError: If a row is broken, or no region holds counts.
        """
        regions = _regions(to_lines(to_text(content) or ""), path)
        measured = [region for region in regions if any(layer.counted for layer in region.layers)]
        if not measured:
            raise InputError(f"{path.name}: no region of this EIS export holds counts, export it again.")
        drafts = _said_scale([_draft(region) for region in measured])
        return Parsed(tuple(settled(_repetitions_together(drafts))), _empty(regions, measured))


READER: Reader = EisTextReader()


def _settings(line: str) -> list[str] | None:
    """Return the names in the first line of a region, None where the line is none."""
    names = [cell.strip() for cell in line.split("\t")]
    return names if names[0].lstrip("\ufeff") == "Region" and set(names) >= _SETTINGS else None


def _regions(lines: Sequence[str], path: Path) -> list[_Region]:
    """Part the file into regions and layers, and read the rows."""
    regions: list[_Region] = []
    names: list[str] = []
    layer: _Layer | None = None
    after = ""  # what the line before was
    for index, line in enumerate(lines):
        cells = [cell.strip() for cell in line.split("\t")]
        if cells[0].endswith("Region") and (found := _settings(line)) is not None:
            names, layer, after = found, None, "Region"
        elif after == "Region":
            regions.append(_Region(index + 1, dict(zip(names, cells, strict=False))))
            after = ""
        elif cells[:2] == ["Layer", "Enabled"]:
            layer, after = None, "Layer"
        elif after == "Layer" and regions:
            layer = _Layer(cells[0][:8], cells[1:2] != ["False"], "", index + 3)
            regions[-1].layers.append(layer)
            after = "Energy"
        elif layer is not None and after == "Energy":
            layer.scale, after = cells[0], ""
        elif layer is not None and line.strip():
            layer.rows.append(_row(cells, index + 1, path))
    return regions


def _row(cells: list[str], line: int, path: Path) -> tuple[float, float]:
    try:
        energy, counts = (float(cell.replace(",", ".")) for cell in cells)
    except ValueError:
        raise InputError(
            f"{path.name}: line {line} (`{' '.join(cells)[:40]}`) is no row of energy and counts, correct it."
        ) from None
    return energy, counts


def _draft(region: _Region) -> Draft:
    layers = [layer for layer in region.layers if layer.counted]
    layer = next((layer for layer in layers if layer.enabled), layers[0])
    table: NDArray[np.float64] = np.array(layer.rows, dtype=np.float64)
    acquired = region.number("Sweeps-Acquired") or region.number("Sweeps")
    divided = region.settings.get("Divide by Ten", "").lower() == "true"
    return Draft(
        label=region.settings.get("Notes", ""),
        energy_ev=table[:, 0],
        intensity=table[:, 1],
        place=f"region {region.settings.get('Region', '')[:8]} (line {layer.first_line})",
        scale=energy_scale(layer.scale) or "binding",
        intensity_unit="arbitrary" if divided else "counts",
        dwell_s=region.number("Dwell"),
        scans=None if acquired is None else max(1, round(acquired)),
        # CRR is a constant ratio of retardation, not a pass energy.
        pass_energy_ev=region.number("CAE/CRR") if region.settings.get("Mode") == "CAE" else None,
        lines=np.arange(layer.first_line, layer.first_line + len(table)),
        warnings=tuple(_said_of(region, layer, [one.number for one in layers if one is not layer])),
    )


def _said_of(region: _Region, layer: _Layer, others: Sequence[str]) -> Iterable[SpectrumWarning]:
    called = region.called[:1].upper() + region.called[1:]
    if (flag := region.settings.get("DataFlag", "")).lower() not in _MEASURED:
        text = f"{called} is marked `{flag[:40]}` by the program, not `Original`: these may be no counts as measured."
        yield SpectrumWarning("curve-read", text)
    if others:
        text = f"Of {region.called} layer {layer.number} was read, not {', '.join(others[:_MOST_NAMES])}."
        yield SpectrumWarning("columns-ignored", text)
    start, step = (_signed(region.settings.get(name, "")) for name in ("Start", "Step"))
    end = _signed(region.settings.get("End", ""))
    if start is None or end is None or not step:
        return
    promised = (end - start) / step + 1
    if 1.0 < abs(promised - len(layer.rows)) < _MOST_PROMISED:
        text = (
            f"{called} holds {len(layer.rows)} rows where its settings say {promised:.0f}: the scan was stopped or the "
            "file is cut off."
        )
        yield SpectrumWarning("file-truncated", text)


def _signed(text: str) -> float | None:
    try:
        return float(text[:16].replace(",", "."))
    except ValueError:
        return None


def _said_scale(drafts: list[Draft]) -> list[Draft]:
    """Say that nothing names the scale, unless a region reaches down to zero: no kinetic energy does."""
    if any(float(draft.energy_ev.min()) <= 0 for draft in drafts):
        return drafts
    text = "The file does not say whether its energies are binding or kinetic: binding energies were assumed."
    said = SpectrumWarning(SCALE_ASSUMED, text)
    return [replace(draft, warnings=(*draft.warnings, said)) for draft in drafts]


def _repetitions_together(drafts: Sequence[Draft]) -> list[Draft]:
    """Put what repeats a region, by name, axis and settings, behind it: whether it shows the same is judged later."""
    groups: dict[tuple[object, ...], list[Draft]] = {}
    for draft in drafts:
        settings = (draft.label, draft.dwell_s, draft.pass_energy_ev, draft.intensity_unit)
        groups.setdefault((*settings, draft.energy_ev.tobytes()), []).append(draft)
    return [draft for group in groups.values() for draft in group]


def _empty(regions: Sequence[_Region], measured: Sequence[_Region]) -> tuple[SpectrumWarning, ...]:
    """Name the regions that were set up and hold no counts."""
    empty = [region.called for region in regions if not any(region is one for one in measured)]
    if not empty:
        return ()
    more = f" and {len(empty) - _MOST_NAMES} more" if len(empty) > _MOST_NAMES else ""
    text = f"Without counts, set up and not measured: {', '.join(empty[:_MOST_NAMES])}{more}."
    return (SpectrumWarning("region-skipped", text),)
