"""Speed and memory of a batch: ``python -m benchmarks.batch [--files 200] [--jobs 2] [--no-html]``.

Writes files of three regions into a temporary folder, analyses them with ``--table`` and ``--html`` as a user does
(``--no-html``: with ``--table`` alone), and prints samples a second (from the start of the program to its end),
processor time, and the highest memory of the program with all its processes: in the whole run, in its second quarter
and in its last. Wanted: 8 samples/s on two idle cores, and a last quarter that needs no more than the second; of 10,000
files with the table alone 20 samples/s within 400 MB.
"""

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.made_files import write_files
from benchmarks.memory import watch


def measure(folder: Path, files: int, jobs: int | None, html: bool) -> dict[str, object]:
    """Analyse a folder of new files and return the figures."""
    (folder / "files").mkdir()
    write_files(folder / "files", files)
    table, report = folder / "table.csv", folder / "report.html"
    command = [sys.executable, "-m", "xps_keras", "analyze", folder / "files", "--table", table]
    if html:
        command += ["--html", report]
    if jobs is not None:
        command += ["--jobs", str(jobs)]
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own
    with watch(process.pid) as seen:
        status = process.wait()
    wall = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if status:
        raise SystemExit(f"analyze ended with status {status}.")
    with table.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == files
    assert all(row["shift / eV"] for row in rows)
    return {
        "files": files,
        "jobs": jobs or "all processors",
        "processors": len(os.sched_getaffinity(0)),
        "load average at the end": round(os.getloadavg()[0], 1),
        "wall_s": round(wall, 1),
        "samples_a_second": round(files / wall, 2),
        "cpu_s": round(after.ru_utime + after.ru_stime - spent.ru_utime - spent.ru_stime, 1),
        "peak_mb": round(seen.peak()),
        "peak_mb_second_quarter": round(seen.peak(0.25, 0.5)),
        "peak_mb_last_quarter": round(seen.peak(0.75, 1.0)),
        "report_mb": round(report.stat().st_size / 1e6, 1) if html else None,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=200, help="files of three regions")
    parser.add_argument("--jobs", type=int, help="processes; all processors when left out")
    parser.add_argument("--no-html", dest="html", action="store_false", help="the table alone")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(Path(folder), chosen.files, chosen.jobs, chosen.html), indent=1))


if __name__ == "__main__":
    main()
