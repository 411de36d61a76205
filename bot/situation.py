"""All that a decision depends on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.actions.names import CALL_OFF
from bot.catalog.catalog import Catalog, Slot
from bot.config import DecisionSettings, Settings
from bot.conversations.conversation import Conversation, Turn
from bot.language.negation import says_not_to
from bot.language.plain_text import read_plainly
from bot.language.short_answers import are_the_same
from bot.messages import Candidate, Detection
from bot.slots import slot_named

WORTH_OFFERING = 0.05
"""A candidate less likely than this is not offered as a choice: it would only puzzle."""

LEAST_LIKELY = 0.6
"""Where most messages are easy, a few guesses more would cost little of `decision.risk`, and each would annoy.
From 0.5 to 0.6, validation bots of BANKING77 act wrongly on 0.067 of what they hear in place of 0.086, rightly on 0.797
in place of 0.821, and on a third of near strangers in place of four in ten (python -m training.benchmarks.risks)."""


def is_sure(confidence: float, risk: float, rule: DecisionSettings) -> bool:
    """Whether to act on an answer of this confidence and risk (Detection); never on a guess."""
    if rule.act is not None:
        return confidence >= rule.act
    return confidence >= LEAST_LIKELY and risk <= rule.risk


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a decision depends on. `text` is the message that `detection` was made of."""

    text: str
    detection: Detection
    catalog: Catalog
    settings: Settings
    conversation: Conversation

    @property
    def best(self) -> Candidate | None:
        """The most likely intent, if there is any."""
        return self.detection.candidates[0] if self.detection.candidates else None

    @property
    def sure(self) -> Candidate | None:
        """The most likely intent if it is likely enough to act on."""
        best, detection = self.best, self.detection
        return best if best and is_sure(best.confidence, detection.risk, self.settings.decision) else None

    @property
    def is_example(self) -> bool:
        """Whether the words are the very example of the intent that is sure."""
        sure = self.catalog.intents.get(self.sure.intent) if self.sure else None
        return sure is not None and any(are_the_same(each.text, self.text) for each in sure.examples)

    @property
    def asked_slot(self) -> Slot | None:
        """The slot that the bot has asked for, if it still is there."""
        asked = self.conversation.requested
        return slot_named(self.catalog.intents.get(asked.intent), asked.slot) if asked else None

    @property
    def calling_off(self) -> str | None:
        """The bot's own intent for who drops what was being talked about."""
        return next((name for name, intent in self.catalog.intents.items() if intent.action == CALL_OFF), None)

    @property
    def choices(self) -> tuple[Candidate, ...]:
        """What to offer when the bot asks back, best first: wishes worth offering, as many as config.yml allows."""
        return self._worth_offering(self.detection.candidates)

    def other_choices(self, turn: Turn) -> tuple[Candidate, ...]:
        """The same of an earlier `turn`, given that its message did not mean what was done or offered then."""
        if turn.detection is None or turn.decision is None:
            return ()
        wrong = {turn.decision.intent, *(each.candidate.intent for each in turn.decision.wishes)}
        wrong |= {each.intent for each in turn.decision.alternatives} if turn.decision.kind == "clarify" else set()
        left = [each for each in turn.detection.candidates if each.intent not in wrong]
        rest = sum(each.confidence for each in left) + turn.detection.out_of_scope
        return self._worth_offering([replace(each, confidence=each.confidence / rest) for each in left if rest > 0])

    def _worth_offering(self, candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
        intents = self.catalog.intents
        worth = (
            each
            for each in candidates
            if each.confidence >= WORTH_OFFERING and each.intent in intents and intents[each.intent].is_wish
        )
        return tuple(worth)[: self.settings.decision.choices]

    def hold_the_right_one(self, choices: Sequence[Candidate], least: float) -> bool:
        """Whether it is at least so likely that the right one is among `choices`."""
        return bool(choices) and sum(each.confidence for each in choices) >= least

    def refusal(self, intent: str) -> str | None:
        """The words by which the message says not to do what `intent` does; None when it does not say so.

        With slips of the keyboard put right, too, as the intent was understood: "don't canel it".
        """
        known = self.catalog.intents.get(intent)
        if known is None:
            return None
        words = says_not_to(self.text, known, self.settings.language)
        if words is None and self.detection.corrections:
            read = dict(self.detection.corrections)
            text = re.sub(r"\w+", lambda word: read.get(word[0].lower(), word[0]), read_plainly(self.text))
            words = says_not_to(text, known, self.settings.language)
        return words

    def confidence_of(self, intent: str) -> float:
        """How likely `intent` is meant; 0 when it is not among the candidates."""
        return next((each.confidence for each in self.detection.candidates if each.intent == intent), 0.0)
