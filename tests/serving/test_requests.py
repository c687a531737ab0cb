"""The REST and gRPC requests of the documentation, against stand-ins of the server that run the real SavedModel.

TensorFlow Serving itself is not on the registries that CI reaches. The stand-ins turn requests into tensors by the
rules of its documentation, and look every name, type and shape up in the SignatureDef: a wrong name fails here too.
"""

import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "serving"


@pytest.fixture(scope="module")
def model(artefacts: Path) -> Any:
    return tf.saved_model.load(str(artefacts / "saved_model" / "1"))


def respond(model: Any, request: dict[str, Any]) -> dict[str, Any]:
    """What the REST API makes of a request, by its documentation (rows: `instances`, columns: `inputs`)."""
    signature = model.signatures[request.get("signature_name", "serving_default")]
    inputs = signature.structured_input_signature[1]
    if "instances" in request:
        instances = request["instances"]
        if not isinstance(instances[0], dict):  # a lone input needs no name
            instances = [{next(iter(inputs)): row} for row in instances]
        columns = {name: [row[name] for row in instances] for name in instances[0]}
    else:
        columns = request["inputs"]
        if not isinstance(columns, dict):
            columns = {next(iter(inputs)): columns}
    assert set(columns) == set(inputs)
    fed = {name: tf.constant(values, inputs[name].dtype) for name, values in columns.items()}
    found = {name: value.numpy().tolist() for name, value in signature(**fed).items()}
    if "inputs" in request:
        return {"outputs": found if len(found) > 1 else next(iter(found.values()))}
    count = len(next(iter(found.values())))
    return {"predictions": [{name: values[row] for name, values in found.items()} for row in range(count)]}


@pytest.fixture
def server(model: Any) -> Iterator[Any]:
    """A server on the loopback address; `server.spoil` may change an answer before it is sent."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            known = self.path == "/v1/models/xps:predict"
            answer = respond(model, request) if known else {"error": f"unknown path {self.path}"}
            running.spoil(answer)
            body = json.dumps(answer).encode()
            self.send_response(200 if known else 404)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    running: Any = HTTPServer(("127.0.0.1", 0), Handler)
    running.spoil = lambda answer: None
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield running
    running.shutdown()
    running.server_close()
    thread.join()


def check(server: Any, artefacts: Path, *more: str) -> subprocess.CompletedProcess[str]:
    # -I -S: no site-packages, so nothing but the standard library can be imported.
    command = [sys.executable, "-I", "-S", str(EXAMPLES / "check_server.py"), str(artefacts / "saved_model/golden.npz")]
    command += ["--url", f"http://127.0.0.1:{server.server_port}", *more]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_check_script_agrees_in_both_forms(server: Any, artefacts: Path) -> None:
    done = check(server, artefacts)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(done.stdout.splitlines()) == 2 * (7 + 6)


def test_check_script_sees_a_changed_number(server: Any, artefacts: Path) -> None:
    def spoil(answer: dict[str, Any]) -> None:
        if "predictions" in answer:
            answer["predictions"][1]["probabilities"][17] += 1e-3

    server.spoil = spoil
    done = check(server, artefacts)
    assert done.returncode == 1
    wrong = [line.split()[:3] for line in done.stdout.splitlines() if line.endswith("DIFFERS")]
    assert wrong == [["row", name, "probabilities"] for name in ("serving_default", "classify")]


def test_check_script_names_a_server_that_is_not_ours(server: Any, artefacts: Path) -> None:
    done = check(server, artefacts, "--model", "other")
    assert done.returncode == 1
    assert "the server refuses" in done.stderr
    assert "Traceback" not in done.stderr


def test_requests_in_the_documentation_are_understood(model: Any, artefacts: Path, agrees: Callable[..., None]) -> None:
    """Every JSON request in docs/serving.md, its `[...]` filled with golden spectra, gives the golden answer."""
    golden = artefacts / "saved_model" / "golden.npz"
    spectra = np.load(golden)["intensity"].tolist()
    text = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")
    requests = [block for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL) if "[spectrum" in block]
    assert len(requests) >= 3
    for block in requests:
        filled = block
        for number in range(2):
            filled = filled.replace(f"[spectrum {number + 1}]", json.dumps(spectra[number]))
        answer = respond(model, json.loads(filled))
        if "predictions" in answer:
            rows = answer["predictions"]
            found = {name: np.array([row[name] for row in rows], np.float32) for name in rows[0]}
        else:
            found = {name: np.array(values, np.float32) for name, values in answer["outputs"].items()}
        agrees(found, golden, rows=2)


def test_grpc_request_is_understood(model: Any, artefacts: Path, agrees: Callable[..., None]) -> None:
    """examples/serving/predict_grpc.py over a real gRPC channel; the servicer reads the request's protos."""
    grpc = pytest.importorskip("grpc", reason="grpcio is not installed")
    pytest.importorskip("tensorflow_serving.apis", reason="tensorflow-serving-api is not installed")
    from tensorflow_serving.apis import predict_pb2, prediction_service_pb2_grpc

    class Stand(prediction_service_pb2_grpc.PredictionServiceServicer):  # type: ignore[misc]  # it ships no types
        def Predict(self, request: Any, context: Any) -> Any:
            assert request.model_spec.name == "xps"
            signature = model.signatures[request.model_spec.signature_name]
            answer = predict_pb2.PredictResponse()
            fed = {name: tf.constant(tf.make_ndarray(tensor)) for name, tensor in request.inputs.items()}
            for name, value in signature(**fed).items():
                answer.outputs[name].CopyFrom(tf.make_tensor_proto(value.numpy()))
            return answer

    running = grpc.server(ThreadPoolExecutor(1))
    prediction_service_pb2_grpc.add_PredictionServiceServicer_to_server(Stand(), running)
    port = running.add_insecure_port("127.0.0.1:0")
    running.start()
    spec = spec_from_file_location("predict_grpc", EXAMPLES / "predict_grpc.py")
    assert spec is not None
    assert spec.loader is not None
    example = module_from_spec(spec)
    spec.loader.exec_module(example)
    golden = artefacts / "saved_model" / "golden.npz"
    try:
        for signature in ("classify", "serving_default"):
            agrees(example.predict(f"127.0.0.1:{port}", "xps", np.load(golden)["intensity"], signature), golden)
    finally:
        running.stop(None)
