"""Warm-up requests: TensorFlow Serving sends them to a model it has loaded, so that no user waits for the first run."""

from pathlib import Path

import tensorflow as tf
from tensorflow_serving.apis import predict_pb2, prediction_log_pb2

from xps_keras.axis import AXIS
from xps_keras.graph_contract import INTENSITY

WARM_UP_FILE = "tf_serving_warmup_requests"
"""Name that the server looks for in ``assets.extra``."""
BATCHES = (1, 64)
"""Spectra per request: one for an operator who waits, many for a server that batches."""


def write_warm_up(directory: Path, name: str, signatures: tuple[str, ...]) -> None:
    """Write one request per signature and batch size.

    Args:
        directory: Version directory of the SavedModel.
        name: Name of the model; the server does not compare it with its own.
        signatures: Signatures to call.
    """
    extra = directory / "assets.extra"
    extra.mkdir(exist_ok=True)
    # A flat spectrum: one number in the file, however many in the request.
    with tf.io.TFRecordWriter(str(extra / WARM_UP_FILE)) as file:
        for signature in signatures:
            for batch in BATCHES:
                request = predict_pb2.PredictRequest()
                request.model_spec.name = name
                request.model_spec.signature_name = signature
                request.inputs[INTENSITY].CopyFrom(tf.make_tensor_proto(1.0, tf.float32, (batch, AXIS.size)))
                log = prediction_log_pb2.PredictLog(request=request)
                file.write(prediction_log_pb2.PredictionLog(predict_log=log).SerializeToString(deterministic=True))
