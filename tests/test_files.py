"""What a file is written into, and what of it is seen when writing fails."""

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from xps_keras.errors import UsageError
from xps_keras.files import whole_file, write_whole


def test_a_device_stays_a_device() -> None:
    write_whole("/dev/null", b"x")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
def test_a_full_device_is_a_sentence() -> None:
    with pytest.raises(UsageError, match="/dev/full: cannot be written"):
        write_whole("/dev/full", b"x")


def test_a_pipe_is_written_into(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    write_whole(pipe, b"content")
    reader.join(10)
    assert read == [b"content"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_link_stays_and_its_target_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    target, link, loop = tmp_path / "there" / "target", tmp_path / "link", tmp_path / "loop"
    link.symlink_to(target)
    loop.symlink_to(loop)
    for content in ("new", "newer"):
        write_whole(link, content)
        assert link.is_symlink()
        assert target.read_text() == content
    with pytest.raises(UsageError):
        write_whole(loop, b"x")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["link", "loop", "target", "there"]


def test_an_open_file_is_written_where_it_stands(tmp_path: Path) -> None:
    """``/dev/stdout`` behind a redirection is no file to replace: what is printed before and after stays around it."""
    script = "from xps_keras.files import write_whole; print('a'); write_whole('/dev/stdout', 'b\\n'); print('c')"
    out = tmp_path / "out"
    with open(out, "wb") as stream:
        subprocess.run([sys.executable, "-c", script], stdout=stream, check=True)
    assert out.read_text() == "a\nb\nc\n"


def test_a_writer_that_fails_or_is_stopped_leaves_the_old_content_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")

    def broken_off(error: type[BaseException]) -> None:
        with whole_file(path) as stream:
            stream.write(b"half")
            raise error

    for error in (ValueError, KeyboardInterrupt):
        with pytest.raises(error):
            broken_off(error)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["file"]


def test_names_may_be_as_long_as_the_system_allows(tmp_path: Path) -> None:
    write_whole(tmp_path / ("\N{LATIN SMALL LETTER A WITH DIAERESIS}" * 127), b"x")
    with pytest.raises(UsageError, match="cannot be written"):
        write_whole(tmp_path / ("a" * 300), b"x")
