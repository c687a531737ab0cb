"""Fits of many spectra in several processes."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

from xps_keras.analysis.doubt import Senses
from xps_keras.analysis.sense import Question, Sense, sense_of

AT_ONCE = 8
"""Spectra that a process takes at a time."""


@contextmanager
def parallel_senses(processes: int) -> Iterator[Senses | None]:
    """Start processes that fit.

    They are fresh interpreters, for a fork of a process with running TensorFlow threads may hang; so the program that
    asks for them must not do its work when it is imported.

    Args:
        processes: How many; with fewer than 2 the fits are made in this process.

    Yields:
        What ``examine`` takes as ``senses``. The processes end with the context.
    """
    if processes < 2:
        yield None
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield lambda questions: list(pool.map(_answered, questions, chunksize=AT_ONCE))


def _answered(question: Question) -> Sense:
    return sense_of(*question)
