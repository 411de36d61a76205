"""Which process is at which message, and the answers to messages that come again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, or_, select, update

from bot.conversations.base import CLAIM_LAPSES_AFTER, Claim
from bot.conversations.codec import turn_from
from bot.conversations.schema import claims, turns
from bot.conversations.transcript import RECORDED
from bot.messages import Reply

_SAME = (turns.c.channel == bindparam("its_channel"), turns.c.message_id == bindparam("its_message_id"), RECORDED)
_ANSWER = select(turns).where(*_SAME).order_by(turns.c.number.desc()).limit(1)
_SILENT = claims.c.claimed_at <= bindparam("silent_since")
_HOLD = update(claims).where(
    claims.c.channel == bindparam("its_channel"), claims.c.message_id == bindparam("its_message_id")
)
_IS_ANSWERED = exists().where(turns.c.channel == claims.c.channel, turns.c.message_id == claims.c.message_id, RECORDED)
_EXPIRE = delete(claims).where(or_(claims.c.claimed_at < bindparam("before"), _SILENT & ~_IS_ANSWERED))


class Claims:
    """`insert` is that of the dialect, which knows conflicts."""

    def __init__(self, insert: Any) -> None:
        taken = insert(claims)
        self._take = taken.on_conflict_do_update(
            index_elements=["channel", "message_id"],
            set_={"claimed_at": taken.excluded.claimed_at},
            where=_SILENT & ~exists().where(*_SAME),  # by parameters: nothing correlates with a row in conflict
        ).returning(claims.c.channel)

    def take(self, connection: Connection, channel: str, message_id: str, now: datetime) -> Claim | Reply:
        """See ConversationStore.claim."""
        same = {"its_channel": channel, "its_message_id": message_id}
        row = {"channel": channel, "message_id": message_id, "claimed_at": now}
        taken = connection.execute(self._take, {**row, **same, "silent_since": now - CLAIM_LAPSES_AFTER})
        if taken.one_or_none() is not None:
            return Claim.MINE
        answer = connection.execute(_ANSWER, same).one_or_none()
        return turn_from(answer._asdict(), answer.at).reply if answer else Claim.BUSY


def hold_claim(connection: Connection, channel: str, message_id: str, now: datetime) -> None:
    """See ConversationStore.hold."""
    connection.execute(_HOLD, {"its_channel": channel, "its_message_id": message_id, "claimed_at": now})


def expire_claims(connection: Connection, before: datetime, now: datetime) -> None:
    """Delete what is older than `before`, and what nobody is at any more."""
    connection.execute(_EXPIRE, {"before": before, "silent_since": now - CLAIM_LAPSES_AFTER})
