"""Slack's text format, mrkdwn, in and out. Pure functions.

Source: https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.connectors.slack.tables import lay_out

_TOKEN = re.compile(r"<([^<>\n]*)>")
_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
_BOLD = re.compile(r"(?<!\\)\*\*(?=\S)(.+?)(?<=[^\s\\])\*\*")
_BOLD_TOO = re.compile(r"(?<![\w\\])__(?=[^\s_])([^\n]+?)(?<=[^\s_\\])__(?!\w)")
_BOTH = re.compile(r"\*{3}(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*{3}")
_ITALIC = re.compile(r"(?<![\w*\\])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*\\])\*(?![\w*])")
_STRIKE = re.compile(r"~~(?=\S)([^~\n]+?)(?<=\S)~~")
_HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
_BULLET = re.compile(r"^( *)[-*+] +(?=\S)", re.MULTILINE)
_TASK = re.compile(r"^( *(?:•|\d{1,9}[.)]) )\[(?P<done>[ xX])\] ", re.MULTILINE)
_LANGUAGE = re.compile(r"^```[\w+#.-]+\n")
_FENCE = "```"
_ADDRESS = r"(?:https?://|mailto:|tel:)(?:[^\s()<>]|\([^\s()<>]*\)){1,2000}"
_LINK = re.compile(
    rf"!?\[([^\]\n]{{1,300}})\]\((?:&lt;(?P<framed>{_ADDRESS}?)&gt;|(?P<bare>{_ADDRESS}))"
    r"(?: +(?:\"[^\"\n]*\"|'[^'\n]*'))?\)"
)
_BARE_LINK = re.compile(rf"&lt;({_ADDRESS}?)&gt;")
_BREAK = "\u200b"
"""Seen by nobody. Between a mark and a letter it makes Slack take the mark for one: it goes by words, and wants them
apart, which they are not in "**Sonder**angebot", nor ever in Chinese or Japanese."""
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
    """An answer as mrkdwn: escaped, and outside code translated from Markdown: bold, italics, struck out, links,
    headings, bullets, tasks and tables. Slack has no words for the language of a block of code."""
    pieces = _CODE.split(escape(lay_out(text)))
    return "".join(_LANGUAGE.sub("```\n", p) if index % 2 else _translate(p) for index, p in enumerate(pieces))


def split(text: str, limit: int) -> list[str]:
    """Cut mrkdwn into pieces of at most `limit` characters, between paragraphs, lines or words where possible.

    A block of code that has to be cut is closed in one piece and opened again in the next.
    """
    pieces = []
    while len(text) > limit:
        at = _cut(text, limit - len(_FENCE) - 1)
        head, rest = text[:at].rstrip(), text[at:]
        if head.count(_FENCE) % 2:
            pieces.append(f"{head}\n{_FENCE}")
            text = f"{_FENCE}\n{rest.removeprefix(chr(10))}"  # what stands first in a line of code stays there
        else:
            pieces.append(head)
            text = rest.lstrip()
    pieces.append(text)
    return [piece for piece in pieces if piece.replace(_FENCE, "").strip()]


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
    text = _BULLET.sub(r"\1• ", text)
    text = _TASK.sub(lambda task: task[1] + ("☐ " if task["done"] == " " else "☑ "), text)
    text = _HEADING.sub(lambda heading: f"**{heading[1].replace('**', '')}**", text)
    text = _BOLD_TOO.sub(r"**\1**", text)
    text = _BOTH.sub(r"**_\1_**", text)
    text = _ITALIC.sub(r"_\1_", text)
    text = _STRIKE.sub(_marked("~"), text)
    text = _LINK.sub(lambda link: f"<{(link['framed'] or link['bare']).replace('|', '%7C')}|{link[1]}>", text)
    text = _BARE_LINK.sub(lambda link: f"<{link[1].replace('|', '%7C')}>", text)
    return _BOLD.sub(_marked("*"), text)


def _marked(mark: str) -> Callable[[re.Match[str]], str]:
    """What a pattern found, between Slack's marks."""

    def replace(found: re.Match[str]) -> str:
        before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
        return f"{_BREAK * _sticks(before)}{mark}{found[1]}{mark}{_BREAK * _sticks(after)}"

    return replace


def _sticks(neighbour: str) -> bool:
    """Whether Slack takes a mark beside it for a part of a word."""
    return neighbour.isalnum() or (neighbour > "\u2e7f" and not neighbour.isspace())


def _cut(text: str, limit: int) -> int:
    at = limit
    for separator in ("\n\n", "\n", " "):
        found = text.rfind(separator, limit // 2, limit)
        if found > 0:
            at = found
            break
    at = _outside_code(text, at, limit // 2)
    opened = text.rfind("<", 0, at)
    if opened > text.rfind(">", 0, at):  # never inside <url|label>
        at = opened
    entity = text.rfind("&", max(0, at - 5), at)
    if entity >= 0 and ";" not in text[entity:at]:  # nor inside &amp;
        at = entity
    return at or limit


def _outside_code(text: str, at: int, least: int) -> int:
    """`at`, or the start of the code that it would cut, if that lies behind `least`."""
    while text[at - 1 : at + 1] == "``":  # never inside ```
        at -= 1
    code = next((found.start() for found in _CODE.finditer(text) if found.start() < at < found.end()), -1)
    return code if code > least else at
