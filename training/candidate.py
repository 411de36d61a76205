"""A body -> a bundle: scratch ones to be judged, and the one that may serve, with a sentiment head of its own."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.detectors.encoder import OnnxEncoder
from bot.detectors.sentiment import SentimentHead
from bot.models.bundle import AdapterRecord, Bundle, TrainingRecord
from training.export.adapter import WEIGHTS as ADAPTER_WEIGHTS
from training.export.adapter import merge_adapter
from training.export.build import CALIBRATION, Part, Recipe, describe_encoder, stage_bundle
from training.export.weights import Base, checksum, find_base
from training.rungs.base import Body, TrainingError
from training.rungs.derived import derive_base
from training.sentiment.__main__ import write_head
from training.sentiment.distil import Agreement, distil

RATED = Path(__file__).parent / "sentiment" / "support.csv"


@dataclass(frozen=True, slots=True)
class Start:
    """Where every rung starts: the base, with the adapter that config.yml names merged in."""

    base: str
    adapter: Path | None = None
    scale: float = 1.0


def prepare_base(start: Start, folder: Path) -> Base:
    """The weights to start from; with an adapter, merged into a copy in `folder`. Raises BundleError."""
    base = find_base(start.base)
    if start.adapter is None:
        return base
    merged = merge_adapter(base.tensors(), start.adapter, start.scale)
    return derive_base(base, merged, folder, f"{base.name}+{start.adapter.name}")


def stage_scratch(body: Body, scale: float, folder: Path) -> Bundle:
    """A bundle to judge: the encoder and the arbiter's prior."""
    return stage_bundle(body.base, _recipe(body, scale, ("sentiment",)), folder)


def stage_candidate(
    body: Body, scale: float, record: TrainingRecord, parent: Bundle, texts: Sequence[str], folder: Path
) -> tuple[Bundle, Agreement | None]:
    """A whole bundle in `folder`, not active, and how far its sentiment agrees with the parent's on `texts`."""
    scratch = folder / ".training" / "scratch"
    try:
        plain = stage_scratch(body, scale, scratch)
        recipe = replace(_recipe(body, scale, ()), training=record)
        if parent.sentiment_path is None:
            return stage_bundle(body.base, replace(recipe, without=("sentiment",)), folder), None
        head, agreed = _follow(parent, plain, texts)
        adapter = body.adapter and AdapterRecord(
            name=body.adapter.name, sha256=checksum(body.adapter / ADAPTER_WEIGHTS), scale=scale
        )
        path = scratch / "sentiment.safetensors"
        write_head(head, path, {**head.made_of, "encoder": describe_encoder(body.base.sha256, adapter or None)})
        return stage_bundle(body.base, replace(recipe, sentiment=path), folder), agreed
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _recipe(body: Body, scale: float, without: tuple[Part, ...]) -> Recipe:
    return Recipe(base=body.base.name, adapter=body.adapter, adapter_scale=scale, without=without)


def _follow(parent: Bundle, plain: Bundle, texts: Sequence[str]) -> tuple[SentimentHead, Agreement]:
    if parent.sentiment_path is None:
        raise TrainingError(f"the bundle {parent.folder} has no sentiment head to follow.")
    head = SentimentHead.load(parent.sentiment_path)
    before, after = (OnnxEncoder.from_bundle(each).encode(texts) for each in (parent, plain))
    tuned, agreed = distil(head, before, after)
    figures = json.dumps({"label agreement": round(agreed.label, 4), "valence distance": round(agreed.valence, 4)})
    made_of = {key: value for key, value in head.made_of.items() if key not in ("format", "figures")}
    return replace(tuned, made_of={**made_of, "distilled_from": parent.name, "figures": figures}), agreed


def own_sentences() -> list[str]:
    """Ripen's own chat sentences, which every copy of it has: they show a distilled head what feelings sound like."""
    with RATED.open(encoding="utf-8", newline="") as rows:
        rated = [row["text"] for row in csv.DictReader(rows)]
    return [*rated, *CALIBRATION.read_text("utf-8").splitlines()]
