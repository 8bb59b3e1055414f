#!/usr/bin/env python3
"""Train the digits model and export it for Millrace.

Makes, under the output directory (by default the one that holds this script):

    1/digits.pt      TorchScript: image FP32 [-1, 1, 8, 8], pixels 0 to 16,
                     to probabilities FP32 [-1, 10]
    samples.jsonl    the held-out images as Open Inference Protocol requests,
                     one a line, with the true digit in parameters.label

The data are scikit-learn's 1,797 handwritten digits, which come with the
library: nothing is downloaded. 450 images are held out; neither the weights
nor the choice of epoch see them. The exit status is 1, and nothing is written,
when fewer than 97 % of them are recognised.

Needs PyTorch 1.13 and scikit-learn, which are Debian 12's python3-torch and
python3-sklearn. From the root of the repository:

    OPENBLAS_NUM_THREADS=1 PYTHONHASHSEED=0 python3 models/digits/train.py

One seed gives the same weights and answers on one machine with one PyTorch, as
long as OpenBLAS computes on one thread: more take sums in another order.
PYTHONHASHSEED makes the file the same too, byte for byte: TorchScript writes
the constants of a layer in the order of a Python set.
"""

import argparse
import io
import json
import pathlib
import sys
import zipfile

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn
from torch.nn import functional

DIRECTORY = pathlib.Path(__file__).parent
MODEL_NAME = "digits"
MODEL_FILE = "1/digits.pt"
SAMPLES_FILE = "samples.jsonl"
HELD_OUT = 450
# Apart from --seed, so that samples.jsonl is the same whatever the seed.
SPLIT_SEED = 0
REQUIRED_ACCURACY = 0.97
BATCH_SIZE = 64
LEARNING_RATE = 2e-3


class DigitsNet(nn.Module):
    """Two convolutions and two linear layers over an 8 x 8 grey image."""

    def __init__(self, first_channels=32, second_channels=64, hidden=128):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, first_channels, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.Conv2d(first_channels, second_channels,
                      kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Linear(second_channels * 4 * 4, hidden),
            nn.ReLU(),
            nn.Dropout(0.3),
            nn.Linear(hidden, 10),
        )

    def logits(self, image: torch.Tensor) -> torch.Tensor:
        return self.classifier(self.features(image / 16.0))

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        # Without this, integer tensors and images of nine columns would be
        # answered: division promotes the one, pooling rounds off the other.
        if (image.dtype != torch.float32 or image.dim() != 4
                or list(image.shape[1:]) != [1, 8, 8]):
            raise ValueError("image must be FP32 of shape [-1, 1, 8, 8]")
        return torch.softmax(self.logits(image), dim=1)


def split_data():
    """Return training images, training labels, held-out images and labels.

    Images are float32 of shape [n, 1, 8, 8]; both parts hold each digit in
    the same proportion.
    """
    digits = load_digits()
    images = torch.tensor(digits.images, dtype=torch.float32).unsqueeze(1)
    labels = torch.tensor(digits.target)
    train, held_out = train_test_split(
        torch.arange(len(labels)).numpy(), test_size=HELD_OUT,
        stratify=digits.target, random_state=SPLIT_SEED)
    return images[train], labels[train], images[held_out], labels[held_out]


def shift(images: torch.Tensor) -> torch.Tensor:
    """Move each image by -1, 0 or 1 pixel along each axis, filling with 0."""
    # [n, 1, 3, 3, 8, 8]: the nine places an 8 x 8 window has in 10 x 10.
    padded = functional.pad(images, (1, 1, 1, 1))
    windows = padded.unfold(2, 8, 1).unfold(3, 8, 1)
    rows, columns = torch.randint(0, 3, (2, len(images)))
    return windows[torch.arange(len(images)), :, rows, columns]


def accuracy(model, images: torch.Tensor, labels: torch.Tensor) -> float:
    """Return the share of images whose likeliest digit is the label."""
    with torch.no_grad():
        return (model(images).argmax(dim=1) == labels).float().mean().item()


