"""A part of a reply as Slack messages in Block Kit. Pure functions.

Limits, from https://docs.slack.dev/reference/block-kit/blocks: a section holds 3,000 characters, an actions block
25 elements, a button a title of 75 and a value of 2,000, a select 100 options with values of 150, a message 50 blocks.
A message of many blocks is refused (`msg_blocks_too_long`) from about 13,000 characters on, which is documented
nowhere; so one holds 12,000 at most.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.connectors.slack import mrkdwn
from bot.messages import Button, Part

Block = dict[str, Any]

SECTION, TITLE, VALUE, ALT, URL = 3000, 75, 2000, 2000, 3000
BUTTONS, BLOCKS, MESSAGE = 25, 50, 12000
OPTIONS, OPTION_VALUE = 100, 150
MANY = 10
"""More choices than this are a list to pick from, not buttons."""

ACTION_ID = "ripen"
EMBEDDED = "(a picture that Slack cannot show)"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Post:
    """One Slack message: `text` says it all in plain mrkdwn, for notifications and where blocks are refused."""

    text: str
    blocks: tuple[Block, ...] = ()
    attachments: tuple[Block, ...] = ()


def posts(part: Part) -> list[Post]:
    """The Slack messages that say `part`, in order; none when Slack has no form for it."""
    said = [Post("\n".join(filter(None, map(_words, blocks))) or "…", blocks) for blocks in _packed(_blocks_of(part))]
    return said + _custom_posts(part.custom)


def merged(said: Sequence[Post]) -> list[Post]:
    """The same in as few messages as Slack takes."""
    fewer: list[Post] = []
    for post in said:
        last = fewer[-1] if fewer else None
        if last and len(last.blocks) + len(post.blocks) <= BLOCKS and len(last.text) + len(post.text) < MESSAGE // 2:
            both = f"{last.text}\n{post.text}"
            fewer[-1] = Post(both, last.blocks + post.blocks, last.attachments + post.attachments)
        else:
            fewer.append(post)
    return fewer


def answered(blocks: Sequence[Block], block_id: str, title: str, user: str) -> list[Block]:
    """The blocks of a message after a press: no button left to press, the choice and who made it in their place."""
    choice = f"✓ <@{user}> *{mrkdwn.escape(title)}*" if title else f"✓ <@{user}>"
    note: Block = {"type": "context", "elements": [{"type": "mrkdwn", "text": choice}]}
    kept: list[Block] = []
    for block in blocks:
        pressed = block.get("block_id") == block_id
        if not (block.get("type") == "actions" and (pressed or _is_ours(block))):
            kept.append(_resendable(block, without_accessory=pressed))
        if pressed:
            kept.append(note)
    return kept


def _blocks_of(part: Part) -> Iterator[Block]:
    image = part.image or _image_in(part.attachment)
    linked = image if image and not _is_shown_by_slack(image) else None
    note = EMBEDDED if linked and linked.startswith("data:") else linked
    texts = (part.text, note, part.attachment if isinstance(part.attachment, str) else None)
    for piece in mrkdwn.split(mrkdwn.encode("\n".join(filter(None, texts))), SECTION):
        yield {"type": "section", "text": {"type": "mrkdwn", "text": piece}}
    if image and not linked:
        alt = part.text or image.rsplit("/", 1)[-1] or image
        yield {"type": "image", "image_url": image, "alt_text": shortened(alt, ALT)}
    yield from _choices(part.buttons)


def _choices(buttons: Sequence[Button]) -> Iterator[Block]:
    if len(buttons) > MANY and all(len(button.payload or button.title) <= OPTION_VALUE for button in buttons):
        for start in range(0, len(buttons), OPTIONS):
            options = [_option(button) for button in buttons[start : start + OPTIONS]]
            select = {"type": "static_select", "action_id": f"{ACTION_ID}:{start}", "options": options}
            yield {"type": "actions", "elements": [select]}
        return
    for start in range(0, len(buttons), BUTTONS):
        chosen = buttons[start : start + BUTTONS]
        yield {"type": "actions", "elements": [_button(button, start + i) for i, button in enumerate(chosen)]}


def _option(button: Button) -> Block:
    title = _title_of(button)
    return {"text": _plain(title), "value": button.payload or title[:OPTION_VALUE]}


def _button(button: Button, index: int) -> Block:
    title = _title_of(button)
    value = button.payload or title
    if len(value) > VALUE:
        log.warning("Slack: a button's payload has %d characters, %d are allowed; its title is sent instead.",
                    len(value), VALUE)  # fmt: skip
        value = title[:VALUE]
    return {"type": "button", "action_id": f"{ACTION_ID}:{index}", "text": _plain(title), "value": value}


def _title_of(button: Button) -> str:
    return button.title.strip() or button.payload.strip() or "…"


def _plain(title: str) -> Block:
    return {"type": "plain_text", "text": shortened(title, TITLE), "emoji": True}


def _packed(blocks: Iterator[Block]) -> Iterator[tuple[Block, ...]]:
    """Group blocks into messages that Slack takes."""
    message: list[Block] = []
    weight = 0
    for block in blocks:
        heavy = len(_words(block)) + sum(map(_hidden_weight, block.get("elements", ())))
        if message and (len(message) == BLOCKS or weight + heavy > MESSAGE):
            yield tuple(message)
            message, weight = [], 0
        message.append(block)
        weight += heavy
    if message:
        yield tuple(message)


def _custom_posts(custom: Mapping[str, Any] | None) -> list[Post]:
    if custom is None:
        return []
    blocks, attachments = custom.get("blocks"), custom.get("attachments")
    if not isinstance(blocks, list) and not isinstance(attachments, list):
        log.warning("Slack: a custom payload has neither blocks nor attachments; it is left out.")
        return []
    blocks = tuple(blocks or ()) if isinstance(blocks, list) else ()
    text = custom.get("text")
    words = text if isinstance(text, str) else "\n".join(filter(None, map(_words, blocks)))
    return [Post(words or "…", blocks, tuple(attachments) if isinstance(attachments, list) else ())]


def _words(block: Block) -> str:
    """What a block says, for the plain-text fallback."""
    match block:
        case {"text": {"text": str(words)}}:
            return words
        case {"type": "image", "alt_text": str(alt), "image_url": str(url)}:
            return f"{mrkdwn.escape(alt)}\n{mrkdwn.escape(url)}"
        case {"type": "actions", "elements": list(elements)}:
            return "\n".join(f"• {mrkdwn.escape(title)}" for element in elements for title in _titles(element))
    return ""


def _titles(element: Any) -> list[str]:
    match element:
        case {"text": {"text": str(title)}}:
            return [title] if title else []
        case {"options": list(options)}:
            return [title for option in options for title in _titles(option)]
    return []


def _hidden_weight(element: Block) -> int:
    """Characters of an element of ours that nobody sees."""
    return sum(len(each["value"]) for each in element.get("options", [element]))


def _image_in(attachment: Any) -> str | None:
    """The picture in an attachment of Rasa's form."""
    match attachment:
        case {"type": "image", "payload": {"src": str(source)}}:
            return source
        case None | str():
            return None
    log.warning("Slack: an attachment has no form there; it is left out.")
    return None


def _is_shown_by_slack(image: str) -> bool:
    return image.startswith(("https://", "http://")) and len(image) <= URL


def _is_ours(block: Block) -> bool:
    elements = block.get("elements")
    return isinstance(elements, list) and all(
        isinstance(element, dict) and str(element.get("action_id")).startswith(f"{ACTION_ID}:") for element in elements
    )


def _resendable(block: Block, *, without_accessory: bool) -> Block:
    """A block as Slack sent it, less what it adds itself and would refuse to take back."""
    if block.get("type") == "image":
        return {key: block[key] for key in ("type", "image_url", "alt_text", "title", "block_id") if key in block}
    dropped = {"accessory"} if without_accessory else set()
    return {key: value for key, value in block.items() if key not in dropped}


def shortened(text: str, limit: int) -> str:
    """Cut at a word where there is one in the last third, with an ellipsis."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    space = head.rfind(" ", limit * 2 // 3)
    return f"{(head[:space] if space > 0 else head).rstrip()}…"
