"""What a file is written into, and what of it is seen when writing fails."""

import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from xps_keras.errors import UsageError
from xps_keras.files import check_folder, read_regular, whole_file, write_whole


@pytest.mark.skipif(not os.path.exists("/dev/null"), reason="this system has no /dev/null")
def test_a_device_stays_a_device() -> None:
    write_whole("/dev/null", b"x")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
def test_a_full_device_is_a_sentence() -> None:
    with pytest.raises(UsageError, match="/dev/full: cannot be written"):
        write_whole("/dev/full", b"x")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names of files")
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


def test_what_is_promised_stands_on_the_disk_before_the_old_content_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, done = tmp_path / "file", []
    path.write_text("old")
    sync = os.fsync

    def fsync(handle: int) -> None:
        done.append(("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file", path.read_text()))
        sync(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    write_whole(path, "new", durable=True)
    assert done == [("file", "old"), ("folder", "new")]
    write_whole(path, "newer")
    assert len(done) == 2


def test_a_folder_is_tried_before_the_work(tmp_path: Path, disk: Callable[..., Path]) -> None:
    check_folder(tmp_path / "not" / "there", 1000)
    assert not (tmp_path / "not").exists()
    (tmp_path / "file").write_text("")
    for taken in (tmp_path / "file", tmp_path / "file" / "below", Path("/dev/null")):
        with pytest.raises(UsageError, match="this is a file"):
            check_folder(taken)
    with pytest.raises(UsageError, match="cannot be written: File name too long"):
        check_folder(tmp_path / ("a" * 300) / "b")
    with pytest.raises(UsageError, match="cannot be written: Read-only file system"):
        check_folder(disk("64k", "ro") / "new")
    small = disk("64k")
    with pytest.raises(UsageError, match=r"take some 1\.0 MB, but only 0\.1 MB are free"):
        check_folder(small / "new", 1_000_000)
    (small / "rest").write_bytes(bytes(64 * 1024))
    with pytest.raises(UsageError, match="No space left on device"):
        check_folder(small / "new")
    assert os.listdir(small) == ["rest"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names of files")
def test_pipes_devices_and_floods_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "endless").symlink_to("/dev/zero")
    (tmp_path / "file").write_bytes(b"12345")
    for name in ("pipe", "endless"):
        with pytest.raises(OSError, match="it is a pipe or a device, no file"):
            read_regular(tmp_path / name, 10)
    with pytest.raises(OSError, match="it holds more than"):
        read_regular(tmp_path / "file", 4)
    assert read_regular(tmp_path / "file", 5) == b"12345"
