"""One call of ``analyze`` from its files to its last sentence."""

import gc
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from xps_keras.cli.batch import answers, processes_for
from xps_keras.cli.collected import JsonList, json_list, report_pages, write_table
from xps_keras.cli.inputs import Inputs, inputs_of
from xps_keras.cli.job import FileAnswer, Job, Paper, SampleAnswer, Settings
from xps_keras.cli.planning import Plan, Wishes, plan
from xps_keras.cli.screen import Screen
from xps_keras.errors import InputError, SpectrumWarning, UsageError
from xps_keras.version import __version__

if TYPE_CHECKING:
    from xps_keras.cli.lines import Lines

WHOLE = 2
"""Most samples that are printed with the whole table; more get a line each."""


def run(wishes: Wishes) -> None:
    """Do what was asked for.

    Args:
        wishes: The options of the command line.

    Raises:
        XpsKerasError: Nothing could be done, or stdout took not all of it.
        typer.Exit: Status 1 when a file has no answer or an output was not written, 130 after a stop from the keyboard.
    """
    # What is imported on the way to the first answer stays to the end: looking through it for what may go takes a
    # tenth of the time of one file.
    gc.disable()
    try:
        if wishes.sensitivity is not None:
            from xps_keras.quantification.sensitivity import read_sensitivities

            read_sensitivities(wishes.sensitivity)  # every process reads it again; what is wrong with it is said once
        inputs = inputs_of(wishes.files)
        _Call(wishes, inputs, plan(wishes, inputs)).run()
    finally:
        gc.enable()


