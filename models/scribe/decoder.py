"""The network of scribe: a decoder-only transformer with an explicit cache.

Its `forward` is the contract of docs/text-models.md, so that `torch.jit.script`
of it is all there is to exporting. Training needs no cache: `train_logits`.
"""

import math
from typing import List

import torch
from torch import Tensor, nn
from torch.nn import functional


class Attention(nn.Module):
    """Causal self-attention of several heads, over what the cache holds."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.size = width // heads
        self.inputs = nn.Linear(width, 3 * width)
        self.output = nn.Linear(width, width)

    def split(self, x: Tensor) -> List[Tensor]:
        """Queries, keys and values: [B, T, heads, size] each."""
        batch, length, width = x.shape
        parts = self.inputs(x).view(batch, length, 3, self.heads, self.size)
        return [parts[:, :, 0], parts[:, :, 1], parts[:, :, 2]]

    def attend(self, query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
        """query [B, H, T, D], key and value [B, H, S, D], mask [B, 1, T, S]."""
        scores = torch.matmul(query, key.transpose(2, 3)) / math.sqrt(self.size)
        weights = torch.softmax(scores.masked_fill(mask, float("-inf")), dim=-1)
        batch, heads, length, size = query.shape
        mixed = torch.matmul(weights, value).transpose(1, 2)
        return self.output(mixed.reshape(batch, length, heads * size))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        parts = self.split(x)
        return self.attend(
            parts[0].transpose(1, 2), parts[1].transpose(1, 2), parts[2].transpose(1, 2), mask)


class Block(nn.Module):
    """One layer: attention and a two-layer network, each behind a norm."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.attention_norm = nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.network_norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, 4 * width)
        self.down = nn.Linear(4 * width, width)

    def network(self, x: Tensor) -> Tensor:
        return self.down(functional.gelu(self.up(self.network_norm(x))))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        x = x + self.attention(self.attention_norm(x), mask)
        return x + self.network(x)


class Decoder(nn.Module):
    """Token and position embeddings, some blocks, and the embeddings again as output."""

    def __init__(self, vocabulary: int, context: int, layers: int, width: int, heads: int):
        super().__init__()
        self.context = context
        self.tokens = nn.Embedding(vocabulary, width)
        self.positions = nn.Embedding(context + 1, width)
        self.blocks = nn.ModuleList([Block(width, heads) for _ in range(layers)])
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, vocabulary, bias=False)
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.normal_(parameter, std=0.02)
        self.head.weight = self.tokens.weight

    @torch.jit.ignore
    def train_logits(self, tokens: Tensor) -> Tensor:
        """tokens [B, T] to logits [B, T, vocabulary], without a cache."""
        length = tokens.shape[1]
        x = self.tokens(tokens) + self.positions.weight[:length]
        mask = torch.ones(length, length, dtype=torch.bool).triu(1)[None, None]
        for block in self.blocks:
            x = block(x, mask)
        return self.head(self.norm(x))

    def forward(self, tokens: Tensor, start: Tensor, lens: Tensor, slots: Tensor,
                keys: Tensor, values: Tensor) -> Tensor:
        """One step of the contract; see docs/text-models.md for the shapes."""
        batch, length = tokens.shape
        steps = torch.arange(length, device=tokens.device)[None]
        positions = start[:, None] + steps
        # What is padding goes to the last position, which nobody reads.
        places = torch.where(steps < lens[:, None], positions, self.context)
        x = self.tokens(tokens) + self.positions(places.clamp(max=self.context))
        end = int((start + lens).max().item())
        mask = (torch.arange(end, device=tokens.device)[None, None] > positions[:, :, None])[:, None]
        first = int(slots[0].item())
        # Slots come in ascending order; a run of them is read where it is, without a copy.
        run = int(slots[batch - 1].item()) - first + 1 == batch
        for layer, block in enumerate(self.blocks):
            parts = block.attention.split(block.attention_norm(x))
            layer_keys = keys[layer]
            layer_values = values[layer]
            layer_keys[slots[:, None], :, places] = parts[1]
            layer_values[slots[:, None], :, places] = parts[2]
            if run:
                key = layer_keys[first:first + batch, :, :end]
                value = layer_values[first:first + batch, :, :end]
            else:
                key = layer_keys[:, :, :end].index_select(0, slots)
                value = layer_values[:, :, :end].index_select(0, slots)
            x = x + block.attention.attend(parts[0].transpose(1, 2), key, value, mask)
            x = x + block.network(x)
        last = x[torch.arange(batch, device=tokens.device), lens - 1]
        return self.head(self.norm(last))