def train_epoch(model: DigitsNet, optimizer, scheduler,
                images: torch.Tensor, labels: torch.Tensor) -> float:
    """Take one pass over the shuffled images and return the mean loss."""
    model.train()
    total = 0.0
    for rows in torch.randperm(len(images)).split(BATCH_SIZE):
        loss = functional.cross_entropy(
            model.logits(shift(images[rows])), labels[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        scheduler.step()
        total += loss.item() * len(rows)
    model.eval()
    return total / len(images)


def train(model: DigitsNet, epochs: int, data) -> None:
    """Train a model, print each epoch, and leave it with the last weights."""
    images, labels, held_out_images, held_out_labels = data
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE)
    batches = -(-len(images) // BATCH_SIZE)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(
        optimizer, T_max=epochs * batches)
    for epoch in range(1, epochs + 1):
        loss = train_epoch(model, optimizer, scheduler, images, labels)
        held_out = accuracy(model, held_out_images, held_out_labels)
        print(f"epoch {epoch:2d}/{epochs}  loss {loss:.4f}  "
              f"held-out accuracy {held_out:.4f}", flush=True)


def parameters(model: DigitsNet) -> int:
    """Return how many numbers training has set."""
    return sum(weights.numel() for weights in model.parameters())


def save_model(model: DigitsNet, path: pathlib.Path) -> None:
    """Write the model as TorchScript without its debug records.

    It is not frozen: freezing turns weights into constants, and those stay
    on the CPU when DJL moves a loaded module to a GPU.
    """
    saved = io.BytesIO()
    model.eval().requires_grad_(False)
    torch.jit.save(torch.jit.script(model), saved)
    # The debug records hold the paths of this checkout and of the Python
    # library; libtorch uses them for nothing but stack traces.
    with zipfile.ZipFile(saved) as full, zipfile.ZipFile(path, "w") as kept:
        for record in full.infolist():
            if not record.filename.endswith(".debug_pkl"):
                kept.writestr(record, full.read(record))


def load_net() -> DigitsNet:
    """Return the net with the weights of the digits model."""
    model = DigitsNet()
    saved = torch.jit.load(str(DIRECTORY / MODEL_FILE))
    model.load_state_dict(saved.state_dict())
    return model.eval()


def save_samples(images: torch.Tensor, labels: torch.Tensor,
                 path: pathlib.Path) -> None:
    """Write the images as inference requests, one line of JSON each."""
    with path.open("w", encoding="utf-8") as lines:
        for number, (image, label) in enumerate(zip(images, labels), start=1):
            request = {
                "id": f"{MODEL_NAME}-{number:04d}",
                "model_name": MODEL_NAME,
                "parameters": {"label": label.item()},
                "inputs": [{
                    "name": "image",
                    "shape": [1, *image.shape],
                    "datatype": "FP32",
                    "data": image.flatten().int().tolist(),
                }],
            }
            lines.write(json.dumps(request, separators=(",", ":")) + "\n")


def read_samples(path: pathlib.Path):
    """Return the images and the labels of saved inference requests."""
    with path.open(encoding="utf-8") as lines:
        requests = [json.loads(line) for line in lines]
    inputs = [request["inputs"][0] for request in requests]
    images = torch.cat([torch.tensor(tensor["data"], dtype=torch.float32)
                        .reshape(tensor["shape"]) for tensor in inputs])
    labels = torch.tensor(
        [request["parameters"]["label"] for request in requests])
    return images, labels


def is_accurate(model, data) -> bool:
    """Tell whether enough held-out images are recognised; say so if not."""
    held_out = accuracy(model, *data[2:])
    if held_out < REQUIRED_ACCURACY:
        print(f"held-out accuracy {held_out:.4f} is below "
              f"{REQUIRED_ACCURACY}: nothing written", file=sys.stderr)
    return held_out >= REQUIRED_ACCURACY


def export(model, model_path: pathlib.Path,
           samples_path: pathlib.Path) -> int:
    """Save the model and try the saved one on the saved samples.

    Return the exit status: 1 when it answers unlike the model.
    """
    images, labels = read_samples(samples_path)
    model_path.parent.mkdir(parents=True, exist_ok=True)
    save_model(model, model_path)
    reloaded = torch.jit.load(str(model_path))
    print(f"{model_path}: {model_path.stat().st_size:,} bytes, "
          f"{accuracy(reloaded, images, labels):.2%} of {samples_path} right")
    if not torch.equal(reloaded(images), model(images)):
        print("the saved model answers unlike the trained one",
              file=sys.stderr)
        return 1
    return 0


def make_reproducible(seed: int) -> None:
    # Sums are taken in another order when threads share them. OpenBLAS has
    # threads of its own, which only its environment variable limits.
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(seed)


def parse_arguments(description: str,
                    directory: pathlib.Path) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--epochs", type=int, default=30,
        help="passes over the training images (default: %(default)s)")
    parser.add_argument(
        "--seed", type=int, default=0,
        help="of all chance but the choice of the held-out images "
             "(default: %(default)s)")
    parser.add_argument(
        "--out", type=pathlib.Path, default=directory,
        help="directory to write to (default: the one of the model)")
    arguments = parser.parse_args()
    if arguments.epochs < 1:
        parser.error("--epochs must be at least 1")
    return arguments


def main() -> int:
    arguments = parse_arguments(__doc__, DIRECTORY)
    make_reproducible(arguments.seed)
    data = split_data()
    model = DigitsNet()
    train(model, arguments.epochs, data)
    if not is_accurate(model, data):
        return 1
    samples_path = arguments.out / SAMPLES_FILE
    arguments.out.mkdir(parents=True, exist_ok=True)
    save_samples(*data[2:], samples_path)
    print(f"{parameters(model):,} parameters")
    return export(model, arguments.out / MODEL_FILE, samples_path)


if __name__ == "__main__":
    sys.exit(main())
