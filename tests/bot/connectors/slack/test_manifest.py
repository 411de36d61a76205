"""The manifest asks for what the code uses, and for nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.connectors.slack.http_events import PATH
from bot.connectors.slack.manifest import write_manifest
from bot.connectors.slack.oauth import REDIRECT
from bot.connectors.slack.scopes import EVENTS, SCOPES
from tests.standins import slack_methods

URL = "https://willow.example"

# https://docs.slack.dev/reference/events name the scope that each one needs.
SCOPE_OF = {
    "app_mention": "app_mentions:read",
    "assistant_thread_context_changed": "assistant:write",
    "assistant_thread_started": "assistant:write",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
}
WITHOUT_SCOPE = {"app_home_opened", "app_uninstalled", "tokens_revoked"}


def read(*args: Any, **how: Any) -> dict[str, Any]:
    manifest: dict[str, Any] = YAML(typ="safe").load(write_manifest(*args, **how))
    return manifest


def addresses(manifest: dict[str, Any]) -> list[str]:
    settings = manifest["settings"]
    places = (settings["interactivity"], settings["event_subscriptions"], *manifest["features"]["slash_commands"])
    return [place[key] for place in places for key in ("request_url", "url") if key in place]


def test_every_event_has_its_scope_and_no_scope_is_idle() -> None:
    manifest = read(URL)
    events = set(manifest["settings"]["event_subscriptions"]["bot_events"])
    assert events == set(EVENTS) == set(SCOPE_OF) | WITHOUT_SCOPE
    needed = {SCOPE_OF[event] for event in events - WITHOUT_SCOPE} | {"chat:write", "commands", "users:read"}
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == needed == set(SCOPES) == slack_methods.SCOPES


def test_everything_comes_to_the_route_that_is_served() -> None:
    manifest = read(f"{URL}/", oauth=True)
    assert addresses(manifest) == [URL + PATH] * 3
    assert manifest["oauth_config"]["redirect_urls"] == [URL + REDIRECT]
    assert manifest["settings"]["interactivity"]["is_enabled"]
    assert not manifest["settings"]["socket_mode_enabled"]


def test_socket_mode_needs_no_address() -> None:
    manifest = read(None)
    assert addresses(manifest) == []
    assert "example.com" not in write_manifest(None)
    assert "redirect_urls" not in manifest["oauth_config"]
    assert manifest["settings"]["socket_mode_enabled"]
    assert manifest["settings"]["interactivity"]["is_enabled"]


def test_the_agent_view_takes_the_place_of_assistant_threads() -> None:
    manifest = read(URL, agent_view=True)
    assert "assistant_view" not in manifest["features"]
    assert manifest["features"]["agent_view"]["agent_description"]
    events = set(manifest["settings"]["event_subscriptions"]["bot_events"])
    assert events == {event for event in EVENTS if not event.startswith("assistant_")}
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == set(SCOPES)


@pytest.mark.parametrize("url", [None, URL])
def test_the_surfaces_that_the_code_serves_are_on(url: str | None) -> None:
    features = read(url)["features"]
    assert features["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
    assert [command["command"] for command in features["slash_commands"]] == ["/ripen"]
    assert features["assistant_view"]["assistant_description"]
