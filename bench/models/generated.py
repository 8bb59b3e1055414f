"""Random weights that a file holds as a seed, and TorchScript without paths.

The weights of a benchmark's model need be of the right number and size, no
more. A Weights saves its shape and a seed, and makes its numbers again when it
is loaded: megabytes that nobody has to store. From then on it is a parameter
like any other, and costs no more.
"""

import io
import pathlib
import zipfile
from typing import Tuple

import torch
from torch import nn


def uniform(seed: torch.Tensor, rows: int, columns: int,
            bound: float) -> torch.Tensor:
    """Return numbers between -bound and bound, on the device of the seed.

    A hash of 32 bits in integer arithmetic, which gives the same numbers in
    every version of PyTorch and on every device, and leaves PyTorch's own
    generator alone.
    """
    hashed = torch.arange(rows * columns, device=seed.device)
    hashed = hashed * 2654435761 + seed * 40503
    for _ in range(2):
        hashed = hashed & 0xFFFFFFFF
        hashed = (hashed ^ (hashed >> 16)) * 73244475
    hashed = hashed & 0xFFFFFFFF
    hashed = hashed ^ (hashed >> 16)
    unit = hashed.double() / 4294967296.0
    return ((2 * unit - 1) * bound).float().reshape(rows, columns)


class Weights(nn.Module):
    """A matrix of random numbers."""

    bound: float

    def __init__(self, rows: int, columns: int, bound: float, seed: int):
        super().__init__()
        # A tensor, so that it is loaded onto the device of the model and the
        # numbers are made there.
        self.seed = torch.tensor(seed)
        self.bound = bound
        self.matrix = nn.Parameter(
            uniform(self.seed, rows, columns, bound), requires_grad=False)

    @torch.jit.export
    def __getstate__(self) -> Tuple[torch.Tensor, int, int, float, bool]:
        rows, columns = self.matrix.size(0), self.matrix.size(1)
        return self.seed, rows, columns, self.bound, self.training

    @torch.jit.export
    def __setstate__(
            self, state: Tuple[torch.Tensor, int, int, float, bool]) -> None:
        self.seed = state[0]
        self.bound = state[3]
        self.matrix = uniform(state[0], state[1], state[2], state[3])
        self.training = state[4]


class Linear(nn.Module):
    """A linear layer whose outputs vary as much as its inputs do.

    Otherwise the answers of a deep net would all be alike (He et al., Delving
    Deep into Rectifiers, ICCV 2015, equation 10).
    """

    def __init__(self, inputs: int, outputs: int, seed: int):
        super().__init__()
        bound = (6 / inputs) ** 0.5
        self.weight = Weights(outputs, inputs, bound, 2 * seed)
        self.bias = Weights(1, outputs, bound, 2 * seed + 1)

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        return nn.functional.linear(
            rows, self.weight.matrix, self.bias.matrix[0])


def parameters(model: nn.Module) -> int:
    """Return how many numbers the model has, those of Weights included."""
    return sum(weights.numel() for weights in model.parameters())


def save(model: nn.Module, path: pathlib.Path) -> None:
    """Write the model as TorchScript without its debug records."""
    saved = io.BytesIO()
    model.eval().requires_grad_(False)
    torch.jit.save(torch.jit.script(model), saved)
    path.parent.mkdir(parents=True, exist_ok=True)
    # The debug records hold the paths of this checkout and of the Python
    # library; libtorch uses them for nothing but stack traces.
    with zipfile.ZipFile(saved) as full, zipfile.ZipFile(path, "w") as kept:
        for record in full.infolist():
            if not record.filename.endswith(".debug_pkl"):
                kept.writestr(record, full.read(record))
