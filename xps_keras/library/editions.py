"""Editions of the package's own tables: a data set or a model keeps the one that it was drawn from.

The present tables have plain names (``polymers``, ``hypothetical``, ``polymers-fold-2``); older ones carry the version
of the package that brought them last (``polymers-0.1``, ``polymers-0.1-fold-2``). What changed: ``docs/library.md``.
"""

import re

OLDER_EDITIONS = ("0.1",)
"""Editions other than the present one, oldest first."""
PRESENT = ""
"""The present edition."""
POLYMERS, HYPOTHETICAL = "polymers", "hypothetical"
"""Plain names of the reference polymers and of those that were drawn by chance."""
_OWN = re.compile(r"(polymers|hypothetical)(?=$|-(?:without-)?(?:fold|part)-)")


def in_edition(name: str, edition: str) -> str:
    """Return the name of a library of the package in an edition.

    Args:
        name: Its plain name; any other name, also that of an imported library, is returned as it is.
        edition: One of ``OLDER_EDITIONS``, or ``PRESENT``.

    Returns:
        The name.
    """
    return _OWN.sub(rf"\1-{edition}", name, count=1) if edition and _OWN.match(name) else name
