"""Bots made of a public set: a catalog by names and examples, the detector that serves it, and how it does."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from bot.catalog.catalog import Catalog, Example, Intent, Source, read_name
from bot.config import MATURE_AFTER, Settings
from bot.detectors.arbiter import ArbiterPrior
from bot.detectors.base import Encoder
from bot.detectors.detector import LearnedDetector
from bot.detectors.learner import Learner
from bot.detectors.sentiment import NeutralSentiment, SentimentReader
from bot.detectors.speller import Speller
from bot.live import Snapshot
from bot.messages import Decision
from bot.running import parse
from bot.slots import delexicalise_examples
from training.evaluation.intent_sets import OUT_OF_SCOPE, Utterance
from training.evaluation.metrics import Bin, accuracy, calibration_error, reliability, selective_risk

HERE = Source(Path("benchmark.yml"), 1)
NO_SENTIMENT = NeutralSentiment()


class VocabularyEncoder(Encoder, Protocol):
    """An Encoder that tells which words it knows, as the one of a bundle does: the speller of a bot asks."""

    @property
    def whole_words(self) -> Collection[str]:
        """The words that it does not cut to pieces."""


def make_catalog(examples: Mapping[str, Sequence[str]], descriptions: Mapping[str, str] | None = None) -> Catalog:
    """Intents known by name and `examples`; one without a description has its name as words for it."""
    described = descriptions or {}
    return Catalog(
        {
            name: Intent(name, described.get(name, read_name(name)), HERE, tuple(Example(text, HERE) for text in texts))
            for name, texts in examples.items()
        }
    )


def learn(
    catalog: Catalog,
    encoder: VocabularyEncoder,
    prior: ArbiterPrior,
    mature_after: int = MATURE_AFTER,
    sentiment: SentimentReader = NO_SENTIMENT,
) -> Snapshot:
    """The bot that serves once all is learnt."""
    return Snapshot(catalog, learn_detector(catalog, encoder, prior, mature_after, sentiment))


def learn_detector(
    catalog: Catalog,
    encoder: VocabularyEncoder,
    prior: ArbiterPrior,
    mature_after: int = MATURE_AFTER,
    sentiment: SentimentReader = NO_SENTIMENT,
) -> LearnedDetector:
    """That bot's detector, its speller included."""
    read = delexicalise_examples(catalog)
    *_, detector = Learner(encoder, encoder, sentiment, prior, mature_after).learn(read)
    return with_speller(detector, read, encoder)


def with_speller(detector: LearnedDetector, catalog: Catalog, encoder: VocabularyEncoder) -> LearnedDetector:
    """`detector`, which was learnt from `catalog`, as `make_learn` in bot/assemble.py completes it."""
    return replace(detector, speller=Speller.of(catalog, encoder.whole_words, Settings().language))


@dataclass(frozen=True, slots=True)
class Answers:
    """What a bot made of n messages, and the truth.

    Its top intent, how sure, how likely none; the intents that it acted on, and whether it gave up on the message.
    """

    truth: tuple[str, ...]
    found: tuple[str, ...]
    confidence: npt.NDArray[np.float64]
    out_of_scope: npt.NDArray[np.float64]
    done: tuple[frozenset[str], ...]
    refused: tuple[bool, ...]

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

    @property
    def reliability(self) -> tuple[Bin, ...]:
        """The top intent's confidence against its accuracy."""
        return reliability(self.confidence, self.right)

    @property
    def acted(self) -> list[bool]:
        """Whether the bot did anything, rather than ask back or give up."""
        return [bool(intents) for intents in self.done]

    @property
    def acted_rightly(self) -> list[bool]:
        """Whether it did what was meant, and nothing else."""
        return [intents == {meant} for intents, meant in zip(self.done, self.truth, strict=True)]

    @property
    def selective_risk(self) -> float:
        """Of the messages that it acted on, the share on which it did not do what was meant, or more than that."""
        return selective_risk(self.acted, self.acted_rightly)


def ask(bot: Snapshot, utterances: Sequence[Utterance]) -> Answers:
    """Put every message to the bot, one by one, through detection and decision at the default thresholds."""
    settings = Settings()
    parsed = [parse(one.text, bot, settings) for one in utterances]
    best = [one.detection.candidates[0] if one.detection.candidates else None for one in parsed]
    return Answers(
        tuple(one.intent for one in utterances),
        tuple(one.intent if one else OUT_OF_SCOPE for one in best),
        np.array([one.confidence if one else 0.0 for one in best]),
        np.array([one.detection.out_of_scope for one in parsed]),
        tuple(acted_on(one.decision) for one in parsed),
        tuple(one.decision.kind == "out_of_scope" for one in parsed),
    )


def acted_on(decision: Decision) -> frozenset[str]:
    """The intents that a decision acts on; none when it asks back or gives up."""
    if decision.wishes:
        return frozenset(wish.candidate.intent for wish in decision.wishes)
    if decision.kind in ("act", "hand_off") and decision.intent:
        return frozenset((decision.intent,))
    return frozenset()
