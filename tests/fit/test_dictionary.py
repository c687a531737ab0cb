"""What a fit may be made of is called what it is."""

import numpy as np

from xps_keras.fit.dictionary import standard_dictionary


def test_a_single_environment_is_called_after_the_line_of_its_own_peaks() -> None:
    dictionary = standard_dictionary()
    free = [place for place, kind in enumerate(dictionary.kinds) if kind == "environment"]
    assert free
    for place in free:
        own = dictionary.peaks_of(place).tolist()
        assert {dictionary.peaks.line[at] for at in own} == {" ".join(dictionary.names[place].split()[:2])}
    assert len({dictionary.peaks.line[dictionary.peaks_of(place)[0]] for place in free}) > 5


def test_every_column_has_peaks() -> None:
    dictionary = standard_dictionary()
    assert set(dictionary.peaks.polymer.tolist()) == set(np.arange(len(dictionary.names)).tolist())


def test_one_peak_of_another_element_is_told_from_doublets_and_from_lines_of_its_own() -> None:
    dictionary = standard_dictionary()
    stray = {name for name, one in zip(dictionary.names, dictionary.stray, strict=True) if one}
    assert "palladium" in stray  # 3p3/2 on O 1s
    assert not {"potassium salt", "antimony compound", "titania", "adventitious hydrocarbon"} & stray
