"""The manifest of the Slack app, fitted to how the bot is reached."""

from __future__ import annotations

import re
from pathlib import Path

TEMPLATE = Path(__file__).with_name("manifest.yml")
EXAMPLE = "https://bot.example.com"
_ADDRESS = re.compile(rf"^ *(?:url|request_url): {re.escape(EXAMPLE)}.*\n", re.MULTILINE)
_REDIRECTS = re.compile(rf"^ *redirect_urls:\n *- {re.escape(EXAMPLE)}.*\n", re.MULTILINE)


def write_manifest(url: str | None, *, oauth: bool = False) -> str:
    """What to paste: for the Events API at `url`, the bot's public https address, or for Socket Mode without one.

    `oauth`: workspaces install the bot themselves, for which it needs an address in either mode.
    """
    text = TEMPLATE.read_text(encoding="utf-8")
    if not oauth:
        text = _REDIRECTS.sub("", text)
    if url is None:
        return _ADDRESS.sub("", text).replace("socket_mode_enabled: false", "socket_mode_enabled: true")
    return text.replace(EXAMPLE, url.rstrip("/"))
