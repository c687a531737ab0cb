"""Folders written whole or not at all: what killed writers leave is cleared away, what live ones write is not."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from xps_keras.staging import clear_leftovers, install, staging

pytestmark = pytest.mark.skipif(os.name != "posix", reason="folders cannot be locked on this system")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@contextmanager
def writer(path: Path, work: str) -> Iterator["subprocess.Popen[str]"]:
    """A process that runs ``work`` while it writes a folder, then waits to be killed."""
    program = textwrap.dedent(f"""
        import sys, time
        from pathlib import Path
        from xps_keras import staging
        path = Path(sys.argv[1])
        with staging.staging(path) as folder:
            (folder / "half").write_text("half of it")
            {work}
            print("ready", flush=True)
            time.sleep(600)
    """)
    with subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def test_what_a_killed_writer_left_is_gone_at_the_next_start(tmp_path: Path) -> None:
    with writer(tmp_path / "out", "pass"):
        pass
    assert len(names(tmp_path)) == 1
    with staging(tmp_path / "out") as folder:
        assert names(tmp_path) == [folder.name]
        (folder / "whole").write_text("all of it")
        install(folder, tmp_path / "out")
    assert names(tmp_path) == ["out"]
    assert names(tmp_path / "out") == ["whole"]


def test_what_a_live_writer_writes_stays(tmp_path: Path) -> None:
    with writer(tmp_path / "out", "pass"):
        (written,) = tmp_path.iterdir()
        with staging(tmp_path / "out"):
            assert (written / "half").read_text() == "half of it"
        assert names(tmp_path) == [written.name]


def test_a_folder_that_a_killed_writer_was_replacing_comes_back(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "kept").write_text("of last year")
    moved = """path.rename(staging._hidden(path, "earlier"))"""
    with writer(tmp_path / "out", moved):
        assert "out" not in names(tmp_path)
    clear_leftovers(tmp_path / "out")
    assert names(tmp_path) == ["out"]
    assert (tmp_path / "out" / "kept").read_text() == "of last year"


def test_a_folder_that_was_replaced_goes_when_the_new_one_stands(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    moved = """path.rename(staging._hidden(path, "earlier")); folder.rename(path)"""
    with writer(tmp_path / "out", moved):
        pass
    clear_leftovers(tmp_path / "out")
    assert names(tmp_path) == ["out"]
    assert names(tmp_path / "out") == ["half"]


def test_hidden_folders_of_others_are_left_alone(tmp_path: Path) -> None:
    others = [".out", ".out-12345678", ".out-1234.part", ".outer-12345678.part", "out-12345678.part", ".git"]
    for name in others:
        (tmp_path / name).mkdir()
    (tmp_path / ".out-12345678.part").mkdir()
    clear_leftovers(tmp_path / "out")
    assert names(tmp_path) == sorted(others)


def test_folders_that_were_made_for_nothing_are_removed(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), staging(tmp_path / "a" / "b" / "out"):
        raise KeyboardInterrupt
    assert names(tmp_path) == []
