#!/usr/bin/env python3
"""Quantise the weights of scribe to eight-bit integers.

Reads models/scribe/1 and makes, under the output directory (by default
models/scribe-int8):

    1/scribe-int8.pt    the same contract; weights are 8-bit integers with a
                        scale for each output, and are multiplied out when they
                        are used
    1/tokenizer.json, 1/config.json

Only the weights are integers: activations stay 32-bit floats, so what a row
computes does not depend on the rows beside it, as it would with scales found on
the fly. Both models are evaluated on held-out.txt, and the exit status is 1, and
nothing is written, when the perplexity rises by more than --tolerance.

Needs Debian 12's python3-torch. From the root of the repository:

    OPENBLAS_NUM_THREADS=1 python3 models/scribe/quantise.py
"""

import argparse
import json
import pathlib
import shutil
import sys

import torch
from torch import Tensor, nn
from torch.nn import functional

import bpe
import train
from decoder import Decoder

NAME = "scribe-int8"
LARGEST = 127


def integers(weight: Tensor):
    """A matrix as integers, and the scale of each of its rows."""
    scale = weight.abs().amax(dim=1, keepdim=True).clamp(min=1e-8) / LARGEST
    return torch.round(weight / scale).to(torch.int8), scale


class IntegerLinear(nn.Module):
    """A linear layer whose weights are integers."""

    def __init__(self, weight: Tensor, scale: Tensor, bias: Tensor):
        super().__init__()
        self.register_buffer("weight", weight)
        self.register_buffer("scale", scale)
        self.register_buffer("bias", bias)

    def forward(self, x: Tensor) -> Tensor:
        return functional.linear(x, self.weight.to(x.dtype) * self.scale, self.bias)


class IntegerHead(nn.Module):
    """The embeddings as the output layer: scales are applied to what comes out."""

    def __init__(self, weight: Tensor, scale: Tensor):
        super().__init__()
        self.register_buffer("weight", weight)
        self.register_buffer("scale", scale)

    def forward(self, x: Tensor) -> Tensor:
        return functional.linear(x, self.weight.to(x.dtype)) * self.scale[:, 0]


class IntegerEmbedding(nn.Module):
    """Embeddings that are integers, the same as those of the head."""

    def __init__(self, weight: Tensor, scale: Tensor):
        super().__init__()
        self.register_buffer("weight", weight)
        self.register_buffer("scale", scale)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.weight[tokens].to(self.scale.dtype) * self.scale[tokens]


def quantise(model: Decoder):
    """Replaces the matrices of a model; its norms and positions stay floats."""
    for block in model.blocks:
        for parent, name in ((block.attention, "inputs"), (block.attention, "output"),
                             (block, "up"), (block, "down")):
            linear = getattr(parent, name)
            weight, scale = integers(linear.weight.detach())
            setattr(parent, name, IntegerLinear(weight, scale, linear.bias.detach()))
    weight, scale = integers(model.tokens.weight.detach())
    model.tokens = IntegerEmbedding(weight, scale)
    model.head = IntegerHead(weight, scale)


def load(version: pathlib.Path, name: str):
    """The network of an exported model."""
    shape = json.loads((version / "config.json").read_text())
    model = Decoder(shape["vocab_size"], shape["max_position_embeddings"],
                    shape["num_hidden_layers"], shape["hidden_size"],
                    shape["num_attention_heads"])
    model.load_state_dict(torch.jit.load(str(version / f"{name}.pt")).state_dict())
    return model.eval()


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scribe", type=pathlib.Path, default=train.DIRECTORY)
    parser.add_argument("--out", type=pathlib.Path, default=train.DIRECTORY.parent / NAME)
    parser.add_argument("--tolerance", type=float, default=0.02,
                        help="by which share the perplexity may rise")
    options = parser.parse_args()
    torch.set_num_threads(1)
    source = options.scribe / "1"
    text = (options.scribe / "held-out.txt").read_text(encoding="utf-8")
    vocabulary = bpe.Vocabulary.read(source / "tokenizer.json")
    chapters = text.split(train.BETWEEN)
    tokens = train.stream(vocabulary, chapters)
    characters = sum(len(chapter) for chapter in chapters)

    model = load(source, train.NAME)
    before, bits = train.perplexity_and_bits(model.train_logits, tokens, characters)
    print(f"floats:   held-out perplexity {before:.2f} a token, {bits:.3f} bits a character")
    with torch.no_grad():
        quantise(model)
    after, bits = train.perplexity_and_bits(model.train_logits, tokens, characters)
    print(f"integers: held-out perplexity {after:.2f} a token, {bits:.3f} bits a character")
    if not after < before * (1 + options.tolerance):
        print("that is too much: nothing is written", file=sys.stderr)
        return 1
    version = options.out / "1"
    version.mkdir(parents=True, exist_ok=True)
    torch.jit.save(torch.jit.script(model), str(version / f"{NAME}.pt"))
    for file in ("tokenizer.json", "config.json"):
        shutil.copy(source / file, version / file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
