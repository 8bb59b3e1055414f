#!/usr/bin/env python3
"""Quantise the digits model to eight-bit integers.

Reads models/digits/1/digits.pt and makes, under the output directory (by
default models/digits-int8):

    1/digits-int8.pt    the same input and output; weights and activations are
                        8-bit integers

Quantisation is static: the scales of the activations are fixed, from what the
training images make of them, so the answer to an image does not depend on the
others in its batch. The held-out images play no part in it. The exit status
is 1, and nothing is written, when fewer than 97 % of them are recognised.

Needs what train.py needs. From the root of the repository:

    PYTHONHASHSEED=0 python3 models/digits/quantise.py
"""

import argparse
import pathlib
import sys

import torch
from torch.ao import quantization

import train

DIRECTORY = train.DIRECTORY.parent / "digits-int8"
MODEL_FILE = "1/digits-int8.pt"
# The engine that Debian's PyTorch has. The file is engine-neutral: weights are
# packed for the engine at hand when it is loaded.
ENGINE = "qnnpack"
# Activations have seven bits: FBGEMM, which libtorch uses on x86, adds pairs of
# products in 16 bits where the processor has no VNNI, and those of eight bits
# would overflow. Weights have a scale for each channel.
SCALES = quantization.QConfig(
    activation=quantization.HistogramObserver.with_args(
        quant_min=0, quant_max=127),
    weight=quantization.default_per_channel_weight_observer)
FUSED = [["features.0", "features.1"], ["features.2", "features.3"],
         ["classifier.1", "classifier.2"]]


class QuantisedNet(train.DigitsNet):
    """The digits net with its layers between integers."""

    def __init__(self):
        super().__init__()
        self.quantise = quantization.QuantStub()
        self.dequantise = quantization.DeQuantStub()

    def logits(self, image: torch.Tensor) -> torch.Tensor:
        # Integer layers exist on the CPU only; elsewhere the image goes there
        # and the answer comes back.
        scaled = self.quantise(image.cpu() / 16.0)
        logits = self.classifier(self.features(scaled))
        return self.dequantise(logits).to(image.device)


def quantised(full: train.DigitsNet, images: torch.Tensor) -> QuantisedNet:
    """Return the net with the scales that the images call for."""
    torch.backends.quantized.engine = ENGINE
    net = QuantisedNet().eval()
    net.load_state_dict(full.state_dict())
    quantization.fuse_modules(net, FUSED, inplace=True)
    net.qconfig = SCALES
    quantization.prepare(net, inplace=True)
    with torch.no_grad():
        net(images)
    return quantization.convert(net, inplace=True)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--out", type=pathlib.Path, default=DIRECTORY,
        help="directory to write to (default: the one of the model)")
    return parser.parse_args()


def main() -> int:
    arguments = parse_arguments()
    train.make_reproducible(seed=0)
    data = train.split_data()
    net = quantised(train.load_net(), data[0])
    if not train.is_accurate(net, data):
        return 1
    return train.export(net, arguments.out / MODEL_FILE,
                        train.DIRECTORY / train.SAMPLES_FILE)


if __name__ == "__main__":
    sys.exit(main())
