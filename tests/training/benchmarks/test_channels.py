"""The benchmark of the web chat, against a scripted bot in this process."""

from __future__ import annotations

import os

import pytest

from bot.config import WebSettings
from bot.connectors.scripted import ScriptedBot
from bot.connectors.web.app import create_app
from tests.bot.connectors.web.conftest import serving
from training.benchmarks import channels


async def test_every_message_is_answered_and_timed() -> None:
    bot = ScriptedBot(delay=0.02)
    async with serving(create_app(bot, WebSettings(), "Test")) as address:
        figures = await channels.measure_answers(address, os.getpid(), rate=50, seconds=0.4)
    assert figures["messages"] == 20
    assert len(bot.messages) == channels.WARM_UP + 20
    assert 20 <= figures["median_ms"] <= figures["p95_ms"] <= figures["p99_ms"]
    assert figures["processor_ms"] > 0


async def test_idle_visitors_have_a_session_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "SETTLE_SECONDS", 0)
    app = create_app(ScriptedBot(), WebSettings(), "Test")
    async with serving(app) as address:
        async with channels.visiting(address, 5):
            assert len({guest.session for guest in app.sockets._guests.values()}) == 5
        assert (await channels.measure_idle(address, os.getpid(), 5))["visitors"] == 5
