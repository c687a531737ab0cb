"""Drawing in further processes."""

import subprocess
import sys
import time
from dataclasses import fields
from itertools import islice

import numpy as np
import psutil
import pytest

from xps_keras.corpus import Batch, recipe
from xps_keras.corpus.parallel import drawn_blocks
from xps_keras.errors import XpsKerasError


def children() -> set[psutil.Process]:
    return set(psutil.Process().children())


@pytest.mark.parametrize("name", ["paper", "instrument"])
def test_blocks_are_the_same_however_many_processes_draw(name: str) -> None:
    def drawn(processes: int) -> list[Batch]:
        with drawn_blocks(recipe(name), seed=5, count=3, processes=processes) as blocks:
            return list(blocks)

    here = drawn(0)
    for processes in (1, 2):
        for one, other in zip(here, drawn(processes), strict=True):
            for field in fields(Batch):
                first, second = getattr(one, field.name), getattr(other, field.name)
                assert first.dtype == second.dtype
                np.testing.assert_array_equal(first, second, err_msg=field.name)  # a share that is not known is NaN


def test_processes_end_with_the_context() -> None:
    before = children()
    with drawn_blocks(recipe("paper"), seed=1, count=1000, processes=2) as blocks:
        assert len(next(blocks)) == 512
        started = children() - before
        assert len(started) == 2
    assert not started & children()


def test_a_killed_process_is_a_sentence() -> None:
    before = children()
    with drawn_blocks(recipe("paper"), seed=1, count=1000, processes=1) as blocks:
        next(blocks)
        (drawing,) = children() - before
        drawing.kill()
        with pytest.raises(XpsKerasError, match="ended early"):
            list(islice(blocks, 20))


def test_a_process_ends_when_its_reader_is_killed() -> None:
    reader = (
        "import sys; from xps_keras.corpus import recipe; from xps_keras.corpus import parallel\n"
        "with parallel.drawn_blocks(recipe('paper'), 1, 1000, 1) as blocks:\n"
        "    next(blocks); print(1, flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen([sys.executable, "-c", reader], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"1\n"
        (drawing,) = psutil.Process(process.pid).children()
        process.kill()
    # Nobody collects the orphan in a container without an init: then it stays as a zombie.
    deadline = time.monotonic() + 60
    while drawing.is_running() and drawing.status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not drawing.is_running() or drawing.status() == psutil.STATUS_ZOMBIE
