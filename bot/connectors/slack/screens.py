"""What the bot shows of itself: App Home, help and status. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.connectors.base import Status
from bot.connectors.slack import mrkdwn
from bot.connectors.slack.blocks import SECTION, Post


def help_post(text: str, suggestions: Sequence[str]) -> Post:
    """What the bot is good for, and things to ask."""
    lines = [mrkdwn.encode(text), *(f"• {mrkdwn.escape(each)}" for each in suggestions)]
    said = "\n".join(lines)
    return Post(said, tuple(_section(piece) for piece in mrkdwn.split(said, SECTION)))


def status_post(status: Status) -> Post:
    """Whether the bot is well. What is wrong with it stands in its log, and is no user's business."""
    state = "I cannot answer right now." if status.not_ready else "I am ready."
    said = f"{state} Ripen {status.version}, {status.intents} intents."
    return Post(said, (_section(said),))


def home_view(text: str, suggestions: Sequence[str], status: Status) -> dict[str, Any]:
    """App Home. See https://docs.slack.dev/surfaces/app-home."""
    note = {"type": "context", "elements": [{"type": "mrkdwn", "text": status_post(status).text}]}
    return {"type": "home", "blocks": [*help_post(text, suggestions).blocks, {"type": "divider"}, note]}


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}
