"""`ripen slack check`: what it finds missing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from cryptography.fernet import Fernet

from bot.connectors.scripted import ScriptedBot
from bot.connectors.slack import SlackConnector, Stores
from bot.connectors.slack.check import Finding, check
from bot.connectors.slack.scopes import EVENTS, SCOPES
from tests.bot.connectors.slack.serving import over_a_port
from tests.standins.slack import Failure, SlackStandIn


async def look(slack: SlackStandIn, url: str | None = None, **environ: str) -> list[Finding]:
    return [finding async for finding in check(slack.settings(), slack.environ | environ, url)]


def wrong(findings: list[Finding]) -> list[str]:
    return [finding.text for finding in findings if finding.kind == "wrong"]


async def test_a_bot_that_is_set_up_has_nothing_wrong(slack: SlackStandIn) -> None:
    findings = await look(slack)
    assert wrong(findings) == []
    assert "ripen in the workspace Stand-in" in findings[0].text
    said = " ".join(finding.text for finding in findings if finding.kind == "unknown")
    assert all(event in said for event in EVENTS)


@pytest.mark.parametrize("scope", SCOPES)
async def test_a_missing_scope_is_named_with_its_purpose(slack: SlackStandIn, scope: str) -> None:
    slack.scopes.discard(scope)
    (said,) = wrong(await look(slack))
    assert f"the scope {scope} is missing" in said
    assert SCOPES[scope] in said


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("SLACK_BOT_TOKEN", "", "SLACK_BOT_TOKEN"),
        ("SLACK_SIGNING_SECRET", "", "SLACK_SIGNING_SECRET"),
        ("SLACK_BOT_TOKEN", "xoxp-1", "is no bot token"),
        ("SLACK_BOT_TOKEN", "xoxb-another", "invalid_auth"),
        ("SLACK_APP_TOKEN", "xoxb-1", "is no app token"),
        ("SLACK_APP_TOKEN", "xapp-another", "invalid_auth"),
    ],
)
async def test_a_token_that_is_not_good_is_named(slack: SlackStandIn, variable: str, value: str, said: str) -> None:
    (found,) = wrong(await look(slack, **{variable: value}))
    assert said in found
    assert variable in found
    assert value not in found or not value


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        (None, "ok", "the bot is in C0000DESK"),
        ("not_in_channel", "wrong", "/invite"),
        ("channel_not_found", "wrong", "the channel's id"),
        ("internal_error", "unknown", "cannot be asked for now"),
    ],
)
async def test_the_agents_channel_is_asked_for(slack: SlackStandIn, error: str | None, kind: str, said: str) -> None:
    if error:
        slack.fail("conversations.history", *[Failure(error=error)] * 4)
    settings = slack.settings(handoff_channel="C0000DESK")
    found = [each async for each in check(settings, slack.environ, None) if "handoff_channel" in each.text]
    assert [each.kind for each in found] == [kind]
    assert said in found[0].text


async def test_an_app_token_without_its_scope_is_told_from_a_bad_one(socket_slack: SlackStandIn) -> None:
    socket_slack.fail("apps.connections.open", Failure(error="missing_scope"))
    (said,) = wrong(await look(socket_slack))
    assert "connections:write" in said


async def test_an_unreachable_slack_is_not_blamed_on_the_token(
    slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.connectors.slack.web_api.RETRIES", 0)
    slack.fail("auth.test", Failure(503))
    (said,) = wrong(await look(slack))
    assert "cannot be asked now: HTTP 503" in said


async def test_the_address_is_asked_as_slack_would(slack: SlackStandIn) -> None:
    connector = SlackConnector(slack.settings(), ScriptedBot(), Stores(), slack.environ)
    async with over_a_port(connector) as url:
        assert wrong(await look(slack, url)) == []
        (said,) = wrong(await look(slack, url, SLACK_SIGNING_SECRET="another"))
        assert "another signing secret" in said
        (said,) = wrong(await look(slack, f"{url}/elsewhere"))
        assert "404" in said
    (said,) = wrong(await look(slack, url))
    assert "cannot be reached" in said


async def test_how_tokens_of_oauth_are_kept_is_said_and_a_bad_key_found(slack: SlackStandIn) -> None:
    slack.more_environ = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "client-secret"}
    assert any("kept in the clear" in each.text for each in await look(slack))
    sealed = slack.settings(encryption_key_env="SLACK_KEY")
    for key, said in ((Fernet.generate_key().decode(), "tokens are encrypted"), ("short", "holds no usable key")):
        found = [each async for each in check(sealed, {**slack.environ, "SLACK_KEY": key}, None)]
        assert any(said in each.text for each in found)
        assert [each.kind for each in found if "usable key" in each.text] == ["wrong"] * (key == "short")


async def test_an_address_where_something_else_answers_is_no_bot(slack: SlackStandIn) -> None:
    async with something_else() as url:
        (said,) = wrong(await look(slack, url))
    assert "something else is there" in said


@asynccontextmanager
async def something_else() -> AsyncIterator[str]:
    async def hello(_: web.Request) -> web.Response:
        return web.Response(text="hello")

    application = web.Application()
    application.router.add_post("/slack/events", hello)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()
