"""The bot in a workspace: Slack's events in, answers in the thread, once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.scenarios.served import serve
from tests.standins.slack import SlackStandIn
from tests.standins.slack_payloads import mention, signed

Configure = Callable[[Path, str], None]


async def test_an_event_sent_three_times_is_answered_once_in_its_thread(sample: Path, configure: Configure) -> None:
    async with SlackStandIn() as slack:
        configure(sample, f"slack: {{api_url: '{slack.api_url}'}}")
        async with serve(sample, slack.environ) as bot:
            asked = mention("how do refunds work?")
            for retry in range(3):
                request = signed(asked, retry=retry)
                answer = await bot.client.post(
                    f"{bot.address}/slack/events", content=request.content, headers=dict(request.headers)
                )
                assert answer.status_code == 200
            await slack.until(lambda: len(slack.posted) >= 1)
            await bot.say("hello")  # a whole turn later
            (posted,) = slack.posted
            assert posted.arguments["thread_ts"] == asked["event"]["ts"]
            assert posted.arguments["text"]
            assert "how do refunds work" not in bot.log

            forged = signed(asked, secret="not-the-secret")
            answer = await bot.client.post(
                f"{bot.address}/slack/events", content=forged.content, headers=dict(forged.headers)
            )
            assert answer.status_code == 401


async def test_socket_mode(sample: Path, configure: Configure) -> None:
    async with SlackStandIn(socket_mode=True) as slack:
        configure(sample, f"slack: {{api_url: '{slack.api_url}'}}")
        async with serve(sample, slack.environ):
            await slack.until(lambda: slack.connections >= 1)
            asked = mention("where is my order?")
            envelope = await slack.push(asked)
            await slack.until(lambda: len(slack.posted) >= 1)
            assert [ack["envelope_id"] for ack in slack.acks] == [envelope]
            assert slack.posted[0].arguments["thread_ts"] == asked["event"]["ts"]
            assert "Which order" in slack.posted[0].arguments["text"]
