"""What JSON files hold: plain values, rounded, and how they are written."""

import json
from typing import Any


def plain(value: Any, digits: int) -> Any:
    """Return a value as JSON knows it: tuples as lists, numbers rounded to ``digits`` decimals, at any depth."""
    if isinstance(value, float):
        return round(value, digits)
    if isinstance(value, dict):
        return {key: plain(item, digits) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, digits) for item in value]
    return value


def json_text(content: Any) -> str:
    """Return the text of a JSON file; a number that is none raises ``ValueError``."""
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
