"""Make ``charged_pet.vms``: PET as recorded with the surface charged by +2.3 eV, simulated from the library.

python examples/make_charged_pet.py
"""

from pathlib import Path

from xps_keras.corpus.simulate import simulate
from xps_keras.io.vamas_write import write_vamas

SHIFT_EV = 2.3

if __name__ == "__main__":
    spectrum = simulate({"PET": 1.0}, ("C 1s", "O 1s"), shift_ev=SHIFT_EV, broadening_ev=0.15, peak_counts=8000, seed=1)
    comment = f"Simulated by xps-keras: poly(ethylene terephthalate), every peak {SHIFT_EV:+.1f} eV by charging."
    write_vamas(spectrum, Path(__file__).with_name("charged_pet.vms"), comment=comment)
