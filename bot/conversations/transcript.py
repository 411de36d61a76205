"""A conversation as it is read for its next turn: its row, its latest turns, what users and persons said about them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, bindparam, exists, select

from bot.conversations.base import RECENT_TURNS
from bot.conversations.codec import requested_from, turn_from
from bot.conversations.conversation import Conversation, Turn
from bot.conversations.events import since_restart
from bot.conversations.feedback import ratings_of
from bot.conversations.handoffs import TAKEN, WITH_PERSON, remarks_of
from bot.conversations.schema import feedback as opinions
from bot.conversations.schema import turns

KEPT_CONVERSATIONS = 250
"""Whose latest RECENT_TURNS stay decoded, 6 kB each: those that talk now come back with each of their messages."""

RECORDED = turns.c.timings.is_not(None)
"""A turn that was only begun has none; one in which the bot was paused has no outcome either."""

_THEIRS = turns.c.conversation_id == bindparam("conversation_id")
_RATED = exists().where(opinions.c.turn == turns.c.number)
_LOOK = select(turns.c.number, RECORDED, _RATED).where(_THEIRS)
_RECENT = _LOOK.order_by(turns.c.number.desc()).limit(bindparam("most"))
_SINCE = select(turns).where(_THEIRS, turns.c.number >= bindparam("first"))

Kept = OrderedDict[str, dict[int, Turn]]
"""Turns by their number, by their conversation; who talked last stands last."""


class Transcripts:
    """Reads conversations. A turn that was recorded does not change: it is fetched and decoded once for long, and not
    at all by the process that recorded it. For one thread at a time; `drop` for any."""

    def __init__(self) -> None:
        self._kept: Kept = OrderedDict()

    def find(self, connection: Connection, conversation_id: str, most: int) -> Conversation | None:
        """The conversation with its latest `most` turns. Raises StoreError when a row is not ours."""
        row = connection.execute(WITH_PERSON, {"conversation_id": conversation_id}).one_or_none()
        if row is None:
            return None
        recent = self._recent(connection, conversation_id, most)
        found = _conversation(conversation_id, row, since_restart(recent))
        return replace(found, remarks=remarks_of(connection, found)) if row.state else found

    def keep(self, number: int, turn: Turn) -> None:
        """A turn that is being recorded, as it will be read. `drop` when the transaction fails."""
        _keep(self._kept, turn.message.conversation_id, {number: turn})

    def drop(self) -> None:
        """Keep nothing: rows were deleted. A `find` in another thread goes on with what there was."""
        self._kept = OrderedDict()

    def _recent(self, connection: Connection, conversation_id: str, most: int) -> tuple[Turn, ...]:
        shown = connection.execute(_RECENT, {"conversation_id": conversation_id, "most": most}).all()
        numbers = [number for number, *_ in reversed(shown)]
        kept = self._kept
        known = dict(kept.get(conversation_id, {}))
        missing = [number for number in numbers if number not in known]
        if missing:
            rows = connection.execute(_SINCE, {"conversation_id": conversation_id, "first": missing[0]})
            known |= {row.number: turn_from(row._asdict(), row.at) for row in rows if row.number not in known}
        numbers = [number for number in numbers if number in known]  # on PostgreSQL, one may just have been forgotten
        recorded = {number: known[number] for number, recorded, _ in shown if recorded and number in known}
        _keep(kept, conversation_id, recorded)
        rated = min((number for number, _, rated in shown if rated), default=None)
        ratings = {} if rated is None else ratings_of(connection, conversation_id, rated)
        return tuple(replace(known[n], ratings=ratings[n]) if n in ratings else known[n] for n in numbers)


def _keep(kept: Kept, conversation_id: str, recorded: Mapping[int, Turn]) -> None:
    its_turns = {**kept.pop(conversation_id, {}), **recorded}
    kept[conversation_id] = dict(sorted(its_turns.items())[-RECENT_TURNS:])
    while len(kept) > KEPT_CONVERSATIONS:
        kept.popitem(last=False)


def _conversation(conversation_id: str, row: Row[Any], shown: Sequence[Turn]) -> Conversation:
    return Conversation(
        id=conversation_id,
        sender_id=row.sender_id,
        channel=row.channel,
        slots=row.slots,
        requested=requested_from(row.requested),
        followup=row.followup,
        paused=row.paused,
        turns=tuple(shown),
        person=row.person if row.state == TAKEN else None,
    )
