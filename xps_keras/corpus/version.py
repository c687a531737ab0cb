"""The version of the corpus."""

from collections.abc import Mapping
from types import MappingProxyType

CORPUS_VERSION = "5.5.0"
"""Of the spectra that a recipe, a library and a seed give: raised when they change, so that nothing measured or built
on earlier ones is taken for that of today. The data set ``xps_polymers`` carries the same version and says what
changed."""
OLDER_CORPUS_VERSIONS: Mapping[str, str] = MappingProxyType({"4.0.0": "0.1"})
"""Earlier versions that can still be drawn, from the edition of the libraries (``library/editions.py``) named here."""
