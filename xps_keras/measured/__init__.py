"""Measured reference spectra that a user owns, as a library."""
