"""What is different from another run: an earlier one, or one of another version of the model on the same messages."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from training.evaluation.intent_sets import OUT_OF_SCOPE
from training.testing.figures import Summary


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a run.

    `source` is what was asked, `answers` are (text, intent meant, intent found), `conversations` title -> passed.
    """

    format: int
    bundle: str
    made: str
    source: str | None
    summary: Summary | None
    answers: tuple[tuple[str, str, str], ...]
    conversations: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Moved:
    """A message that both runs asked, and the intents that each found."""

    text: str
    intent: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Changes:
    """Of `shared` messages that both asked, `won` are right now and were wrong, `lost` the other way round.

    `than` says what it is compared with, `summary` is of that run. `added` and `gone` count messages that only one of
    them asked. `broken` are conversations that went as written and do not any more, `mended` the others.
    """

    than: str
    summary: Summary | None
    shared: int
    before: float
    now: float
    won: tuple[Moved, ...]
    lost: tuple[Moved, ...]
    added: int
    gone: int
    broken: tuple[str, ...]
    mended: tuple[str, ...]

    @property
    def worse(self) -> bool:
        """Whether more was lost than chance explains, or a conversation broke.

        Of as many messages that changed sides, chance loses more than it wins by about the square root of their number
        (the statistic of McNemar, 1947, above 1): one lost message is no proof, two and none won are.
        """
        surplus = len(self.lost) - len(self.won)
        return surplus > math.sqrt(len(self.lost) + len(self.won)) or bool(self.broken)


def compare_runs(before: Kept, now: Kept, than: str) -> Changes:
    """What is different in `now`; of understanding, nothing where one of them did not ask."""
    both = before.source is not None and now.source is not None
    earlier, later = (_by_message(one.answers) if both else {} for one in (before, now))
    shared = [key for key in later if key in earlier]
    moved = [Moved(*key, earlier[key], later[key]) for key in shared]
    was, is_now = before.conversations, now.conversations
    return Changes(
        than,
        before.summary,
        len(shared),
        _share(one.before == one.intent for one in moved),
        _share(one.now == one.intent for one in moved),
        tuple(one for one in moved if one.before != one.intent == one.now),
        tuple(one for one in moved if one.before == one.intent != one.now),
        len(later) - len(shared),
        len(earlier) - len(shared),
        tuple(title for title, passed in is_now.items() if not passed and was.get(title)),
        tuple(title for title, passed in is_now.items() if passed and was.get(title) is False),
    )


def fill(now: Kept, before: Kept | None) -> Kept:
    """A run of one part alone, with the other part as it was `before`: it is still the latest that is known of it."""
    if before is None:
        return now
    if now.source is None:
        now = replace(now, source=before.source, summary=before.summary, answers=before.answers)
    return now if now.conversations else replace(now, conversations=before.conversations)


def _by_message(answers: Sequence[tuple[str, str, str]]) -> dict[tuple[str, str], str]:
    """What was found, by message and intent; those that mean none are judged by decisions, not here."""
    return {(text, intent): found for text, intent, found in answers if intent != OUT_OF_SCOPE}


def _share(right: Iterable[bool]) -> float:
    values = list(right)
    return sum(values) / len(values) if values else 0.0
