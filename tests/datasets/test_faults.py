"""Stopped builds, full disks, two builds at once, damaged files."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from xps_keras.datasets.xps_polymers.build import build
from xps_keras.datasets.xps_polymers.stored import find, read, splits_of
from xps_keras.datasets.xps_polymers.verify import verify
from xps_keras.datasets.xps_polymers.xps_polymers_dataset_builder import Builder
from xps_keras.errors import InputError, UsageError


def checksums(data_dir: Path) -> list[str]:
    return [split.sha256 for split in splits_of(find("paper", data_dir))]


def leftovers(data_dir: Path) -> list[Path]:
    return list(data_dir.glob("xps_polymers/paper/incomplete*"))


@pytest.mark.parametrize("processes", [0, 2])
def test_the_same_seed_gives_the_same_files(processes: int, data_dir: Path, tmp_path: Path) -> None:
    build("paper", tmp_path, 2100, processes=processes)
    assert checksums(tmp_path) == checksums(data_dir)


def test_another_seed_gives_other_files(data_dir: Path, tmp_path: Path) -> None:
    build("paper", tmp_path, 2100, seed=43, processes=1)
    assert not set(checksums(tmp_path)) & set(checksums(data_dir))


def test_a_killed_build_is_never_loaded_and_built_anew(data_dir: Path, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from xps_keras.datasets.xps_polymers.build import build\n"
        "build('paper', Path(sys.argv[1]), 105_000, processes=1)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 300
        while not list(tmp_path.glob("xps_polymers/paper/incomplete*/*")) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.kill()
    assert leftovers(tmp_path)
    with pytest.raises(InputError, match="there is no data set"):
        find("paper", tmp_path)
    build("paper", tmp_path, 2100, processes=1)
    assert checksums(tmp_path) == checksums(data_dir)
    assert not leftovers(tmp_path)


def test_ctrl_c_leaves_nothing_behind(tmp_path: Path) -> None:
    def stop(count: int) -> None:
        raise KeyboardInterrupt

    builder = Builder(config="paper", data_dir=str(tmp_path), size=2100, processes=1)
    builder.written = stop
    with pytest.raises(KeyboardInterrupt):
        builder.download_and_prepare()
    assert not leftovers(tmp_path)
    assert not builder.data_path.exists()
    assert not [child for child in psutil.Process().children() if "xps_keras.corpus.parallel" in child.cmdline()]


def test_two_builds_at_once_end_with_one_sound_data_set(data_dir: Path, tmp_path: Path) -> None:
    # Threads stand for processes: the lock belongs to the open file, which each has for itself.
    done: list[Path] = []
    start = threading.Barrier(2)

    def one() -> None:
        start.wait()
        done.append(build("paper", tmp_path, 2100, processes=1))

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 2
    assert checksums(tmp_path) == checksums(data_dir)
    assert not leftovers(tmp_path)


def test_a_full_disk_is_a_sentence_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = type("Usage", (), {"free": 1_000_000})
    monkeypatch.setattr("xps_keras.datasets.xps_polymers.refusals.shutil.disk_usage", lambda path: full)
    with pytest.raises(UsageError, match=r"578 MB, but only 1 MB are free"):
        build("paper", tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_write_that_fails_is_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="this system bounds no file's size")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(UsageError, match="cannot be written"):
            build("paper", tmp_path, 2100, processes=0)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not leftovers(tmp_path)
    build("paper", tmp_path, 21, processes=0)
    assert find("paper", tmp_path).info.splits.total_num_examples == 21


def test_a_file_in_the_place_of_the_folder_is_a_sentence(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("not a folder")
    with pytest.raises(UsageError, match="this is a file"):
        build("paper", taken, 21)


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_without_permission_is_a_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UsageError, match="cannot be written"):
        build("paper", tmp_path / "deeper", 21)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"size": 20}, "21 to 10,000,000"),
        ({"size": 10_000_001}, "21 to 10,000,000"),
        ({"size": 2100, "seed": -1}, "seed"),
        ({"size": 2100, "seed": 1_000_003}, "1000002"),
        ({"config": "papers"}, "paper_shift_5, instrument, generalise"),
    ],
)
def test_wrong_numbers_and_names_are_sentences(settings: dict[str, Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=said):
        build(**{"config": "paper", "data_dir": tmp_path, **settings})
    assert not list(tmp_path.iterdir())


def test_overwrite_takes_the_place_of_what_stands_there(data_dir: Path, tmp_path: Path) -> None:
    build("paper", tmp_path, 42, processes=0)
    build("paper", tmp_path, 2100, processes=1, overwrite=True)
    assert checksums(tmp_path) == checksums(data_dir)


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    build("paper", tmp_path, 42, processes=0)
    (shard,) = tmp_path.glob("xps_polymers/paper/*/*-train.tfrecord-00000-of-00001")
    return shard


def test_a_missing_file_is_a_sentence(damaged: Path, tmp_path: Path) -> None:
    damaged.unlink()
    with pytest.raises(InputError, match="missing"):
        splits_of(find("paper", tmp_path))
    with pytest.raises(InputError, match="cannot be read"):
        verify(find("paper", tmp_path), 32)


@pytest.mark.parametrize("cut", [True, False])
def test_a_damaged_file_is_a_sentence(cut: bool, damaged: Path, tmp_path: Path) -> None:
    content = bytearray(damaged.read_bytes())
    if cut:
        del content[-1000:]
    else:
        content[5000] ^= 1
    damaged.write_bytes(content)
    with pytest.raises(InputError, match="cannot be read"):
        verify(find("paper", tmp_path), 32)


def test_files_of_another_seed_are_noticed(
    damaged: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    build("paper", other, 42, seed=1, processes=0)
    (shard,) = other.glob("xps_polymers/paper/*/*-train.tfrecord-00000-of-00001")
    damaged.write_bytes(shard.read_bytes())
    with pytest.raises(InputError, match="not what its seed and recipe give"):
        verify(find("paper", tmp_path), 32)


def test_an_empty_folder_of_a_version_is_built_into(data_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "xps_polymers" / "paper" / str(Builder.VERSION)).mkdir(parents=True)
    build("paper", tmp_path, 2100, processes=0)
    assert checksums(tmp_path) == checksums(data_dir)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("dataset_info.json", None),
        ("dataset_info.json", b""),
        ("dataset_info.json", b"null"),
        ("dataset_info.json", b"\xff"),
        ("dataset_info.json", b'{"name": "x"}'),
        ("metadata.json", b"{"),
        ("metadata.json", b"[]"),
        ("metadata.json", b'{"size": 42}'),
    ],
)
def test_a_damaged_data_set_is_a_sentence_and_built_anew_when_asked(
    name: str, content: bytes | None, damaged: Path, tmp_path: Path
) -> None:
    file = damaged.with_name(name)
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    attempts: list[Callable[[], Any]] = [
        lambda: build("paper", tmp_path, 42, processes=0),
        lambda: find("paper", tmp_path),
    ]
    for attempt in attempts:
        with pytest.raises((InputError, UsageError), match=r"build it (anew )?with") as caught:
            attempt()
        assert "\n" not in str(caught.value)
    build("paper", tmp_path, 42, processes=0, overwrite=True)
    assert find("paper", tmp_path).info.splits.total_num_examples == 42


def test_a_file_in_the_place_of_a_version_is_a_sentence(tmp_path: Path) -> None:
    version = tmp_path / "xps_polymers" / "paper" / str(Builder.VERSION)
    version.parent.mkdir(parents=True)
    version.write_text("mine")
    with pytest.raises(UsageError, match="no whole data set"):
        build("paper", tmp_path, 42, processes=0)
    assert version.read_text() == "mine"


@pytest.mark.parametrize("name", ["run [1]", "a$b*", "\x1b[31m"])
def test_a_folder_of_any_name_is_found_again(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    build("paper", name, 42, processes=0)
    assert (tmp_path / name / "xps_polymers").is_dir()
    found = find("paper", name)
    assert sum(len(batch["groups"]) for batch in read(found, "test")) == found.info.splits["test"].num_examples


def test_a_name_that_is_not_utf_8_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="names in UTF-8 alone"):
        build("paper", tmp_path / os.fsdecode(b"a\xff"), 42)


@pytest.mark.parametrize("split", ["train[", "train[50:10]", "train[:999999]", "train[a:b]", "train[" * 2000, "x", ""])
def test_a_malformed_split_is_a_sentence(split: str, data_dir: Path) -> None:
    with pytest.raises(UsageError, match=r"is no part of a split; there are train \(1,600\)") as caught:
        next(read(find("paper", data_dir), split))
    assert len(str(caught.value)) < 300


def test_a_disk_that_cannot_be_written_is_refused_before_the_work(disk: Callable[..., Path]) -> None:
    with pytest.raises(UsageError, match="cannot be written: Read-only file system"):
        build("paper", disk("64k", "ro") / "new", 21)
