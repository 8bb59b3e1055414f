#!/usr/bin/env python3
"""Make the transformer encoder of the benchmarks. Its weights are random.

Makes, under the output directory (by default the encoder beside this script):

    1/encoder.pt    TorchScript: tokens INT64 [-1, -1] and mask FP32 [-1, -1],
                    to embedding FP32 [-1, 256]

Four layers of width 256 with 4 heads and a feed-forward of 1,024, each as
nn.TransformerEncoderLayer computes it; sequences of up to 128 tokens; the
embedding is the mean over the positions whose mask is 1.

The file is tried before the script ends: it must answer as PyTorch's own
nn.TransformerEncoder with the same weights does, and a padded sequence as
the same one unpadded, both within 1e-4. Otherwise the exit status is 1.
--time measures it beside PyTorch's own.

Needs PyTorch 1.13, which is Debian 12's python3-torch. From the root of the
repository:

    PYTHONHASHSEED=0 python3 bench/models/encoder.py
"""

import argparse
import pathlib
import statistics
import sys
import time

import torch
from torch import nn

import generated

VOCABULARY = 8192
LONGEST = 128
WIDTH = 256
HEADS = 4
FEED_FORWARD = 1024
LAYERS = 4
MODEL_FILE = "1/encoder.pt"
TOLERANCE = 1e-4
# Seeds that no two layers share.
SEEDS_PER_LAYER = 10


