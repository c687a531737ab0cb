"""A line a sample on the terminal, and the warnings of all of them gathered behind."""

from collections.abc import Sequence

from xps_keras.analysis.compact import Gathered, heading, layout, line
from xps_keras.cli.job import SampleAnswer
from xps_keras.cli.screen import Screen
from xps_keras.errors import SpectrumWarning


class Lines:
    """Prints samples as they come.

    Args:
        screen: Where.
        names: Names of the files.
        width: Columns of the terminal.
        shown: Whether the lines are printed at all; errors are.
    """

    def __init__(self, screen: Screen, names: Sequence[str], width: int, shown: bool) -> None:
        self._screen, self._shown = screen, shown
        self._layout = layout(width, names)
        self._gathered = Gathered()
        if shown:
            screen.show(heading(self._layout))

    def add(self, number: int, sample: SampleAnswer) -> None:
        """Print the line of a sample; ``number`` is its place among all, from 1."""
        if self._shown:
            self._screen.show(line(self._layout, number, sample.name, sample.row))
        if sample.error:
            self._screen.say(f"xps-keras: {sample.error}")
        for code, text in sample.warnings:
            self._gathered.add(sample.name, SpectrumWarning(code, text))

    def end(self, explain: bool) -> None:
        """Print the warnings, and what the lines mean if that was asked for."""
        for text in self._gathered.lines():
            self._screen.say(text)
        if explain and self._shown:
            from xps_keras.analysis.glossary import COMPACT

            self._screen.show("".join(f"{term}: {meaning}\n" for term, meaning in COMPACT))
