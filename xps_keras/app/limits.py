"""How much the page takes."""

LARGEST_FILE_BYTES = 50_000_000
"""A larger file is no spectrum, or a map that the page could not show."""
MOST_FILES = 1_000
MOST_SAMPLES = 3_000
"""A depth profile holds a hundred; a page that lists more is of no use."""
MOST_HELD_BYTES = 1_000_000_000
"""All files together, since they are held in memory."""
LARGEST_QUESTION_BYTES = 1_000_000
"""A question of the page itself: names of samples and settings."""
MOST_EXAMINED = 1_000
"""Samples whose model outputs and fits are kept, about 0.3 MB each; more are examined again when looked at."""
