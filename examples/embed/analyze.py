"""Two-column text (binding energy in eV, intensity) in, charge shift and groups out: numpy and ai-edge-litert alone.

python analyze.py artefacts/tflite-raw/model.tflite spectrum.csv
"""

import re
import sys
import zipfile

import numpy as np
from ai_edge_litert.interpreter import Interpreter

NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
PAIR = re.compile(rf"\s*({NUMBER})[\s,;]+({NUMBER})(?=[\s,;]|$)")
STATUS = {1: "present", 0: "absent", -1: "not assessable"}
if len(sys.argv) != 3:
    sys.exit("usage: analyze.py MODEL.tflite SPECTRUM")
model, spectrum = sys.argv[1:]
try:
    labels = zipfile.ZipFile(model).read("labels.txt").decode().splitlines()
    run = Interpreter(model, num_threads=1).get_signature_runner("serving_default")
    with open(spectrum, encoding="utf-8", errors="replace") as lines:
        rows = [found.groups() for line in lines if (found := PAIR.match(line))]
except OSError as error:
    sys.exit(f"{error.filename}: {error.strerror}")
except (KeyError, zipfile.BadZipFile):
    sys.exit(f"{model}: this is no TFLite model that xps-keras wrote")
if "binding_energy" not in run.get_input_details():
    sys.exit(f"{model}: this model takes no measured spectrum; export it with --raw and name tflite-raw/model.tflite")
if len(rows) < 8:
    sys.exit(f"{spectrum}: fewer than 8 lines of two numbers")
energy, intensity = np.array(rows, np.float32).T
answer = run(binding_energy=energy, intensity=intensity)
if not answer["usable"][0]:
    sys.exit("no C 1s peak stands in this spectrum")
print(f"shift_ev {answer['shift_ev'][0, 0]:.4f}")
for name, status, probability in zip(labels, answer["status"][0], answer["probabilities"][0], strict=True):
    print(f"{STATUS[status]}\t{name}\t{probability:.4f}")
