"""Figures of a run for TensorBoard."""

import os
from pathlib import Path
from typing import Any

import tensorflow as tf

SCALAR = 1
"""TensorBoard's DATA_CLASS_SCALAR."""


class ScalarLogs:
    """Event files with one point per epoch: training and validation as two runs, whose figures share their names.

    Args:
        folder: Folder of the logs.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writers: dict[str, Any] = {}

    def write(self, epoch: int, figures: dict[str, float]) -> None:
        """Append an epoch.

        Args:
            epoch: Number of the epoch, from 1.
            figures: By name; those that begin with ``val_`` are of validation.
        """
        # What `tf.summary.scalar` writes; that needs the TensorBoard package, which only a reader of the files needs.
        kind = tf.compat.v1.SummaryMetadata(
            plugin_data=tf.compat.v1.SummaryMetadata.PluginData(plugin_name="scalars"), data_class=SCALAR
        )
        for name, value in figures.items():
            part = "validation" if name.startswith("val_") else "training"
            if part not in self._writers:
                self._writers[part] = tf.summary.create_file_writer(os.fsencode(self._folder / part))
            with self._writers[part].as_default():
                tf.summary.write(name.removeprefix("val_"), tf.constant(value, tf.float32), step=epoch, metadata=kind)
        for writer in self._writers.values():
            writer.flush()
