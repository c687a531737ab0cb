"""Ctrl-C, from the first line of the program to its last.

Until a command begins there is nothing to undo, and the process ends at once, wherever it stands in an import. A
command is stopped by ``KeyboardInterrupt``, as everywhere in Python, and says itself what it has reached by then. At
the end, what was asked for stands or was refused, and the status stays.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_seen = False


def end_at_once() -> None:
    """Let Ctrl-C end the process, until ``stop_the_command``; not where the caller has chosen otherwise (``nohup``)."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)


def stop_the_command() -> None:
    """Let Ctrl-C stop a command, where ``end_at_once`` was called before."""
    if signal.getsignal(signal.SIGINT) is _end:
        signal.signal(signal.SIGINT, _stop)


def pass_over() -> None:
    """Let a further Ctrl-C pass, where ``end_at_once`` was called before."""
    if signal.getsignal(signal.SIGINT) in (_end, _stop):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    if _seen:
        # Python notes a Ctrl-C that ended text run from C, as imports of extensions do, and would end by the signal
        # instead of the status, although the exception was handled; the next text that runs takes the note back.
        exec("")  # noqa: S102


def stopped() -> bool:
    """Tell whether Ctrl-C was pressed, whatever became of the exception: an import may turn it into another one."""
    return _seen


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let Ctrl-C wait until a block has ended: an archive left in its midst complains when it is thrown away.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed in the block, which has ended.
    """
    pressed: list[int] = []
    try:
        before = signal.signal(signal.SIGINT, lambda number, frame: pressed.append(number))
    except ValueError:  # only the main thread hears of Ctrl-C
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if pressed:
            signal.raise_signal(signal.SIGINT)


@contextmanager
def telling(sentence: Callable[[], str]) -> Iterator[None]:
    """Let Ctrl-C bring a sentence on what is kept and how to go on.

    Args:
        sentence: Gives it, or nothing where nothing is kept.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed; its text is the sentence.
    """
    try:
        yield
    except BaseException as error:
        if (isinstance(error, KeyboardInterrupt) or _seen) and (said := sentence()):
            raise KeyboardInterrupt(said) from error
        raise


def _end(number: int, frame: FrameType | None) -> None:
    try:
        os.write(2, b"xps-keras: stopped from the keyboard before anything was begun.\n")
    finally:
        os._exit(130)


def _stop(number: int, frame: FrameType | None) -> None:
    global _seen
    _seen = True
    raise KeyboardInterrupt
