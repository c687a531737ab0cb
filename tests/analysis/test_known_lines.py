"""Answers are judged by the lines that the model knows, not by those of today's table."""

import numpy as np

from xps_keras.analysis.evidence import main_lines, measured_elements
from xps_keras.axis import AXIS


def test_an_element_whose_line_the_model_does_not_know_counts_as_not_measured() -> None:
    everything = np.ones(AXIS.size, bool)
    every = measured_elements(everything, 0.0)
    assert {"C", "O", "N", "I"} <= every
    assert measured_elements(everything, 0.0, ("C 1s", "O 1s", "I 4d")) == {"C", "O"}  # I 4d is not its main line
    assert set(main_lines(None)) == set(main_lines()) >= every
