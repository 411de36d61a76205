"""Several workspaces, each of which installed the bot itself."""

from __future__ import annotations

import html
import itertools
import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography.fernet import Fernet

from bot.connectors.inbox import LAPSES_AFTER, InMemoryInbox
from bot.connectors.installations import InMemoryInstallations
from bot.connectors.slack import Stores, arrivals, oauth, web_api
from bot.connectors.slack.scopes import SCOPES
from bot.errors import ConnectorError, StoreError
from tests.bot.connectors.slack.serving import Served, serve, settled
from tests.standins.slack import Failure, SlackStandIn
from tests.standins.slack_payloads import event, mention, message

pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")  # in slack_sdk

CLIENT = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "client-secret", "SLACK_BOT_TOKEN": ""}


@pytest.fixture
def shared(slack: SlackStandIn) -> SlackStandIn:
    slack.more_environ = CLIENT
    return slack


async def ask(served: Served) -> tuple[str, dict[str, list[str]], dict[str, str]]:
    """Begin to install: the state, what Slack is asked for, and the browser's cookie."""
    page = await served.client.get("/slack/install")
    assert page.status_code == 200
    (address,) = re.findall(r'href="(https://slack.com/oauth/[^"]+)"', page.text)
    query = parse_qs(urlsplit(html.unescape(address)).query)
    return query["state"][0], query, {"cookie": page.headers["set-cookie"].split(";")[0]}


async def install(served: Served, code: str) -> httpx.Response:
    state, _, cookie = await ask(served)
    return await served.client.get("/slack/oauth_redirect", params={"code": code, "state": state}, headers=cookie)


def of_team(body: dict[str, Any], team: str) -> dict[str, Any]:
    body["authorizations"] = [{"team_id": team, "user_id": f"UBOT{team}", "is_bot": True}]
    return body | {"team_id": team}


async def test_each_workspace_is_answered_with_its_own_token(shared: SlackStandIn) -> None:
    stores = Stores()
    async with serve(shared, stores=stores) as served:
        for code in ("ONE", "TWO"):
            assert (await install(served, code)).status_code == 200
    async with serve(shared, stores=stores) as served:  # another process, later
        await served.receive(of_team(message("one"), "TONE"))
        await settled(shared, 1)
        await served.receive(of_team(message("two"), "TTWO"))
        await settled(shared, 2)
    assert [call.token for call in shared.posted] == ["xoxb-TONE-token", "xoxb-TTWO-token"]
    assert len({said.conversation_id for said in served.bot.messages}) == 2


async def test_it_asks_for_the_scopes_of_the_manifest(shared: SlackStandIn) -> None:
    async with serve(shared) as served:
        _, query, _ = await ask(served)
    assert set(query["scope"][0].split(",")) == set(SCOPES)
    assert query["client_id"] == ["1.2"]


