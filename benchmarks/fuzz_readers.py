"""Damaged files for every reader: each is read, or refused in one sentence, within two seconds and 500 MB.

Run: ``python -m benchmarks.fuzz_readers [--number 20000] [--guided] [READER...]``. Seeds are the files of
``reader_inputs`` at their smallest. Without ``--guided`` they are damaged by chance: bytes changed, pieces lost,
doubled or put in from elsewhere, lines exchanged, numbers made absurd; what lies packed in a workbook is damaged before
it is packed. With ``--guided`` the fuzzer ``atheris`` (extra ``fuzz``) damages them and keeps what reaches new
code.

Nothing but the package's own exceptions may come, nothing may be written, and no sentence may be longer than a screen.
"""

import argparse
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.reader_inputs import GROWING

SECONDS, MEGABYTES = 2.0, 500
LONGEST = 1000
_IBW_5 = b"\x05\0"
READERS = tuple(dict.fromkeys(way.reader for way in GROWING.values()))
_ABSURD = (
    *(b"nan", b"inf", b"-inf", b"1e308", b"1e-308", b"-1", b"0", b"1e400", b"99999999999", b"2147483648"),
    *(b"9" * 5000, b"\0", b"\0" * 40, b"\xff\xfe", b"\x1b[2J", b"\n", b"\r", b",", b";", b"\t", b'"', b"'", b"$", b"="),
    *(b"\xe2\x80\x8b", b"\xed\xa0\x80", b"(" * 60, b"[" * 60, b" " * 300, b"name " * 80, b"\xff\xff\xff\xff", b"\x80"),
)


def seeds(reader: str) -> list[bytes]:
    """Small sound files, and hostile ones, of one format."""
    return [way.write(2) for way in GROWING.values() if way.reader == reader]


def damaged(sound: Sequence[bytes], number: int, seed: int) -> Iterator[bytes]:
    """Damage the seeds of a format, each time anew."""
    rng = np.random.default_rng(seed)
    for _ in range(number):
        content = sound[int(rng.integers(len(sound)))]
        other = sound[int(rng.integers(len(sound)))]
        if content.startswith(b"PK") and rng.random() < 0.9:
            yield _repacked(content, rng)
        else:
            found = _damage(content, other, rng)
            yield with_checksum(found) if found.startswith(_IBW_5) and rng.random() < 0.9 else found


def with_checksum(wave: bytes) -> bytes:
    """Make the 16-bit words of both headers of an Igor binary wave add up to zero, as its reader asks."""
    words = np.frombuffer(wave[:384].ljust(384, b"\0"), "<i2").sum(dtype=np.int64)
    before = int.from_bytes(wave[2:4], "little", signed=True)
    return wave[:2] + int((before - words) % 65536).to_bytes(2, "little") + wave[4:]


