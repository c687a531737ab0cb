"""Ask a running TensorFlow Serving over gRPC; needs ``pip install grpcio numpy tensorflow-serving-api``.

python predict_grpc.py artefacts/saved_model/golden.npz --server localhost:8500 --model xps
"""

import argparse

import grpc
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from tensorflow_serving.apis import predict_pb2, prediction_service_pb2_grpc

LARGEST_MESSAGE = 64 * 2**20
"""gRPC's own limit of 4 MB is reached by 80 spectra with ``aligned``, 26 kB each way."""


def predict(server: str, model: str, intensity: NDArray[np.float32], signature: str = "classify") -> dict[str, object]:
    """Send spectra of shape ``(batch, 6601)`` and return the outputs of the signature by name."""
    request = predict_pb2.PredictRequest()
    request.model_spec.name = model
    request.model_spec.signature_name = signature
    request.inputs["intensity"].CopyFrom(tf.make_tensor_proto(intensity, tf.float32))
    limits = [("grpc.max_send_message_length", LARGEST_MESSAGE), ("grpc.max_receive_message_length", LARGEST_MESSAGE)]
    with grpc.insecure_channel(server, options=limits) as channel:
        answer = prediction_service_pb2_grpc.PredictionServiceStub(channel).Predict(request, timeout=60)
    return {name: tf.make_ndarray(tensor) for name, tensor in answer.outputs.items()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("golden")
    parser.add_argument("--server", default="localhost:8500")
    parser.add_argument("--model", default="xps")
    chosen = parser.parse_args()
    with np.load(chosen.golden) as golden:
        for name, values in sorted(predict(chosen.server, chosen.model, golden["intensity"]).items()):
            print(f"{name:22} largest difference {np.abs(values - golden[name]).max():.2g}")
