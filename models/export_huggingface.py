#!/usr/bin/env python3
"""Export a Hugging Face causal language model for Millrace.

Reads a directory as save_pretrained leaves it (config.json, tokenizer.json, and
model.safetensors or pytorch_model.bin) and makes, under the output directory:

    NAME.pt               TorchScript, the contract of docs/text-models.md
    config.json           the shape of the model
    tokenizer.json        as it is
    serving.properties    a beginning; see docs/text-models.md for the rest

The families gpt2 and llama are known (model_type; mistral and qwen2 are llama
with other numbers, and qwen2 with biases). Nothing of the Hugging Face libraries
is needed but safetensors, where the weights are in such a file.

    python3 models/export_huggingface.py DIRECTORY models/NAME/1

With --check the exported model is held against the original, run by the
transformers library: the logits of a prompt must agree. --self-test does that
for models of random weights, one of each family, made on the spot.
"""

import argparse
import json
import pathlib
import shutil
import sys
import tempfile
from typing import List, Tuple

import torch
from torch import Tensor, nn
from torch.nn import functional

AGREEMENT = 1e-3


class Rotary(nn.Module):
    """Rotary position embeddings (Su et al., 2021), halves rotated as Llama does."""

    def __init__(self, size: int, context: int, theta: float):
        super().__init__()
        rates = theta ** (-torch.arange(0, size, 2).float() / size)
        angles = torch.arange(context + 1).float()[:, None] * rates[None]
        angles = torch.cat([angles, angles], dim=-1)
        self.register_buffer("cos", angles.cos())
        self.register_buffer("sin", angles.sin())

    def forward(self, x: Tensor, places: Tensor) -> Tensor:
        """x [B, T, heads, size] at places [B, T]."""
        cos = self.cos[places][:, :, None]
        sin = self.sin[places][:, :, None]
        half = x.shape[-1] // 2
        turned = torch.cat([-x[..., half:], x[..., :half]], dim=-1)
        return x * cos + turned * sin


class NoRotary(nn.Module):
    """For models whose positions are added to their embeddings."""

    def forward(self, x: Tensor, places: Tensor) -> Tensor:
        return x


class RmsNorm(nn.Module):
    """Root mean square norm (Zhang and Sennrich, 2019)."""

    def __init__(self, width: int, epsilon: float):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        scale = torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.epsilon)
        return x * scale * self.weight


class Gelu(nn.Module):
    """Two layers with GPT-2's approximation of GELU between them."""

    def __init__(self, width: int, inner: int):
        super().__init__()
        self.up = nn.Linear(width, inner)
        self.down = nn.Linear(inner, width)

    def forward(self, x: Tensor) -> Tensor:
        return self.down(functional.gelu(self.up(x), approximate="tanh"))


