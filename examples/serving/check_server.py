"""Send the golden spectra to a running TensorFlow Serving and compare: Python's standard library alone.

    python check_server.py artefacts/saved_model/golden.npz --url http://localhost:8501 --model xps

Both forms of the REST API and both signatures are asked. Exit status 0: every output is within the tolerance that the
golden file holds. 1: it is not, or the server gives no such answer.
"""

import argparse
import array
import ast
import io
import json
import math
import sys
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

Rows = list[list[float]]


def read_golden(path: Path) -> dict[str, Rows]:
    """Read the arrays of an ``.npz`` file, each as a list of flat rows, one per spectrum.

    Args:
        path: The golden file of an export: input ``intensity``, outputs by name, ``tolerance/<output>``.
    """
    golden = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            with io.BytesIO(archive.read(name)) as file:
                file.seek(8)  # magic and version 1
                header = ast.literal_eval(file.read(int.from_bytes(file.read(2), "little")).decode())
                values = array.array({"<f4": "f", "<f8": "d"}[header["descr"]], file.read())
            if sys.byteorder == "big":
                values.byteswap()
            count = header["shape"][0] if header["shape"] else 1
            width = len(values) // count
            golden[name.removesuffix(".npy")] = [values[i * width : (i + 1) * width].tolist() for i in range(count)]
    return golden


def ask(url: str, request: dict[str, Any]) -> dict[str, Any]:
    """Post a request and return the answer.

    Args:
        url: Address of ``:predict``.
        request: Body.

    Raises:
        SystemExit: When the server is not there or refuses.
    """
    body = json.dumps(request).encode()
    try:
        with urllib.request.urlopen(  # noqa: S310  # the user names the address of his own server
            urllib.request.Request(url, body, {"Content-Type": "application/json"}),  # noqa: S310  # as above
            timeout=60,
        ) as answer:
            return dict(json.load(answer))
    except urllib.error.HTTPError as error:
        raise SystemExit(f"{url}: the server refuses: {error.read().decode(errors='replace')[:300]}") from error
    except (OSError, ValueError) as error:
        raise SystemExit(f"{url}: no usable answer ({error}); is the server running?") from error


def by_row(url: str, signature: str, spectra: Rows) -> dict[str, Rows]:
    """Ask in row form, ``instances``: the answer ``predictions`` has one object per spectrum."""
    answer = ask(url, {"signature_name": signature, "instances": [{"intensity": row} for row in spectra]})
    predictions = answer["predictions"]
    return {name: [flat(one[name]) for one in predictions] for name in predictions[0]}


def by_column(url: str, signature: str, spectra: Rows) -> dict[str, Rows]:
    """Ask in column form, ``inputs``: the answer ``outputs`` has one array per output."""
    answer = ask(url, {"signature_name": signature, "inputs": {"intensity": spectra}})
    return {name: [flat(row) for row in rows] for name, rows in answer["outputs"].items()}


def flat(values: Any) -> list[float]:
    """Flatten nested lists of numbers."""
    return [number for item in values for number in flat(item)] if isinstance(values, list) else [float(values)]


def largest_difference(name: str, answer: Rows, golden: Rows) -> float:
    """Return the largest difference, of ``aligned`` as a fraction of each spectrum's maximum; infinite if not alike."""
    if [len(row) for row in answer] != [len(row) for row in golden]:
        return math.inf
    worst = 0.0
    for ours, theirs in zip(answer, golden, strict=True):
        scale = max(theirs) if name == "aligned" else 1.0
        for one, other in zip(ours, theirs, strict=True):
            difference = abs(one - other) / scale
            worst = max(worst, difference if math.isfinite(difference) else math.inf)
    return worst


def main() -> int:
    """Compare and print a line per output; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("golden", type=Path)
    parser.add_argument("--url", default="http://localhost:8501")
    parser.add_argument("--model", default="xps")
    chosen = parser.parse_args()
    golden = read_golden(chosen.golden)
    outputs = {name for name in golden if name != "intensity" and "/" not in name}
    url = f"{chosen.url.rstrip('/')}/v1/models/{chosen.model}:predict"
    failed = False
    for form, way in (("row", by_row), ("column", by_column)):
        for signature, expected in (("serving_default", outputs), ("classify", outputs - {"aligned"})):
            answer = way(url, signature, golden["intensity"])
            for name in sorted(expected | set(answer)):
                ((allowed,),) = golden.get(f"tolerance/{name}", [[0.0]])
                error = largest_difference(name, answer.get(name, []), golden.get(name, [[]]))
                good = name in expected and error <= allowed
                failed = failed or not good
                verdict = "ok" if good else "DIFFERS"
                print(f"{form:6} {signature:15} {name:22} {error:.2g} of {allowed:g} allowed  {verdict}")
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