async def test_a_workspace_that_did_not_install_it_hears_nothing(
    shared: SlackStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    async with serve(shared) as served:
        assert (await served.receive(of_team(message("my secret"), "TNONE"))).status_code == 200
        await shared.until(lambda: "TNONE" in caplog.text)
    assert not served.bot.messages
    assert "my secret" not in caplog.text


@pytest.mark.parametrize("name", ["app_uninstalled", "tokens_revoked"])
async def test_a_workspace_that_removes_the_bot_takes_its_token_along(shared: SlackStandIn, name: str) -> None:
    stores = Stores()
    async with serve(shared, stores=stores) as served:
        await install(served, "ONE")
        old = of_team(event({"type": name, "tokens": {"bot": ["UBOT"]}}), "TONE") | {"event_time": 1000}
        await served.receive(old)  # from before it was installed again
        await shared.until(lambda: not served.connector.in_flight)
        assert await stores.installations.find("slack", "TONE")
        await served.receive(of_team(event({"type": name, "tokens": {"bot": ["UBOT"]}}), "TONE"))
        await shared.until(lambda: not served.connector.in_flight)
        assert await stores.installations.find("slack", "TONE") is None
        await served.receive(of_team(mention("hello"), "TONE"))
    assert not served.bot.messages


async def test_a_state_is_good_once_in_its_browser_and_for_a_while(
    shared: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores = Stores()
    async with serve(shared, stores=stores) as served, serve(shared, stores=stores) as other:
        state, _, cookie = await ask(served)
        params = {"code": "ONE", "state": state}
        assert (await other.client.get("/slack/oauth_redirect", params=params)).status_code == 400
        forged = {"code": "ONE", "state": "1-forged"}
        made_up = {"cookie": "slack-app-oauth-state=1-forged"}
        assert (await other.client.get("/slack/oauth_redirect", params=forged, headers=made_up)).status_code == 401
        answers = [await other.client.get("/slack/oauth_redirect", params=params, headers=cookie) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 401]
        monkeypatch.setattr(oauth, "STATE_SECONDS", -1)
        assert (await install(served, "TWO")).status_code == 401
    assert await stores.installations.find("slack", "TTWO") is None


async def test_no_log_and_no_page_holds_a_secret(shared: SlackStandIn, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        async with serve(shared) as served:
            shared.fail("oauth.v2.access", Failure(error="invalid_code"))
            refused = await install(served, "CODE-OF-ONE-USE")
            assert refused.status_code == 401
            page = await install(served, "ONE")
            odd = await served.client.get("/slack/oauth_redirect", params={"error": "<script>alert(1)</script>"})
    assert "<script>alert" not in odd.text
    log = " ".join(record.getMessage() for record in caplog.records if record.name.startswith("bot."))
    for secret in ("client-secret", "xoxb-TONE-token", "CODE-OF-ONE-USE"):
        assert secret not in log + refused.text + page.text


@pytest.mark.parametrize("failure", [Failure(0), Failure(500)], ids=str)
async def test_a_slack_that_fails_meanwhile_is_told_to_the_installer(
    shared: SlackStandIn, failure: Failure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_api, "RETRIES", 0)
    async with serve(shared) as served:
        shared.fail("oauth.v2.access", failure)
        assert (await install(served, "ONE")).status_code in (401, 502)
        assert (await install(served, "ONE")).status_code == 200


async def test_an_event_outlasts_a_database_that_is_away(
    shared: SlackStandIn, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(arrivals, "HOLD_EVERY", 0.02)
    moments = itertools.count()
    start = datetime(2026, 1, 1, tzinfo=UTC)
    stores = Stores(InMemoryInbox(lambda: start + next(moments) * LAPSES_AFTER / 20), installations=Forgetful())
    async with serve(shared, stores=stores) as served:
        await install(served, "ONE")
        await served.receive(of_team(message("hello"), "TONE"))
        await settled(shared, 1)
    assert "waits for the database" in caplog.text


async def test_tokens_are_sealed_and_keys_can_be_changed(
    shared: SlackStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    stores = Stores()
    async with serve(shared, stores=stores) as served:  # from before there was a key
        await install(served, "ONE")
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()

    async def kept(team: str) -> str:
        return str(await stores.installations.find("slack", team))

    assert "xoxb-TONE-token" in await kept("TONE")
    shared.more_environ = {**CLIENT, "SLACK_KEY": old}
    async with serve(shared, stores=stores, encryption_key_env="SLACK_KEY") as served:
        assert "xoxb-" not in await kept("TONE"), "sealed at the start"
        await install(served, "TWO")
        assert "xoxb-" not in await kept("TTWO")
        await served.receive(of_team(message("one"), "TONE"))
        await served.receive(of_team(message("two"), "TTWO"))
        await settled(shared, 2)
    shared.more_environ = {**CLIENT, "SLACK_KEY": f"{new}, {old}"}
    async with serve(shared, stores=stores, encryption_key_env="SLACK_KEY"):
        pass
    shared.more_environ = {**CLIENT, "SLACK_KEY": new}
    async with serve(shared, stores=stores, encryption_key_env="SLACK_KEY") as served:
        await served.receive(of_team(message("three"), "TTWO"))
        await settled(shared, 3)
    assert {call.token for call in shared.posted} == {"xoxb-TONE-token", "xoxb-TTWO-token"}
    shared.more_environ = {**CLIENT, "SLACK_KEY": old}
    for name, why in (("SLACK_KEY", "a key that is not in SLACK_KEY"), (None, "name the variable with the key")):
        with pytest.raises(ConnectorError, match=why):
            async with serve(shared, stores=stores, encryption_key_env=name):
                pass
    for key in (old, new):
        assert key not in caplog.text


class Forgetful(InMemoryInstallations):
    """Fails twice, then works."""

    def __init__(self) -> None:
        super().__init__()
        self.failures = 2

    async def find(self, channel: str, workspace: str) -> Mapping[str, Any] | None:
        if self.failures:
            self.failures -= 1
            raise StoreError("Cannot read conversations in sqlite:///c.db: disk I/O error.")
        return await super().find(channel, workspace)
