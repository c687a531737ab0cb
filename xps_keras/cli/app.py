"""The command line: ``xps-keras``, ``python -m xps_keras`` and ``python cli.py``.

Each command stands with its options in a module of its own and imports what it needs when it runs; here they are put
together. Nothing but Typer is imported before, so that ``--help`` answers at once.
"""

import atexit
import errno
import gc
import os
import sys
from copy import copy
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from xps_keras import interrupts
from xps_keras.cli.analyze import analyze
from xps_keras.cli.dataset import dataset_app
from xps_keras.cli.doctor import doctor
from xps_keras.cli.evaluate import evaluate
from xps_keras.cli.experiment import experiment_app
from xps_keras.cli.export import export, verify
from xps_keras.cli.identify import identify
from xps_keras.cli.imported_library import import_library
from xps_keras.cli.inspect import inspect
from xps_keras.cli.library import list_polymers, show, spectrum
from xps_keras.cli.messages import say
from xps_keras.cli.options import OptionError
from xps_keras.cli.page import page
from xps_keras.cli.recipe import recipe_app
from xps_keras.cli.screen import stdout_ended
from xps_keras.cli.search import search
from xps_keras.cli.train import train
from xps_keras.cli.unseen import unseen
from xps_keras.errors import XpsKerasError
from xps_keras.printable import tolerant_streams
from xps_keras.version import __version__

_STDOUT_ENDED = (errno.EPIPE, errno.ENOSPC, errno.EIO)
"""What printing raises when a pager or `head` has closed the pipe, or the disk is full."""
_TRACEBACK = "XPS_KERAS_TRACEBACK"
"""Environment variable; when it is set, an unexpected fault shows its traceback."""


class _Commands(TyperGroup):
    """All commands, with one way to end: a sentence on stderr and an exit status, never a traceback."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if (two := " ".join(args[:2])) in self.commands:  # `export verify DIR` stands beside `export MODEL`
            args = [two, *args[2:]]
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        try:
            interrupts.stop_the_command()
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except KeyboardInterrupt as error:
            raise _stop(error) from error
        except XpsKerasError as error:
            if interrupts.stopped():
                raise _stop(error.__context__) from error
            say(f"xps-keras: {error}")
            raise typer.Exit(2 if isinstance(error, OptionError) else 1) from error
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            if isinstance(error, OSError) and error.errno in _STDOUT_ENDED and error.filename is None:
                say(f"xps-keras: {stdout_ended(error)}")
                raise typer.Exit(1) from error
            if said := _bad_value(error):
                say(f"xps-keras: {said}")
                raise typer.Exit(2) from error
            if os.environ.get(_TRACEBACK) or _is_usage_error(error):
                raise
            if interrupts.stopped():
                raise _stop(error.__context__) from error
            kind = type(error).__name__
            report = f"please report it with the traceback {_TRACEBACK}=1 shows."
            say(f"xps-keras: unexpected fault ({kind}: {error}); {report}")
            raise typer.Exit(1) from error


def _stop(error: BaseException | None) -> typer.Exit:
    """Say how the command was stopped from the keyboard, and return how it ends."""
    interrupts.pass_over()
    said = str(error) if isinstance(error, KeyboardInterrupt) else ""
    say(f"xps-keras: {said or 'stopped from the keyboard; no output file was left half-written.'}")
    return typer.Exit(130)


def _bad_value(error: Any) -> str:
    """Return the sentence about a value that an option does not take, of which usage says nothing; else nothing."""
    if not _is_usage_error(error) or type(error).__name__ != "BadParameter":
        return ""
    return f"{str(error.format_message()).removesuffix('.')}."  # Typer 0.29 ends it without a full stop


def _is_usage_error(error: Exception) -> bool:
    # Typer below 0.20 raises click's own classes, later versions their copies; both carry an exit status to show.
    return hasattr(error, "exit_code") and hasattr(error, "show")


app = typer.Typer(
    name="xps-keras",
    cls=_Commands,
    help="Shift-invariant analysis of polymer XPS spectra: a file in, a corrected spectrum and its groups out.",
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help: rich's Markdown alone would cost a third of the half second
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        print(f"xps-keras {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


library_app = typer.Typer(help="The reference polymers.", no_args_is_help=True, rich_markup_mode=None)
library_app.command("list")(list_polymers)
library_app.command("import")(import_library)
library_app.command("show")(show)
library_app.command("spectrum")(spectrum)
library_app.command("identify")(identify)
library_app.command("search")(search)
experiment_app.command("unseen")(unseen)

app.command()(analyze)
app.command()(inspect)
app.command("app")(page)
app.command()(train)
app.command()(evaluate)
app.command()(export)
app.command("export verify")(verify)
app.command()(doctor)
app.add_typer(library_app, name="library")
app.add_typer(dataset_app, name="dataset")
app.add_typer(experiment_app, name="experiment")
app.add_typer(recipe_app, name="recipe")


def _with(named: str) -> typer.Typer:
    """Return the app with one command, and those of two words that begin with it: Typer builds all before it runs one.

    Args:
        named: What the user wrote first.

    Returns:
        The whole app when that is no command of one word.
    """
    kept = [item for item in app.registered_commands if _name(item).split()[0] == named]
    if not kept:
        return app
    small = copy(app)
    small.registered_commands, small.registered_groups = kept, []
    return small


def _name(command: Any) -> str:
    return str(command.name or command.callback.__name__)


def main() -> None:
    """Run the command line under its one name, however it was started."""
    tolerant_streams()
    # Imports make 40,000 objects that stay: looking through them for garbage again and again takes 30 ms of 400, and
    # once more at the very end, when the system takes all memory back anyway, 100 ms.
    gc.set_threshold(100_000)
    atexit.register(gc.freeze)
    # Typer checks arguments by pydantic, which would read what every installed package offers it first: 20 ms.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
    _with(next((word for word in sys.argv[1:] if not word.startswith("-")), ""))(prog_name="xps-keras")
