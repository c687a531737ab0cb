"""A component is not called after an element that was not recorded."""

from collections.abc import Callable

import pytest

import xps_keras as xk
from xps_keras.spectrum import Spectrum


@pytest.mark.parametrize(("labels", "name"), [(("C 1s", "O 1s", "Si 2p"), "C-Si"), (("C 1s", "O 1s"), "C-C/C-H")])
def test_carbon_beside_silicon_is_named_where_silicon_was_recorded(
    spectrum: Callable[..., Spectrum], labels: tuple[str, ...], name: str
) -> None:
    answer = xk.analyze(spectrum(labels, 0.0, key="PDMS"), charge=0.0)
    assert answer.fit is not None
    carbon = [one for one in answer.fit.components if one.line == "C 1s"]
    assert max(carbon, key=lambda one: one.percent).name == name
    assert {one.name for one in carbon} & {"C-Si"} == {name} & {"C-Si"}
