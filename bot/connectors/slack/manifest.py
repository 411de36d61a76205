"""The manifest of the Slack app, fitted to how the bot is reached."""

from __future__ import annotations

import json
import re
from pathlib import Path

TEMPLATE = Path(__file__).with_name("manifest.yml")
EXAMPLE = "https://bot.example.com"
NAME = re.compile(r"(?<=name: )Ripen$", re.MULTILINE)
LONGEST_NAME = 35
"""Characters of an app's name, says https://docs.slack.dev/reference/app-manifest."""

_ADDRESS = re.compile(rf"^ *(?:url|request_url): {re.escape(EXAMPLE)}.*\n", re.MULTILINE)
_REDIRECTS = re.compile(rf"^ *redirect_urls:\n *- {re.escape(EXAMPLE)}.*\n", re.MULTILINE)
_ASSISTANT_EVENTS = re.compile(r"^ *- assistant_thread_.*\n", re.MULTILINE)


def write_manifest(url: str | None, *, oauth: bool = False, name: str = "Ripen", agent_view: bool = False) -> str:
    """What to paste for a bot called `name`: for the Events API at `url`, its public https address, or for Socket Mode.

    `oauth`: workspaces install the bot themselves, for which it needs an address in either mode. `agent_view`: direct
    messages are shown so, in place of assistant threads (https://docs.slack.dev/ai/migrating-to-agent-messaging).
    """
    quoted = json.dumps(name[:LONGEST_NAME].strip(), ensure_ascii=False)  # JSON is YAML, whatever the name holds
    text = NAME.sub(lambda _: quoted, TEMPLATE.read_text(encoding="utf-8"))
    if agent_view:
        text = _ASSISTANT_EVENTS.sub("", text)
        text = text.replace("assistant_view:", "agent_view:").replace("assistant_description:", "agent_description:")
    if not oauth:
        text = _REDIRECTS.sub("", text)
    if url is None:
        return _ADDRESS.sub("", text).replace("socket_mode_enabled: false", "socket_mode_enabled: true")
    return text.replace(EXAMPLE, url.rstrip("/"))
