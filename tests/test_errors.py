"""Programs can tell apart what went wrong, and catch all of it by one name."""

from pathlib import Path

import pytest

from xps_keras import errors
from xps_keras.corpus import recipe
from xps_keras.io import read
from xps_keras.library.loading import load_library

KINDS = (errors.InputError, errors.ModelError, errors.UsageError)


@pytest.mark.parametrize("kind", KINDS)
def test_the_three_kinds_are_siblings_below_one_base(kind: type[Exception]) -> None:
    assert kind.__bases__ == (errors.XpsKerasError,)


def test_a_file_is_input_and_a_name_is_usage(tmp_path: Path) -> None:
    with pytest.raises(errors.InputError):
        read(tmp_path / "none.vms")
    with pytest.raises(errors.UsageError):
        recipe("essay")
    with pytest.raises(errors.UsageError):
        load_library("minerals")
    with pytest.raises(errors.UsageError):
        load_library().index("PETT")
