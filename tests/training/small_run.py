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
from xps_keras.models.blocks import Networks  # noqa: E402
from xps_keras.models.mlp import mlp  # noqa: E402
from xps_keras.models.networks import PRESETS, trained_on_groups  # noqa: E402
from xps_keras.models.stn import stn  # noqa: E402
from xps_keras.training.batches import Slab  # noqa: E402
from xps_keras.training.devices import Devices  # noqa: E402
from xps_keras.training.engine import Engine  # noqa: E402
from xps_keras.training.run import Run, train  # noqa: E402


def small_mlp(max_shift_ev: float) -> Networks:
    """With dropout, whose draws a resumed run must repeat."""
    return trained_on_groups(mlp((16,), dropout=0.3))


def stn_without_dropout(max_shift_ev: float) -> Networks:
    """The paper's sizes; without dropout, whose draws differ between replicas and one device."""
    return trained_on_groups(stn(dropout=0.0))


PRESETS["mlp"] = replace(PRESETS["mlp"], build=small_mlp)
PRESETS["stn"] = replace(PRESETS["stn"], build=stn_without_dropout)
last: list[Engine] = []
original = Engine.step


def step(self: Engine, slab: Slab, rate: float, number: int) -> Any:
    """Take a step, or die in its place."""
    if number == order.get("kill_at"):
        os.kill(os.getpid(), signal.SIGKILL)
    last[:] = [self]
    return original(self, slab, rate, number)


Engine.step = step  # type: ignore[method-assign] # the place where a test kills
devices = order.get("devices", {})
devices["workers"] = tuple(devices.get("workers", ()))
try:
    train(Run(**order["run"]), Path(order["out"]), resume=order.get("resume", False), devices=Devices(**devices))
except InputError as error:
    sys.exit(f"xps-keras: {error}")
if "weights" in order:
    print("replicas", last[0].team.replicas)
    np.savez(order["weights"], *last[0].weights())
