"""Parts of `forget` and `expire`, batch by batch of conversations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, exists, select, tuple_, update

from bot.conversations.schema import claims, conversations, turns

BATCH = 500
"""Conversations that are cleaned in one transaction, so that messages need not wait for long."""


def lock(connection: Connection, ids: Select[Any]) -> Sequence[str]:
    """Lock a batch of conversations, in an order that all agree on. What is read later is not older than the lock."""
    batch = ids.order_by(conversations.c.id).limit(BATCH).with_for_update()
    return connection.scalars(batch).all()


def delete_turns(connection: Connection, ids: Sequence[str], which: ColumnElement[bool]) -> int:
    """Delete turns of the conversations `ids`, the claims on their messages, and conversations left empty."""
    condition = turns.c.conversation_id.in_(ids) & which
    claimed = select(turns.c.channel, turns.c.message_id).where(condition, turns.c.message_id.is_not(None))
    connection.execute(delete(claims).where(tuple_(claims.c.channel, claims.c.message_id).in_(claimed)))
    gone = connection.execute(delete(turns).where(condition))
    left = exists().where(turns.c.conversation_id == conversations.c.id)
    connection.execute(delete(conversations).where(conversations.c.id.in_(ids), ~left))
    return gone.rowcount


def clear_slots(connection: Connection, ids: Sequence[str]) -> None:
    """Nobody knows whose words a shared conversation's slots were."""
    empty: dict[str, Any] = {"slots": {}, "requested": None, "followup": None}
    connection.execute(update(conversations).where(conversations.c.id.in_(ids)).values(empty))
    connection.execute(update(turns).where(turns.c.conversation_id.in_(ids)).values(slots=None))


def hand_to_others(connection: Connection, ids: Sequence[str], sender_id: str) -> None:
    """Conversations that the sender began belong to whoever wrote last."""
    last = (
        select(turns.c.sender_id)
        .where(turns.c.conversation_id == conversations.c.id)
        .order_by(turns.c.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    theirs = conversations.c.id.in_(ids) & (conversations.c.sender_id == sender_id)
    connection.execute(update(conversations).where(theirs).values(sender_id=last))
