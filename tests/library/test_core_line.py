"""One place knows core lines, in whatever letters they are written."""

import pytest

from xps_keras.library.core_line import core_lines, find_core_line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("C1s", "C 1s"),
        ("C 1S", "C 1s"),
        ("c1s", "C 1s"),
        ("PET_O1S Scan", "O 1s"),
        ("Sn3d5", "Sn 3d"),
        ("bi4f7/2", "Bi 4f"),
        ("BI4F", "Bi 4f"),
        ("S 2p3/2", "S 2p"),
        ("In3d", "In 3d"),
        ("in3d", "In 3d"),
        ("AS3D Scan", "As 3d"),
        ("C 1s/2", "C 1s"),
        ("Su1s", ""),
        ("no1s", ""),
        ("as3d printed", ""),
        ("printed in 3D", ""),
        ("PA 3D print", ""),
        ("C5s", ""),
        ("sic1s", ""),
        ("6f1c1s", ""),
        ("C1snap", ""),
        ("sample 3 d", ""),
    ],
)
def test_core_lines_are_found_in_any_case_of_letters_and_words_are_none(text: str, line: str) -> None:
    assert find_core_line(text) == line


def test_every_line_of_a_text_is_found_with_its_place() -> None:
    text = "Br 3d + AL2P, bi4f7/2"
    assert [(line.element, line.level, text[line.begin : line.end]) for line in core_lines(text)] == [
        ("Br", "3d", "Br 3d"),
        ("Al", "2p", "AL2P"),
        ("Bi", "4f", "bi4f7/2"),
    ]
