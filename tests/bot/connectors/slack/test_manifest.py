"""The manifest asks for what the code uses."""

from __future__ import annotations

from pathlib import Path

from ruamel.yaml import YAML

import bot.connectors.slack

MANIFEST = YAML(typ="safe").load(Path(bot.connectors.slack.__file__).with_name("manifest.yml"))

# https://docs.slack.dev/reference/events and .../methods name the scope that each one needs.
SCOPE_OF = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
}


def test_every_event_has_its_scope_and_no_scope_is_idle() -> None:
    events = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
    needed = {SCOPE_OF[event] for event in events} | {"chat:write"}
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == needed


def test_events_and_presses_come_to_the_route_that_is_served() -> None:
    settings = MANIFEST["settings"]
    assert settings["interactivity"]["is_enabled"]
    for where in (settings["interactivity"], settings["event_subscriptions"]):
        assert where["request_url"].endswith("/slack/events")
