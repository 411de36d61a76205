"""A bot on the tiny BERT: intents told apart by their letters, in a folder as `ripen init` makes one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from bot.detectors.sentiment import SentimentHead
from tests.training.tiny_bert import HIDDEN, random_tensors, write_base
from training.export.build import Recipe, build_bundle, describe_encoder
from training.export.weights import find_base
from training.sentiment.head_file import write_head

WORDS = ("abba", "cocoa", "dada", "fief", "gogo", "hihi", "juju", "kiwi")
FILLERS = ("", "now", "please", "again", "my", "the", "one more", "do")


def sentences(word: str, count: int = 6) -> list[str]:
    """Examples of the intent that is about `word`; all different."""
    return [f"{filler} {word} {word if number % 2 else ''}".strip() for number, filler in enumerate(FILLERS[:count])]


def write_intents(folder: Path, examples: dict[str, list[str]]) -> None:
    """intents/all.yml with these intents."""
    (folder / "intents").mkdir(exist_ok=True)
    lines = []
    for name, texts in examples.items():
        lines += [f"{name}:", f"  description: The user says {name.split('_')[-1]}.", "  responses: [yes]"]
        lines += ["  examples:", *(f"    - {json.dumps(text, ensure_ascii=False)}" for text in texts)] if texts else []
    (folder / "intents" / "all.yml").write_text("\n".join(lines) + "\n", "utf-8")


def write_telling_base(folder: Path, words: float = 1.0) -> Path:
    """A tiny base whose embeddings depend on what is said, as random weights do not; with `words` 0, on nothing."""
    write_base(folder)
    tensors = random_tensors()
    for name in tensors:
        if "LayerNorm" in name:
            tensors[name] = np.full_like(tensors[name], float(name.endswith("weight")))
        elif name.endswith("word_embeddings.weight"):
            tensors[name] *= words
        elif "embeddings" in name:
            tensors[name] *= 0.1
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    return folder


def write_bot(folder: Path) -> Path:
    """A bot with eight mature intents, its bundle built, sentiment and all; its config.yml."""
    folder.mkdir(parents=True, exist_ok=True)
    base = write_telling_base(folder / "base")
    (folder / "config.yml").write_text(f"model:\n  base: {base}\n", "utf-8")
    write_intents(folder, {f"say_{word}": sentences(word) for word in WORDS})
    head = folder / "head.safetensors"
    chance = np.random.default_rng(5)
    weights = chance.normal(size=(4, HIDDEN)).astype(np.float32)
    fitted = SentimentHead(weights[:3], np.zeros(3, np.float32), weights[3], 0.1, {})
    write_head(fitted, head, {"encoder": describe_encoder(find_base(str(base)).sha256, None)})
    build_bundle(Recipe(base=str(base), sentiment=head), folder / "models")
    return folder / "config.yml"
