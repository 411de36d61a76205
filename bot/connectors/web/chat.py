"""The web chat, whatever it comes over: what users say is answered, and what the bot says is kept until it arrived.

Everything that is said goes through the outbox first and is sent from there, under the numbers that it got. So it does
not matter whether a socket breaks in the middle, or this process dies: what is missing comes when the page asks again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.connectors.base import Bot, Push, Speaker, is_web_session
from bot.connectors.feedback import Feedback, FeedbackStore
from bot.connectors.outbox import NOT_KEPT, Backlog, Outbox, Said, Utterance
from bot.connectors.web.identifiers import scope_message_id
from bot.connectors.web.limits import Limits
from bot.connectors.web.presence import Listener, Presence, Sessions, mark, sign
from bot.connectors.web.refusals import ChatRefusal, still_busy, too_many
from bot.connectors.web.signatures import Session
from bot.connectors.web.uttered import CHANNEL, Uttered
from bot.connectors.web.wire import write_events
from bot.errors import StoreError
from bot.messages import Part

logger = logging.getLogger(__name__)

QUEUED = 32
"""Messages of one session that may wait for their turn; more are refused."""

POLLS = 8
"""Polls of one session at a time."""

CATCH_UP_SECONDS, LONGEST_PAUSE = 1.0, 30.0
"""Between two tries to fetch what a page lacks, where the store could not be read; longer and longer."""

DRAIN_SECONDS = 10.0
"""How long a server that stops waits for turns in flight."""


class Chat:
    """One for the process. Refuses with ChatRefusal."""

    def __init__(self, bot: Bot, outbox: Outbox, feedback: FeedbackStore, limits: Limits) -> None:
        self._bot = bot
        self._outbox = outbox
        self._feedback = feedback
        self._limits = limits
        self._sessions = Sessions()
        self._turns: set[asyncio.Task[Any]] = set()
        self._late: set[asyncio.Task[None]] = set()
        self.closing = False

    async def join(self, session: Session, listener: Listener, after: int = 0, *, confirm: bool = True) -> None:
        """A socket is here for `session` from now on, and is told so. It gets what it lacks: what is later than
        `after`, if it acknowledges; else what was sent to nobody yet."""
        conversation_id = session.conversation_id
        presence = self._sessions.enter(conversation_id)
        try:
            async with presence.delivery:
                if listener.gone:
                    return
                presence.listeners.append(listener)
                presence.guests += 1
                if confirm:
                    await listener.emit("session_confirm", session.token)
                await self._catch_up(conversation_id, listener, after)
        finally:
            self._sessions.exit(conversation_id)

    def leave(self, session: Session, listener: Listener) -> None:
        """The socket is gone, or here for another session."""
        listener.gone = True
        presence = self._sessions.get(session.conversation_id)
        if presence is not None and listener in presence.listeners:
            presence.listeners.remove(listener)
            self._sessions.exit(session.conversation_id)

    async def hear(
        self, session: Session, uttered: Uttered, address: str | None, source: Listener | None = None
    ) -> None:
        """A message of the user, answered once it is back. `source` is the socket on which it came."""
        if self.closing:
            raise ChatRefusal("stopping", "The server is stopping.", again=True)
        if wait := self._limits.message(address, session.conversation_id):
            raise too_many(wait)
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - nothing here runs outside of one
        self._turns.add(task)
        try:
            with self._sessions.present(session.conversation_id) as presence:
                await self._hear(session, uttered, presence, source)
        finally:
            self._turns.discard(task)

    async def _hear(self, session: Session, uttered: Uttered, presence: Presence, source: Listener | None) -> None:
        if presence.queued >= QUEUED:
            raise too_many(1.0)
        presence.queued += 1
        presence.note_typing(typing=False)
        try:
            async with presence.turn:
                if not uttered.to_message(session).is_silent:
                    heard = {"id": uttered.id, "text": uttered.shown, "at": datetime.now(UTC).timestamp()}
                    await presence.tell_others(source, heard)
                await self._answer(session, uttered, presence, source)
        finally:
            presence.queued -= 1

    async def _answer(self, session: Session, uttered: Uttered, presence: Presence, source: Listener | None) -> None:
        message = uttered.to_message(session)
        reply = await self._bot.answer(message)
        if reply.pending:
            raise still_busy()
        said = _say(uttered.id, reply.parts)
        async with presence.delivery:
            utterances = await self._keep(session.conversation_id, message.message_id, said)
            if not reply.repeated:
                await self._spread(session.conversation_id, presence, utterances)
            elif source is not None and source.acknowledges:
                # It knows what it has by its id, and may have missed the first saying.
                await source.bring(utterances, again=True)

    async def deliver(self, push: Push) -> bool:
        """Say something unasked. False: it is no session of the web chat, or it is not there any more."""
        if not is_web_session(push.conversation_id):
            return False
        said = _say(f"push/{push.id}", push.parts, push.speaker)
        with self._sessions.present(push.conversation_id) as presence:
            async with presence.delivery:
                utterances = await self._outbox.say(push.conversation_id, None, said)
                if any(each.sequence == NOT_KEPT for each in utterances):
                    return False
                await self._spread(push.conversation_id, presence, utterances)
        return True

    async def show_typing(self, conversation_id: str, name: str) -> None:
        """See Visitors; so for `is_typing`. Only those of this process are seen and told."""
        if (presence := self._sessions.get(conversation_id)) is not None:
            await presence.show_typing(name)

    def is_typing(self, conversation_id: str) -> bool:
        presence = self._sessions.get(conversation_id)
        return presence is not None and presence.is_typing

    def note_typing(self, session: Session) -> None:
        """The user writes something."""
        if (presence := self._sessions.get(session.conversation_id)) is not None:
            presence.note_typing(typing=True)

    async def acknowledge(self, session: Session, listener: Listener, sequence: int) -> None:
        """The page has everything up to `sequence`."""
        if listener.acknowledged < sequence <= listener.sent:
            listener.acknowledged = sequence
            await self._unless_broken(self._outbox.acknowledge(session.conversation_id, sequence))

    async def poll(self, session: Session, after: int, wait: float) -> list[dict[str, Any]]:
        """What was said after sequence `after`, once there is something, or nothing after `wait` seconds."""
        if self.closing:
            raise ChatRefusal("stopping", "The server is stopping.", again=True)
        with self._sessions.present(session.conversation_id) as presence:
            if presence.polls >= POLLS:
                raise too_many(1.0)
            presence.polls += 1
            try:
                return await self._poll(session.conversation_id, presence, after, wait)
            finally:
                presence.polls -= 1

    async def _poll(self, conversation_id: str, presence: Presence, after: int, wait: float) -> list[dict[str, Any]]:
        news = presence.news  # before looking, so that nothing falls between
        found = await self._fetch(conversation_id, presence, after)
        if not found and wait > 0:
            try:
                async with asyncio.timeout(wait):
                    await news.wait()
            except TimeoutError:
                pass  # look once more: another process may have said something
            found = await self._fetch(conversation_id, presence, after)
        return [mark(each) for each in found]

    async def _fetch(self, conversation_id: str, presence: Presence, after: int) -> Sequence[Utterance]:
        async with presence.delivery:
            backlog = await self._recall(conversation_id)
            if backlog is None:
                raise ChatRefusal("failed", "Conversations cannot be read.", again=True)
            if backlog.acknowledged < after <= backlog.last:
                await self._unless_broken(self._outbox.acknowledge(conversation_id, after))
            since = after if after <= backlog.last else 0
            unkept, presence.unkept = presence.unkept, []
            return [each for each in (*backlog.utterances, *unkept) if each.sequence > since or each in unkept]

    async def rate(self, session: Session, utterance_id: Any, value: Any) -> None:
        """What the user thinks of one message of the bot: "up", "down", or None to take it back."""
        if not isinstance(utterance_id, str) or value not in ("up", "down", None):
            raise ChatRefusal("bad_request", '`id` must be that of a message, `value` "up", "down" or null.')
        message_id = scope_message_id(session.conversation_id, utterance_id.rpartition("/")[0])
        feedback = Feedback(CHANNEL, utterance_id, value, session.sender_id, message_id)
        try:
            known = await self._feedback.record_feedback(feedback)
        except StoreError as error:
            logger.error("feedback is not kept: %s", error)
            raise ChatRefusal("failed", "It could not be kept.", again=True) from None
        if not known:
            raise ChatRefusal("bad_request", "There is no such message to rate, or not any more.")

    async def drain(self) -> None:
        """Take no more messages, let go of who waits, and finish the turns in flight."""
        self.closing = True
        for late in self._late:
            late.cancel()
        self._sessions.announce()
        if self._turns:
            await asyncio.wait(self._turns, timeout=DRAIN_SECONDS)

    async def _spread(self, conversation_id: str, presence: Presence, utterances: Sequence[Utterance]) -> None:
        listeners = list(presence.listeners)
        for listener in listeners:
            missing: Sequence[Utterance] = ()
            if listener.lacks_some_before(utterances):
                backlog = await self._recall(conversation_id)
                if backlog is None:
                    self._catch_up_later(conversation_id, listener, listener.sent)
                else:
                    missing = [each for each in backlog.utterances if listener.sent < each.sequence]
            await listener.bring((*missing, *utterances))
        if presence.polls or not presence.listeners:
            presence.unkept += [each for each in utterances if each.sequence == NOT_KEPT]
        await self._settle(conversation_id, listeners)
        presence.announce()

    async def _catch_up(self, conversation_id: str, listener: Listener, after: int) -> bool:
        """Bring a page what it lacks, or see to it that it comes once the store can be read again."""
        backlog = await self._recall(conversation_id)
        if backlog is None:
            self._catch_up_later(conversation_id, listener, after)
            return False
        await listener.catch_up(backlog, after)
        await self._settle(conversation_id, [listener])
        return True

    def _catch_up_later(self, conversation_id: str, listener: Listener, after: int) -> None:
        if not listener.is_behind:
            listener.is_behind = True
            task = asyncio.create_task(self._try_to_catch_up(conversation_id, listener, after))
            self._late.add(task)
            task.add_done_callback(self._late.discard)

    async def _try_to_catch_up(self, conversation_id: str, listener: Listener, after: int) -> None:
        pause = CATCH_UP_SECONDS
        while not listener.gone:
            await asyncio.sleep(pause)
            with self._sessions.present(conversation_id) as presence:
                async with presence.delivery:
                    if await self._catch_up(conversation_id, listener, after):
                        return
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _settle(self, conversation_id: str, listeners: Sequence[Listener]) -> None:
        """What was sent to a page that will not say so counts as arrived, even if it has left since."""
        for listener in listeners:
            if not listener.acknowledges and listener.sent > listener.acknowledged:
                listener.acknowledged = listener.sent
                await self._unless_broken(self._outbox.acknowledge(conversation_id, listener.sent))

    async def _recall(self, conversation_id: str) -> Backlog | None:
        """What is kept, with what a process that died had not said yet; None when the store fails."""
        try:
            backlog = await self._outbox.recall(conversation_id, CHANNEL)
            for unsaid in backlog.unsaid:
                name = unsaid.message_id.removeprefix(f"{conversation_id}/")
                await self._outbox.say(conversation_id, unsaid.message_id, _say(name, unsaid.parts))
            return await self._outbox.recall(conversation_id, CHANNEL) if backlog.unsaid else backlog
        except StoreError as error:
            logger.error("what was said before cannot be fetched: %s", error)
            return None

    async def _keep(self, conversation_id: str, message_id: str | None, said: Sequence[Said]) -> Sequence[Utterance]:
        """Say it even if it cannot be kept."""
        try:
            return await self._outbox.say(conversation_id, message_id, said)
        except StoreError as error:
            logger.error("an answer is sent but not kept: %s", error)
            return [Utterance(each.id, each.payload, NOT_KEPT, datetime.now(UTC)) for each in said]

    @staticmethod
    async def _unless_broken(write: Awaitable[None]) -> None:
        try:
            await write
        except StoreError as error:
            logger.error("what has arrived may be sent again: %s", error)


def _say(name: str, parts: Sequence[Part], speaker: Speaker | None = None) -> list[Said]:
    events = write_events(parts) if speaker is None else [sign(event, speaker) for event in write_events(parts)]
    return [Said(f"{name}/{number}", event) for number, event in enumerate(events)]
