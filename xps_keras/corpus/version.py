"""The version of the corpus."""

CORPUS_VERSION = "4.0.0"
"""Of the spectra that a recipe, a library and a seed give: raised when they change, so that nothing measured or built
on earlier ones is taken for that of today. The data set ``xps_polymers`` carries the same version and says what
changed."""
