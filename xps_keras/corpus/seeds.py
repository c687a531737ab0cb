"""Seeds that a run uses beside its own; without Keras, so that an evaluation can keep clear of them."""

VALIDATION_SEED_OFFSET = 1_000_003
"""Validation spectra come from the seed plus this: never the training's, and not a seed people pick for tests."""
