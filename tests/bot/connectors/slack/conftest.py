"""Stand-ins for Slack, over HTTP and by Socket Mode."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.connectors.scripted import ScriptedBot
from tests.bot.connectors.slack.office import CHANNEL, Office
from tests.bot.connectors.slack.serving import Served, serve
from tests.standins.slack import SlackStandIn


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn() as stand_in:
        yield stand_in


@pytest.fixture
async def socket_slack() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn(socket_mode=True) as stand_in:
        yield stand_in


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
async def desk(slack: SlackStandIn, office: Office) -> AsyncIterator[Served]:
    async with serve(slack, ScriptedBot(), office.stores, handoff_channel=CHANNEL) as served:
        yield served
