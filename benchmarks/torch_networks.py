"""The package's networks in PyTorch, as one would write them there, with the weights of a Keras model."""

from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from xps_keras.axis import AXIS
from xps_keras.layers.window_index import pool_starts
from xps_keras.models.align import LINEAR_SCALE


def unit_area(signal: torch.Tensor) -> torch.Tensor:
    """Clip at zero and scale to area 1, shape ``(batch, length)``."""
    signal = signal.clamp_min(0.0)
    peak = signal.amax(1, keepdim=True)
    signal = signal / torch.where(peak > 0, peak, 1.0)
    area = signal.sum(1, keepdim=True) * AXIS.step_ev
    return signal / torch.where(area > 0, area, 1.0)


def shifted(signal: torch.Tensor, shift: torch.Tensor) -> torch.Tensor:
    """``result[i] = signal[i + shift]``, linear interpolation, zero outside; shift ``(batch, 1)`` in channels."""
    length = signal.shape[1]
    whole = shift.floor()
    part = shift - whole
    index = torch.arange(1, length + 2) + whole.to(torch.int64)
    gathered = functional.pad(signal, (1, 1)).gather(1, index.clamp(0, length + 1))
    return gathered[:, :-1] * (1 - part) + gathered[:, 1:] * part


def dense(layer: Any) -> nn.Linear:
    """A Keras dense layer as a PyTorch one."""
    kernel, bias = layer.get_weights()
    made = nn.Linear(*kernel.shape)
    made.weight.data = torch.from_numpy(np.ascontiguousarray(kernel.T))
    made.bias.data = torch.from_numpy(bias)
    return made


def classifier(model: Any) -> nn.Sequential:
    """The dense layers ``classifier_0`` and so on with batch normalisation and LeakyReLU, then the logits."""
    layers: list[nn.Module] = []
    names = {layer.name for layer in model.layers}
    for number in range(len(names)):
        if f"classifier_{number}" not in names:
            break
        layers.append(dense(model.get_layer(f"classifier_{number}")))
        keras_norm = model.get_layer(f"classifier_norm_{number}")
        norm = nn.BatchNorm1d(layers[-1].out_features, eps=keras_norm.epsilon)
        gamma, beta, mean, variance = map(torch.from_numpy, keras_norm.get_weights())
        norm.weight.data, norm.bias.data = gamma, beta
        norm.running_mean, norm.running_var = mean, variance
        layers += [norm, nn.LeakyReLU(0.01)]
    return nn.Sequential(*layers, dense(model.get_layer("logits"))).eval()


class TorchStn(nn.Module):
    """The paper's spatial transformer network."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        transformer = model.get_layer("transformer")
        localization = [part for layer in transformer.localization.layers for part in (dense(layer), nn.ReLU())]
        self.shift = nn.Sequential(*localization, dense(transformer.head))
        self.classify = classifier(model)

    def forward(self, intensity: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Return probabilities, shift in eV and the aligned spectrum."""
        normalized = unit_area(intensity)
        shift = self.shift(normalized)
        aligned = shifted(normalized, shift)
        return torch.sigmoid(self.classify(aligned)), shift * AXIS.step_ev, unit_area(aligned)


def judging(model: Any, name: str) -> nn.Sequential:
    """The dense layers ``judge_0`` and so on, and their last one, ``judge_verdict``."""
    hidden = sorted(layer.name for layer in model.layers if layer.name[:-1] == f"{name}_")
    layers = [part for layer in hidden for part in (dense(model.get_layer(layer)), nn.ReLU())]
    return nn.Sequential(*layers, dense(model.get_layer(f"{name}_verdict")))


class TorchAlign(nn.Module):
    """Our network: hypotheses, readings, their refinement, a classifier per reading."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        hypotheses = model.get_layer("hypotheses")
        readings = model.get_layer("readings")
        self.readings, self.radius = readings.readings, readings.radius_ev
        self.pairs = torch.from_numpy(pool_starts(model.get_layer("aligned_windows").windows).astype(np.int64))
        self.pool = hypotheses.pool
        places = torch.from_numpy(pool_starts(hypotheses.windows, self.pool).astype(np.int64)) // self.pool
        moves = torch.tensor(hypotheses.hypotheses)
        self.shape = (len(moves), len(places))
        last = -(-AXIS.size // self.pool)
        self.place = ((places + moves[:, None] // self.pool).clamp(-1, last) + 1).reshape(-1)
        self.at = moves * AXIS.step_ev
        self.reach = 0.75 * float(self.at[1] - self.at[0])
        self.judge, self.refiner = judging(model, "judge"), judging(model, "refiner")
        self.classify = classifier(model)

    def forward(self, intensity: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Return probabilities, shift, aligned spectrum; by reading shift, uncertainty, weight, probabilities."""
        normalized = unit_area(intensity)
        signal = normalized.sqrt()
        pooled = functional.pad(signal, (0, -signal.shape[1] % self.pool)).unflatten(1, (-1, self.pool)).mean(2)
        raw = self.judge(functional.pad(pooled, (1, 1))[:, self.place].view(-1, *self.shape))
        mean = self.reach * raw[:, :, 1].tanh() + self.at
        first, weight = self.modes(raw[:, :, 0].softmax(-1), mean)
        raw = self.refiner(self.cut(signal, first / AXIS.step_ev))
        shift = first + self.reach * raw[:, :, 0].tanh()
        uncertainty = (-3.5 + 2.5 * raw[:, :, 1].tanh()).exp()
        cut = self.cut(signal, shift / AXIS.step_ev)
        features = torch.cat([cut, LINEAR_SCALE * cut.square()], -1)
        logits = self.classify(features.flatten(0, 1)).view(*features.shape[:2], -1)
        probabilities = logits.sigmoid()
        aligned = unit_area(shifted(normalized, shift[:, :1] / AXIS.step_ev))
        return probabilities[:, 0], shift[:, :1], aligned, shift, uncertainty, weight, probabilities

    def modes(self, weight: torch.Tensor, mean: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """The most probable clusters of the mixture, see ``ShiftReadings``."""
        near = (-((mean[:, :, None] - mean[:, None, :]) / self.radius).square()).exp()
        found = []
        for _ in range(self.readings):
            strongest = (weight[:, None, :] * near).sum(-1).argmax(-1, keepdim=True)
            center = mean.gather(1, strongest)
            for _ in range(2):
                member = weight * ((mean - center).abs() < self.radius)
                total = member.sum(-1, keepdim=True).clamp_min(1e-20)
                center = (member * mean).sum(-1, keepdim=True) / total
            found.append((center, member.sum(-1, keepdim=True)))
            weight = weight - member
        shift, share = (torch.cat(column, -1) for column in zip(*found, strict=True))
        order = share.argsort(dim=-1, descending=True, stable=True)
        return shift.gather(1, order), share.gather(1, order)

    def cut(self, signal: torch.Tensor, shift: torch.Tensor) -> torch.Tensor:
        """The windows at every reading, see ``AlignedWindows``."""
        padded = functional.pad(signal, (2, 2))
        pooled = 0.5 * (padded[:, :-1] + padded[:, 1:])
        whole = shift.floor()
        part = (shift - whole)[:, :, None]
        place = self.pairs + 2 + whole.to(torch.int64)[:, :, None]
        last = signal.shape[1] + 2
        low, high = (pooled.gather(1, (place + side).clamp(0, last).flatten(1)).view(place.shape) for side in (0, 1))
        return low * (1 - part) + high * part
