"""The answer as a picture: spectra before and after correction, the fit with its components, and the groups.

Figures are made with matplotlib's object interface, which keeps no global state and needs no display.
"""

import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from xps_keras.analysis.picture_groups import draw_groups
from xps_keras.analysis.picture_labels import MISSING
from xps_keras.analysis.picture_panel import Look, draw_region
from xps_keras.analysis.result import Analysis
from xps_keras.errors import UsageError
from xps_keras.files import StrPath, write_whole
from xps_keras.preprocessing.channels import Channels
from xps_keras.preprocessing.planned import PlannedRegion
from xps_keras.version import __version__

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Style = Literal["slide", "paper"]
FORMATS = ("png", "svg", "pdf")
MOST_PANELS = 8
_MM = 1 / 25.4
COLUMN_MM = 85.0
"""Width of a column of a journal."""
_PANEL_MM = 48.0
_RESIDUAL_MM = 12.0
_DPI = {"slide": 150, "paper": 600}


def save_picture(
    path: StrPath, channels: Channels, analysis: Analysis, style: Style = "slide", form: str | None = None
) -> None:
    """Draw an answer and write it, whole or not at all.

    Args:
        path: The file to write; its suffix decides the format.
        channels: The spectrum on the axis, as measured.
        analysis: The answer.
        style: See ``draw``.
        form: ``png``, ``svg`` or ``pdf`` for a path whose suffix does not say it.

    Raises:
        UsageError: The format is another one, or the file cannot be written.
    """
    form = form or Path(path).suffix.lower().removeprefix(".")
    if form not in FORMATS:
        raise UsageError(f"{path}: a picture is written as .png, .svg or .pdf, end its name with one of them.")
    write_whole(path, picture_bytes(draw(channels, analysis, style), form, _DPI[style]))


def picture_bytes(figure: "Figure", form: str, dpi: int = 150) -> bytes:
    """Return a figure as the content of a file; equal figures give equal bytes.

    Args:
        figure: The figure.
        form: ``png``, ``svg`` or ``pdf``.
        dpi: Dots per inch of a PNG.
    """
    from matplotlib import rc_context

    made = f"xps-keras {__version__}"
    metadata: dict[str, dict[str, Any]] = {
        "png": {"Software": made},
        "svg": {"Creator": made, "Date": None},
        "pdf": {"Creator": made, "CreationDate": None},
    }
    buffer = io.BytesIO()
    with warnings.catch_warnings(), rc_context({"pdf.fonttype": 42, "svg.hashsalt": "xps-keras"}):
        warnings.filterwarnings("ignore", message=MISSING)
        figure.savefig(buffer, format=form, dpi=dpi, metadata=metadata[form])
    return buffer.getvalue()


def draw(channels: Channels, analysis: Analysis, style: Style = "slide") -> "Figure":
    """Draw an answer.

    Args:
        channels: The spectrum on the axis, as measured.
        analysis: The answer.
        style: ``slide`` for the spectra with the groups beside them, 13.3 inches wide; ``paper`` for the corrected
            spectra alone in one column of a journal, 85 mm wide, with fonts of 7 and 8 points and no title.

    Returns:
        The figure: a panel for each of up to eight regions, C 1s first, with the binding energy falling to the right,
        as is the custom of the field.
    """
    return _paper(channels, analysis) if style == "paper" else _slide(channels, analysis)


def _slide(channels: Channels, analysis: Analysis) -> "Figure":
    from matplotlib.figure import Figure

    panels = _panels(channels)
    columns = 1 if len(panels) == 1 else 2 if len(panels) <= 4 else 3
    rows = -(-len(panels) // columns) or 1
    height = 7.5 if rows <= 2 else 10.0
    figure = Figure(figsize=(13.33, height), facecolor="white")
    left = figure.add_gridspec(
        rows, columns, left=0.055, right=0.60, top=0.84, bottom=0.135, hspace=0.40, wspace=0.16 + 0.06 * columns
    )
    small = len(panels) > 1
    look = Look(
        title=12 if small else 14,
        axis=9 if small else 12,
        ticks=8 if small else 11,
        label=7.5 if small else 9.5,
        line=1.4 if small else 1.9,
        names=rows == 1,
        before=True,
    )
    for place, used in enumerate(panels):
        draw_region(figure, left[place // columns, place % columns], used, analysis, look)
    if panels:
        handles, labels = figure.axes[0].get_legend_handles_labels()
        figure.legend(
            handles,
            labels,
            loc="lower left",
            bbox_to_anchor=(0.04, 0.022),
            frameon=False,
            ncols=len(labels),
            fontsize=9,
            columnspacing=1.2,
            markerscale=3.0,
        )
    draw_groups(figure, analysis)
    return figure


def _paper(channels: Channels, analysis: Analysis) -> "Figure":
    from matplotlib.figure import Figure

    panels = _panels(channels)
    columns = 1 if len(panels) <= 2 else 2
    rows = -(-len(panels) // columns) or 1
    fitted = analysis.fit is not None and bool(analysis.fit.regions)
    panel = (_PANEL_MM + (_RESIDUAL_MM if fitted else 0.0)) * (1.0 if columns == 1 else 0.85)
    below, above, between = 9.0, 5.0, 14.0
    height = rows * panel + (rows - 1) * between + below + above
    figure = Figure(figsize=(COLUMN_MM * _MM, height * _MM), facecolor="white")
    grid = figure.add_gridspec(
        rows,
        columns,
        left=12.0 / COLUMN_MM,
        right=1 - 1.5 / COLUMN_MM,
        bottom=below / height,
        top=1 - above / height,
        hspace=between / panel,
        wspace=0.40,
    )
    look = Look(title=8, axis=8, ticks=7, label=7, line=0.9, names=False, before=False)
    for place, used in enumerate(panels):
        draw_region(figure, grid[place // columns, place % columns], used, analysis, look)
    return figure


def _panels(channels: Channels) -> list[PlannedRegion]:
    """Return the used regions, C 1s first, then by falling area; not more than find room."""
    regions = [used for used in channels.regions if used.used and used.energy_ev is not None]

    def rank(used: PlannedRegion) -> tuple[bool, float]:
        return ("C 1s" not in used.lines, -float(used.net.sum()) * used.region.step_ev)

    return sorted(regions, key=rank)[:MOST_PANELS]
