"""What Slack would refuse: the documented limits of Block Kit, and the undocumented one of a whole message.

Source: https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any


def refusal(arguments: Mapping[str, Any]) -> str | None:
    """Slack's error code for a message, None when it is taken."""
    blocks: Sequence[Mapping[str, Any]] = arguments.get("blocks") or []
    if not blocks and not arguments.get("text"):
        return "no_text"
    if sum(len(json.dumps(block, ensure_ascii=False)) for block in blocks if block["type"] == "section") > 13_200:
        return "msg_blocks_too_long"
    return "invalid_blocks" if len(blocks) > 50 or not all(map(_is_valid, blocks)) else None


def _is_valid(block: Mapping[str, Any]) -> bool:
    match block["type"]:
        case "section":
            return 1 <= len(block["text"]["text"]) <= 3000
        case "image":
            url = block["image_url"]
            allowed = {"type", "image_url", "alt_text", "title", "block_id"}
            return (
                url.startswith("http")
                and len(url) <= 3000
                and 1 <= len(block["alt_text"]) <= 2000
                and (set(block) <= allowed)
            )
        case "actions":
            ids = [element["action_id"] for element in block["elements"]]
            return 1 <= len(ids) <= 25 and len(set(ids)) == len(ids) and all(map(_is_valid_element, block["elements"]))
        case "context":
            return 1 <= len(block["elements"]) <= 10
        case "divider" | "header" | "rich_text":
            return True
    return False


def _is_valid_element(element: Mapping[str, Any]) -> bool:
    if element["type"] == "static_select":
        options = element["options"]
        return 1 <= len(options) <= 100 and all(_is_valid_choice(option, 150) for option in options)
    return element["type"] == "button" and _is_valid_choice(element, 2000)


def _is_valid_choice(choice: Mapping[str, Any], longest_value: int) -> bool:
    return 1 <= len(choice["text"]["text"]) <= 75 and 1 <= len(choice["value"]) <= longest_value
