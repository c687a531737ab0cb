"""The same examples through Apache Beam."""

from pathlib import Path

import pytest

from xps_keras.datasets.xps_polymers import build as building_room
from xps_keras.datasets.xps_polymers.build import build
from xps_keras.datasets.xps_polymers.stored import find, splits_of
from xps_keras.errors import UsageError

SIZE = 10_500
"""Two files of train: less would leave nothing to share out."""


def test_missing_beam_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building_room, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"xps-keras\[train,beam\]"):
        build("paper", tmp_path, 21, beam_options="")


@pytest.mark.parametrize("workers", [1, 4])
def test_beam_writes_the_same_files(workers: int, tmp_path: Path) -> None:
    pytest.importorskip("apache_beam", reason="apache_beam is not installed (extra `beam`, an environment of its own)")
    build("paper", tmp_path / "plain", SIZE, processes=1)
    options = f"runner=DirectRunner,direct_num_workers={workers},direct_running_mode=multi_processing"
    build("paper", tmp_path / "beam", SIZE, beam_options=options)
    plain, beam = (splits_of(find("paper", tmp_path / name)) for name in ("plain", "beam"))
    assert [split.files for split in plain] == [2, 1, 1]
    assert plain == beam
