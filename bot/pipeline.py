"""One turn, in data-path order. Read this first.

connector -> Message -> Detection -> Decision -> Outcome -> Reply -> connector
"""

from __future__ import annotations

import asyncio
import logging
import unicodedata
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from time import perf_counter
from typing import TypeVar

from bot.choices import read_choice
from bot.config import Settings
from bot.conversations.base import ConversationStore
from bot.conversations.conversation import Conversation, Turn
from bot.conversations.events import apply_events
from bot.decision import decide
from bot.dispatcher import REQUESTED_SLOT, Dispatcher
from bot.errors import StoreError
from bot.handoff.base import Reception
from bot.language.segments import split_message
from bot.live import LiveSnapshot, Snapshot
from bot.messages import Decision, Detection, Message, Outcome, Part, Reply, Requested, Segment
from bot.occasion import Occasion
from bot.payload import read_payload
from bot.situation import Situation
from bot.slots import FindEntities, code_reader, find_as_read, find_entities

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(slots=True)
class Pipeline:
    """Message in, Reply out. Raises only what means that the conversation cannot be known (StoreError)."""

    live: LiveSnapshot
    store: ConversationStore
    dispatcher: Dispatcher
    settings: Settings
    reception: Reception | None = None

    async def __call__(self, message: Message) -> Reply:
        """One turn. Turns of one conversation must not overlap (middleware/one_at_a_time.py sees to it)."""
        snapshot = self.live.current
        refusal = refuse(message, self.settings)
        message = replace(message, text=message.text[: self.settings.max_message_chars])
        clock = Clock()

        with clock.measure("load"):
            number, conversation = await self._open(message)
        turn = Turn(message, datetime.now(UTC))

        for_person = conversation.is_for_person(message)
        if for_person and refusal is None:
            turn = replace(turn, detection=await asyncio.to_thread(self._detect, message, snapshot))
        if for_person or conversation.paused:
            return await self._stay_silent(number, turn, conversation)
        if refusal is not None:
            decision, text = refusal
            outcome = Outcome((Part(text=text),), requested=conversation.requested)
            return await self._conclude(number, replace(turn, decision=decision, outcome=outcome), conversation)

        with clock.measure("detect"):
            detection = read_choice(message.text, conversation, snapshot.catalog, self.settings.language)
            if detection is None:
                detection = await asyncio.to_thread(self._detect, message, snapshot, conversation.requested)
        with clock.measure("decide"):
            decision = decide(Situation(message.text, detection, snapshot.catalog, self.settings, conversation))
        turn = replace(turn, detection=detection, decision=decision)
        if decision.kind == "hand_off":
            log.info("%s: a person is asked to take over", message.channel)
            if self.reception is not None:
                await self.reception.ask(message, decision.reason)  # before it is promised
        with clock.measure("dispatch"):
            outcome = await self.dispatcher.dispatch(
                decision, Occasion(turn, detection, snapshot.catalog, conversation)
            )
        return await self._conclude(number, replace(turn, outcome=outcome, timings=clock.timings), conversation)

    async def _open(self, message: Message) -> tuple[int | None, Conversation]:
        """The turn's number, and the conversation so far. A store that can still be read is enough for an answer."""
        opened = await _unless_full(self.store.record_message(message))
        return opened or (None, await self.store.load(message))

    async def _conclude(self, number: int | None, turn: Turn, before: Conversation) -> Reply:
        """Keep the outcome, and say it whether or not it could be kept."""
        outcome = turn.outcome or Outcome(())
        after = apply_events(before, outcome.events)
        slots = {name: value for name, value in after.slots.items() if name != REQUESTED_SLOT}
        after = replace(after, slots=slots, requested=outcome.requested, followup=None)
        if number is not None:
            await _unless_full(self.store.record_turn(number, turn, after))
        self._tell(turn.message)
        return turn.reply

    async def _stay_silent(self, number: int | None, turn: Turn, conversation: Conversation) -> Reply:
        """A person has taken over: keep what was said, say nothing."""
        if number is not None:
            await _unless_full(self.store.record_turn(number, turn, conversation))
        self._tell(turn.message)
        return turn.reply

    def _detect(self, message: Message, snapshot: Snapshot, asked: Requested | None = None) -> Detection:
        return detect(message.text, snapshot, self.settings.language, asked)

    def _tell(self, message: Message) -> None:
        if self.reception is not None:
            self.reception.hear(message.conversation_id)


def detect(text: str, snapshot: Snapshot, language: str, asked: Requested | None = None) -> Detection:
    """What `text` may mean: spelt out by a button, or found by the detector, as a whole and piece by piece.

    `asked` is what the bot has just asked for.
    """
    return detect_all([text], snapshot, language, asked)[0]


def detect_all(
    texts: Sequence[str], snapshot: Snapshot, language: str, asked: Requested | None = None
) -> list[Detection]:
    """The same for each of `texts`. The detector is asked once, about all of them and all of their pieces."""
    read, catalog = code_reader(snapshot.catalog), snapshot.catalog
    spelt_out = [read_payload(text, catalog) for text in texts]
    cut = [
        [text, *split_message(text, language)] if payload is None else []
        for text, payload in zip(texts, spelt_out, strict=True)
    ]
    found = iter(snapshot.detector.detect_all([read(piece) for pieces in cut for piece in pieces]))
    find = partial(find_entities, catalog=catalog, language=language, asked=asked)
    return [
        payload or _detection(pieces, list(islice(found, len(pieces))), find)
        for pieces, payload in zip(cut, spelt_out, strict=True)
    ]


def _detection(pieces: Sequence[str], found: Sequence[Detection], find: FindEntities) -> Detection:
    """Of a text, the first of `pieces`, by what the detector found in it and in the other pieces."""
    segments = (_segment(*each, find) for each in zip(pieces[1:], found[1:], strict=True))
    entities = find_as_read(pieces[0], found[0].corrections, find)
    return replace(found[0], entities=entities, segments=tuple(segment for segment in segments if segment))


def _segment(text: str, found: Detection, find: FindEntities) -> Segment | None:
    if not found.candidates:
        return None
    return Segment(text, found.candidates[0], find_as_read(text, found.corrections, find), found.risk)


def refuse(message: Message, settings: Settings) -> tuple[Decision, str] | None:
    """Why, and with what words, a message is not worth detecting: nothing to read, or far too much."""
    if len(message.text) > settings.max_message_chars:
        reason = f"the message has {len(message.text)} characters; {settings.max_message_chars} are allowed"
        return Decision("out_of_scope", None, 1.0, reason), settings.texts.too_long
    if all(character.isspace() or unicodedata.category(character).startswith("C") for character in message.text):
        return Decision("out_of_scope", None, 1.0, "the message has no text"), settings.texts.empty
    return None


async def _unless_full(write: Awaitable[T]) -> T | None:
    """A store that cannot write (a full disk) costs memory of the turn, not the turn."""
    try:
        return await write
    except StoreError as error:
        log.error("the turn is answered but not kept: %s", error)
        return None


@dataclass(slots=True)
class Clock:
    """Milliseconds by step."""

    timings: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def measure(self, step: str) -> Iterator[None]:
        """Add a step."""
        start = perf_counter()
        yield
        self.timings[step] = round((perf_counter() - start) * 1000, 3)
