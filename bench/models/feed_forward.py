#!/usr/bin/env python3
"""Make the feed-forward net of the benchmarks. Its weights are random.

Makes, under the output directory (by default the feed-forward beside this
script):

    1/feed-forward.pt    TorchScript: image FP32 [-1, 784] to
                         probabilities FP32 [-1, 10]

Three hidden layers of 32 with ReLU, and a softmax. The file is tried before
the script ends: it must answer as plain linear layers with the same weights
do, within 1e-6, and tell images apart. Otherwise the exit status is 1.

Needs PyTorch 1.13, which is Debian 12's python3-torch. From the root of the
repository:

    PYTHONHASHSEED=0 python3 bench/models/feed_forward.py
"""

import argparse
import pathlib
import sys

import torch
from torch import nn

import generated

SIZES = (784, 32, 32, 32, 10)
MODEL_FILE = "1/feed-forward.pt"


class FeedForward(nn.Module):
    """Linear layers with ReLU between them."""

    def __init__(self):
        super().__init__()
        layers = []
        for number, (inputs, outputs) in enumerate(zip(SIZES, SIZES[1:])):
            layers += [generated.Linear(inputs, outputs, number), nn.ReLU()]
        self.layers = nn.Sequential(*layers[:-1])

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        if image.dtype != torch.float32 or image.dim() != 2:
            raise ValueError("image must be FP32 of shape [-1, 784]")
        return torch.softmax(self.layers(image), dim=1)


def plain(net: FeedForward) -> nn.Module:
    """Return the same net of PyTorch's own layers, without the softmax."""
    layers = []
    for layer in net.layers:
        if isinstance(layer, generated.Linear):
            linear = nn.Linear(*reversed(layer.weight.matrix.shape))
            linear.weight.copy_(layer.weight.matrix)
            linear.bias.copy_(layer.bias.matrix[0])
            layers.append(linear)
        else:
            layers.append(layer)
    return nn.Sequential(*layers)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--out", type=pathlib.Path,
        default=pathlib.Path(__file__).parent / "feed-forward",
        help="directory to write to (default: the one of the model)")
    return parser.parse_args()


@torch.no_grad()
def main() -> int:
    arguments = parse_arguments()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    net = FeedForward()
    path = arguments.out / MODEL_FILE
    generated.save(net, path)

    saved = torch.jit.load(str(path))
    images = torch.rand(100, SIZES[0])
    answers = saved(images)
    difference = (answers - plain(net)(images).softmax(dim=1)).abs().max()
    kinds = len(answers.argmax(dim=1).unique())
    print(f"{path}: {path.stat().st_size:,} bytes, "
          f"{generated.parameters(saved):,} parameters, "
          f"{difference.item():.1e} from plain layers, "
          f"{kinds} classes among {len(images)} random images")
    return 0 if difference <= 1e-6 and kinds > 1 else 1


if __name__ == "__main__":
    sys.exit(main())
