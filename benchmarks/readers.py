"""How the readers' time and memory grow with the size of a file, for every way in which it can be large.

Run: ``python -m benchmarks.readers [WORD]``. Each file of ``reader_inputs.GROWING`` whose name holds the word is read
at its size and at four times of it, in a process of its own: seconds of the processor, their ratio, and the highest
memory in MB. A ratio above 5 is a fault, unless the smaller file took next to no time.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.reader_inputs import GROWING
from xps_keras.errors import InputError
from xps_keras.io import read_all
from xps_keras.preprocessing.channels import to_channels

MOST_SECONDS = 30
LARGEST_RATIO, LEAST_SECONDS = 5.0, 0.05


def measure(path: Path) -> dict[str, object]:
    """Read a file, put its first sample onto the channels, and say how long it took and what came of it."""
    start, said = time.process_time(), ""
    try:
        spectra = read_all(path)
        said = f"{len(spectra)} samples, {sum(len(one.regions) for one in spectra)} regions"
        to_channels(spectra[0])
    except InputError as error:
        said = said or f"refused: {error}"
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": time.process_time() - start, "memory": memory, "said": said}


def measured(name: str, times: int) -> dict[str, object]:
    """Do the work of ``measure`` in a process of its own."""
    way = GROWING[name]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(way.write(times * way.size))
        code = "import json, sys; from pathlib import Path; from benchmarks.readers import measure; "
        code += "print(json.dumps(measure(Path(sys.argv[1]))))"
        try:
            done = subprocess.run(  # noqa: S603 - our own code
                [sys.executable, "-c", code, str(path)], capture_output=True, text=True, timeout=MOST_SECONDS
            )
        except subprocess.TimeoutExpired:
            return {"seconds": float("inf"), "memory": 0.0, "said": "stopped"}
        if done.returncode:
            return {"seconds": float("inf"), "memory": 0.0, "said": done.stderr.strip().splitlines()[-1]}
        return {"size": path.stat().st_size, **json.loads(done.stdout)}


def main(word: str = "") -> None:
    print("| file | size | MB | s | s at 4 times | ratio | memory in MB | what came of it |")
    print("|---|---|---|---|---|---|---|---|")
    for name in GROWING:
        if word not in name:
            continue
        one, four = measured(name, 1), measured(name, 4)
        first, second = float(str(one["seconds"])), float(str(four["seconds"]))
        ratio = second / max(first, 1e-9)
        wrong = " **" if not second < float("inf") or (ratio > LARGEST_RATIO and second > LEAST_SECONDS) else ""
        megabytes = float(str(four.get("size", 0))) / 1e6
        print(
            f"| {name} | {GROWING[name].size} | {megabytes:.1f} | {first:.2f} | {second:.2f} | {ratio:.1f}{wrong} | "
            f"{float(str(four['memory'])):.0f} | {str(four['said'])[:90]} |",
            flush=True,
        )


if __name__ == "__main__":
    main(*sys.argv[1:2])
