"""What the pictures of this room have in common.

Pictures are made with matplotlib's object interface, which keeps no global state and needs no display.
"""

from typing import TYPE_CHECKING

from xps_keras.colours import INK, SOFT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def panel(axes: "Axes", title: str, x: str | None = None, y: str | None = None) -> None:
    """Give a panel its title, its axes' names, and two quiet spines."""
    axes.set_title(title, loc="left", fontsize=11.5, fontweight="bold", color=INK, pad=7)
    if x is not None:
        axes.set_xlabel(x, fontsize=9.5, color=INK)
    if y is not None:
        axes.set_ylabel(y, fontsize=9.5, color=INK)
    axes.tick_params(colors=INK, labelsize=9)
    for side in ("right", "top"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(SOFT)


def headline(figure: "Figure", title: str, small: str, top: float) -> None:
    """Write title and small print above the panels, ``top`` being the title's height from 0 to 1."""
    inch = 1.0 / float(figure.get_size_inches()[1])
    figure.text(0.015, top, title, fontsize=17, fontweight="bold", color=INK, va="center")
    figure.text(0.015, top - 0.35 * inch, small, fontsize=9.5, color=SOFT, va="center")
