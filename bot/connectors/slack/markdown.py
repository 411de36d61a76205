"""What agents write on Slack, in mrkdwn, as the Markdown that the chat shows. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.connectors.slack.emoji import show_emoji
from bot.connectors.slack.mrkdwn import decode

_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
_LINK = re.compile(r"<((?:https?://|mailto:|tel:)[^<>|\n]+)\|([^<>\n]+)>")
_BOLD = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=\S)\*(?![\w*])")
_STRUCK = re.compile(r"(?<![\w~])~(?=[^\s~])([^~\n]+?)(?<=\S)~(?![\w~])")
_BULLET = re.compile(r"^( *)[•◦▪] +", re.MULTILINE)


def write(text: str, emoji: Mapping[str, str]) -> str:
    """`text` as Slack sent it -> Markdown: bold, struck out, links and lists; names of `emoji` become characters."""
    pieces = _CODE.split(text)
    written = "".join(piece if number % 2 else _translate(piece, emoji) for number, piece in enumerate(pieces))
    return decode(written, "")


def _translate(text: str, emoji: Mapping[str, str]) -> str:
    links: list[str] = []

    def put_aside(link: re.Match[str]) -> str:
        links.append(_link(link[1], link[2]))
        return f"\0{len(links) - 1}\0"

    text = _LINK.sub(put_aside, text.replace("\0", ""))
    text = _BULLET.sub(r"\1- ", text)
    text = _BOLD.sub(r"**\1**", text)
    text = show_emoji(_STRUCK.sub(r"~~\1~~", text), emoji)
    return re.sub(r"\0(\d+)\0", lambda place: links[int(place[1])], text)


def _link(address: str, label: str) -> str:
    if address in (label, f"https://{label}", f"http://{label}", f"mailto:{label}"):
        return address.removeprefix("mailto:")
    label = label.replace("[", "(").replace("]", ")")
    return f"[{label}]({address.replace('(', '%28').replace(')', '%29')})"
