"""TFLite files, run by LiteRT (`ai-edge-litert`), which the base install holds."""

import threading
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.metadata import INTENSITY
from xps_keras.quiet import dropping_lines
from xps_keras.runtime.base import Outputs, Runtime, check_signature, first_line
from xps_keras.runtime.sealing import open_tflite, sha256


def load_tflite(path: Path, num_threads: int) -> Runtime:
    """Load a TFLite file.

    Args:
        path: The file.
        num_threads: Threads of the interpreter.

    Returns:
        The runtime. It may be called from several threads, one call at a time.

    Raises:
        InputError: When the file is damaged, foreign or for another axis, or LiteRT is not installed.
    """
    content = path.read_bytes()
    metadata, _ = open_tflite(content, str(path))
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError as error:
        raise InputError(f"{path}: TFLite models need ai-edge-litert; run `pip install ai-edge-litert`.") from error
    try:
        with dropping_lines(b"INFO:"):
            interpreter = Interpreter(model_content=content, num_threads=num_threads)
            runner = interpreter.get_signature_runner("serving_default")
            taken = runner.get_input_details()
            check_signature(
                {name: taken[name]["shape_signature"] for name in taken},
                set(runner.get_output_details()),
                metadata,
                path,
            )
            runner(**{INTENSITY: np.zeros((1, metadata.axis.size), np.float32)})  # its delegate reports on first use
    except (ValueError, RuntimeError, TypeError) as error:
        raise InputError(f"{path}: LiteRT cannot load this model ({first_line(error)}); export it again.") from error
    lock = threading.Lock()

    def call(intensity: NDArray[np.float32]) -> Outputs:
        with lock:  # an interpreter holds one set of tensors
            return {name: np.array(value) for name, value in runner(**{INTENSITY: intensity}).items()}

    return Runtime(path, sha256(content), metadata, call)
