"""A body -> a bundle: scratch ones to be judged, and the one that may serve, with a sentiment head of its own."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.detectors.encoder import OnnxEncoder
from bot.detectors.sentiment import SentimentHead
from bot.models.bundle import SENTIMENT, AdapterRecord, Bundle, TrainingRecord
from bot.models.registry import versions
from training.export.adapter import WEIGHTS as ADAPTER_WEIGHTS
from training.export.adapter import merge_adapter
from training.export.build import CALIBRATION, Part, Recipe, describe_encoder, stage_bundle
from training.export.weights import Base, checksum, find_base
from training.rungs.base import Body
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


@dataclass(frozen=True, slots=True)
class Candidate:
    """A body at the scale that was chosen, and what the manifest is to say of it."""

    body: Body
    scale: float
    record: TrainingRecord


def stage_candidate(
    candidate: Candidate, parent: Bundle, texts: Sequence[str], least: float
) -> tuple[Bundle | None, Agreement | None]:
    """A whole bundle beside `parent`, not active, and how far its sentiment agrees with its teacher's on `texts`.

    None in place of a bundle that would read the same label less often than `least`. A parent without sentiment has
    children without.
    """
    body, scale, models = candidate.body, candidate.scale, parent.folder.parent
    recipe = replace(_recipe(body, scale, ()), training=candidate.record)
    if parent.sentiment_path is None:
        return stage_bundle(body.base, replace(recipe, without=("sentiment",)), models), None
    with tempfile.TemporaryDirectory(dir=models, prefix=".building-") as hidden:
        head, agreed = _follow(find_teacher(parent), stage_scratch(body, scale, Path(hidden)), texts)
        if agreed.label < least:
            return None, agreed
        adapter = (
            None
            if body.adapter is None
            else AdapterRecord(name=body.adapter.name, sha256=checksum(body.adapter / ADAPTER_WEIGHTS), scale=scale)
        )
        path = Path(hidden) / "sentiment.safetensors"
        write_head(head, path, {**head.made_of, "encoder": describe_encoder(body.base.sha256, adapter)})
        return stage_bundle(body.base, replace(recipe, sentiment=path), models), agreed


def find_teacher(parent: Bundle) -> Bundle:
    """Whose sentiment a candidate learns: the parent's, or of a tuned parent the one that it was tuned from.

    A head that follows a follower would drift a little further each time that a bot is trained.
    """
    teacher, models = parent, parent.folder.parent
    while teacher.manifest.training and teacher.manifest.training.parent in versions(models):
        older = Bundle.open(models / teacher.manifest.training.parent)
        if older.sentiment_path is None or older.name == teacher.name:
            break
        teacher = older
    return teacher


def _recipe(body: Body, scale: float, without: tuple[Part, ...]) -> Recipe:
    return Recipe(base=body.base.name, adapter=body.adapter, adapter_scale=scale, without=without)


def _follow(teacher: Bundle, plain: Bundle, texts: Sequence[str]) -> tuple[SentimentHead, Agreement]:
    head = SentimentHead.load(teacher.folder / SENTIMENT)
    before, after = (OnnxEncoder.from_bundle(each).encode(texts) for each in (teacher, plain))
    tuned, agreed = distil(head, before, after)
    figures = json.dumps({"label agreement": round(agreed.label, 4), "valence distance": round(agreed.valence, 4)})
    made_of = {key: value for key, value in head.made_of.items() if key not in ("format", "figures")}
    return replace(tuned, made_of={**made_of, "distilled_from": teacher.name, "figures": figures}), agreed


def own_sentences() -> list[str]:
    """Ripen's own chat sentences, which every copy of it has: they show a distilled head what feelings sound like."""
    with RATED.open(encoding="utf-8", newline="") as rows:
        rated = [row["text"] for row in csv.DictReader(rows)]
    return [*rated, *CALIBRATION.read_text("utf-8").splitlines()]