def _damage(content: bytes, other: bytes, rng: np.random.Generator) -> bytes:
    data = bytearray(content)
    # Counts stand at the beginning: half of the damage goes there.
    span = len(data) if rng.random() < 0.5 else max(len(data) // 8, 60)
    for _ in range(int(rng.integers(1, 7))):
        at = int(rng.integers(max(min(span, len(data)), 1)))
        length = int(rng.integers(1, 80))
        match int(rng.integers(8)):
            case 0:
                data[at : at + 1] = bytes([int(rng.integers(256))])
            case 1:
                del data[at : at + length]
            case 2:
                data[at:at] = data[at : at + length] * int(rng.integers(1, 5))
            case 3:
                start = int(rng.integers(max(len(other), 1)))
                data[at:at] = other[start : start + length]
            case 4:
                data[at : at + int(rng.integers(5))] = _ABSURD[int(rng.integers(len(_ABSURD)))]
            case 5:
                lines = bytes(data).split(b"\n")
                one, two = (int(rng.integers(len(lines))) for _ in range(2))
                lines[one], lines[two] = lines[two], lines[one]
                data = bytearray(b"\n".join(lines))
            case 6:
                data[at : at + 4] = int(rng.choice([0, 1, 255, 65535, 2**31, 2**32 - 1])).to_bytes(4, "little")
            case _:
                del data[at + int(rng.integers(1, 4000)) :]
    return bytes(data)


def _repacked(content: bytes, rng: np.random.Generator) -> bytes:
    """Damage one of the files in a workbook."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(packed, "w") as other:
        names = archive.namelist()
        chosen = names[int(rng.integers(len(names)))]
        for name in names:
            inside = archive.read(name)
            other.writestr(name, _damage(inside, inside, rng) if name == chosen else inside)
    return packed.getvalue()


@dataclass
class Outcome:
    """What came of many files."""

    counts: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0
    faults: list[str] = field(default_factory=list)


def try_one(content: bytes, outcome: Outcome) -> bool:
    """Read one file and note what came of it; return whether it is as it should be."""
    from xps_keras.errors import InputError
    from xps_keras.io.read import read_content
    from xps_keras.preprocessing.channels import to_channels

    def take(content: bytes) -> None:
        spectra = read_content(content, Path("file.dat"))
        try:
            to_channels(spectra[0])
        except InputError as error:  # read, and of no use
            if wrong := _unlike_a_sentence(error):
                raise AssertionError(wrong) from error

    return attempt(take, content, outcome, (InputError, "read"))


def attempt(
    take: Callable[[bytes], object], content: bytes, outcome: Outcome, expected: tuple[type[Exception], str]
) -> bool:
    """Hand something over and note what came of it.

    Args:
        take: What takes it.
        content: The bytes.
        outcome: Where it is noted.
        expected: The only exception that may come, and what it is called when none does.

    Returns:
        Whether it is as it should be.
    """
    start, what, fault = time.process_time(), "refused", ""
    try:
        take(content)
        what = expected[1]
    except expected[0] as error:
        fault = _unlike_a_sentence(error)
    except MemoryError:
        fault = "memory"
    except Exception as error:
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = "" if place is None else f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}"
        fault = f"{type(error).__name__} at {where}: {str(error)[:100]}"
    outcome.counts[what] += 1
    seconds = time.process_time() - start
    outcome.slowest_s = max(outcome.slowest_s, seconds)
    if seconds > SECONDS:
        fault = fault or f"{seconds:.1f} s"
    if fault:
        outcome.faults.append(fault)
    return not fault


def _unlike_a_sentence(error: Exception) -> str:
    sentence = str(error)
    wrong = len(sentence) > LONGEST or "\n" in sentence or not sentence.endswith(".")
    return f"message: {sentence[:200]!r}" if wrong else ""


def watch_writing(written: list[str]) -> None:
    """Note every file that is opened for writing, made, moved or removed from now on."""

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            written.append(str(arguments[0]))
        elif event in ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.truncate", "shutil.rmtree"):
            written.append(f"{event} {arguments[0]}")

    sys.addaudithook(hook)


def run(reader: str, number: int, seed: int) -> dict[str, object]:
    """Try many files in this process, whose memory is bounded."""
    import xps_keras.io.registry as registry

    for form in registry.FORMATS:  # imported before files and memory are watched
        assert form.reader
    outcome, sound = Outcome(), seeds(reader)
    for content in sound:
        try_one(content, outcome)
    outcome.counts.clear()
    written: list[str] = []
    watch_writing(written)
    bound = bound_memory()
    kept = Path(os.environ.get("FUZZ_KEEP", ""))
    for index, content in enumerate(damaged(sound, number, seed)):
        if not try_one(content, outcome) and kept.name:
            resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
            (kept / f"{reader.replace(' ', '_')}_{index}").write_bytes(content)
    return summed_up(outcome, written)


def bound_memory() -> int:
    """Let this process take ``MEGABYTES`` more from now on, where the system can; return the bound."""
    pages = Path("/proc/self/statm")
    if not pages.exists():
        return resource.RLIM_INFINITY
    bound = int(pages.read_text().split()[0]) * resource.getpagesize() + MEGABYTES * 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
    return bound


def summed_up(outcome: Outcome, written: list[str]) -> dict[str, object]:
    """Return what came of many files, JSON-ready."""
    return {
        **outcome.counts,
        "slowest_s": outcome.slowest_s,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "faults": Counter(outcome.faults).most_common(12),
        "written": written[:5],
    }


def print_table(names: Sequence[str], call: Callable[[str], str], taken: str, number: int) -> None:
    """Run each in a process of its own and print a row for it.

    Args:
        names: What is damaged.
        call: Gives the Python that tries one of them and prints JSON.
        taken: What those are called that were not refused.
        number: How many of each.
    """
    print(
        f"| | files | {taken} | refused | slowest, s | memory, MB | faults |\n|---|---|---|---|---|---|---|", flush=True
    )
    for name in names:
        done = subprocess.run([sys.executable, "-c", call(name)], capture_output=True, text=True)  # noqa: S603 - our own code
        if done.returncode or not done.stdout.strip():
            last = [line for line in done.stderr.splitlines() if line.strip()][-6:]
            said = "none" if done.returncode == 0 else " / ".join(last)
            print(f"| {name} | {number} | | | | | {said} |", flush=True)
            continue
        found = json.loads(done.stdout.splitlines()[-1])
        faults = found["faults"] + [["written", place] for place in found["written"]]
        print(
            f"| {name} | {number} | {found.get(taken, 0)} | {found.get('refused', 0)} | "
            f"{found['slowest_s']:.2f} | {found['memory']:.0f} | {faults or 'none'} |",
            flush=True,
        )


def guided(reader: str, number: int) -> None:
    """Let atheris damage the files, in this process; it ends the process."""
    import atheris

    with atheris.instrument_imports(include=["xps_keras"]):
        import xps_keras.io.registry as registry

        assert all(form.reader for form in registry.FORMATS)
    outcome = Outcome()

    def once(content: bytes) -> None:
        if not try_one(content, outcome):
            raise AssertionError(outcome.faults[-1])

    with tempfile.TemporaryDirectory() as folder:
        for index, content in enumerate(seeds(reader)):
            (Path(folder) / str(index)).write_bytes(content)
        atheris.Setup(
            ["fuzz", folder, f"-runs={number}", "-rss_limit_mb=1500", "-timeout=20", "-max_len=60000", "-verbosity=0"],
            once,
        )
        atheris.Fuzz()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("readers", nargs="*", default=READERS)
    parser.add_argument("--number", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--guided", action="store_true")
    asked = parser.parse_args()

    def call(reader: str) -> str:
        code = (
            f"guided({reader!r}, {asked.number})" if asked.guided else f"run({reader!r}, {asked.number}, {asked.seed})"
        )
        return f"import json; from benchmarks.fuzz_readers import *; print(json.dumps({code}))"

    print_table(asked.readers, call, "read", asked.number)


if __name__ == "__main__":
    main()