class Layer(nn.Module):
    """Self-attention and a feed-forward net, each added and normalised."""

    heads: int

    def __init__(self, seed: int):
        super().__init__()
        self.heads = HEADS
        # Queries, keys and values in one multiplication.
        self.projection = generated.Linear(WIDTH, 3 * WIDTH, seed)
        self.attended = generated.Linear(WIDTH, WIDTH, seed + 1)
        self.attention_norm = nn.LayerNorm(WIDTH)
        self.widen = generated.Linear(WIDTH, FEED_FORWARD, seed + 2)
        self.narrow = generated.Linear(FEED_FORWARD, WIDTH, seed + 3)
        self.feed_forward_norm = nn.LayerNorm(WIDTH)

    def attend(self, rows: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        count, length, width = rows.size(0), rows.size(1), rows.size(2)
        size = width // self.heads
        # [3, count, heads, length, size]
        projected = self.projection(rows).reshape(
            count, length, 3, self.heads, size).permute(2, 0, 3, 1, 4)
        queries = projected[0] * size ** -0.5
        scores = torch.matmul(queries, projected[1].transpose(2, 3)) + bias
        mixed = torch.matmul(torch.softmax(scores, dim=3), projected[2])
        return self.attended(
            mixed.transpose(1, 2).reshape(count, length, width))

    def forward(self, rows: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        rows = self.attention_norm(rows + self.attend(rows, bias))
        wide = torch.relu(self.widen(rows))
        return self.feed_forward_norm(rows + self.narrow(wide))


class Encoder(nn.Module):
    """Tokens to one vector a sequence."""

    longest: int

    def __init__(self):
        super().__init__()
        self.longest = LONGEST
        self.embedding = generated.Weights(VOCABULARY, WIDTH, 1.0, seed=1)
        self.positions = generated.Weights(LONGEST, WIDTH, 1.0, seed=2)
        self.layers = nn.ModuleList(
            Layer(SEEDS_PER_LAYER * (number + 1)) for number in range(LAYERS))

    def embed(self, tokens: torch.Tensor) -> torch.Tensor:
        return (nn.functional.embedding(tokens, self.embedding.matrix)
                + self.positions.matrix[:tokens.size(1)])

    def forward(self, tokens: torch.Tensor,
                mask: torch.Tensor) -> torch.Tensor:
        if tokens.dtype != torch.int64 or tokens.dim() != 2:
            raise ValueError("tokens must be INT64 of shape [-1, -1]")
        if tokens.size(1) > self.longest:
            raise ValueError("there must be no more than 128 tokens")
        if mask.dtype != torch.float32 or mask.shape != tokens.shape:
            raise ValueError("mask must be FP32 and of the shape of tokens")
        # So low that softmax makes exactly 0 of it.
        bias = ((mask - 1) * 1e4)[:, None, None, :]
        rows = self.embed(tokens)
        for layer in self.layers:
            rows = layer(rows, bias)
        weights = mask[:, :, None]
        return (rows * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1)


class Reference(nn.Module):
    """The same by PyTorch's own encoder, for comparison."""

    def __init__(self, encoder: Encoder):
        super().__init__()
        self.embedding = nn.Embedding.from_pretrained(
            encoder.embedding.matrix.clone())
        self.positions = nn.Parameter(encoder.positions.matrix.clone())
        layer = nn.TransformerEncoderLayer(
            WIDTH, HEADS, FEED_FORWARD, batch_first=True)
        self.layers = nn.TransformerEncoder(
            layer, LAYERS, enable_nested_tensor=False)
        for target, source in zip(self.layers.layers, encoder.layers):
            attention = target.self_attn
            self.copy(source.projection, attention.in_proj_weight,
                      attention.in_proj_bias)
            for linear, given in ((source.attended, attention.out_proj),
                                  (source.widen, target.linear1),
                                  (source.narrow, target.linear2)):
                self.copy(linear, given.weight, given.bias)
        self.eval().requires_grad_(False)

    @staticmethod
    @torch.no_grad()
    def copy(linear: generated.Linear, weight: torch.Tensor,
             bias: torch.Tensor) -> None:
        weight.copy_(linear.weight.matrix)
        bias.copy_(linear.bias.matrix[0])

    def forward(self, tokens: torch.Tensor,
                mask: torch.Tensor) -> torch.Tensor:
        rows = self.embedding(tokens) + self.positions[:tokens.size(1)]
        rows = self.layers(rows, src_key_padding_mask=mask == 0)
        weights = mask[:, :, None]
        return (rows * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1)


def random_tokens(count: int, length: int) -> torch.Tensor:
    return torch.randint(1, VOCABULARY, (count, length))


def difference_of_padded(model) -> float:
    """Return how far the answers of one padded batch are from the unpadded.

    Sequences of 1 to 128 tokens; the padding is of tokens that would count.
    """
    worst = 0.0
    lengths = torch.tensor([1, 2, 17, 64, 100, LONGEST])
    tokens = random_tokens(len(lengths), LONGEST)
    mask = (torch.arange(LONGEST) < lengths[:, None]).float()
    together = model(tokens, mask)
    for row, length in enumerate(lengths.tolist()):
        alone = model(tokens[row:row + 1, :length], torch.ones(1, length))
        worst = max(worst, (together[row] - alone[0]).abs().max().item())
    return worst


def difference(model, reference: Reference) -> float:
    tokens = random_tokens(3, 50)
    mask = (torch.arange(50) < torch.tensor([[50], [7], [31]])).float()
    return (model(tokens, mask) - reference(tokens, mask)).abs().max().item()


def print_times(models, rounds: int = 15) -> None:
    """Print samples a second of models, measured in turn, on one thread."""
    for count in (1, 8, 16):
        tokens, mask = random_tokens(count, LONGEST), torch.ones(count, LONGEST)
        seconds = {name: [] for name in models}
        for _ in range(rounds):
            for name, model in models.items():
                start = time.perf_counter()
                model(tokens, mask)
                seconds[name].append(time.perf_counter() - start)
        for name, taken in seconds.items():
            # The first calls optimise the graph.
            print(f"batch {count:2d}  {name:9s}  "
                  f"{count / statistics.median(taken[5:]):6.1f} samples/s")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--out", type=pathlib.Path,
        default=pathlib.Path(__file__).parent / "encoder",
        help="directory to write to (default: the one of the model)")
    parser.add_argument(
        "--time", action="store_true",
        help="measure sequences of 128 tokens, on one thread")
    return parser.parse_args()


def main() -> int:
    arguments = parse_arguments()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    encoder = Encoder()
    path = arguments.out / MODEL_FILE
    generated.save(encoder, path)

    start = time.perf_counter()
    saved = torch.jit.load(str(path))
    loaded_in = time.perf_counter() - start
    print(f"{path}: {path.stat().st_size:,} bytes, "
          f"{generated.parameters(saved):,} parameters, "
          f"loaded in {loaded_in:.2f} s")
    with torch.no_grad():
        reference = Reference(encoder)
        from_reference = difference(saved, reference)
        from_unpadded = difference_of_padded(saved)
        print(f"largest difference: {from_reference:.1e} from PyTorch's own, "
              f"{from_unpadded:.1e} between padded and unpadded")
        if arguments.time:
            print_times({"this": saved,
                         "PyTorch's": torch.jit.script(reference)})
    return 0 if max(from_reference, from_unpadded) <= TOLERANCE else 1


if __name__ == "__main__":
    sys.exit(main())
