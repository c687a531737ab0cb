"""Processes that share the files of a call.

They are fresh interpreters, as in ``xps_keras.corpus.parallel`` and for the same reasons. One that dies costs the file
that it was at, and another takes its place.
"""

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from xps_keras import errors
from xps_keras.cli.job import FileAnswer, Job, Settings, answer_of
from xps_keras.errors import ModelError, XpsKerasError

AHEAD = 32
"""Files a process that may be answered before the one that is waited for: what is kept for the order of the files."""
COMMAND = (sys.executable, "-P", "-m", "xps_keras.cli.worker")
"""How a process is started."""
_LOOK_S = 0.5  # how often a stop from the keyboard is looked for where the system does not interrupt waiting


class Team:
    """Processes that share the files of a call, and their answers in the order of the files.

    Args:
        jobs: The files.
        settings: What is the same for all of them.
        processes: How many processes.
    """

    def __init__(self, jobs: Sequence[Job], settings: Settings, processes: int) -> None:
        self._jobs, self._settings, self._processes = jobs, settings, processes
        self._next = iter(range(len(jobs)))
        self._lock = threading.Lock()
        self._room = threading.Semaphore(AHEAD * processes)
        self._done: queue.SimpleQueue[tuple[int, FileAnswer] | XpsKerasError] = queue.SimpleQueue()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._over = False

    def __iter__(self) -> Iterator[FileAnswer]:
        threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(self._processes)]
        waiting: dict[int, FileAnswer] = {}
        try:
            for thread in threads:
                thread.start()
            for number in range(len(self._jobs)):
                while number not in waiting:
                    found = self._take()
                    if isinstance(found, XpsKerasError):
                        raise found
                    waiting[found[0]] = found[1]
                yield waiting.pop(number)
                self._room.release()
        finally:
            self._end()

    def _take(self) -> tuple[int, FileAnswer] | XpsKerasError:
        while True:
            with suppress(queue.Empty):
                return self._done.get(timeout=_LOOK_S)

    def _end(self) -> None:
        with self._lock:
            self._over = True
            running = list(self._running)
        for _ in range(self._processes):
            self._room.release()  # none shall wait for room any more
        for process in running:
            process.kill()
            process.wait()

    def _serve(self) -> None:
        """Hand one file after the other to a process of one's own, and another process where that dies."""
        process: subprocess.Popen[bytes] | None = None
        try:
            while True:
                self._room.acquire()
                with self._lock:
                    number = next(self._next, None)
                if number is None or self._over:
                    break
                job = self._jobs[number]
                if process is None:
                    process = self._started()
                content = self._asked(process, asdict(job))
                if content is None:
                    status = self._ended(process)
                    process = None
                    if self._over:
                        break
                    why = f"{job.path}: the process that analysed it ended early ({status}), as when memory runs out."
                    found = self._failed(job, why)
                else:
                    found = answer_of(content)
                self._done.put((number, found))
        except XpsKerasError as error:
            self._done.put(error)
        except Exception as error:
            self._done.put(XpsKerasError(f"A process that analyses could not be started or read ({error})."))
        if process is not None:
            self._ended(process)

    def _started(self) -> "subprocess.Popen[bytes]":
        """Start a process and wait until its model is loaded."""
        process = subprocess.Popen(  # noqa: S603 # our own module
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if os.environ.get("XPS_KERAS_TRACEBACK") else subprocess.DEVNULL,
            env=_environment(),
            # Ctrl-C reaches this process alone, which then ends the others.
            start_new_session=True,
        )
        with self._lock:
            self._running.add(process)
            over = self._over
        if over:
            process.kill()
        content = self._asked(process, asdict(self._settings))
        if content is None:
            raise XpsKerasError(
                f"A process that analyses ended before it began ({self._ended(process)}); use fewer, such as --jobs 1."
            )
        if "error" in content:
            self._ended(process)
            kind = getattr(errors, content["kind"], ModelError)
            raise kind(content["error"])
        return process

    def _asked(self, process: "subprocess.Popen[bytes]", content: object) -> "dict[str, Any] | None":
        """Send one line and return the one that comes back; None when the process has ended."""
        assert process.stdin is not None  # noqa: S101 # asked for
        assert process.stdout is not None  # noqa: S101
        try:
            process.stdin.write(json.dumps(content).encode("ascii") + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            return None
        found: dict[str, Any] | None = json.loads(line) if line.endswith(b"\n") else None
        return found

    def _ended(self, process: "subprocess.Popen[bytes]") -> str:
        with self._lock:
            self._running.discard(process)
        for stream in (process.stdin, process.stdout):
            with suppress(OSError):
                if stream is not None:
                    stream.close()
        return f"status {process.wait()}"

    def _failed(self, job: Job, why: str) -> FileAnswer:
        from xps_keras.cli.answering import failed

        return failed(job, self._settings, why)


def _environment() -> dict[str, str]:
    package = str(Path(__file__).parents[2])
    inherited = os.environ.get("PYTHONPATH")
    # One thread each: the processes are the parallelism.
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {
        **os.environ,
        **threads,
        "PYTHONPATH": os.pathsep.join([package, inherited] if inherited else [package]),
    }
