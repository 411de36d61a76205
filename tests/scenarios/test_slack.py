"""The bot in a workspace: Slack's events in, answers in the thread, once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.scenarios.served import serve
from tests.standins.slack import Failure, SlackStandIn
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


async def test_a_bot_that_is_killed_before_its_answer_stands_there_answers_once_when_it_is_back(
    sample: Path, configure: Configure
) -> None:
    async with SlackStandIn() as slack:
        configure(sample, f"slack: {{api_url: '{slack.api_url}'}}")
        asked = mention("how do refunds work?")
        request = signed(asked)
        async with serve(sample, slack.environ) as bot:
            slack.fail("chat.postMessage", Failure(0, after=True, delay=60))
            await bot.client.post(f"{bot.address}/slack/events", content=request.content, headers=dict(request.headers))
            await slack.until(lambda: len(slack.posted) == 1)  # it stands there, and the bot does not know
            bot.process.kill()
        lost = signed(mention("where is my order?"))
        async with serve(sample, slack.environ) as bot:
            slack.fail("chat.postMessage", Failure(500, delay=60))
            await bot.client.post(f"{bot.address}/slack/events", content=lost.content, headers=dict(lost.headers))
            await slack.until(lambda: not slack.failing("chat.postMessage"))  # it is on its way, and stands nowhere
            bot.process.kill()
        async with serve(sample, slack.environ) as bot:
            await bot.client.post(f"{bot.address}/slack/events", content=request.content, headers=dict(request.headers))
            await slack.until(lambda: len(slack.posted) == 2, seconds=40)
            await bot.say("hello")  # a whole turn later
        assert "Which order" in slack.posted[1].arguments["text"]
        assert len(slack.posted) == 2
