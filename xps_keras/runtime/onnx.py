"""ONNX files, run by ONNX Runtime (extra ``onnx``)."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.metadata import INTENSITY
from xps_keras.runtime.base import Outputs, Runtime, check_signature, first_line
from xps_keras.runtime.sealing import check_onnx, open_onnx, sha256


def load_onnx(path: Path, num_threads: int) -> Runtime:
    """Load an ONNX file.

    Args:
        path: The file.
        num_threads: Threads within one operation.

    Returns:
        The runtime.

    Raises:
        InputError: When the file is damaged, foreign or for another axis, or ONNX Runtime is not installed.
    """
    try:
        import onnxruntime
    except ImportError as error:
        raise InputError(f"{path}: ONNX models need ONNX Runtime; run `pip install 'xps-keras[onnx]'`.") from error
    content = path.read_bytes()
    check_onnx(content, str(path))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = num_threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors only: stderr belongs to the caller
    try:
        session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors share no base class below Exception
        raise InputError(
            f"{path}: ONNX Runtime {onnxruntime.__version__} cannot load this model ({first_line(error)}); "
            "install a newer ONNX Runtime or export the model again."
        ) from error
    metadata, _ = open_onnx(content, session.get_modelmeta().custom_metadata_map, str(path))
    taken = {
        value.name: [size if isinstance(size, int) else -1 for size in value.shape] for value in session.get_inputs()
    }
    check_signature(taken, {value.name for value in session.get_outputs()}, metadata, path)
    names = list(metadata.outputs)

    def call(intensity: NDArray[np.float32]) -> Outputs:
        return dict(zip(names, session.run(names, {INTENSITY: intensity}), strict=True))

    return Runtime(path, sha256(content), metadata, call)
