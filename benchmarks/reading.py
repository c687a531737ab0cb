"""How fast spectrum files are read, and with how much memory.

Run: ``python -m benchmarks.reading``. Measures a VAMAS file of 20 blocks of 200 points (best of 50 runs) and one of
100 MB in a process of its own, whose highest memory use is reported. Seconds of the processor stand beside those of the
clock.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from xps_keras.io import read_all, write_vamas
from xps_keras.spectrum import Region, Spectrum

LARGE_BYTES = 100_000_000
SMALL_BLOCKS, SMALL_POINTS, LARGE_POINTS = 20, 200, 2000


def write(path: Path, blocks: int, points: int) -> None:
    """Write a VAMAS file of samples of two regions, C 1s and O 1s."""
    noise = np.random.default_rng(1)
    spectra = []
    for sample in range(blocks // 2):
        regions = []
        for label, low in (("C 1s", 280.0), ("O 1s", 525.0)):
            energy = low + 20.0 / points * np.arange(points)
            counts = noise.poisson(1000, points).astype(np.float64)
            regions.append(Region(label, energy, counts, "counts", "binding"))
        spectra.append(Spectrum(path, "simulated", "", tuple(regions), sample=f"film {sample + 1}"))
    write_vamas(spectra, path)


def write_large(path: Path) -> None:
    """Write a file of 100 MB: the blocks of two samples over and over, each time under another name."""
    write(path, 4, LARGE_POINTS)
    head, *blocks = path.read_bytes().replace(b"end of experiment\r\n", b"").split(b"C 1s\r\nfilm ")
    times = LARGE_BYTES // sum(map(len, blocks))
    with path.open("wb") as stream:
        stream.write(head)
        for sample in range(times * len(blocks)):
            number, _, rest = blocks[sample % len(blocks)].partition(b"\r\n")
            stream.write(
                b"C 1s\r\nfilm %d\r\n" % (sample + 1)
                + rest.replace(b"\r\nfilm " + number, b"\r\nfilm %d" % (sample + 1))
            )
        stream.write(b"end of experiment\r\n")


def read_large(path: Path) -> None:
    """Read one file and print seconds, regions and highest memory use in MB."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    start, processor = time.perf_counter(), time.process_time()
    spectra = read_all(path)
    seconds, processor = time.perf_counter() - start, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{path.stat().st_size / 1e6:.0f} MB, {len(spectra)} samples: {seconds:.1f} s "
        f"({processor:.1f} s of the processor), at most {peak:.0f} MB of memory ({before:.0f} MB before)"
    )


def main() -> None:
    """Measure and print."""
    if len(sys.argv) > 1:
        read_large(Path(sys.argv[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "spectra.vms"
        write(path, SMALL_BLOCKS, SMALL_POINTS)
        seconds, processor = [], []
        for _ in range(50):
            start, begun = time.perf_counter(), time.process_time()
            read_all(path)
            seconds.append(time.perf_counter() - start)
            processor.append(time.process_time() - begun)
        print(
            f"{SMALL_BLOCKS} blocks of {SMALL_POINTS} points: {1e3 * min(seconds):.1f} ms "
            f"({1e3 * min(processor):.1f} ms of the processor)"
        )
        write_large(path)
        subprocess.run([sys.executable, "-m", "benchmarks.reading", str(path)], check=True)  # noqa: S603 - this module


if __name__ == "__main__":
    main()
