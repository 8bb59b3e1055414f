#!/usr/bin/env python3
"""Make a smaller digits model by removing channels, and fine-tune it.

Reads models/digits/1/digits.pt and makes, under the output directory (by
default models/digits-pruned):

    1/digits-pruned.pt    the same input and output, 22,610 of the 151,306
                          parameters

Of each hidden layer the channels whose weights have the largest L1 norm are
kept (Li et al., Pruning Filters for Efficient ConvNets, ICLR 2017). The others
are not set to zero but taken out, so the matrices are smaller on every engine.
What is left is trained again on the training images. The held-out images play
no part in it. The exit status is 1, and nothing is written, when fewer than
97 % of them are recognised.

Needs what train.py needs. From the root of the repository:

    OPENBLAS_NUM_THREADS=1 PYTHONHASHSEED=0 python3 models/digits/prune.py
"""

import sys

import torch
from torch import nn

import train

DIRECTORY = train.DIRECTORY.parent / "digits-pruned"
MODEL_FILE = "1/digits-pruned.pt"
FIRST_CHANNELS = 16
SECOND_CHANNELS = 24
HIDDEN = 48


def strongest(layer: nn.Module, count: int) -> torch.Tensor:
    """Return the outputs with the largest L1 norms, in ascending order."""
    norms = layer.weight.abs().flatten(1).sum(dim=1)
    return norms.topk(count).indices.sort().values


def copy_outputs(source: nn.Module, weights: torch.Tensor,
                 outputs: torch.Tensor, target: nn.Module) -> None:
    """Give a layer some outputs of another one.

    weights are those of the source for the inputs that the target has.
    """
    target.weight.copy_(weights[outputs])
    target.bias.copy_(source.bias[outputs])


@torch.no_grad()
def pruned(full: train.DigitsNet) -> train.DigitsNet:
    """Return a net that computes what the strongest channels do."""
    small = train.DigitsNet(FIRST_CHANNELS, SECOND_CHANNELS, HIDDEN)
    first, second = full.features[0], full.features[2]
    hidden, last = full.classifier[1], full.classifier[4]

    kept = strongest(first, FIRST_CHANNELS)
    copy_outputs(first, first.weight, kept, small.features[0])

    weights = second.weight[:, kept]
    kept = strongest(second, SECOND_CHANNELS)
    copy_outputs(second, weights, kept, small.features[2])

    # Flattening puts the 4 x 4 places of a channel side by side.
    weights = hidden.weight.unflatten(1, (-1, 4 * 4))[:, kept].flatten(1)
    kept = strongest(hidden, HIDDEN)
    copy_outputs(hidden, weights, kept, small.classifier[1])

    copy_outputs(last, last.weight[:, kept], torch.arange(10),
                 small.classifier[4])
    return small


def main() -> int:
    arguments = train.parse_arguments(__doc__, DIRECTORY)
    train.make_reproducible(arguments.seed)
    data = train.split_data()
    full = train.load_net()
    small = pruned(full).eval()
    print(f"{train.parameters(full):,} parameters pruned to "
          f"{train.parameters(small):,}, held-out accuracy "
          f"{train.accuracy(small, *data[2:]):.4f}")
    train.train(small, arguments.epochs, data)
    if not train.is_accurate(small, data):
        return 1
    return train.export(small, arguments.out / MODEL_FILE,
                        train.DIRECTORY / train.SAMPLES_FILE)


if __name__ == "__main__":
    sys.exit(main())
