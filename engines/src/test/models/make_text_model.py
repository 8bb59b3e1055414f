#!/usr/bin/env python3
"""Makes the tiny text model of the tests: ../resources/models/babble, with scribe's network.

Its weights are random and its vocabulary is the 256 bytes and one token that ends a text: what it
says means nothing, but always the same: it computes in 64 bits and keeps 32 of them, so that tests
of whole texts do not meet the rounding that depends on what else is computed. Needs Debian's python3-torch (1.13).
"""

import json
import sys
from pathlib import Path

import torch

ROOT = Path(__file__).resolve().parents[4]
sys.path.insert(0, str(ROOT / "models" / "scribe"))

import bpe  # noqa: E402
from decoder import Decoder  # noqa: E402

TARGET = Path(__file__).parent.parent / "resources" / "models" / "babble" / "1"
CONTEXT, LAYERS, WIDTH, HEADS, SLOTS = 96, 2, 32, 2, 4


class Precise(torch.nn.Module):
    """The contract, computed in 64 bits."""

    def __init__(self, model: Decoder):
        super().__init__()
        self.model = model.double()

    def forward(self, tokens: torch.Tensor, start: torch.Tensor, lens: torch.Tensor,
                slots: torch.Tensor, keys: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
        precise_keys = keys.double()
        precise_values = values.double()
        logits = self.model(tokens, start, lens, slots, precise_keys, precise_values)
        # Other slots may be computed by another call at the same time.
        keys[:, slots] = precise_keys[:, slots].float()
        values[:, slots] = precise_values[:, slots].float()
        return logits.float()


def main() -> None:
    torch.manual_seed(0)
    TARGET.mkdir(parents=True, exist_ok=True)
    vocabulary = bpe.Vocabulary(sorted(bpe.byte_characters().values()) + [bpe.END], [])
    model = Decoder(len(vocabulary.pieces), CONTEXT, LAYERS, WIDTH, HEADS).eval()
    for parameter in model.parameters():
        if parameter.dim() > 1:
            # Large weights, so that what comes next is seldom a near thing.
            torch.nn.init.normal_(parameter, std=0.4)
    torch.jit.save(torch.jit.script(Precise(model)), str(TARGET / "babble.pt"))
    vocabulary.write(TARGET / "tokenizer.json")
    (TARGET / "config.json").write_text(json.dumps({
        "vocab_size": len(vocabulary.pieces),
        "max_position_embeddings": CONTEXT,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
        "hidden_size": WIDTH,
        "eos_token_id": vocabulary.end,
    }, indent=2) + "\n")
    (TARGET / "serving.properties").write_text(
        "engine=PyTorch\noption.modelName=babble\noption.task=text-generation\n"
        f"option.max_rolling_batch_size={SLOTS}\nmillrace.prefill_chunk=16\n"
        "millrace.reuse_prefixes_from=8\nmillrace.prefill_stream=true\n")


if __name__ == "__main__":
    main()
