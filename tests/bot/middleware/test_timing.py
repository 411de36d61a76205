from __future__ import annotations

from itertools import count

import pytest
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from bot.messages import Answer, Decision, Message, Reply
from bot.middleware.timing import metrics_page, time_turns


def giving(reply: Reply) -> Answer:
    async def answer(message: Message) -> Reply:
        return reply

    return answer


def observed(channel: str, decision: str) -> float:
    labels = {"channel": channel, "decision": decision}
    return REGISTRY.get_sample_value("ripen_turn_seconds_count", labels) or 0.0


def on(channel: str) -> Message:
    return Message("hello", "C1", "ada", channel)


async def test_the_reply_says_how_long_it_took() -> None:
    clock = count(step=0.25)
    reply = await time_turns(giving(Reply((), timings={"detect": 2.0})), lambda: next(clock))(on("web"))
    assert reply.timings == {"detect": 2.0, "turn": 250.0}


@pytest.mark.parametrize(
    ("reply", "label"),
    [
        (Reply((), decision=Decision("act", "greet", 0.9, "sure")), "act"),
        (Reply((), decision=Decision("act", "greet", 0.9, "sure"), repeated=True), "repeated"),
        (Reply(()), "none"),
    ],
)
async def test_turns_are_counted_by_channel_and_decision(reply: Reply, label: str) -> None:
    before = observed("counted", label)
    await time_turns(giving(reply))(on("counted"))
    assert observed("counted", label) == before + 1


async def test_a_turn_that_fails_is_counted_and_still_fails() -> None:
    async def failing(message: Message) -> Reply:
        raise ValueError

    before = observed("failing", "error")
    with pytest.raises(ValueError):  # noqa: PT011 (it carries no words)
        await time_turns(failing)(on("failing"))
    assert observed("failing", "error") == before + 1


async def test_the_page_is_what_prometheus_reads() -> None:
    await time_turns(giving(Reply(())))(on("page"))
    page, content_type = metrics_page()
    assert content_type.startswith("text/plain")
    assert "ripen_turn_seconds" in {family.name for family in text_string_to_metric_families(page.decode())}
