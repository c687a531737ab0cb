"""When a fit has taken too long."""

import time


class Deadline:
    """Processor time that the thread which makes this may spend from now on.

    Args:
        seconds: How much.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._clock, self._spent = time.monotonic(), time.thread_time()

    def passed(self) -> bool:
        """Tell whether it is spent; asked hundreds of times a second."""
        # The clock on the wall is read at once, a thread's own time by asking the system, which some make slow.
        if time.monotonic() - self._clock <= self._seconds:
            return False
        return time.thread_time() - self._spent > self._seconds
