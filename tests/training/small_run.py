"""A small training run in a process of its own: devices are set before TensorFlow starts, and it may be killed.

Usage: ``small_run.py ORDER``, JSON with ``run``, ``out`` and, where wanted, ``devices``, ``logical`` (number of logical
processors), ``resume``, ``kill_at`` (number of the step at which the process kills itself) and ``weights`` (where this
process writes the weights it ends with).
"""

import json
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

order: dict[str, Any] = json.loads(sys.argv[1])
if count := order.get("logical"):
    tf.config.set_logical_device_configuration(
        tf.config.list_physical_devices("CPU")[0], [tf.config.LogicalDeviceConfiguration()] * count
    )

from xps_keras.errors import InputError  # noqa: E402 # devices first
from xps_keras.models.mlp import MLP  # noqa: E402
from xps_keras.models.networks import PRESETS  # noqa: E402
from xps_keras.models.stn import STN  # noqa: E402
from xps_keras.training.batches import GlobalBatch  # noqa: E402
from xps_keras.training.devices import Devices  # noqa: E402
from xps_keras.training.engine import Engine  # noqa: E402
from xps_keras.training.run import Run, train  # noqa: E402

# With dropout, whose draws a resumed run must repeat.
PRESETS["mlp"] = replace(PRESETS["mlp"], network=MLP((16,), dropout=0.3))
# The paper's sizes; without dropout, whose draws differ between replicas and one device.
PRESETS["stn"] = replace(PRESETS["stn"], network=STN(dropout=0.0))
last: list[Engine] = []
original = Engine.step


def step(self: Engine, batch: GlobalBatch, rate: float, number: int) -> Any:
    """Take a step, or die in its place."""
    if number == order.get("kill_at"):
        os.kill(os.getpid(), signal.SIGKILL)
    last[:] = [self]
    return original(self, batch, rate, number)


Engine.step = step  # type: ignore[method-assign] # the place where a test kills
devices = order.get("devices", {})
devices["workers"] = tuple(devices.get("workers", ()))
try:
    train(Run(**order["run"]), Path(order["out"]), resume=order.get("resume", False), devices=Devices(**devices))
except InputError as error:
    sys.exit(f"xps-keras: {error}")
if "weights" in order:
    print("replicas", last[0].replicas.count)
    np.savez(order["weights"], *last[0].weights())
