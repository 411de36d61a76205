"""What a rung is worth: answers of the serving detectors to what its body has not seen, and when it is better.

Differences are judged against their standard error, by the paired jackknife over intents (Tukey, 1958): each intent's
messages are left out in turn, since those of one intent succeed and fail together.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.catalog.catalog import Catalog
from bot.detectors.arbiter import ArbiterPrior
from bot.detectors.detector import LearnedDetector
from bot.detectors.embedding_cache import CachedEncoder
from bot.detectors.encoder import OnnxEncoder
from bot.detectors.learner import Learner
from bot.detectors.sentiment import NeutralSentiment
from bot.models.bundle import Bundle
from training.evaluation.metrics import auroc, calibration_error, harmonic_mean
from training.ladder.folds import Fold, Question

Booleans = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Answers to n messages, hidden ones among them; one entry each.

    `intent` is the truth, `hidden` whether it was hidden from the body. Of the bot without the hidden intents: `right`,
    `confidence` of its top intent and `stranger`, how likely it is none. Of the bot with them as newcomers: `mixed`,
    whether the top intent is right.
    """

    intent: tuple[str, ...]
    hidden: tuple[bool, ...]
    right: tuple[bool, ...]
    confidence: tuple[float, ...]
    stranger: tuple[float, ...]
    mixed: tuple[bool, ...]

    @classmethod
    def join(cls, sheets: Sequence[Sheet]) -> Sheet:
        """All answers of `sheets`."""
        return cls(*(tuple(one for sheet in sheets for one in getattr(sheet, f.name)) for f in fields(cls)))

    def write(self, path: Path) -> None:
        """As JSON, whole or not at all. Raises OSError."""
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(asdict(self)), "utf-8")
        draft.replace(path)

    @classmethod
    def read(cls, path: Path) -> Sheet | None:
        """What `write` wrote; None when it is not there."""
        if not path.is_file():
            return None
        return cls(**{name: tuple(values) for name, values in json.loads(path.read_text("utf-8")).items()})


def answer(fold: Fold, bundle: Bundle, prior: ArbiterPrior) -> Sheet:
    """Put the fold's questions to the detectors that would serve with `bundle`."""
    encoder = CachedEncoder(OnnxEncoder.from_bundle(bundle), bundle.folder / "embeddings.db")  # both know most texts
    alone, mixed = _learn(fold.alone, encoder, prior), _learn(fold.mixed, encoder, prior)
    asked: tuple[Question, ...] = (*fold.known, *fold.hidden)
    said = [alone.detect(question.text) for question in asked]
    beside = [mixed.detect(question.text) for question in asked]
    return Sheet(
        intent=tuple(question.intent for question in asked),
        hidden=tuple(index >= len(fold.known) for index in range(len(asked))),
        right=tuple(one.candidates[0].intent == q.intent for one, q in zip(said, asked, strict=True)),
        confidence=tuple(one.candidates[0].confidence for one in said),
        stranger=tuple(one.out_of_scope for one in said),
        mixed=tuple(one.candidates[0].intent == q.intent for one, q in zip(beside, asked, strict=True)),
    )


def _learn(catalog: Catalog, encoder: CachedEncoder, prior: ArbiterPrior) -> LearnedDetector:
    learner = Learner(encoder, encoder.encoder, NeutralSentiment(), prior)  # stages are pinned in a fold
    *_, detector = learner.learn(catalog)
    return detector


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure of a rung. `gain` is +1 where more is better, -1 where less is."""

    name: str
    gain: int
    measure: Callable[[_Columns], float]


@dataclass(frozen=True, slots=True)
class _Columns:
    hidden: Booleans
    right: Booleans
    confidence: Numbers
    stranger: Numbers
    mixed: Booleans

    def take(self, rows: npt.NDArray[np.intp]) -> _Columns:
        return _Columns(*(getattr(self, f.name)[rows] for f in fields(self)))


def _columns(sheet: Sheet) -> _Columns:
    return _Columns(
        np.array(sheet.hidden, bool), np.array(sheet.right, bool), np.array(sheet.confidence, float),
        np.array(sheet.stranger, float), np.array(sheet.mixed, bool),
    )  # fmt: skip


def _h(rows: _Columns) -> float:
    return harmonic_mean(float(rows.mixed[~rows.hidden].mean()), float(rows.mixed[rows.hidden].mean()))


def _accuracy(rows: _Columns) -> float:
    return float(rows.right[~rows.hidden].mean())


DECISIVE = Metric("mean", +1, lambda rows: (_accuracy(rows) + _h(rows)) / 2)
"""Of accuracy and H: the figure that a rung is promoted for, and that its scale is chosen by."""

METRICS = (
    DECISIVE,
    Metric("accuracy", +1, _accuracy),
    Metric("H", +1, _h),
    Metric("AUROC", +1, lambda rows: auroc(rows.stranger[~rows.hidden], rows.stranger[rows.hidden])),
    Metric("ECE", -1, lambda rows: calibration_error(rows.confidence[~rows.hidden], rows.right[~rows.hidden])),
)
"""Accuracy on mature intents; H of mature and hidden ones as newcomers; out of scope, with the hidden ones as
strangers; expected calibration error on mature ones."""

Figures = Mapping[str, float]


def figures(sheet: Sheet) -> Figures:
    """Every metric by name."""
    rows = _columns(sheet)
    return {metric.name: metric.measure(rows) for metric in METRICS}


@dataclass(frozen=True, slots=True)
class Difference:
    """Of a figure, this rung less the one below it, with its standard error."""

    value: float
    error: float

    def exceeds(self, errors: float, gain: int) -> bool:
        """Whether it points the way of `gain`, +1 up or -1 down, by more than that many standard errors."""
        return self.value * gain > errors * self.error + 1e-6  # of a single message that differs, both are the same


def compare(sheet: Sheet, below: Sheet) -> dict[str, Difference]:
    """How much `sheet` differs from `below`, the answers of another rung to the same messages."""
    one, other = _columns(sheet), _columns(below)
    intents = np.array(sheet.intent)
    kept = [np.flatnonzero(intents != intent) for intent in sorted(set(sheet.intent))]
    parts = [(one.take(rows), other.take(rows)) for rows in kept]
    found = {}
    for metric in METRICS:
        less = np.array([metric.measure(left) - metric.measure(right) for left, right in parts])
        error = np.sqrt(((less - less.mean()) ** 2).sum() * (len(less) - 1) / len(less))
        found[metric.name] = Difference(metric.measure(one) - metric.measure(other), float(error))
    return found


def choose_scale(sheets: Mapping[float, Sequence[Sheet]], leave_out: int | None = None) -> float:
    """The scale with the highest decisive figure; with `leave_out`, that fold's answers have no say.

    Judged with the scale that the other folds chose, a fold's messages never choose what they judge.
    """

    def score(scale: float) -> float:
        kept = [sheet for number, sheet in enumerate(sheets[scale]) if number != leave_out]
        return DECISIVE.measure(_columns(Sheet.join(kept)))

    return max(sorted(sheets), key=score)