class _Call:
    """The state of one call: what is shown and collected while the answers come."""

    def __init__(self, wishes: Wishes, inputs: Inputs, planned: Plan) -> None:
        from xps_keras.terminal import console_for

        console = console_for(sys.stdout)
        self.wishes, self.inputs, self.planned = wishes, inputs, planned
        self.tables = not wishes.quiet and wishes.json_out != "-"
        whole = self.tables and (wishes.verbose or len(planned.jobs) <= WHOLE)
        paper = (
            Paper(console.width, console.color_system, console.encoding, wishes.explain, wishes.components)
            if whole
            else None
        )
        self.settings = Settings(
            model=wishes.model,
            reference_ev=wishes.reference_ev,
            method=wishes.method,
            charge=wishes.charge,
            sensitivity=None if wishes.sensitivity is None else str(wishes.sensitivity),
            sample=wishes.sample,
            style=wishes.style,
            picture_format=planned.picture_suffix,
            entries={None: "", "-": "ascii"}.get(wishes.json_out, "utf-8"),
            paper=paper,
            sections=wishes.html is not None,
            inputs=tuple(planned.inputs) if planned.derived else (),
        )
        self.screen = Screen(len(planned.jobs), wishes.quiet)
        self.width = console.width
        self.lines: Lines | None = None
        self.held: list[SampleAnswer] = []
        """The first samples, until it is known whether each gets the whole table."""
        self.rows: list[dict[str, Any]] = []
        self.passed_over: list[Path] = [*inputs.ours, *inputs.others]
        self.files = self.samples = self.without = self.undecided = 0
        self.failed = False
        self.pages: Callable[[dict[str, str]], None] | None = None
        self.model = ""

    def run(self) -> None:
        """Answer, show and write."""
        stopped = False
        try:
            with (
                report_pages(self.wishes.html) as self.pages,
                json_list(self.wishes.json_out, self.inputs.several) as entries,
            ):
                try:
                    self._go_through(entries)
                except KeyboardInterrupt:
                    if self.samples == 0:
                        raise
                    stopped = True
                if self.samples == 0:
                    raise InputError(
                        f"{self.wishes.files[0]}: {self.files} files were looked at and none is a spectrum."
                    )
                self._write_table()
        except UsageError as error:
            if self.samples == 0:
                raise
            self._problem(str(error))
        self._last_words()
        if stopped:
            self.screen.say(self._stopped())
            raise typer.Exit(130)
        self.screen.end()
        if self.failed:
            raise typer.Exit(1)

    def _go_through(self, entries: JsonList | None) -> None:
        jobs = self.planned.jobs
        found = answers(jobs, self.settings, processes_for(len(jobs), self.wishes.processes))
        with closing(found):
            for job, answer in zip(jobs, found, strict=True):
                gc.enable()
                self.files += 1
                self._take(job, answer, entries)
                self.screen.progress(self.files)
                if self.screen.broken and not self.planned.writes:
                    return  # nobody reads, nothing is to be written

    def _take(self, job: Job, answer: FileAnswer, entries: JsonList | None) -> None:
        if answer.passed_over:
            self.passed_over.append(Path(job.path))
            return
        if answer.error and not self.inputs.several:
            raise InputError(answer.error)
        self.failed |= bool(answer.error)
        for sample in answer.samples:
            self.samples += 1
            if entries is not None:
                entries.add(sample.entry)
            if self.pages is not None and sample.section is not None:
                self.pages(sample.section)
            if self.wishes.table is not None:
                self.rows.append(sample.row)
            self.without += bool(sample.error)
            self.undecided += bool(sample.row.get("charge undecided"))
            self.model = self.model or sample.model
            self._show(sample)
        for problem in answer.problems:
            self._problem(problem)

    def _show(self, sample: SampleAnswer) -> None:
        """Print a sample: whole where there are few or all was asked for, else as a line."""
        if self.wishes.verbose:
            self._whole(sample)
            return
        if self.samples <= WHOLE:
            self.held.append(sample)
            return
        for number, early in enumerate(self.held, start=1):
            self._as_line(number, early)
        self.held.clear()
        self._as_line(self.samples, sample)

    def _whole(self, sample: SampleAnswer) -> None:
        from xps_keras.analysis.report import print_warnings

        if sample.error:
            self.screen.say(f"xps-keras: {sample.error}")
            return
        if sample.report:
            self.screen.show(sample.report)
        if not self.wishes.quiet:
            print_warnings([SpectrumWarning(code, text) for code, text in sample.warnings], name=sample.name)

    def _as_line(self, number: int, sample: SampleAnswer) -> None:
        if self.lines is None:
            from xps_keras.cli.lines import Lines

            names = [job.name for job in self.planned.jobs]
            self.lines = Lines(self.screen, names, self.width, self.tables)
        self.lines.add(number, sample)

    def _write_table(self) -> None:
        path = self.wishes.table
        if path is None:
            return
        try:
            written = write_table(path, self.rows, self._about())
        except UsageError as error:
            self._problem(str(error))
            return
        if written != path:
            self._problem(f"{path}: this file cannot be written, is it open elsewhere? The table is in {written}.")

    def _about(self) -> dict[str, str]:
        return {
            "program": f"xps-keras {__version__}",
            "model": self.model,
            "reference": f"saturated hydrocarbon C 1s at {self.wishes.reference_ev:g} eV",
            "charging shift": "measured minus true binding energy, eV",
            "samples": str(self.samples),
        }

    def _problem(self, text: str) -> None:
        self.failed = True
        self.screen.say(f"xps-keras: {text}")

    def _last_words(self) -> None:
        """Show what was held back, gather the warnings, and count."""
        for number, sample in enumerate(self.held, start=1):
            if sample.report or sample.error or not self.tables:
                self._whole(sample)
            else:
                self._as_line(number, sample)
        if self.wishes.quiet:
            return
        if self.lines is not None:
            self.lines.end(self.wishes.explain)
        if self.samples > WHOLE or self.passed_over:
            self.screen.say(self._count())
        if self.wishes.verbose:
            for path in self.passed_over:
                self.screen.say(f"passed over: {path}")

    def _count(self) -> str:
        read = self.files - len(self.passed_over) + len(self.inputs.ours) + len(self.inputs.others)
        parts = [f"{_number(self.samples, 'sample')} of {_number(read, 'file')}"]
        if self.undecided:
            parts.append(f"{self.undecided} with undecided charge")
        if self.without:
            parts.append(f"{self.without} not analysed")
        ours, others = len(self.inputs.ours), len(self.passed_over) - len(self.inputs.ours)
        if others:
            parts.append(f"{_number(others, 'file')} passed over that no reader knows")
        if ours:
            parts.append(f"{_number(ours, 'file')} passed over that xps-keras wrote")
        return f"{', '.join(parts)}."

    def _stopped(self) -> str:
        outputs = [
            str(out) for out in (self.wishes.json_out, self.wishes.table, self.wishes.html) if out not in (None, "-")
        ]
        held = (
            f"{' and '.join(outputs)} {'hold' if len(outputs) > 1 else 'holds'} these" if outputs else "these are whole"
        )
        return f"xps-keras: stopped from the keyboard after {self.files} of {len(self.planned.jobs)} files; {held}."


def _number(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
