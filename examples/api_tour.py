"""The package from Python: read, analyse, plot, draw a corpus, train, export, run. Needs the extras `train` and `onnx`.

    python examples/api_tour.py FOLDER [SPECTRA]

Writes into FOLDER. SPECTRA (64 when left out) is far too few to learn anything: it shows the way, not a model.
"""

import sys
from pathlib import Path

import xps_keras as xk
from xps_keras.analysis.pictures import save_picture
from xps_keras.export import export
from xps_keras.preprocessing import to_channels
from xps_keras.training import Run, train

if len(sys.argv) not in (2, 3) or not "".join(sys.argv[2:] or "1").isdecimal():
    sys.exit("usage: python examples/api_tour.py FOLDER [SPECTRA]")
folder = Path(sys.argv[1])
spectra = int(sys.argv[2]) if len(sys.argv) > 2 else 64
folder.mkdir(exist_ok=True)

# Read a file: regions with energies in eV, intensities, and what the file says about them.
spectrum = xk.read(Path(__file__).parent / "charged_pet.vms")
print([region.label for region in spectrum.regions])

# Analyse it with the shipped model: the shift with its uncertainty, and the groups.
answer = xk.analyze(spectrum)
print(f"shift {answer.shift_ev:+.2f} eV:", ", ".join(group.name for group in answer.present))

# Plot it.
save_picture(folder / "charged_pet.png", to_channels(spectrum), answer)

# Draw labelled spectra: any stretch of an endless sequence that recipe and seed determine.
recipe = xk.recipe("paper", max_shift_ev=3.0)
batch = xk.Corpus(recipe, seed=7).batch(0, 32)
print("corpus:", batch.intensity.shape, "labels:", batch.groups.shape)

# Train a network on such spectra, and export it; each artefact is proved against Keras before it is put in place.
run = Run(model="mlp", recipe="paper", max_shift_ev=3.0, size=spectra, epochs=1, validation_size=spectra)
model = train(run, folder / "run", report=print)
(artefact,) = export(model, ["tflite"], folder / "artefacts", spectra=batch.intensity)

# Run the artefact: on the corpus, and on the file.
outputs = xk.load_model(artefact.path).run(batch.intensity)
print("probabilities:", outputs["probabilities"].shape)
print("the new model on the file:", len(xk.analyze(spectrum, artefact.path).present), "groups present")
