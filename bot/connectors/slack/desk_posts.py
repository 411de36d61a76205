"""What the desk shows on Slack. What visitors wrote goes out as plain text: it mentions nobody. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bot.connectors.desk import Handoff, Line, Ticket
from bot.connectors.slack import mrkdwn
from bot.connectors.slack.blocks import SECTION, Post
from bot.connectors.slack.desk_events import GIVE_BACK

CONTEXT = 8
"""Lines that a new thread begins with."""

SHOWN = 600
NOT_THEIRS = "Nobody has read this: the conversation is not with you."
OVER = "Nobody has read this: the conversation is with the bot again."
BACK = "The bot has this conversation again."
NOTHING_BACK = "There is nothing that you could give back."
FILES = "Files do not reach the visitor, only what you write."
CHANGED = "The visitor goes on seeing what you wrote first. To put it right, write it once more."
FACES = ((-0.25, "upset"), (0.25, "calm"), (1.0, "content"))


def opening_post(ticket: Ticket, lines: Sequence[Line]) -> Post:
    """A conversation that waits, the last of what was said, and how to go on."""
    visitor, mood = mrkdwn.escape(ticket.visitor), _mood(ticket.trend)
    head = f"*{visitor}* waits for a person: {mrkdwn.escape(ticket.handoff.reason)}. {mood}".strip()
    said = "\n".join(_words(line, ticket.visitor)[:SHOWN] for line in lines[-CONTEXT:])
    how = "Reply in this thread to take over: what you write goes to the visitor, in your name."
    blocks: list[dict[str, Any]] = [_section(head)]
    blocks += [_section(piece, "plain_text") for piece in _pieces(said)]
    blocks += [_note(how), {"type": "actions", "elements": [_button(ticket.handoff)]}]
    return Post(head, tuple(blocks))


def line_post(line: Line, visitor: str) -> Post:
    """One line in the thread."""
    words = _words(line, visitor)
    return Post(mrkdwn.escape(words)[:SECTION], tuple(_section(piece, "plain_text") for piece in _pieces(words)))


def note_post(text: str) -> Post:
    """A word to the agents."""
    return Post(mrkdwn.escape(text), (_note(mrkdwn.escape(text)),))


def ended_blocks(blocks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The blocks of an opening post once it is over: nothing to press, and what became of it."""
    return [*(block for block in blocks if block.get("type") != "actions"), _note(f"✓ {BACK}")]


def _words(line: Line, visitor: str) -> str:
    if line.voice == "notice":
        return line.text
    name = {"user": visitor, "bot": "Bot"}.get(line.voice, line.name or "")
    choices = f" [{' | '.join(line.choices)}]" if line.choices else ""
    return f"{name}: {line.text or line.image or ''}{choices}"


def _mood(trend: Sequence[float]) -> str:
    if not trend:
        return ""
    return f"Mood: {next(name for most, name in FACES if trend[-1] <= most)}."


def _pieces(text: str) -> Iterator[str]:
    for start in range(0, len(text), SECTION):
        yield text[start : start + SECTION]


def _section(text: str, kind: str = "mrkdwn") -> dict[str, Any]:
    return {"type": "section", "text": {"type": kind, "text": text}}


def _note(text: str) -> dict[str, Any]:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}


def _button(handoff: Handoff) -> dict[str, Any]:
    label = {"type": "plain_text", "text": "Give back to the bot"}
    return {"type": "button", "action_id": GIVE_BACK, "text": label, "value": handoff.conversation_id}
