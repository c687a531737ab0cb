"""Whole studies: shifts, noise, amounts of training, unseen polymers, identifiability, the classical yardstick."""
