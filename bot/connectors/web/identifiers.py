"""Ids that clients choose: for their conversations, and for messages so that a repeat is answered once."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator

LONGEST = 128
"""Characters of an id."""

RESERVED = ("slack:", "terminal:", "web:")
"""How channels name conversations of their own: whoever could choose such an id would read along there."""

REMEDY = f"must be 1 to {LONGEST} printable characters and not begin with any of {', '.join(RESERVED)}"


def is_identifier(value: Any) -> bool:
    """Whether `value` may name a conversation or a message."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST and value.isprintable()


def may_be_chosen(value: Any) -> bool:
    """Whether a web client may take `value` as its own id."""
    return is_identifier(value) and not value.startswith(RESERVED)


def _check(value: str) -> str:
    if not may_be_chosen(value):
        raise ValueError(REMEDY)
    return value


Identifier = Annotated[str, AfterValidator(_check)]


def scope_message_id(conversation_id: str, message_id: str | None) -> str | None:
    """A client numbers its own messages: its "1" is not the "1" of somebody else."""
    return None if message_id is None else f"{conversation_id}/{message_id}"
