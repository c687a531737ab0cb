"""The paper's STN written in PyTorch, trained on request: the yardstick of ``benchmarks.training``.

A process of its own, so that two runtimes do not share threads; it needs PyTorch and NumPy and nothing of this package:
``python benchmarks/torch_stn.py FOLDER THREADS``. ``FOLDER`` holds ``intensity.npy`` and ``groups.npy``. Each line on
stdin, ``loader`` (PyTorch's DataLoader) or ``index`` (rows by a permutation), trains one epoch; the answer is a line
with seconds, processor seconds and the mean loss. The first line of output is the number of trained weights.
"""

import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import torch
from torch import nn

BATCH, RATE, LARGEST_NORM = 64, 1e-4, 1.0


class SpatialTransformer(nn.Module):
    """Localisation network 6601-64-32-1, one translation by linear interpolation, zeros outside."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.localization = nn.Sequential(
            nn.Linear(channels, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1)
        )
        nn.init.zeros_(self.localization[-1].weight)
        nn.init.zeros_(self.localization[-1].bias)
        self.register_buffer("places", torch.arange(channels, dtype=torch.float32))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Align spectra of shape (batch, channels)."""
        place = self.places + self.localization(x)
        below = torch.floor(place)
        part = place - below
        index = below.long()
        return self._at(x, index) * (1 - part) + self._at(x, index + 1) * part

    @staticmethod
    def _at(x: torch.Tensor, index: torch.Tensor) -> torch.Tensor:
        inside = (index >= 0) & (index < x.shape[1])
        return torch.gather(x, 1, index.clamp(0, x.shape[1] - 1)) * inside


def stn(channels: int, groups: int) -> nn.Module:
    """Return alignment and classifier, hidden widths 256 and 128."""
    return nn.Sequential(
        SpatialTransformer(channels),
        nn.Linear(channels, 256),
        nn.BatchNorm1d(256),
        nn.LeakyReLU(0.01),
        nn.Dropout(0.1),
        nn.Linear(256, 128),
        nn.BatchNorm1d(128),
        nn.LeakyReLU(0.01),
        nn.Dropout(0.1),
        nn.Linear(128, groups),
    )


def batches(way: str, x: torch.Tensor, y: torch.Tensor) -> Iterable[tuple[torch.Tensor, torch.Tensor]]:
    if way == "loader":
        data = torch.utils.data.TensorDataset(x, y)
        return torch.utils.data.DataLoader(data, batch_size=BATCH, shuffle=True, drop_last=True)
    return indexed(x, y)


def indexed(x: torch.Tensor, y: torch.Tensor) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    for rows in torch.randperm(len(x)).split(BATCH):
        if len(rows) == BATCH:
            yield x[rows], y[rows]


def main() -> None:
    """Answer requests until stdin ends."""
    folder, threads = Path(sys.argv[1]), int(sys.argv[2])
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    x = torch.from_numpy(np.load(folder / "intensity.npy"))
    y = torch.from_numpy(np.load(folder / "groups.npy"))
    model = stn(x.shape[1], y.shape[1]).train()
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    criterion = nn.BCEWithLogitsLoss()
    print(sum(weight.numel() for weight in model.parameters()), torch.__version__, flush=True)
    for line in sys.stdin:
        wall, processor, losses = time.perf_counter(), time.process_time(), []
        for spectra, groups in batches(line.strip(), x, y):
            optimizer.zero_grad()
            loss = criterion(model(spectra), groups)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), LARGEST_NORM)
            optimizer.step()
            losses.append(loss.item())
        print(time.perf_counter() - wall, time.process_time() - processor, sum(losses) / len(losses), flush=True)


if __name__ == "__main__":
    main()
