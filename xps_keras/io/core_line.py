"""Names of regions as instruments abbreviate them: core lines and surveys."""

import re

from xps_keras.library.core_line import find_core_line

__all__ = ["find_core_line", "is_survey"]


def is_survey(name: str) -> bool:
    """Tell whether a name says that a region is a survey."""
    return bool(re.search(r"(?i)survey|\bwide\b|\bsu1s\b", name))
