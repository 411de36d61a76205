"""A conversation as its transcript, and as a ticket on the desk. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from bot.connectors.desk import Handoff, Line, Remark, Ticket
from bot.conversations.conversation import Conversation, Turn
from bot.messages import Message, Part

TREND = 20
"""How many of the latest messages show how the user felt."""

LONGEST = 4000
"""Characters of a message that are shown."""

NOTICES: Mapping[str, str] = {
    "joined": "{name} has taken over.",
    "left": "{name} has given back.",
    "away": "{name} was gone; waiting again.",
}


def lines_of(conversation: Conversation) -> tuple[Line, ...]:
    """What was said, oldest first."""
    lines = [line for turn, said_at in _latest(conversation.turns) for line in _turn(turn, said_at)]
    lines += [line_of(remark, number) for number, remark in enumerate(conversation.remarks)]
    return tuple(sorted(lines, key=lambda line: line.place))


def ticket_of(handoff: Handoff, conversation: Conversation) -> Ticket:
    """The conversation at a glance."""
    lines = lines_of(conversation)
    felt = tuple(line.valence for line in lines if line.valence is not None)
    spoken = [line for line in lines if line.voice != "notice"]
    return Ticket(handoff, visitor_of(conversation), felt[-TREND:], spoken[-1] if spoken else None)


def visitor_of(conversation: Conversation) -> str:
    """The name that the host site gave, else something to tell visitors apart."""
    for turn in reversed(conversation.turns):
        known = turn.message.metadata.get("ripen")
        user = known.get("user") if isinstance(known, Mapping) else None
        name = user.get("name") or user.get("id") if isinstance(user, Mapping) else None
        if isinstance(name, str) and name.strip():
            return name.strip()[:60]
    return f"Visitor {conversation.id.rpartition(':')[2][:4]}"


def shown_text(message: Message) -> str:
    """What the user saw as their message: what the pressed button was called, or the text."""
    title = message.metadata.get("title")
    return (title if isinstance(title, str) and title else message.text)[:LONGEST]


def _latest(turns: Sequence[Turn]) -> Iterator[tuple[Turn, datetime]]:
    """A message whose turn was cut short by a crash came again: it is shown once, as said when it first came.

    Else one that asks for a person would be said before that and after it, and come to the desk twice.
    """
    last = {turn.message.message_id: number for number, turn in enumerate(turns)}
    said_at = {turn.message.message_id: turn.at for turn in reversed(turns)}
    for number, turn in enumerate(turns):
        if turn.message.message_id is None:
            yield turn, turn.at
        elif last[turn.message.message_id] == number:
            yield turn, said_at[turn.message.message_id]


def _turn(turn: Turn, said_at: datetime) -> Iterator[Line]:
    key, at = turn.message.message_id or f"{turn.at.timestamp():.6f}", turn.at
    valence = turn.detection.sentiment.valence if turn.detection else None
    if not turn.message.is_silent:
        yield Line(f"u/{key}", _place(said_at, 0), "user", shown_text(turn.message), said_at, valence=valence)
    for number, part in enumerate(turn.outcome.parts if turn.outcome else ()):
        yield _part(f"b{number}/{key}", _place(at, number + 1), part, at)


def _part(key: str, place: tuple[float, int, int], part: Part, at: datetime) -> Line:
    text = part.text or ("" if part.image else "(something that is not text)")
    choices = tuple(button.title for button in part.buttons)
    return Line(key, place, "bot", text, at, choices=choices, image=part.image)


def line_of(remark: Remark, number: int) -> Line:
    """What a person said or did, the `number`th of its conversation."""
    place, key = (remark.at.timestamp(), 1, number), f"r/{remark.id}"
    if remark.kind == "said":
        return Line(key, place, "person", remark.text, remark.at, name=remark.name)
    text = NOTICES[remark.kind].replace("{name}", remark.name)
    return Line(key, place, "notice", text, remark.at, name=remark.name)


def _place(at: datetime, number: int) -> tuple[float, int, int]:
    return at.timestamp(), 0, number
