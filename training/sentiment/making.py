"""From the data sets to the files that are shipped: a branch, its head, and figures of both as a bundle serves them."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tokenizers import Tokenizer

from bot.detectors.base import Embeddings
from bot.detectors.encoder import OnnxEncoder
from bot.detectors.sentiment import SentimentHead
from bot.models.bundle import SENTIMENT, AdapterRecord
from training.export.adapter import WEIGHTS as ADAPTER_WEIGHTS
from training.export.adapter import merge_adapter
from training.export.branch import FOLDER, SHORT
from training.export.build import Recipe as BundleRecipe
from training.export.build import describe_encoder, shipped_adapter, stage_bundle
from training.export.emoticons import read_emoji
from training.export.graph import Tensors
from training.export.weights import DEFAULT_BASE, Base, checksum, find_base
from training.sentiment.data import RatedText, hold_out, read_training
from training.sentiment.figures import judge_unseen, measure_classes
from training.sentiment.fit import calibrate
from training.sentiment.forked import ForkedEncoder
from training.sentiment.head_file import write_head
from training.sentiment.tune import WEIGHTS, Progress, Recipe, tune

HELD_OUT: Mapping[str, float] = {"human_rated": 0.1, "support": 0.1}
"""Shares of rows to judge on, beside the share of tweets that is asked for; sst2 has a file of its own for it."""


@dataclass(frozen=True, slots=True)
class _Origin:
    """What a branch grows out of: a base with its shipped adapter, if it has one, merged."""

    base: Base
    tensors: Tensors
    encoder: str

    @classmethod
    def find(cls, name: str) -> Self:
        base = find_base(name)
        shipped = shipped_adapter(base)
        if shipped is None:
            return cls(base, base.tensors(), describe_encoder(base.sha256, None))
        folder, scale = shipped
        record = AdapterRecord(name=folder.name, sha256=checksum(folder / ADAPTER_WEIGHTS), scale=scale)
        merged = merge_adapter(base.tensors(), folder, scale)
        return cls(base, merged, describe_encoder(base.sha256, record))


@dataclass(frozen=True, slots=True)
class Order:
    """What to make: data sets as data.py reads them, a base, and which share of the tweets is not trained on."""

    data: Path
    recipe: Recipe
    out: Path
    base: str = DEFAULT_BASE
    held_tweets: float = 0.1
    test: bool = False


def make_branch(order: Order, tell: Callable[[Progress], None]) -> dict[str, float]:
    """Tune a branch and its head, write them into the folder `order.out`, and return their figures.

    The figures are measured on rows that were held out, through the int8 graph that a bundle would serve; with
    `order.test` on the test files too. Raises BundleError (no such base) or RipenError (a data set is missing).
    """
    origin, recipe, out = _Origin.find(order.base), order.recipe, order.out
    training, held = hold_out(read_training(order.data), {**HELD_OUT, "tweeteval": order.held_tweets}, recipe.seed)
    tokenizer = Tokenizer.from_file(str(origin.base.folder / "tokenizer.json"))
    tokenizer.no_padding()
    encoder = ForkedEncoder(origin.base, origin.tensors, read_emoji(tokenizer), recipe.fork, recipe.seed)
    head = tune(encoder, training, recipe, tell)
    with tempfile.TemporaryDirectory() as hidden:
        draft = Path(hidden)
        encoder.save(draft / FOLDER)
        made_of = _describe(origin, draft, recipe)
        write_head(head, draft / SENTIMENT, made_of)
        scratch = BundleRecipe(base=order.base, sentiment=draft / SENTIMENT, without=("arbiter",))
        bundle = stage_bundle(origin.base, scratch, draft / "bundles")
        head, figures = _finish(head, OnnxEncoder.from_bundle(bundle), held, order)
        rounded = json.dumps({name: round(value, 4) for name, value in figures.items()})
        write_head(head, draft / SENTIMENT, {**made_of, "figures": rounded})
        out.mkdir(parents=True, exist_ok=True)
        shutil.copytree(draft / FOLDER, out / FOLDER, dirs_exist_ok=True)
        shutil.copyfile(draft / SENTIMENT, out / SENTIMENT)
    return figures


def _describe(origin: _Origin, draft: Path, recipe: Recipe) -> dict[str, str]:
    return {
        "encoder": origin.encoder,
        "branch": checksum(draft / FOLDER / ADAPTER_WEIGHTS)[:SHORT],
        "base": origin.base.name,
        "data_sets": ", ".join(WEIGHTS),
        "recipe": json.dumps(
            {
                "after": recipe.fork.after,
                "rank": recipe.fork.rank,
                "epochs": recipe.epochs,
                "rate": recipe.rate,
                "batch": recipe.batch,
                "seed": recipe.seed,
            }
        ),
    }


def _finish(
    head: SentimentHead, encoder: OnnxEncoder, held: list[RatedText], order: Order
) -> tuple[SentimentHead, dict[str, float]]:
    """The head calibrated on one half of the rated rows that were held out, and its figures on the other half."""
    feelings = encoder.encode_fully([row.text for row in held]).feeling
    rated = [at for at, row in enumerate(held) if row.source in HELD_OUT]
    half = rated[::2]
    head = calibrate(head, feelings[half], [held[at] for at in half])
    rest = sorted(set(range(len(held))) - set(half))
    figures = judge_unseen(head, feelings[rest], [held[at] for at in rest])

    def feel(texts: Sequence[str]) -> Embeddings:
        return encoder.encode_fully(texts).feeling

    figures |= measure_classes(head, feel, order.data, test=False)
    return head, figures | (measure_classes(head, feel, order.data, test=True) if order.test else {})
