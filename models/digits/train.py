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

    PYTHONHASHSEED=0 python3 models/digits/train.py

One seed gives the same weights and answers on one machine with one PyTorch.
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

MODEL_NAME = "digits"
MODEL_VERSION = "1"
HELD_OUT = 450
# Apart from --seed, so that samples.jsonl is the same whatever the seed.
SPLIT_SEED = 0
REQUIRED_ACCURACY = 0.97
BATCH_SIZE = 64
LEARNING_RATE = 2e-3


class DigitsNet(nn.Module):
    """Two convolutions and two linear layers over an 8 x 8 grey image."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 32, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.Conv2d(32, 64, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Linear(64 * 4 * 4, 128),
            nn.ReLU(),
            nn.Dropout(0.3),
            nn.Linear(128, 10),
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


def train(epochs: int, data) -> DigitsNet:
    """Train a model, print each epoch, and return the last one's weights."""
    images, labels, held_out_images, held_out_labels = data
    model = DigitsNet()
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE)
    batches = -(-len(images) // BATCH_SIZE)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(
        optimizer, T_max=epochs * batches)
    for epoch in range(1, epochs + 1):
        loss = train_epoch(model, optimizer, scheduler, images, labels)
        held_out = accuracy(model, held_out_images, held_out_labels)
        print(f"epoch {epoch:2d}/{epochs}  loss {loss:.4f}  "
              f"held-out accuracy {held_out:.4f}", flush=True)
    return model


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


def saved_accuracy(model_path: pathlib.Path,
                   samples_path: pathlib.Path) -> float:
    """Return the accuracy of the saved model over the saved samples."""
    with samples_path.open(encoding="utf-8") as lines:
        requests = [json.loads(line) for line in lines]
    inputs = [request["inputs"][0] for request in requests]
    images = torch.cat([torch.tensor(tensor["data"], dtype=torch.float32)
                        .reshape(tensor["shape"]) for tensor in inputs])
    labels = torch.tensor(
        [request["parameters"]["label"] for request in requests])
    return accuracy(torch.jit.load(str(model_path)), images, labels)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--epochs", type=int, default=30,
        help="passes over the training images (default: %(default)s)")
    parser.add_argument(
        "--seed", type=int, default=0,
        help="of the weights, the order and the shifts; the held-out images "
             "do not depend on it (default: %(default)s)")
    parser.add_argument(
        "--out", type=pathlib.Path, default=pathlib.Path(__file__).parent,
        help="directory to write to (default: that of this script)")
    arguments = parser.parse_args()
    if arguments.epochs < 1:
        parser.error("--epochs must be at least 1")
    return arguments


def main() -> int:
    arguments = parse_arguments()
    # Sums are taken in another order when threads share them.
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(arguments.seed)

    data = split_data()
    model = train(arguments.epochs, data)
    held_out = accuracy(model, *data[2:])
    if held_out < REQUIRED_ACCURACY:
        print(f"held-out accuracy {held_out:.4f} is below "
              f"{REQUIRED_ACCURACY}: nothing written", file=sys.stderr)
        return 1

    model_path = arguments.out / MODEL_VERSION / f"{MODEL_NAME}.pt"
    samples_path = arguments.out / "samples.jsonl"
    model_path.parent.mkdir(parents=True, exist_ok=True)
    save_model(model, model_path)
    save_samples(*data[2:], samples_path)

    reloaded = saved_accuracy(model_path, samples_path)
    parameters = sum(weights.numel() for weights in model.parameters())
    print(f"{model_path}: {parameters:,} parameters, "
          f"{reloaded:.2%} of {samples_path} right")
    if reloaded != held_out:
        print("the saved model answers unlike the trained one",
              file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
