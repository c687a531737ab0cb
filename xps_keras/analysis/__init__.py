"""Spectrum in, answer out: what is found, what speaks for it, what is doubtful, and how it is shown."""
