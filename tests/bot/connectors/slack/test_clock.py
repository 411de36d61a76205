"""Signatures are judged by Slack's time, since this machine's clock may be wrong; old ones are refused all the same."""

from __future__ import annotations

import time

import pytest

from bot.connectors.slack.clock import SlackClock
from tests.bot.connectors.slack.serving import serve, settled
from tests.standins.slack import SlackStandIn
from tests.standins.slack_payloads import message

TEN_MINUTES = 600


@pytest.mark.parametrize("ahead", [TEN_MINUTES, -TEN_MINUTES])
async def test_a_clock_that_is_ten_minutes_off_loses_nothing(
    slack: SlackStandIn, ahead: int, caplog: pytest.LogCaptureFixture
) -> None:
    slack.ahead = ahead
    async with serve(slack) as served:
        assert (await served.receive(message("hello"), age=-ahead)).status_code == 200
        await settled(slack)
        assert (await served.receive(message("replayed"), age=-ahead + 310)).status_code == 401
        assert (await served.receive(message("replayed"), age=-ahead - 310)).status_code == 401
    assert "s apart; Slack's is believed" in caplog.text


async def test_a_clock_that_goes_wrong_later_is_noticed_by_the_first_signature(slack: SlackStandIn) -> None:
    async with serve(slack) as served:
        slack.ahead = TEN_MINUTES  # this machine fell behind
        body = message("hello")
        assert (await served.receive(body, age=-TEN_MINUTES)).status_code == 401
        await slack.until(lambda: "api.test" in [call.method for call in slack.calls])
        await slack.until(lambda: served.connector._clock.now() > time.time() + TEN_MINUTES / 2)
        assert (await served.receive(body, age=-TEN_MINUTES, retry=1)).status_code == 200
        await settled(slack)


async def test_a_replayed_request_makes_nobody_ask_twice_or_believe_it(slack: SlackStandIn) -> None:
    async with serve(slack) as served:
        for _ in range(5):
            assert (await served.receive(message("replayed"), age=TEN_MINUTES)).status_code == 401
        await slack.until(lambda: "api.test" in [call.method for call in slack.calls])
        assert (await served.receive(message("replayed"), age=TEN_MINUTES)).status_code == 401
        assert (await served.receive(message("forged"), age=TEN_MINUTES, secret="another")).status_code == 401
    assert [call.method for call in slack.calls].count("api.test") == 1
    assert not served.bot.messages


@pytest.mark.parametrize("headers", [{}, {"Date": "soon"}, {"date": ""}], ids=str)
def test_an_answer_without_a_date_changes_nothing(headers: dict[str, str]) -> None:
    clock = SlackClock()
    before = clock.now()
    clock.learn(headers)
    assert abs(clock.now() - before) < 5
