"""A body -> a bundle: scratch ones to be judged, and the one that may serve, with a sentiment head of its own."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.config import ModelSettings
from bot.detectors.encoder import OnnxEncoder
from bot.detectors.sentiment import SentimentHead
from bot.models.bundle import SENTIMENT, AdapterRecord, Bundle, TrainingRecord
from bot.models.registry import versions
from training.export.adapter import WEIGHTS as ADAPTER_WEIGHTS
from training.export.adapter import merge_adapter
from training.export.branch import FOLDER as BRANCH
from training.export.branch import Branch
from training.export.build import (
    CALIBRATION,
    SHIPPED_HEAD,
    Part,
    Recipe,
    describe_encoder,
    shipped_adapter,
    stage_bundle,
)
from training.export.weights import Base, checksum, find_base
from training.rungs.base import Body, TrainingError
from training.rungs.derived import derive_base
from training.sentiment.data import read_support
from training.sentiment.distil import Agreement, distil
from training.sentiment.head_file import write_head

SHIPPED_BRANCH = SHIPPED_HEAD.parent / BRANCH


@dataclass(frozen=True, slots=True)
class Start:
    """Where every rung starts: the base, and the adapter that the untuned bundle was built with; its branch, if any."""

    base: str
    adapter: Path | None = None
    scale: float = 1.0
    branch: Path | None = None


def find_start(model: ModelSettings, parent: Bundle) -> Start:
    """What `parent` was built from before any tuning.

    Raises TrainingError when its adapter, or its branch of sentiment, is not at hand any more.
    """
    return replace(_find_weights(model, parent), branch=_find_branch(find_untuned(parent)))


def _find_weights(model: ModelSettings, parent: Bundle) -> Start:
    first, base = find_untuned(parent), find_base(model.base)
    named = (model.adapter, model.adapter_scale) if model.adapter else shipped_adapter(base)
    if first.manifest.training:  # the untuned one was deleted: start as `ripen bundle build` would
        return Start(model.base, *named) if named else Start(model.base)
    record = first.manifest.adapter
    if record is None:
        return Start(model.base)
    if named and (named[0] / ADAPTER_WEIGHTS).is_file() and checksum(named[0] / ADAPTER_WEIGHTS) == record.sha256:
        return Start(model.base, named[0], record.scale)
    raise TrainingError(
        f"the bundle {first.name} was built with the adapter {record.name}, which config.yml (model.adapter) does not "
        "lead to any more. Name it there, or build a bundle as config.yml now says: ripen bundle build"
    )


def _find_branch(untuned: Bundle) -> Path | None:
    record = untuned.manifest.branch
    if record is None:
        return None
    if (SHIPPED_BRANCH / ADAPTER_WEIGHTS).is_file() and Branch(SHIPPED_BRANCH).sha256 == record.sha256:
        return SHIPPED_BRANCH
    raise TrainingError(
        f"the bundle {untuned.name} reads sentiment from a branch that is not the shipped one ({record.sha256[:16]}), "
        "and a tuned encoder needs its weights. Build a bundle with the shipped one: ripen bundle build"
    )


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
    """A body at the scale that was chosen, what the manifest is to say of it, and the branch that it goes on with."""

    body: Body
    scale: float
    record: TrainingRecord
    branch: Branch | None = None


def stage_candidate(
    candidate: Candidate, parent: Bundle, texts: Sequence[str], least: float
) -> tuple[Bundle | None, Agreement | None]:
    """A whole bundle beside `parent`, not active, and how far its sentiment agrees on `texts` with its teacher's.

    None in place of a bundle that would read the same label less often than `least`. The teacher is the untuned bundle:
    a head that follows a follower would drift a little further each time that a bot is trained. A teacher without
    sentiment has pupils without. A teacher's branch stays as it is, on lower layers that the tuning moved under it: the
    head is corrected for that, as it is for embeddings that moved. Lower layers of its own would take as long as a
    second encoder, and the tuned embeddings alone no longer hold all that the branch feels.
    """
    body, scale, models = candidate.body, candidate.scale, parent.folder.parent
    teacher = find_untuned(parent)
    recipe = replace(_recipe(body, scale, ()), training=candidate.record, nli=parent, branch=candidate.branch)
    if teacher.sentiment_path is None:
        return stage_bundle(body.base, replace(recipe, without=("sentiment",)), models), None
    with tempfile.TemporaryDirectory(dir=models, prefix=".building-") as hidden:
        path = Path(hidden) / SENTIMENT
        recipe = replace(recipe, sentiment=path)
        _write_for(body, scale, SentimentHead.load(teacher.folder / SENTIMENT), path)
        scratch = replace(recipe, without=("arbiter",), nli=None)
        head, agreed = _follow(teacher, stage_bundle(body.base, scratch, Path(hidden)), texts)
        if agreed.label < least:
            return None, agreed
        _write_for(body, scale, head, path)
        return stage_bundle(body.base, recipe, models), agreed


def _write_for(body: Body, scale: float, head: SentimentHead, path: Path) -> None:
    adapter = (
        None
        if body.adapter is None
        else AdapterRecord(name=body.adapter.name, sha256=checksum(body.adapter / ADAPTER_WEIGHTS), scale=scale)
    )
    made_of = {key: value for key, value in head.made_of.items() if key != "format"}
    write_head(head, path, {**made_of, "encoder": describe_encoder(body.base.sha256, adapter)})


def find_untuned(bundle: Bundle) -> Bundle:
    """The bundle that the tuning of this one began with; the oldest that is left, if some were deleted."""
    models = bundle.folder.parent
    while bundle.manifest.training and bundle.manifest.training.parent in set(versions(models)) - {bundle.name}:
        bundle = Bundle.open(models / bundle.manifest.training.parent)
    return bundle


def _recipe(body: Body, scale: float, without: tuple[Part, ...]) -> Recipe:
    return Recipe(base=body.base.name, adapter=body.adapter, adapter_scale=scale, without=without)


def _follow(teacher: Bundle, plain: Bundle, texts: Sequence[str]) -> tuple[SentimentHead, Agreement]:
    head = SentimentHead.load(teacher.folder / SENTIMENT)
    before, after = (OnnxEncoder.from_bundle(each).encode_fully(texts).feeling for each in (teacher, plain))
    tuned, agreed = distil(head, before, after)
    figures = json.dumps({"label agreement": round(agreed.label, 4), "valence distance": round(agreed.valence, 4)})
    made_of = {key: value for key, value in head.made_of.items() if key not in ("format", "figures")}
    return replace(tuned, made_of={**made_of, "distilled_from": teacher.name, "figures": figures}), agreed


def own_sentences() -> list[str]:
    """Ripen's own chat sentences, which every copy of it has: they show a distilled head what feelings sound like."""
    return [*(row.text for row in read_support()), *CALIBRATION.read_text("utf-8").splitlines()]
