"""The detector that serves: one encoder pass, a few small matrix products, one decision over all intents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.catalog.catalog import Stage
from bot.catalog.contradiction import Contradiction
from bot.detectors.arbiter import CONTEXT, Arbiter, Doubles
from bot.detectors.base import Encoder
from bot.detectors.exemplars import Floats, Reading
from bot.detectors.mature import Mature
from bot.detectors.reranker import Reranker, reweigh
from bot.detectors.risk import RiskCurve
from bot.detectors.sentiment import SentimentReader
from bot.detectors.speller import SILENT, Speller, correct
from bot.detectors.zero_shot import ZeroShot
from bot.messages import Candidate, Detection, Neighbour

NEIGHBOURS = 5
RANKED = 10
"""Candidates that a detection names, as many as Rasa does; what the others hold is counted in no intent's favour."""

AT_ONCE = 32
"""Messages that are multiplied with all examples at once: 3 MB for 25,000 of those, which are then read once instead of
for each message."""


@dataclass(frozen=True, slots=True)
class IntentHealth:
    """How an intent is doing. `recall` is cross-validated, in [0, 1]; None when it was not measured.

    `note` says what is missing for the next stage; `contradiction` is there when examples and description disagree.
    """

    intent: str
    stage: Stage
    examples: int
    recall: float | None
    note: str
    contradiction: Contradiction | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """One message: what each side sees in it, its feeling (f,), and the probability of each intent, mature ones first.

    `entailed` is what a second look said, by feature; empty without one.
    """

    matured: Reading
    new: Reading
    feeling: Floats
    chances: Doubles
    entailed: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class LearnedDetector:
    """All that was learnt from one catalog. Immutable, so threads share it."""

    encoder: Encoder
    sentiment: SentimentReader
    mature: Mature
    zero_shot: ZeroShot
    arbiter: Arbiter
    curve: RiskCurve
    health: Mapping[str, IntentHealth]
    reranker: Reranker | None = None
    speller: Speller = SILENT

    def detect(self, text: str) -> Detection:
        """The likeliest intents for `text`, best first. Never raises, however odd the text."""
        return self.detect_all([text])[0]

    def detect_all(self, texts: Sequence[str]) -> list[Detection]:
        """The same for each of `texts`: encoded one by one, as they would be served, then compared together."""
        slips = [self.speller.find_slips(text) for text in texts]
        read = [correct(text, some) for text, some in zip(texts, slips, strict=True)]
        told = (self._tell(text, found) for text, found in zip(read, self._measure_all(read), strict=True))
        return [replace(each, corrections=some) if some else each for each, some in zip(told, slips, strict=True)]

    def read(self, text: str) -> str:
        """`text` as it is encoded, with slips of the keyboard put right."""
        return correct(text, self.speller.find_slips(text))

    def _tell(self, text: str, found: Measured) -> Detection:
        chances, split = found.chances, len(self.mature.exemplars)
        ranked = tuple(
            Candidate(self.intents[index], float(chances[index]), "mature" if index < split else "zero_shot")
            for index in np.argsort(-chances, kind="stable")[:RANKED].tolist()
        )
        context = (*found.matured.context[0].tolist(), *found.new.context[0].tolist())
        features = {name: value for name, value in zip(CONTEXT, context, strict=True) if value == value}  # no NaN
        return Detection(
            candidates=ranked,
            out_of_scope=max(0.0, 1.0 - float(chances.sum())),
            sentiment=self.sentiment.read(found.feeling),
            neighbours=self._nearest(found.matured.similarities[0], found.new.similarities[0]),
            features={**features, **found.entailed},
            risk=self.curve.at(ranked[0].confidence) if ranked and text.strip() else 1.0,
        )

    @property
    def intents(self) -> tuple[str, ...]:
        """All names, in the order of `Measured.chances`: mature ones, then new ones."""
        return (*self.mature.exemplars.intents, *self.zero_shot.exemplars.intents)

    def measure(self, text: str) -> Measured:
        """What a detection of `text` rests on."""
        (found,) = self._measure_all([self.read(text)])
        return found

    def _measure_all(self, texts: Sequence[str]) -> Iterator[Measured]:
        for start in range(0, len(texts), AT_ONCE):
            part = texts[start : start + AT_ONCE]
            messages = self.encoder.encode_fully(part)
            matured, new = self.mature.read(messages), self.zero_shot.read(messages.meaning)
            odds = self.arbiter.decide(matured, new)
            for row, text in enumerate(part):
                chances, entailed = np.zeros(len(self.health)), dict[str, float]()
                if text.strip():
                    decided, entailed = self._look_again(text, odds[row])
                    chances = decided[:-1]
                yield Measured(matured.of(row), new.of(row), messages.feeling[row], chances, entailed)

    def _look_again(self, text: str, decided: Doubles) -> tuple[Doubles, dict[str, float]]:
        """The probabilities after the reranker, and the entailment of each intent that it looked at."""
        new = self.zero_shot.exemplars
        if self.reranker is None:
            return decided, {}
        judged = self.reranker.judge(text, decided, new.card_texts())
        told = zip(new.intents, judged.tolist(), strict=True)
        return reweigh(decided, judged), {f"entailment.{name}": value for name, value in told if value == value}

    def _nearest(self, to_mature: Floats, to_new: Floats) -> tuple[Neighbour, ...]:
        similarities = np.concatenate([to_mature, to_new])
        keep = min(NEIGHBOURS, len(similarities))
        if not keep:
            return ()
        best = np.argpartition(-similarities, keep - 1)[:keep]
        split = len(to_mature)
        found = []
        for row in best[np.argsort(-similarities[best])].tolist():
            known, index = (self.mature, row) if row < split else (self.zero_shot, row - split)
            exemplars = known.exemplars
            intent = exemplars.intents[exemplars.owners[index]]
            found.append(Neighbour(intent, exemplars.texts[index], float(similarities[row])))
        return tuple(found)
