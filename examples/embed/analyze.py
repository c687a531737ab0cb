"""Two-column text (binding energy in eV, intensity) in, charge shift and groups out: numpy and ai-edge-litert alone.

python analyze.py artefacts/tflite-raw/model.tflite spectrum.csv
"""

import re
import sys
import zipfile

import numpy as np
from ai_edge_litert.interpreter import Interpreter

STATUS = {1: "present", 0: "absent", -1: "not assessable"}
model, spectrum = sys.argv[1:]
labels = zipfile.ZipFile(model).read("labels.txt").decode().splitlines()
with open(spectrum, encoding="utf-8") as lines:
    rows = [re.split(r"[\s,;]+", line.strip())[:2] for line in lines if re.match(r"\s*[-+.\d]", line)]
energy, intensity = np.array(rows, np.float32).T
run = Interpreter(model, num_threads=1).get_signature_runner("serving_default")
answer = run(binding_energy=energy, intensity=intensity)
if not answer["usable"][0]:
    sys.exit("no C 1s peak stands in this spectrum")
print(f"shift_ev {answer['shift_ev'][0, 0]:.4f}")
for name, status, probability in zip(labels, answer["status"][0], answer["probabilities"][0], strict=True):
    print(f"{STATUS[status]}\t{name}\t{probability:.4f}")
