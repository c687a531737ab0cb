"""The shipped model `paper`, from its seed: ``python -m xps_keras.tools.pretrain_paper --out runs/paper``.

Trains `unmix` on fresh spectra of the recipe `paper`. An interrupted run goes on with ``--resume``.
"""

import argparse
from pathlib import Path

from xps_keras.training.run import Run, train

RUN = Run(
    model="unmix", recipe="paper", max_shift_ev=8.0, size=102_400, epochs=36, stream=True, validation_size=10_240, seed=3
)
"""What it is trained on."""


def main() -> None:
    """Train, measure, export, ship."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder of the training run")
    parser.add_argument("--resume", action="store_true", help="go on with an interrupted run")
    chosen = parser.parse_args()
    model = chosen.out / "model.keras"
    if not model.exists():
        train(RUN, chosen.out, resume=chosen.resume and chosen.out.exists())


if __name__ == "__main__":
    main()
