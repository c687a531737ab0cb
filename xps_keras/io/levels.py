"""Names of samples that a file tells apart by their place in a series."""


def level_name(sample: str, number: int, value: str = "", what: str = "level") -> str:
    """Name one level of a depth profile, or one position of a line.

    Args:
        sample: Name of what was measured, empty where the file gives none.
        number: Of the level, from 1.
        value: What changed, with its unit: ``60 s``; empty where the file does not say.
        what: What the number counts.

    Returns:
        ``PET, level 3 (60 s)``.
    """
    return (f"{sample}, " if sample else "") + f"{what} {number}" + (f" ({value})" if value else "")
