"""Bots made of a public set: a catalog by names and examples, the detector that serves it, and how it does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.catalog.catalog import Catalog, Example, Intent, Source
from bot.config import MATURE_AFTER
from bot.detectors.arbiter import ArbiterPrior
from bot.detectors.base import Detector, Encoder
from bot.detectors.exemplars import read_name
from bot.detectors.learner import Learner
from bot.detectors.sentiment import NeutralSentiment
from training.evaluation.intent_sets import OUT_OF_SCOPE, Utterance
from training.evaluation.metrics import accuracy, calibration_error

HERE = Source(Path("benchmark.yml"), 1)


def make_catalog(examples: Mapping[str, Sequence[str]]) -> Catalog:
    """Intents known by name and `examples`; public sets have no descriptions, so the name as words stands for one."""
    return Catalog(
        {
            name: Intent(name, read_name(name), HERE, tuple(Example(text, HERE) for text in texts))
            for name, texts in examples.items()
        }
    )


def learn(catalog: Catalog, encoder: Encoder, prior: ArbiterPrior, mature_after: int = MATURE_AFTER) -> Detector:
    """The detector once all is learnt."""
    *_, detector = Learner(encoder, encoder, NeutralSentiment(), prior, mature_after).learn(catalog)
    return detector


@dataclass(frozen=True, slots=True)
class Answers:
    """What a detector said about n messages: its top intent, how sure, and how likely none; and the truth."""

    truth: tuple[str, ...]
    found: tuple[str, ...]
    confidence: npt.NDArray[np.float64]
    out_of_scope: npt.NDArray[np.float64]

    @property
    def right(self) -> list[bool]:
        """Whether the top intent, of all intents of the bot, is the truth."""
        return [meant == got for meant, got in zip(self.truth, self.found, strict=True)]

    @property
    def accuracy(self) -> float:
        """Share of right answers."""
        return accuracy(self.right)

    def accuracy_on(self, intents: Iterable[str]) -> float:
        """Share of right answers among messages that mean one of `intents`."""
        wanted = set(intents)
        return accuracy([hit for hit, meant in zip(self.right, self.truth, strict=True) if meant in wanted])

    @property
    def calibration_error(self) -> float:
        """Of the top intent's confidence."""
        return calibration_error(self.confidence, self.right)


def ask(detector: Detector, utterances: Sequence[Utterance]) -> Answers:
    """Put every message to the detector, one by one, as the pipeline does."""
    detections = [detector.detect(one.text) for one in utterances]
    return Answers(
        tuple(one.intent for one in utterances),
        tuple(one.candidates[0].intent if one.candidates else OUT_OF_SCOPE for one in detections),
        np.array([one.candidates[0].confidence if one.candidates else 0.0 for one in detections]),
        np.array([one.out_of_scope for one in detections]),
    )
