"""Windows follow from the lines: a new core level or polymer brings its own."""

from itertools import pairwise

import numpy as np
import pytest

from xps_keras.axis import AXIS
from xps_keras.library.lines import LINES
from xps_keras.library.loading import load_library
from xps_keras.models.align import FIRST_WINDOWS_EV, Align
from xps_keras.models.networks import PRESETS
from xps_keras.models.windows import windows_of_lines


@pytest.mark.parametrize("name", ["polymers", "hypothetical"])
def test_every_peak_of_every_line_stands_well_inside(name: str) -> None:
    peaks = load_library(name).peaks
    low, high = np.array(windows_of_lines()).T
    inside = (peaks.energy_ev[:, None] - low >= 2.5 - 1e-6) & (high - peaks.energy_ev[:, None] >= 2.5 - 1e-6)
    assert {peaks.line[place] for place in np.flatnonzero(~inside.any(axis=1))} == set()


def test_every_line_of_the_table_has_a_window_iodine_too() -> None:
    windows = windows_of_lines()
    assert {"I 3d", "I 4d"} <= set(LINES)
    for line in LINES.values():
        assert any(line.window_low_ev < high and low < line.window_high_ev for low, high in windows), line.name


def test_a_line_that_no_polymer_shows_yet_is_looked_at_where_it_is_recorded() -> None:
    windows = windows_of_lines(("polymers",))  # which hold no iodine, nor does any species show I 4d
    assert any(low <= 48.0 and high >= 53.0 for low, high in windows)


def test_windows_are_apart_and_few() -> None:
    windows = windows_of_lines()
    assert all(first[1] < second[0] for first, second in pairwise(windows))
    ends = np.array(windows)
    np.testing.assert_allclose(ends * 5, np.round(ends * 5), atol=1e-6)  # whole pools of 0.2 eV
    channels = sum(round((high - low) * 10) for low, high in windows)
    assert channels < 0.4 * AXIS.size


def test_new_networks_take_them_and_old_ones_keep_theirs() -> None:
    assert Align().windows_ev == FIRST_WINDOWS_EV
    network = PRESETS["align"].network.reaching(5.0)
    assert isinstance(network, Align)
    assert network.windows_ev == windows_of_lines()
    assert network.max_shift_ev == 6.0
