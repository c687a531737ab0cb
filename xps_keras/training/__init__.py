"""Training: corpus as batches, losses, the training run."""
