"""On what a result was measured: it stands in the JSON of every benchmark, and on the page of benchmarks."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version

MATTERS = ("xps-keras", "numpy", "scipy", "tensorflow", "keras", "ai-edge-litert", "onnxruntime")
"""Packages whose version may change a figure or a time."""


def made_on() -> dict[str, object]:
    """Return machine and versions; no name of the machine or its user is among them."""
    found = {"python": platform.python_version()}
    for name in MATTERS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return {"machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors", "versions": found}
