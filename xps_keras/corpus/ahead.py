"""Fetching the next item while the last one is used."""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def ahead(items: Iterator[T], depth: int) -> Iterator[Iterator[T]]:
    """Let a thread fetch items before they are asked for; NumPy's transforms and draws release the lock.

    Args:
        items: Where they come from; the thread alone touches it.
        depth: Items held at most.

    Yields:
        The items in order. What fetching one raises is raised where it is asked for. The thread ends with the context.
    """
    held: queue.Queue[tuple[T | None, BaseException | None]] = queue.Queue(depth)
    ended = threading.Event()

    def put(entry: tuple[T | None, BaseException | None]) -> None:
        while not ended.is_set():
            try:
                return held.put(entry, timeout=0.1)
            except queue.Full:
                continue

    def fetch() -> None:
        try:
            for item in items:
                put((item, None))
                if ended.is_set():
                    return
            put((None, None))
        except BaseException as error:  # whatever it is belongs to the one who waits
            put((None, error))

    def received() -> Iterator[T]:
        while True:
            item, error = held.get()
            if error is not None:
                raise error
            if item is None:
                return
            yield item

    thread = threading.Thread(target=fetch, daemon=True)
    thread.start()
    try:
        yield received()
    finally:
        ended.set()
        thread.join()
