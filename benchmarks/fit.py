"""The reference fit on the recipe `instrument`: ``python -m benchmarks.fit --size 2000 --seed 41 [--classical 100]``.

Component shares of C 1s, the nearest polymers of samples of one polymer, and the shift errors of the three methods, on
spectra with at least 3,000 counts. What is measured stands in ``xps_keras.experiments.fit_quality``.
"""

import argparse
import json
import time
from pathlib import Path

from benchmarks.made_on import made_on
from xps_keras.evaluation.evaluate import check_test
from xps_keras.experiments.fit_quality import measure, to_json
from xps_keras.files import write_whole
from xps_keras.progress import progress_bar
from xps_keras.runtime import load


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=2_000, help="number of spectra")
    parser.add_argument("--seed", type=int, default=41, help="seed of the spectra")
    parser.add_argument("--classical", type=int, default=0, help="spectra that are fitted without the network as well")
    parser.add_argument("--model", default="pretrained", help="a model as `analyze --model` takes it")
    parser.add_argument("--json", type=Path, help="file for the figures")
    chosen = parser.parse_args()
    runtime = load(chosen.model)
    check_test(runtime, chosen.size, chosen.seed)
    began = time.process_time()
    with progress_bar(chosen.size, shown=True) as advance:
        quality = measure(runtime, chosen.size, chosen.seed, chosen.classical, advance)
    content = {**to_json(quality, chosen.seed, runtime), "cpu_s": round(time.process_time() - began, 1), **made_on()}
    text = json.dumps(content, indent=1) + "\n"
    if chosen.json is not None:
        write_whole(chosen.json, text)
    print(text)


if __name__ == "__main__":
    main()
