"""What a page sends as a message of its user, checked: `user_uttered`, and the same over HTTP."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.connectors.web.bodies import find_spoilt
from bot.connectors.web.identifiers import LONGEST, is_identifier, scope_message_id
from bot.connectors.web.refusals import ChatRefusal
from bot.connectors.web.signatures import Session
from bot.messages import Message

CHANNEL = "socketio"
METADATA_LIMIT = 16 * 1024
"""Characters of a message's metadata as JSON, all of which is kept with the turn."""

OURS = "ripen"
"""The key of metadata that only the server writes: what it holds is true."""


@dataclass(frozen=True, slots=True)
class Uttered:
    """A message as it came. `numbered`: the page gave it its id. `repeats`: the page may send it again by itself."""

    text: str
    id: str
    metadata: Mapping[str, Any]
    numbered: bool
    repeats: bool

    @property
    def shown(self) -> str:
        """What the user saw as their message: what the pressed button was called, or the text."""
        title = self.metadata.get("title")
        return title if isinstance(title, str) and title else self.text

    def to_message(self, session: Session) -> Message:
        """The message, in the conversation of `session`; who the user is stands in the metadata."""
        user = session.user
        known = {OURS: {"user": {"id": user.id, "name": user.name}}} if user else {}
        return Message(
            text=self.text,
            conversation_id=session.conversation_id,
            sender_id=session.sender_id,
            channel=CHANNEL,
            message_id=scope_message_id(session.conversation_id, self.id),
            metadata={**{key: value for key, value in self.metadata.items() if key != OURS}, **known},
        )


def read_uttered(data: Any) -> Uttered:
    """What a page sent. Raises ChatRefusal, in words that quote nothing of it."""
    if not isinstance(data, Mapping) or not isinstance(data.get("message"), str):
        raise ChatRefusal("bad_request", "A message needs an object whose `message` is a string.")
    metadata = mapping(data.get("metadata")) or mapping(data.get("customData"))
    if spoilt := find_spoilt(metadata):
        raise ChatRefusal("bad_request", f"metadata holds {spoilt}, which cannot be stored.")
    if len(json.dumps(metadata)) > METADATA_LIMIT:
        raise ChatRefusal("too_large", f"metadata is longer than {METADATA_LIMIT} characters of JSON.")
    name = metadata.get("message_id")
    if name is not None and not is_identifier(name):
        raise ChatRefusal("bad_request", f"metadata.message_id must be 1 to {LONGEST} printable characters.")
    repeats = name is None and "customData" in data
    return Uttered(_mend(data["message"]), name or uuid.uuid4().hex, metadata, name is not None, repeats)


def mapping(value: Any) -> Mapping[str, Any]:
    """`value` where it is a mapping, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def _mend(text: str) -> str:
    """A page may cut an emoji in half; nobody types a NUL. Neither can be stored, and neither may cost the turn."""
    return text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