class Gated(nn.Module):
    """SwiGLU (Shazeer, 2020)."""

    def __init__(self, width: int, inner: int):
        super().__init__()
        self.gate = nn.Linear(width, inner, bias=False)
        self.up = nn.Linear(width, inner, bias=False)
        self.down = nn.Linear(inner, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down(functional.silu(self.gate(x)) * self.up(x))


class Block(nn.Module):
    """One layer: queries, keys and values; what is made of them; a network."""

    def __init__(self, norms: Tuple[nn.Module, nn.Module], rotary: nn.Module, network: nn.Module,
                 width: int, heads: int, key_heads: int, size: int, biases: Tuple[bool, bool]):
        super().__init__()
        self.heads = heads
        self.key_heads = key_heads
        self.size = size
        self.attention_norm, self.network_norm = norms
        self.rotary = rotary
        self.network = network
        self.query = nn.Linear(width, heads * size, bias=biases[0])
        self.key = nn.Linear(width, key_heads * size, bias=biases[0])
        self.value = nn.Linear(width, key_heads * size, bias=biases[0])
        self.output = nn.Linear(heads * size, width, bias=biases[1])

    def project(self, x: Tensor, places: Tensor) -> List[Tensor]:
        batch, length, _ = x.shape
        x = self.attention_norm(x)
        query = self.query(x).view(batch, length, self.heads, self.size)
        key = self.key(x).view(batch, length, self.key_heads, self.size)
        value = self.value(x).view(batch, length, self.key_heads, self.size)
        return [self.rotary(query, places), self.rotary(key, places), value]

    def attend(self, query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
        """query [B, T, heads, size]; key and value [B, key heads, S, size]; mask [B, T, S]."""
        batch, length, _, _ = query.shape
        shared = self.heads // self.key_heads
        # Heads that share keys are rows of one product.
        query = query.transpose(1, 2).reshape(batch, self.key_heads, shared * length, self.size)
        scores = torch.matmul(query, key.transpose(2, 3)) / self.size ** 0.5
        scores = scores.view(batch, self.key_heads, shared, length, -1)
        scores = scores.masked_fill(mask[:, None, None], float("-inf"))
        weights = torch.softmax(scores, dim=-1)
        mixed = torch.matmul(weights.view(batch, self.key_heads, shared * length, -1), value)
        mixed = mixed.view(batch, self.heads, length, self.size).transpose(1, 2)
        return self.output(mixed.reshape(batch, length, self.heads * self.size))

    def feed(self, x: Tensor) -> Tensor:
        return self.network(self.network_norm(x))


class CausalModel(nn.Module):
    """Embeddings, blocks and an output layer, with the cache of the contract."""

    def __init__(self, vocabulary: int, width: int, context: int, blocks: List[nn.Module],
                 norm: nn.Module, learned_positions: bool):
        super().__init__()
        self.context = context
        self.tokens = nn.Embedding(vocabulary, width)
        # Zeros where positions are rotary; one more for padding.
        self.positions = nn.Embedding(context + 1 if learned_positions else 1, width)
        self.learned_positions = learned_positions
        self.blocks = nn.ModuleList(blocks)
        self.norm = norm
        self.head = nn.Linear(width, vocabulary, bias=False)

    def forward(self, tokens: Tensor, start: Tensor, lens: Tensor, slots: Tensor,
                keys: Tensor, values: Tensor) -> Tensor:
        """One step of the contract; see docs/text-models.md for the shapes."""
        batch, length = tokens.shape
        steps = torch.arange(length, device=tokens.device)[None]
        positions = start[:, None] + steps
        # What is padding goes to the last position, which nobody reads.
        places = torch.where(steps < lens[:, None], positions, self.context)
        x = self.tokens(tokens)
        if self.learned_positions:
            x = x + self.positions(places)
        end = int((start + lens).max().item())
        mask = torch.arange(end, device=tokens.device)[None, None] > positions[:, :, None]
        for layer, block in enumerate(self.blocks):
            parts = block.project(x, places)
            layer_keys = keys[layer]
            layer_values = values[layer]
            layer_keys[slots[:, None], :, places] = parts[1]
            layer_values[slots[:, None], :, places] = parts[2]
            key = layer_keys[:, :, :end].index_select(0, slots)
            value = layer_values[:, :, :end].index_select(0, slots)
            x = x + block.attend(parts[0], key, value, mask)
            x = x + block.feed(x)
        last = x[torch.arange(batch, device=tokens.device), lens - 1]
        return self.head(self.norm(last))


def weights_of(directory):
    """The state dict of a model."""
    safe = directory / "model.safetensors"
    if safe.exists():
        from safetensors.torch import load_file
        return load_file(str(safe))
    pickled = directory / "pytorch_model.bin"
    if pickled.exists():
        return torch.load(str(pickled), map_location="cpu")
    raise SystemExit(f"{directory} has neither model.safetensors nor pytorch_model.bin; "
                     "a model in several files is to be saved as one first (max_shard_size)")


def copy(layer, weights, name, transposed=False):
    """Fills a layer with the weights of a name."""
    with torch.no_grad():
        weight = weights[f"{name}.weight"].float()
        layer.weight.copy_(weight.t() if transposed else weight)
        if getattr(layer, "bias", None) is not None:
            layer.bias.copy_(weights[f"{name}.bias"].float())


def gpt2(config, weights):
    """GPT-2: learned positions, layer norms, and matrices that are stored transposed."""
    width, heads = config["n_embd"], config["n_head"]
    context = config["n_positions"]
    inner = config.get("n_inner") or 4 * width
    if config.get("activation_function", "gelu_new") not in ("gelu_new", "gelu_pytorch_tanh"):
        raise SystemExit(f"activation_function {config['activation_function']} is not known")
    weights = {name.removeprefix("transformer."): weight for name, weight in weights.items()}
    epsilon = config.get("layer_norm_epsilon", 1e-5)
    blocks = []
    for layer in range(config["n_layer"]):
        block = Block((nn.LayerNorm(width, eps=epsilon), nn.LayerNorm(width, eps=epsilon)),
                      NoRotary(), Gelu(width, inner), width, heads, heads, width // heads,
                      (True, True))
        at = f"h.{layer}"
        copy(block.attention_norm, weights, f"{at}.ln_1")
        copy(block.network_norm, weights, f"{at}.ln_2")
        joined = weights[f"{at}.attn.c_attn.weight"].float().t().chunk(3)
        biases = weights[f"{at}.attn.c_attn.bias"].float().chunk(3)
        with torch.no_grad():
            for part, weight, bias in zip((block.query, block.key, block.value), joined, biases):
                part.weight.copy_(weight)
                part.bias.copy_(bias)
        copy(block.output, weights, f"{at}.attn.c_proj", transposed=True)
        copy(block.network.up, weights, f"{at}.mlp.c_fc", transposed=True)
        copy(block.network.down, weights, f"{at}.mlp.c_proj", transposed=True)
        blocks.append(block)
    model = CausalModel(config["vocab_size"], width, context, blocks,
                        nn.LayerNorm(width, eps=epsilon), True)
    copy(model.tokens, weights, "wte")
    copy(model.norm, weights, "ln_f")
    with torch.no_grad():
        model.positions.weight.zero_()
        model.positions.weight[:context].copy_(weights["wpe.weight"].float())
    copy(model.head, weights, "lm_head" if "lm_head.weight" in weights else "wte")
    return model, (config["n_layer"], heads, width // heads, context)


def llama(config, weights):
    """Llama: rotary positions, RMS norms, heads that share keys, SwiGLU."""
    width, heads = config["hidden_size"], config["num_attention_heads"]
    key_heads = config.get("num_key_value_heads") or heads
    size = config.get("head_dim") or width // heads
    context = config["max_position_embeddings"]
    epsilon = config.get("rms_norm_eps", 1e-6)
    scaling = config.get("rope_scaling")
    rope = config.get("rope_parameters") or {}
    kind = (scaling or {}).get("rope_type") or rope.get("rope_type", "default")
    if kind != "default":
        raise SystemExit(f"rope_scaling of type {kind} is not known")
    if config.get("sliding_window") and config.get("use_sliding_window", True) \
            and config["sliding_window"] < context:
        raise SystemExit("sliding_window shorter than the context is not known")
    theta = config.get("rope_theta") or rope.get("rope_theta", 10000.0)
    biased = "model.layers.0.self_attn.q_proj.bias" in weights
    rotary = Rotary(size, context, theta)
    blocks = []
    for layer in range(config["num_hidden_layers"]):
        block = Block((RmsNorm(width, epsilon), RmsNorm(width, epsilon)), rotary,
                      Gated(width, config["intermediate_size"]), width, heads, key_heads, size,
                      (biased, False))
        at = f"model.layers.{layer}"
        copy(block.attention_norm, weights, f"{at}.input_layernorm")
        copy(block.network_norm, weights, f"{at}.post_attention_layernorm")
        copy(block.query, weights, f"{at}.self_attn.q_proj")
        copy(block.key, weights, f"{at}.self_attn.k_proj")
        copy(block.value, weights, f"{at}.self_attn.v_proj")
        copy(block.output, weights, f"{at}.self_attn.o_proj")
        copy(block.network.gate, weights, f"{at}.mlp.gate_proj")
        copy(block.network.up, weights, f"{at}.mlp.up_proj")
        copy(block.network.down, weights, f"{at}.mlp.down_proj")
        blocks.append(block)
    model = CausalModel(config["vocab_size"], width, context, blocks, RmsNorm(width, epsilon),
                        False)
    copy(model.tokens, weights, "model.embed_tokens")
    copy(model.norm, weights, "model.norm")
    tied = "lm_head.weight" not in weights
    copy(model.head, weights, "model.embed_tokens" if tied else "lm_head")
    return model, (config["num_hidden_layers"], key_heads, size, context)


FAMILIES = {"gpt2": gpt2, "llama": llama, "mistral": llama, "qwen2": llama}


def ends_of(directory, config):
    """The tokens that end a text."""
    generation = directory / "generation_config.json"
    if generation.exists():
        ends = json.loads(generation.read_text()).get("eos_token_id")
        if ends is not None:
            return ends
    return config.get("eos_token_id")


def convert(directory):
    """The model of a directory in evaluation mode, and its shape."""
    config = json.loads((directory / "config.json").read_text())
    family = FAMILIES.get(config.get("model_type"))
    if family is None:
        raise SystemExit(f"model_type {config.get('model_type')} is none of "
                         + ", ".join(sorted(FAMILIES)))
    model, shape = family(config, weights_of(directory))
    ends = ends_of(directory, config)
    if ends is None:
        raise SystemExit("neither config.json nor generation_config.json has an eos_token_id")
    return model.eval(), shape, config["vocab_size"], ends


def export(directory, out, slots):
    """Writes the files of a version."""
    model, (layers, heads, size, context), vocabulary, ends = convert(directory)
    name = out.resolve().parent.name
    out.mkdir(parents=True, exist_ok=True)
    torch.jit.save(torch.jit.script(model), str(out / f"{name}.pt"))
    (out / "config.json").write_text(json.dumps({
        "vocab_size": vocabulary,
        "max_position_embeddings": context,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "num_key_value_heads": heads,
        "head_dim": size,
        "eos_token_id": ends,
    }, indent=2) + "\n")
    tokenizer = directory / "tokenizer.json"
    if not tokenizer.exists():
        raise SystemExit(f"{directory} has no tokenizer.json: save it with a fast tokenizer")
    shutil.copy(tokenizer, out / "tokenizer.json")
    (out / "serving.properties").write_text(
        f"engine=PyTorch\noption.modelName={name}\noption.task=text-generation\n"
        f"option.max_rolling_batch_size={slots}\n")
    print(f"{out}: {layers} layers, {heads} heads of {size} in the cache, context {context}, "
          f"{sum(p.numel() for p in model.parameters())} parameters")


def agreement(directory, exported):
    """How far the logits of an exported model are from those of the original."""
    import transformers
    original = transformers.AutoModelForCausalLM.from_pretrained(
        str(directory), torch_dtype=torch.float32).eval()
    _, (layers, heads, size, context), vocabulary, _ = convert(directory)
    tokens = torch.randint(vocabulary, (2, min(24, context)),
                           generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        wanted = original(tokens).logits[:, -1]
        keys = torch.zeros(layers, 3, heads, context + 1, size)
        values = torch.zeros_like(keys)
        slots = torch.tensor([0, 2])
        # In two chunks, and then a token alone.
        for start, end in ((0, 9), (9, tokens.shape[1] - 1), (tokens.shape[1] - 1, tokens.shape[1])):
            found = exported(tokens[:, start:end], torch.full((2,), start),
                             torch.full((2,), end - start), slots, keys, values)
    return (wanted - found).abs().max().item() / max(1.0, wanted.abs().max().item())


def self_test():
    """Exports models of random weights, and compares each with the original."""
    try:
        import transformers
    except ImportError:
        print("transformers is not installed: nothing was tested")
        return 0
    shapes = {
        "gpt2": transformers.GPT2Config(
            vocab_size=97, n_positions=40, n_embd=24, n_layer=2, n_head=3),
        "llama": transformers.LlamaConfig(
            vocab_size=97, hidden_size=24, intermediate_size=40, num_hidden_layers=2,
            num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=40),
    }
    worst = 0.0
    for family, config in shapes.items():
        with tempfile.TemporaryDirectory() as parent:
            directory = pathlib.Path(parent)
            torch.manual_seed(1)
            transformers.AutoModelForCausalLM.from_config(config).save_pretrained(parent)
            model = convert(directory)[0]
            difference = agreement(directory, torch.jit.script(model))
            print(f"{family}: logits differ by {difference:.1e} of the largest")
            worst = max(worst, difference)
    return 0 if worst < AGREEMENT else 1


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=pathlib.Path, nargs="?")
    parser.add_argument("out", type=pathlib.Path, nargs="?")
    parser.add_argument("--slots", type=int, default=16,
                        help="how many sequences are generated side by side (default: 16)")
    parser.add_argument("--check", action="store_true",
                        help="compare with the original; needs transformers")
    parser.add_argument("--self-test", action="store_true",
                        help="try the script itself out; needs transformers")
    options = parser.parse_args()
    if options.self_test:
        return self_test()
    if options.directory is None or options.out is None:
        parser.error("DIRECTORY and OUT, or --self-test")
    export(options.directory, options.out, options.slots)
    if options.check:
        exported = torch.jit.load(str(next(options.out.glob("*.pt"))))
        difference = agreement(options.directory, exported)
        print(f"logits differ from the original's by {difference:.1e} of the largest")
        return 0 if difference < AGREEMENT else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
