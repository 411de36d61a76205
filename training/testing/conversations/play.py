"""Plays a conversation through the pipeline that serves, with the bot's own actions and a store in memory."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from bot.actions.base import ActionRunner
from bot.assemble import with_middleware
from bot.catalog.catalog import ResponseTemplate
from bot.config import Settings
from bot.conversations.conversation import Conversation, Turn
from bot.conversations.memory import InMemoryConversationStore
from bot.dispatcher import Dispatcher
from bot.live import LiveSnapshot, Snapshot
from bot.messages import Button, Message, Reply
from bot.pipeline import Pipeline
from training.testing.conversations.comparison import Difference, Seen, compare
from training.testing.conversations.script import Script, WrittenTurn
from training.testing.conversations.script import Turn as Scripted

CHANNEL = "test"
SCRATCH = "{scratch}"


@dataclass(frozen=True, slots=True)
class Failure:
    """The first turn that went otherwise than written. `left` turns after it were not played."""

    line: int
    user: str
    differences: tuple[Difference, ...]
    because: str
    left: int


@dataclass(frozen=True, slots=True)
class Played:
    """A conversation that was played; without `failure`, all `turns` of it went as written."""

    title: str
    file: str
    line: int
    turns: int
    failure: Failure | None

    @property
    def passed(self) -> bool:
        """Whether it went as written."""
        return self.failure is None


class Obliging(Random):
    """Chance that picks, of several ways to answer, the one that is most like what the test expects."""

    expected: Sequence[str] = ()

    def choice(self, seq: Any) -> Any:
        """The template most like one of `expected`; the first when none is expected. So nothing is left to chance."""
        if not self.expected or not all(isinstance(each, ResponseTemplate) for each in seq):
            return seq[0]
        return max(seq, key=self._likeness)

    def _likeness(self, template: ResponseTemplate) -> float:
        text = template.text or ""
        return max(difflib.SequenceMatcher(None, wanted, text, autojunk=False).ratio() for wanted in self.expected)


class Witness(InMemoryConversationStore):
    """A store in memory that remembers the latest turn, and what was left after it."""

    def __init__(self) -> None:
        super().__init__()
        self.turn: Turn | None = None
        self.state: Conversation | None = None

    async def record_turn(self, number: int, turn: Turn, state: Conversation) -> None:
        """Keep it, and remember it."""
        self.turn, self.state = turn, state
        await super().record_turn(number, turn, state)


@dataclass(slots=True)
class Stage:
    """A bot on which conversations are played, each from its beginning."""

    snapshot: Snapshot
    actions: ActionRunner
    settings: Settings
    chance: Obliging = field(default_factory=Obliging)

    async def play(self, script: Script) -> Played:
        """All turns, up to the first that goes otherwise than written."""
        with _surroundings(script.environment):
            failure = await self._play(script)
        return Played(script.title, str(script.file), script.line, len(script.turns), failure)

    async def _play(self, script: Script) -> Failure | None:
        store = Witness()
        dispatcher = Dispatcher(self.actions, self.settings, self.chance)
        pipeline = Pipeline(LiveSnapshot(self.snapshot), store, dispatcher, self.settings)
        answer = with_middleware(pipeline, store, self.settings)
        buttons: tuple[Button, ...] = ()
        for number, turn in enumerate(script.turns):
            written = turn.written
            left = len(script.turns) - number - 1
            said = _said(written, buttons)
            if said is None:
                return Failure(turn.line, f"presses {written.press}", (_no_button(written, buttons),), "", left)
            self.chance.expected = written.bot or ()
            store.turn = store.state = None
            reply = await answer(Message(said, script.title, "test", CHANNEL))
            buttons = tuple(button for part in reply.parts for button in part.buttons)
            failure = self._judge(turn, said, _see(reply, store), left)
            if failure is not None:
                return failure
        return None

    def _judge(self, turn: Scripted, said: str, seen: Seen, left: int) -> Failure | None:
        found = compare(turn.written, seen)
        apologised = self.settings.texts.apology in (turn.written.bot or ())
        if seen.failed and not apologised:
            found = (Difference("failed", "no", "an action failed, or the turn did; the log says more"), *found)
        return Failure(turn.line, said, found, seen.reason, left) if found else None


def _said(written: WrittenTurn, buttons: Sequence[Button]) -> str | None:
    """The text of the message; None when there is no such button to press."""
    if written.press is None:
        return written.user or ""
    return next((button.payload for button in buttons if button.title == written.press), None)


def _no_button(written: WrittenTurn, buttons: Sequence[Button]) -> Difference:
    return Difference("press", written.press or "", ", ".join(button.title for button in buttons) or "no buttons")


def _see(reply: Reply, store: Witness) -> Seen:
    """What a test may look at."""
    outcome = store.turn.outcome if store.turn else None
    state, detection = store.state, reply.detection
    wishes = reply.decision.wishes if reply.decision else ()
    named = tuple(wish.candidate.intent for wish in wishes)
    best = detection.candidates[0].intent if detection and detection.candidates else None
    one = (reply.decision.intent if reply.decision else None) or best
    return Seen(
        texts=tuple(part.text for part in reply.parts if part.text),
        buttons=tuple(button.title for part in reply.parts for button in part.buttons),
        decision=reply.decision.kind if reply.decision else None,
        intents=named or ((one,) if one else ()),
        actions=tuple(event["name"] for event in outcome.events if event.get("event") == "action") if outcome else (),
        slots=state.slots if state else {},
        asks=state.requested.slot if state and state.requested else None,
        sentiment=detection.sentiment.label if detection else None,
        failed=store.turn is None or bool(outcome and outcome.failed),
        reason=reply.decision.reason if reply.decision else "",
    )


@contextmanager
def _surroundings(environment: Mapping[str, str]) -> Iterator[None]:
    """The environment variables of a test, with a scratch folder of its own; afterwards all is as it was."""
    before = {name: os.environ.get(name) for name in environment}
    with TemporaryDirectory(prefix="ripen-test-") as scratch:
        try:
            os.environ.update({name: value.replace(SCRATCH, scratch) for name, value in environment.items()})
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
