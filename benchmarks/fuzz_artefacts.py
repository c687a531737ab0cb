"""Damaged recipes, libraries, artefacts and requests to the page: each is taken, or refused in one sentence.

Run: ``python -m benchmarks.fuzz_artefacts [--number 20000] [KIND...]``. As ``fuzz_readers`` does for spectra, with the
same damage and the same bounds: two seconds and 500 MB for each, nothing but the package's own exceptions, nothing
written, no sentence longer than a screen. Seeds are small and written by the package itself. Hashes of artefacts are
made right again after the damage, as somebody would who means harm. The damaged files never reach the runtimes of
others: a hash that fits says that a graph is the one that was written, and no more is promised.
"""

import argparse
import asyncio
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.fuzz_readers import (
    Outcome,
    attempt,
    bound_memory,
    damaged,
    print_table,
    summed_up,
    watch_writing,
)
from xps_keras.errors import InputError, ModelError, UsageError, XpsKerasError

TAKEN = "taken"
TOKEN, HOST = "token", "127.0.0.1:1"


@dataclass(frozen=True)
class Kind:
    """Something that a stranger may send."""

    seeds: Callable[[], Sequence[bytes]]
    attempt: Callable[[], Callable[[bytes], None]]
    """Gives what takes the bytes, with everything imported and made."""
    repair: Callable[[bytes], bytes] = lambda content: content
    """Makes checksums right again."""


def recipe_seeds() -> list[bytes]:
    from xps_keras.corpus.recipe_text import recipe_text
    from xps_keras.corpus.recipes import RECIPES

    def plain(name: str) -> bytes:
        lines = [line for line in recipe_text(RECIPES[name]).splitlines() if not line.startswith("#")]
        return "\n".join(lines).encode()

    return [plain("surface"), plain("paper"), b'name = "mine"\nmax_shift_ev = 4\n']


def take_recipe() -> Callable[[bytes], None]:
    from xps_keras.corpus import recipe_file
    from xps_keras.corpus.recipe_file import recipe_from_table
    from xps_keras.library.species import load_species

    load_species()

    def take(content: bytes) -> None:
        with _given(recipe_file, content):
            found = recipe_file.read_recipe("mine.toml")
        try:
            fields = json.loads(json.dumps(found.to_dict()))
            recipe_from_table({name: value for name, value in fields.items() if value is not None}, "again")
        except UsageError as error:  # what was taken once is taken again
            raise AssertionError(str(error)) from error

    return take


def metadata_seeds() -> list[bytes]:
    from xps_keras.metadata import to_json

    own = _metadata(labels=("a", "b"), own_labels=True, thresholds=(0.5, 0.5), assessable=(True, False))
    return [to_json(_metadata()).encode(), to_json(own).encode()]


def take_metadata() -> Callable[[bytes], None]:
    from xps_keras.metadata import from_json, to_json

    def take(content: bytes) -> None:
        to_json(from_json(content, "model.tflite"))

    return take


def tflite_seeds() -> list[bytes]:
    from xps_keras.runtime.sealing import sha256
    from xps_keras.runtime.tflite import IDENTIFIER, seal

    graph = bytes(4) + IDENTIFIER + bytes(56)
    return [seal(graph, _metadata(graph_sha256=sha256(graph), format="tflite"))]


def take_tflite() -> Callable[[bytes], None]:
    from xps_keras.runtime.tflite import opened

    return lambda content: _ignore(opened(content, "model.tflite"))


def onnx_seeds() -> list[bytes]:
    from xps_keras.runtime.onnx import seal
    from xps_keras.runtime.protobuf import field
    from xps_keras.runtime.sealing import sha256

    graph = field(7, field(1, field(4, b"Add")))
    return [seal(graph, _metadata(graph_sha256=sha256(graph), format="onnx"))]


def take_onnx() -> Callable[[bytes], None]:
    from xps_keras.runtime.onnx import opened, operators

    def take(content: bytes) -> None:
        _, graph = opened(content, "model.onnx")
        operators(graph)

    return take


def resealed(content: bytes) -> bytes:
    """Make the hash at the end of a file right again."""
    from xps_keras.runtime.sealing import SEAL, sealed

    return sealed(content[:-SEAL]) if len(content) > SEAL else content


def checksum_seeds() -> list[bytes]:
    return [(json.dumps({name: "0" * 64 for name in _FILES}, indent=1) + "\n").encode()]


