"""Which turns want a person's eye, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.conversations.review import Standing
from bot.messages import Candidate, Sentiment
from bot.payload import NONE_OF_THESE
from bot.personal.mask import mask
from bot.review.defaults import CERTAINTY
from bot.review.history import Spoken, follow_ups

Reason = Literal["unsure", "asked_back", "out_of_scope", "handed_off", "thumbed_down", "rephrased", "objected"]

IN_WORDS: Mapping[Reason, str] = {
    "unsure": "unsure",
    "asked_back": "asked back",
    "out_of_scope": "not understood",
    "handed_off": "handed off",
    "thumbed_down": "thumbs down",
    "rephrased": "said again in other words",
    "objected": "answer called wrong",
}
"""What reviewers read, in the terminal and in the console."""

TOLD_WRONG: frozenset[Reason] = frozenset({"thumbed_down", "objected"})
"""Reasons by which somebody said that the bot was wrong, however sure it was."""

SOON = timedelta(minutes=5)
"""What is said later than this is no longer another try."""

CLOSE = 0.45
"""Cosine from which a sentence says the one before it in other words. Of two examples of one intent of the sample, two
in five are so close, of two intents one in fifty (tests/samples/test_grouping.py)."""

Close = Callable[[Sequence[tuple[str, str]]], Sequence[float]]
"""Cosines of pairs of texts."""


Around = Mapping[int, tuple[Spoken | None, Spoken | None]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One turn in the inbox. `text` is masked (bot/personal/mask.py); `hint` is the intent that its author arrived at
    afterwards, by a button or by other words. `guesses` are the bot's own, best first, at most five."""

    number: int
    conversation_id: str
    sender_id: str
    channel: str
    text: str
    at: datetime
    reasons: tuple[Reason, ...]
    guesses: tuple[Candidate, ...]
    sentiment: Sentiment
    hint: str | None = field(default=None)

    @property
    def confidence(self) -> float:
        """Of the bot's best guess; 0 when it had none."""
        return self.guesses[0].confidence if self.guesses else 0.0


def find_entries(
    spoken: Sequence[Spoken], standing: Standing, close: Close, certainty: float = CERTAINTY
) -> list[Entry]:
    """The open entries among `spoken` (oldest first), oldest first."""
    around = follow_ups(spoken)
    hints = dict(_rephrased(spoken, around, close))
    entries = []
    for one in spoken:
        if one.number in standing.reviews or one.pressed or one.objects:
            continue
        before, after = around[one.number]
        disliked = any(rating.opinion == "down" for rating in standing.ratings.get(one.number, ()))
        answers = _answers(one, before)
        reasons = [] if answers else list(_by_decision(one, certainty))
        if disliked:
            reasons.append("thumbed_down")
        if one.number in hints:
            reasons.append("rephrased")
        if _objected(one, after):
            reasons.append("objected")
        if reasons:
            hint = hints.get(one.number) or _pressed_next(one, after) or _meant(one, around)
            entries.append(_entry(one, tuple(reasons), hint))
    return entries


def _by_decision(one: Spoken, certainty: float) -> Iterator[Reason]:
    if one.kind == "clarify":
        yield "asked_back"
    elif one.kind == "out_of_scope":
        yield "out_of_scope"
    elif one.kind == "hand_off":
        yield "handed_off"
    elif one.intent is not None and one.confidence < certainty:  # "ok" and "one moment" are heard by words alone
        yield "unsure"


def _answers(one: Spoken, before: Spoken | None) -> bool:
    """Whether it gave the value that was asked for: a word or a number, and nothing to learn an intent from."""
    return before is not None and before.asked is not None and (one.kind, one.intent) == ("act", before.asked.intent)


def _pressed_next(one: Spoken, after: Spoken | None) -> str | None:
    """The choice that its author took when the bot asked back."""
    if one.kind != "clarify" or after is None or after.at - one.at > SOON:
        return None
    return after.pressed if after.pressed != NONE_OF_THESE[1:] else None


def _objected(one: Spoken, after: Spoken | None) -> bool:
    """Whether its author then said that the answer was wrong."""
    return after is not None and after.objects and after.at - one.at <= SOON


def _meant(one: Spoken, around: Around) -> str | None:
    """What its author then did get, after saying that the answer was wrong."""
    after = around[one.number][1]
    got = around[after.number][1] if after is not None and _objected(one, after) else None
    if got is None or got.kind != "act" or got.at - one.at > SOON:
        return None
    return got.intent


def _rephrased(spoken: Sequence[Spoken], around: Around, close: Close) -> Iterator[tuple[int, str | None]]:
    """Numbers of turns whose author said the same again in other words, and where that led, if the bot then acted.

    Saying again what the bot took for the same intent both times is no sign that it misunderstood.
    """
    tries = [(one, after) for one in spoken if (after := around[one.number][1]) and _may_say_again(one, after, around)]
    cosines = close([(one.text, after.text) for one, after in tries])
    for (one, after), cosine in zip(tries, cosines, strict=True):
        if cosine >= CLOSE:
            yield one.number, after.intent if after.kind == "act" else None


def _may_say_again(one: Spoken, after: Spoken, around: Around) -> bool:
    in_words = not (one.pressed or after.pressed)
    same = one.kind == after.kind == "act" and one.intent == after.intent
    anew = " ".join(one.text.split()).casefold() != " ".join(after.text.split()).casefold()
    answers = _answers(one, around[one.number][0]) or _answers(after, one)
    return in_words and anew and not same and not answers and after.at - one.at <= SOON


def _entry(one: Spoken, reasons: tuple[Reason, ...], hint: str | None) -> Entry:
    return Entry(
        one.number,
        one.conversation_id,
        one.sender_id,
        one.channel,
        mask(one.text),
        one.at,
        reasons,
        one.guesses,
        one.sentiment,
        hint,
    )


def without(entry: Entry, names: frozenset[str]) -> Entry:
    """The entry with the guesses that name intents which still are there."""
    hint = entry.hint if entry.hint in names else None
    return replace(entry, guesses=tuple(each for each in entry.guesses if each.intent in names), hint=hint)
