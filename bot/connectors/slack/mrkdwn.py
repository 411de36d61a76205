"""Slack's text format, mrkdwn, in and out. Pure functions.

Source: https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import re

_TOKEN = re.compile(r"<([^<>\n]*)>")
_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_LINK = re.compile(r"\[([^\]\n]{1,300})\]\(((?:https?://|mailto:)[^\s()]{1,2000})\)")
_PREFIXES = ("mailto:", "tel:")


def decode(text: str, bot_user: str) -> str:
    """What the user typed, as plain text: mentions of `bot_user` out, links and names in words."""
    if bot_user:
        own = re.escape(bot_user)
        text = re.sub(rf"\s*<@{own}(?:\|[^<>]*)?>[:,]?\s*", " ", text)
    text = _TOKEN.sub(lambda token: _in_words(token[1]), text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def mentions(text: str) -> frozenset[str]:
    """The ids of the users mentioned in a raw Slack text."""
    return frozenset(re.findall(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>", text))


def calls_others(text: str) -> bool:
    """Whether a raw Slack text mentions a user, a group of users, or everyone (@here, @channel, @everyone)."""
    return bool(mentions(text)) or re.search(r"<!(?:here|channel|everyone|subteam\^)", text) is not None


def escape(text: str) -> str:
    """Make `text` literal: without this, `<!channel>` in an answer would page everyone."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def encode(text: str) -> str:
    """An answer as mrkdwn: escaped, with Markdown's `**bold**` and `[label](url)` translated outside code."""
    pieces = _CODE.split(escape(text))
    return "".join(piece if index % 2 else _translate(piece) for index, piece in enumerate(pieces))


def split(text: str, limit: int) -> list[str]:
    """Cut mrkdwn into pieces of at most `limit` characters, between paragraphs, lines or words where possible."""
    pieces = []
    while len(text) > limit:
        at = _cut(text, limit)
        pieces.append(text[:at].rstrip())
        text = text[at:].lstrip()
    pieces.append(text)
    return [piece for piece in pieces if piece.strip()]


def _in_words(token: str) -> str:
    target, _, label = token.partition("|")
    if target.startswith(("@", "#")):
        return f"{target[0]}{label.lstrip('@#') or target[1:]}"
    if target.startswith("!"):
        return label or f"@{target[1:].partition('^')[0]}"
    for prefix in _PREFIXES:
        target = target.removeprefix(prefix)
    return label or target


def _translate(text: str) -> str:
    text = _LINK.sub(lambda link: f"<{link[2].replace('|', '%7C')}|{link[1]}>", text)
    return _BOLD.sub(r"*\1*", text)


def _cut(text: str, limit: int) -> int:
    at = limit
    for separator in ("\n\n", "\n", " "):
        found = text.rfind(separator, limit // 2, limit)
        if found > 0:
            at = found
            break
    opened = text.rfind("<", 0, at)
    if opened > text.rfind(">", 0, at):  # never inside <url|label>
        at = opened
    entity = text.rfind("&", max(0, at - 5), at)
    if entity >= 0 and ";" not in text[entity:at]:  # nor inside &amp;
        at = entity
    return at or limit
