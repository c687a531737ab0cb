"""Which files a call means: folders, patterns, and names that look like them."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from xps_keras.cli.inputs import inputs_of
from xps_keras.errors import InputError

Make = Callable[..., list[Path]]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    monkeypatch.chdir(tmp_path)

    def files(*names: str, content: str = "x") -> list[Path]:
        for name in names:
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_text(content, encoding="utf-8")
        return [Path(name) for name in names]

    return files


def names(*arguments: str) -> list[str]:
    return [item.path.as_posix() for item in inputs_of([Path(argument) for argument in arguments]).files]


def test_a_folder_means_all_below_it_in_the_order_of_numbers(make: Make) -> None:
    make("d/run 10.vms", "d/run 9.vms", "d/b/x.vms", "d/.hidden.vms", "d/.git/y.vms")
    assert names("d") == ["d/run 9.vms", "d/run 10.vms", "d/b/x.vms"]
    found = inputs_of([Path("d")])
    assert found.several
    assert [item.folder for item in found.files] == ["", "", "b"]


def test_patterns_are_resolved_here_and_each_file_counts_once(make: Make) -> None:
    make("a/1.vms", "a/2.vms", "a/2.txt", "a/deep/3.vms")
    assert names("a/*.vms") == ["a/1.vms", "a/2.vms"]
    assert names("**/*.vms") == ["a/1.vms", "a/2.vms", "a/deep/3.vms"]
    assert names("a/2.vms", "a", "./a/1.vms") == ["a/2.vms", "a/1.vms", "a/2.txt", "a/deep/3.vms"]
    with pytest.raises(InputError, match=r"no file matches"):
        names("a/*.xyz")


def test_what_exists_under_the_very_name_is_no_pattern(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    make("run [1]/x[2].vms", "run [1]/x2.vms", "run 1/y.vms", "~/z.vms", "home/me/w.vms")
    assert names("run [1]/x[2].vms") == ["run [1]/x[2].vms"]
    assert names("run [1]/*2*.vms") == ["run [1]/x2.vms", "run [1]/x[2].vms"]
    assert names("run [1]") == ["run [1]/x2.vms", "run [1]/x[2].vms"]
    assert names("~") == ["~/z.vms"]
    assert not inputs_of([Path("run [1]/x[2].vms")]).several
    monkeypatch.setenv("HOME", os.path.abspath("home"))
    assert names("~/me")[0].endswith("home/me/w.vms")


def test_what_this_program_wrote_is_no_input_of_a_folder(make: Make) -> None:
    make("d/a.vms")
    make("d/corrected.vms", content="VAMAS\n1\nCharge-corrected by xps-keras 0.2.0, model x\n")
    make("d/a.json", content='[\n {\n  "schema": "xps-keras/analysis/2",\n')
    found = inputs_of([Path("d")])
    assert [item.path.name for item in found.files] == ["a.vms"]
    assert {path.name for path in found.ours} == {"corrected.vms", "a.json"}
    assert names("d/corrected.vms") == ["d/corrected.vms"]  # named, it is meant
    os.remove("d/a.vms")
    with pytest.raises(InputError, match=r"^d: there is only what xps-keras wrote itself; name a file to read it\.$"):
        names("d")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names of files")
def test_pipes_and_broken_links_in_a_folder_are_passed_over(make: Make) -> None:
    make("d/a.vms")
    os.mkfifo("d/pipe")
    Path("d/broken").symlink_to("nowhere")
    Path("d/loop").symlink_to("..")
    found = inputs_of([Path("d")])
    assert [item.path.name for item in found.files] == ["a.vms"]
    assert {path.name for path in found.others} == {"pipe", "broken"}


def test_a_missing_file_and_a_name_without_end_are_left_to_reading(make: Make) -> None:
    assert names("missing.vms", "n" * 300) == ["missing.vms", "n" * 300]
    Path("empty").mkdir()
    with pytest.raises(InputError, match="no file in this folder"):
        names("empty")
