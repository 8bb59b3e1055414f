#!/usr/bin/env python3
"""Train scribe, a small language model, and export it for Millrace.

Makes, under the output directory (by default the one that holds this script):

    1/scribe.pt        TorchScript, the contract of docs/text-models.md
    1/tokenizer.json   byte-level BPE
    1/config.json      the shape of the model, in Hugging Face's keys
    held-out.txt       text that neither weights nor vocabulary have seen
    samples.jsonl      requests: beginnings of chapters of that text

The text is the King James Bible, which is in the public domain outside the
United Kingdom, as Debian packages it: bible-kjv-text, read with bible-kjv's own
program. Every twentieth chapter is held out. The exit status is 1, and nothing
is written, when the perplexity of the held-out text is not below --require.

Needs Debian 12's python3-torch, bible-kjv and libopenblas0 (without which it takes
thirty times as long). From the root of the repository:

    OPENBLAS_NUM_THREADS=1 python3 models/scribe/train.py
"""

import argparse
import json
import math
import pathlib
import re
import subprocess
import sys
import time

import torch
from torch.nn import functional

import bpe
from decoder import Decoder

DIRECTORY = pathlib.Path(__file__).parent
NAME = "scribe"
CONTEXT = 256
HELD_OUT_EVERY = 20
BOOKS = 66
SAMPLES, SAMPLE_WORDS = 5, 8
# Of the chapters of held-out.txt.
BETWEEN = "\f"


def chapters():
    """All chapters, as text: a line a verse."""
    program = ["bible", "-f", "gen1:1-rev22:21"]
    printed = subprocess.run(program, check=True, capture_output=True, text=True).stdout
    found = {}
    for line in printed.splitlines():
        match = re.match(r"(\d?[A-Za-z]+)(\d+):(\d+) (.*)", line)
        if match is None:
            raise SystemExit(f"a line of bible -f that is no verse: {line!r}")
        found.setdefault((match[1], int(match[2])), []).append(match[4].strip())
    if len({book for book, _ in found}) != BOOKS:
        raise SystemExit(f"expected {BOOKS} books, found {len({b for b, _ in found})}")
    return ["\n".join(verses) + "\n" for verses in found.values()]


def stream(vocabulary, texts):
    """One tensor of all tokens, each text behind an end."""
    ids = []
    for text in texts:
        ids.append(vocabulary.end)
        ids.extend(vocabulary.encode(text))
    return torch.tensor(ids)


def perplexity_and_bits(logits_of, tokens, characters):
    """Over windows that overlap by half, so that each token has some context."""
    total, count = 0.0, 0
    half = CONTEXT // 2
    with torch.no_grad():
        for begin in range(0, len(tokens) - 1, half):
            window = tokens[begin:begin + CONTEXT + 1]
            skipped = 0 if begin == 0 else half
            if len(window) - 1 <= skipped:
                break
            logits = logits_of(window[:-1][None])[0]
            losses = functional.cross_entropy(logits, window[1:], reduction="none")[skipped:]
            total += losses.sum().item()
            count += len(losses)
    return math.exp(total / count), total / math.log(2) / characters


def train(model, tokens, seconds, batch, rate, seed):
    """Trains for a time; the rate falls along a cosine of it."""
    generator = torch.Generator().manual_seed(seed)
    decayed = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() <= 1]
    optimiser = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}],
        lr=rate, betas=(0.9, 0.95))
    begin = time.monotonic()
    step, told = 0, 0.0
    while (spent := time.monotonic() - begin) < seconds:
        share = spent / seconds
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1.0, (step + 1) / 100) * (
                0.05 + 0.95 * (1 + math.cos(math.pi * share)) / 2)
        at = torch.randint(len(tokens) - CONTEXT - 1, (batch,), generator=generator)
        windows = torch.stack([tokens[i:i + CONTEXT + 1] for i in at])
        logits = model.train_logits(windows[:, :-1])
        loss = functional.cross_entropy(logits.flatten(0, 1), windows[:, 1:].flatten())
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        step += 1
        if spent - told >= 30:
            told = spent
            print(f"{spent:5.0f} s  step {step}  loss {loss.item():.3f}", flush=True)
    return step


def configuration(vocabulary, layers, width, heads):
    """config.json, in the keys of Hugging Face's configurations."""
    return {
        "architectures": ["Scribe"],
        "vocab_size": len(vocabulary.pieces),
        "max_position_embeddings": CONTEXT,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "num_key_value_heads": heads,
        "head_dim": width // heads,
        "hidden_size": width,
        "eos_token_id": vocabulary.end,
    }


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, default=DIRECTORY)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--vocabulary", type=int, default=1024)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--width", type=int, default=160)
    parser.add_argument("--heads", type=int, default=5)
    parser.add_argument("--batch", type=int, default=12)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--require", type=float, default=40.0,
                        help="the perplexity a token that held-out text must stay below")
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)

    texts = chapters()
    held_out = texts[HELD_OUT_EVERY - 1::HELD_OUT_EVERY]
    seen = [text for number, text in enumerate(texts) if (number + 1) % HELD_OUT_EVERY]
    vocabulary = bpe.Vocabulary.train("".join(seen), options.vocabulary)
    tokens, unseen = stream(vocabulary, seen), stream(vocabulary, held_out)
    print(f"{len(seen)} chapters to learn, {len(tokens)} tokens; "
          f"{len(held_out)} held out, {len(unseen)} tokens", flush=True)

    model = Decoder(len(vocabulary.pieces), CONTEXT, options.layers, options.width, options.heads)
    print(f"{sum(p.numel() for p in model.parameters())} parameters", flush=True)
    steps = train(model, tokens, 60 * options.minutes, options.batch, options.rate, options.seed)
    model.eval()
    perplexity, bits = perplexity_and_bits(
        model.train_logits, unseen, sum(len(text) for text in held_out))
    print(f"{steps} steps; held-out perplexity {perplexity:.2f} a token, {bits:.3f} bits a character")
    if not perplexity < options.require:
        print(f"that is not below {options.require}: nothing is written", file=sys.stderr)
        return 1

    version = options.out / "1"
    version.mkdir(parents=True, exist_ok=True)
    torch.jit.save(torch.jit.script(model), str(version / f"{NAME}.pt"))
    vocabulary.write(version / "tokenizer.json")
    shape = configuration(vocabulary, options.layers, options.width, options.heads)
    (version / "config.json").write_text(json.dumps(shape, indent=2) + "\n")
    (options.out / "held-out.txt").write_text(BETWEEN.join(held_out), encoding="utf-8")
    (options.out / "samples.jsonl").write_text(samples(held_out), encoding="utf-8")
    return 0


def samples(held_out):
    """Requests to go on where a chapter has begun."""
    lines = []
    for number, chapter in enumerate(held_out[:SAMPLES]):
        prompt = " ".join(chapter.split()[:SAMPLE_WORDS])
        lines.append(json.dumps({"id": f"{NAME}-{number + 1:04}", "model": NAME,
                                 "prompt": prompt, "max_tokens": 16, "seed": number}))
    return "".join(line + "\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