_FILES = ("saved_model.pb", "assets/metadata.json", "assets/labels.txt", "variables/variables.index")


def take_checksums() -> Callable[[bytes], None]:
    from xps_keras.runtime.saved_model import hashes_in

    return lambda content: _ignore(hashes_in(content, "checksums.json"))


def keras_seeds() -> list[bytes]:
    """A ``.keras`` file without Keras: its configuration, and weights by h5py alone."""
    import h5py

    weights = io.BytesIO()
    with h5py.File(weights, "w") as file:
        file["layers/dense/vars/0"] = np.ones((4, 3), np.float32)
        file["layers/dense/vars/1"] = np.zeros(3, np.float32)
        file.attrs["name"] = "network"
    layer = {
        "module": "keras.layers", "class_name": "Dense", "registered_name": None,
        "config": {"name": "dense", "units": 3, "activation": "relu", "dtype": {
            "module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}, "registered_name": None}},
    }  # fmt: skip
    config = {
        "module": "keras.src.models.functional", "class_name": "Functional", "registered_name": "Functional",
        "config": {"name": "network", "trainable": True, "layers": [layer]},
    }  # fmt: skip
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": "3.8.0"}))
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("model.weights.h5", weights.getvalue())
    return [packed.getvalue()]


def take_keras() -> Callable[[bytes], None]:
    from xps_keras.runtime.keras_archive import refusal

    def take(content: bytes) -> None:
        if (reason := refusal(content)) is not None:
            raise ModelError(f"model.keras: Keras cannot load this model ({reason}); copy it again.")

    return take


def upload_seeds() -> list[bytes]:
    """Requests: a line with the path, then the body."""
    energies = np.round(np.arange(279.0, 298.0, 0.2), 3)
    counts = 100 + 5000 * np.exp(-(((energies - 286.0) / 0.8) ** 2))
    columns = "".join(f"{e},{c:.0f}\n" for e, c in zip(energies, counts, strict=True))
    key = '"key": "1-1"'
    return [
        f"api/files?name=pet.csv\nBE/eV,counts\n{columns}".encode(),
        f'api/answer\n{{{key}, "choice": {{"reference_ev": 285.0, "method": "network", "without": []}}}}'.encode(),
        f'api/answer\n{{{key}, "brief": true}}'.encode(),
        f'api/export\n{{"kind": "json", "samples": [{{{key}}}]}}'.encode(),
        f'api/export\n{{"kind": "table", "samples": [{{{key}, "choice": {{"without": [0]}}}}]}}'.encode(),
        b'api/remove\n{"keys": ["1-1", "none"]}',
        b"api/state?known=3\n",
    ]


def with_an_address(content: bytes) -> bytes:
    """Give three quarters of the requests an address of the page again, so that their bodies are looked at."""
    chance = zlib.crc32(content)
    lines = [seed.partition(b"\n")[0] for seed in upload_seeds()]
    return content if chance % 4 == 0 else lines[chance // 4 % len(lines)] + b"\n" + content.partition(b"\n")[2]


def take_upload() -> Callable[[bytes], None]:
    """Send requests to the page; whatever they are, it must answer with a sentence or a result, never a fault."""
    from xps_keras.app.held import Held
    from xps_keras.app.routes import application

    first, number = upload_seeds()[0], [0]
    pages: list[Any] = []

    def take(content: bytes) -> None:
        if number[0] % 100 == 0:  # a new page, on which there is something to ask about
            pages[:] = [application(Held(_Model()), TOKEN, (HOST,))]
            _post(pages[0], first)
        number[0] += 1
        status, answer = _post(pages[0], content)
        assert status < 500, f"status {status}: {answer[:200]!r}"
        if status >= 400:
            raise InputError(json.loads(answer)["error"] if answer.startswith(b"{") else answer.decode().strip())

    return take


def _post(page: Any, content: bytes) -> tuple[int, bytes]:
    """Ask the page without a network; the first line is the address, of any bytes, and the rest the body."""
    line, _, body = content.partition(b"\n")
    path, _, query = line.partition(b"?")
    text = path.decode("latin-1")
    scope = {
        "type": "http", "http_version": "1.1", "method": "GET" if text == "api/state" else "POST", "scheme": "http",
        "path": f"/{TOKEN}/{text}", "raw_path": b"", "query_string": query, "root_path": "",
        "headers": [(b"host", HOST.encode()), (b"sec-fetch-site", b"same-origin")],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 1),
    }  # fmt: skip
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(page(scope, receive, send))
    return int(sent[0]["status"]), b"".join(message.get("body", b"") for message in sent[1:])


class _Model:
    """A model that finds nothing, at 0 eV."""

    name, sha256 = "stand-in", "0" * 64

    def __init__(self) -> None:
        self.metadata = _metadata()

    def run(self, intensity: Any) -> dict[str, Any]:
        count = len(intensity)
        nothing = np.full((count, len(self.metadata.labels)), 0.01, np.float32)
        return {"probabilities": nothing, "shift_ev": np.zeros((count, 1), np.float32), "aligned": intensity}


def _metadata(**changes: Any) -> Any:
    from xps_keras.metadata import Metadata

    fields: dict[str, Any] = {
        "name": "stand-in", "recipe": "instrument", "seed": 1, "max_shift_ev": 5.0, "thresholds": (0.5,) * 40,
        "assessable": (True,) * 40, "package_version": "0.1.0", "weights_sha256": "0" * 64, "calibration": "none",
    }  # fmt: skip
    return Metadata(**{**fields, **changes})


def _ignore(found: object) -> None:
    pass


class _given:
    """Let a module read these bytes in place of a file, so that nothing is written."""

    def __init__(self, module: Any, content: bytes) -> None:
        self._module, self._content = module, content

    def __enter__(self) -> None:
        self._read = self._module.read_regular
        self._module.read_regular = lambda path, most: self._content

    def __exit__(self, *_: object) -> None:
        self._module.read_regular = self._read


KINDS: dict[str, Kind] = {
    "recipe": Kind(recipe_seeds, take_recipe),
    "metadata": Kind(metadata_seeds, take_metadata),
    "tflite": Kind(tflite_seeds, take_tflite, resealed),
    "onnx": Kind(onnx_seeds, take_onnx, resealed),
    "saved model list": Kind(checksum_seeds, take_checksums),
    "keras": Kind(keras_seeds, take_keras),
    "upload": Kind(upload_seeds, take_upload, with_an_address),
}
"""By name."""


def try_many(name: str, number: int, seed: int, ready: Callable[[], object] = lambda: None) -> Outcome:
    """Damage one kind many times and note what came of it.

    Args:
        name: Key of ``KINDS``.
        number: How many.
        seed: Of the damage.
        ready: Called once the sound ones were taken and everything is imported.

    Returns:
        What came of it.
    """
    kind = KINDS[name]
    outcome, sound, take = Outcome(), kind.seeds(), kind.attempt()
    for content in sound:
        take(content)
    stored = Path(__file__).parents[1] / "tests" / "seeds" / folder_of(name)
    sound = [*sound, *(file.read_bytes() for file in sorted(stored.iterdir()))]
    ready()
    for content in damaged(sound, number, seed):
        attempt(take, kind.repair(content), outcome, (XpsKerasError, TAKEN))
    return outcome


def run(name: str, number: int, seed: int) -> dict[str, object]:
    """Try many in this process, whose memory is bounded and whose writing is watched."""
    written: list[str] = []

    def ready() -> None:
        watch_writing(written)
        bound_memory()

    return summed_up(try_many(name, number, seed, ready), written)


def folder_of(name: str) -> str:
    """Return the name of the folder with the stored seeds of a kind."""
    return name.replace(" ", "_")


def store(folder: Path) -> None:
    """Write the sound seeds of every kind as files; those that stand there already stay."""
    for name, kind in KINDS.items():
        place = folder / folder_of(name)
        place.mkdir(parents=True, exist_ok=True)
        for number, content in enumerate(kind.seeds()):
            if not (file := place / f"sound-{number}").exists():
                file.write_bytes(content)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("kinds", nargs="*", default=list(KINDS))
    parser.add_argument("--number", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--store", action="store_true", help="write the seeds into tests/seeds")
    asked = parser.parse_args()
    if asked.store:
        store(Path(__file__).parents[1] / "tests" / "seeds")
        return

    def call(name: str) -> str:
        code = f"print(json.dumps(run({name!r}, {asked.number}, {asked.seed})))"
        return f"import json; from benchmarks.fuzz_artefacts import *; {code}"

    print_table(asked.kinds, call, TAKEN, asked.number)


if __name__ == "__main__":
    main()
