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
    the text exists: a damaged file of 15 kB takes 4 GB. Its interface tells shape, type and chunks of a data set
    beforehand, which ``xps_keras.io.hdf5`` checks, but not the length of a text, and NeXus keeps its names in such
    texts. Hence this bound; it counts from what the process holds already, however much that is.

    Threads: the bound holds for the whole process, as the system knows no other. Readers wait for one another; another
    thread that takes more than ``more_bytes`` meanwhile gets a MemoryError, hence the bound is generous and short. A
    limit that another thread sets meanwhile is undone. Linux only; elsewhere, and where the system lets no limit be
    set, nothing is bounded.

    Args:
        more_bytes: Memory in bytes on top of what the process has mapped.
    """
    if sys.platform != "linux":
        yield
        return
    import resource

    with _ONE_AT_A_TIME:
        before = resource.getrlimit(resource.RLIMIT_AS)
        try:
            pages = int(Path("/proc/self/statm").read_text().split()[0])
            bound = pages * resource.getpagesize() + more_bytes
            soft = bound if before[0] == resource.RLIM_INFINITY else min(bound, before[0])
            resource.setrlimit(resource.RLIMIT_AS, (soft, before[1]))
        except (OSError, ValueError):  # no /proc, or a sandbox that forbids limits: read without
            yield
            return
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_AS, before)
