"""Figures of merit of a model."""
