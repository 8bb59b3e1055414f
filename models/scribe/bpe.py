"""Trains a byte-level BPE vocabulary and writes it as a Hugging Face tokenizer.json.

Sennrich et al., "Neural machine translation of rare words with subword units",
ACL 2016, over bytes as in GPT-2: words are cut by GPT-2's pattern, bytes are
written as the printable characters that GPT-2 gave them.
"""

import collections
import json
import re

# GPT-2's pattern, for text in ASCII. The tokenizers library has it built in, as
# the pre-tokenizer ByteLevel.
WORDS = re.compile(
    r"'s|'t|'re|'ve|'m|'ll|'d| ?[A-Za-z]+| ?[0-9]+| ?[^\sA-Za-z0-9]+|\s+(?!\S)|\s+")
END = "<|endoftext|>"


def byte_characters():
    """The character that stands for each byte: itself where it is printable and no blank."""
    printable = [*range(0x21, 0x7f), *range(0xa1, 0xad), *range(0xae, 0x100)]
    characters = {byte: chr(byte) for byte in printable}
    for byte in range(256):
        if byte not in characters:
            characters[byte] = chr(0x100 + len(characters) - len(printable))
    return characters


class Vocabulary:
    """Pieces by id, and the merges that make them, in order."""

    def __init__(self, pieces, merges):
        self.pieces = pieces
        self.ids = {piece: number for number, piece in enumerate(pieces)}
        self.ranks = {pair: rank for rank, pair in enumerate(merges)}
        self.end = self.ids[END]
        self._characters = byte_characters()
        self._words = {}

    @classmethod
    def train(cls, text, size):
        characters = byte_characters()
        words = collections.Counter(WORDS.findall(text))
        spelled = [([characters[b] for b in word.encode()], count)
                   for word, count in sorted(words.items())]
        pieces = sorted(characters.values())
        merges = []
        while len(pieces) < size - 1:
            pairs = collections.Counter()
            for parts, count in spelled:
                for pair in zip(parts, parts[1:]):
                    pairs[pair] += count
            # Of equals the first by alphabet, so that the vocabulary is always the same.
            best = min(pairs, key=lambda pair: (-pairs[pair], pair))
            merges.append(best)
            pieces.append("".join(best))
            spelled = [(merge(parts, best), count) for parts, count in spelled]
        return cls(pieces + [END], merges)

    @classmethod
    def read(cls, path):
        """What `write` wrote."""
        model = json.loads(path.read_text(encoding="utf-8"))["model"]
        pieces = sorted(model["vocab"], key=model["vocab"].get)
        return cls(pieces, [tuple(merge.split(" ")) for merge in model["merges"]])

    def encode(self, text):
        """The ids of a text, as the tokenizers library finds them."""
        ids = []
        for word in WORDS.findall(text):
            if word not in self._words:
                self._words[word] = self._encode_word(word)
            ids.extend(self._words[word])
        return ids

    def _encode_word(self, word):
        parts = [self._characters[b] for b in word.encode()]
        while len(parts) > 1:
            best = min(zip(parts, parts[1:]), key=lambda pair: self.ranks.get(pair, len(self.ranks)))
            if best not in self.ranks:
                break
            parts = merge(parts, best)
        return [self.ids[part] for part in parts]

    def write(self, path):
        byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True,
                      "use_regex": True}
        path.write_text(json.dumps({
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": [{"id": self.end, "content": END, "single_word": False,
                              "lstrip": False, "rstrip": False, "normalized": False,
                              "special": True}],
            "normalizer": None,
            "pre_tokenizer": byte_level,
            "post_processor": None,
            "decoder": byte_level,
            "model": {"type": "BPE", "dropout": None, "unk_token": None,
                      "continuing_subword_prefix": None, "end_of_word_suffix": None,
                      "fuse_unk": False, "byte_fallback": False,
                      "vocab": self.ids,
                      "merges": [" ".join(pair) for pair in
                                 sorted(self.ranks, key=self.ranks.get)]},
        }, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def merge(parts, pair):
    """The parts with each occurrence of a pair made one."""
    merged = []
    position = 0
    while position < len(parts):
        if tuple(parts[position:position + 2]) == pair:
            merged.append(pair[0] + pair[1])
            position += 2
        else:
            merged.append(parts[position])
            position += 1
    return merged
