#!/usr/bin/env python3
"""Makes the tiny TorchScript models of the tests in ../resources/models.

Needs Debian's python3-torch (1.13): apt-get install python3-torch. Run it without arguments; the
files are the same each time but for the order in which torch writes constants.
"""

import io
import zipfile
from pathlib import Path

import torch
from torch import Tensor, nn

TARGET = Path(__file__).parent.parent / "resources" / "models"


class Affine(nn.Module):
    """y = 2x + 1: every row's answer tells which row was asked."""

    def forward(self, x: Tensor) -> Tensor:
        return 2 * x + 1


class Picky(nn.Module):
    """Raises when any row holds a negative number, so one bad request spoils its batch."""

    def forward(self, x: Tensor) -> Tensor:
        if bool((x < 0).any()):
            raise ValueError("negative numbers are not welcome")
        return x


class TwoHeads(nn.Module):
    """Two inputs of different types, two outputs."""

    def forward(self, ids: Tensor, weights: Tensor):
        return ids + 1, weights.sum(dim=1, keepdim=True)


class RowSum(nn.Module):
    """The second dimension varies from request to request."""

    def forward(self, x: Tensor) -> Tensor:
        return x.sum(dim=1, keepdim=True)


class Wide(nn.Module):
    """An answer of 400,000 numbers a row: larger than a broker takes."""

    def forward(self, x: Tensor) -> Tensor:
        return x.expand(x.size(0), 400000).contiguous()


class MaskedMean(nn.Module):
    """The mean of a row's real positions: what they are padded with must not show."""

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        real = mask.unsqueeze(2).to(x.dtype)
        return (x * real).sum(dim=1) / real.sum(dim=1)


class PerPosition(nn.Module):
    """An answer for each position, which depends on all real positions of its row.

    The length comes second, last, or not at all in the outputs. Raises when a real position holds a
    negative number, or when there are more than 12 of them.
    """

    def forward(self, ids: Tensor, mask: Tensor, weights: Tensor):
        if ids.size(1) > 12:
            raise ValueError("more than 12 positions")
        real = mask.to(weights.dtype)
        if bool(((ids < 0) & (mask > 0)).any()):
            raise ValueError("negative numbers are not welcome")
        total = (ids * real).sum(dim=1, keepdim=True)
        hidden = torch.stack([ids + total, ids * weights.sum(dim=1)], dim=2)
        channels = weights + total.unsqueeze(2)
        return hidden, channels, total


def save(name: str, model: nn.Module, properties: str) -> None:
    directory = TARGET / name / "1"
    directory.mkdir(parents=True, exist_ok=True)
    saved = io.BytesIO()
    torch.jit.save(torch.jit.script(model.eval()), saved)
    # The debug records hold the path of this checkout, and serve only stack traces.
    with zipfile.ZipFile(saved) as full, zipfile.ZipFile(directory / f"{name}.pt", "w") as kept:
        for record in full.infolist():
            if not record.filename.endswith(".debug_pkl"):
                kept.writestr(record, full.read(record))
    (directory / "serving.properties").write_text("engine=PyTorch\n" + properties)


def tensors(kind: str, **declared: str) -> str:
    """The declarations of inputs or outputs: name='FP32 -1,3'."""
    lines = [f"millrace.{kind}s={','.join(declared)}"]
    for name, declaration in declared.items():
        datatype, shape = declaration.split()
        lines.append(f"millrace.{kind}.{name}.datatype={datatype}")
        lines.append(f"millrace.{kind}.{name}.shape={shape}")
    return "\n".join(lines) + "\n"


def padded(maximum_length: int, mask: str, **values: str) -> str:
    """The declarations of what is padded with what, and of the mask."""
    lines = [f"millrace.input.{name}.pad_value={value}" for name, value in values.items()]
    lines.append(f"millrace.input.{mask}.role=mask")
    lines.append(f"millrace.max_length={maximum_length}")
    return "\n".join(lines) + "\n"


def main() -> None:
    torch.manual_seed(0)
    save("affine", Affine(), "batch_size=16\n"
         + tensors("input", x="FP32 -1,3") + tensors("output", y="FP32 -1,3"))
    save("picky", Picky(), "batch_size=16\n"
         + tensors("input", x="FP32 -1,2") + tensors("output", y="FP32 -1,2"))
    save("two-heads", TwoHeads(), "batch_size=8\n"
         + tensors("input", ids="INT64 -1,2", weights="FP32 -1,3")
         + tensors("output", next="INT64 -1,2", sum="FP32 -1,1"))
    save("row-sum", RowSum(), "batch_size=8\n"
         + tensors("input", x="FP32 -1,-1") + tensors("output", sum="FP32 -1,1"))
    save("masked-mean", MaskedMean(), "batch_size=16\n"
         + tensors("input", x="FP32 -1,-1,3", mask="BOOL -1,-1") + padded(64, "mask", x="1000")
         + tensors("output", mean="FP32 -1,3"))
    save("per-position", PerPosition(), "batch_size=16\n"
         + tensors("input", ids="INT64 -1,-1", mask="INT64 -1,-1", weights="FP32 -1,2,-1")
         + padded(12, "mask", ids="-1", weights="0.5")
         + tensors("output", hidden="FP32 -1,-1,2", channels="FP32 -1,2,-1", total="FP32 -1,1"))
    save("fixed", Affine(),
         tensors("input", x="FP32 3") + tensors("output", y="FP32 3"))
    save("wide", Wide(), "batch_size=4\n"
         + tensors("input", x="FP32 -1,1") + tensors("output", y="FP32 -1,400000"))
    save("undeclared", Affine(), "")


if __name__ == "__main__":
    main()
