"""A bound on the memory that a C library may take while it reads a file that may lie."""

import contextlib
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

_ONE_AT_A_TIME = threading.RLock()


@contextlib.contextmanager
def memory_bounded(more_bytes: int) -> Iterator[None]:
    """Let the process take at most so much more memory meanwhile: what goes beyond fails inside the library.

    HDF5 believes the length that a text of variable length states, and fills that much memory before it looks whether
    the text exists: a damaged file of 15 kB takes 4 GB. Nothing in its interface tells the length beforehand.
    The bound holds for the whole process, hence it is generous and short. Linux only; elsewhere nothing is bounded.

    Args:
        more_bytes: Memory in bytes on top of what the process has mapped.
    """
    if sys.platform != "linux":
        yield
        return
    import resource

    with _ONE_AT_A_TIME:
        before = resource.getrlimit(resource.RLIMIT_AS)
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        bound = pages * resource.getpagesize() + more_bytes
        soft = bound if before[0] == resource.RLIM_INFINITY else min(bound, before[0])
        resource.setrlimit(resource.RLIMIT_AS, (soft, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_AS, before)
