"""Whatever is thrown at the bot, it answers, stays up, and keeps quiet about what was said."""

from __future__ import annotations

import json
import resource
from pathlib import Path

import pytest

from tests.scenarios.served import Served, serve

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRET = "xylophone"
ODD = {
    "empty": "",
    "blank": " \n\t ",
    "long": f"{SECRET} " * 10_000,
    "emoji": "😀🎉🔥",
    "control characters": "\x00\x01\x1b[31m",
    "a lone surrogate": "\ud800",
    "Chinese": "我的订单在哪里",
    "Arabic": "أين طلبي",
    "German": "Wo ist meine Bestellung?",
    "an unknown payload": "/no_such_intent{}",
    "a broken payload": '/order_status{"order_id":',
    "a payload of another shape": '/order_status{"order_id":{"a":[1]}}',
    "markup": f"<script>alert('{SECRET}')</script>",
    "a format string": "{order_id.__class__} %s %(x)s",
    "SQL": "'; DROP TABLE turns; --",
}


async def answers(bot: Served) -> bool:
    """Whether the bot still does its work."""
    return bool(await bot.texts("how do refunds work", sender="healthy"))


async def test_odd_messages_get_an_answer_and_leave_no_trace_in_the_log(sample_bot: Served) -> None:
    for name, text in ODD.items():
        body = json.dumps({"sender": name, "message": text})
        answer = await sample_bot.client.post(f"{sample_bot.address}/webhooks/rest/webhook", content=body)
        assert answer.status_code == 200 or (answer.status_code == 400 and answer.json()["reason"]), name
        assert answer.status_code == 400 or answer.json(), f"no words for {name}"
    assert await answers(sample_bot)
    assert SECRET not in sample_bot.log
    assert "Traceback" not in sample_bot.log


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b'{"message": {}}',
        b'{"sender": {}, "message": "hi"}',
        b"\xff\xfe",
        b"[" * 10_000,
    ],
)
async def test_a_malformed_body_is_a_reason_not_a_crash(sample_bot: Served, body: bytes) -> None:
    for path in ("/webhooks/rest/webhook", "/model/parse"):
        answer = await sample_bot.client.post(f"{sample_bot.address}{path}", content=body)
        assert 400 <= answer.status_code < 500, (path, answer.text)
        assert answer.json()["reason"]
    assert await answers(sample_bot)


async def test_a_body_without_a_limit_is_refused(sample_bot: Served) -> None:
    answer = await sample_bot.client.post(f"{sample_bot.address}/webhooks/rest/webhook", content=b" " * 2_000_000)
    assert answer.status_code == 413


async def test_a_full_disk_costs_memory_not_answers(sample: Path) -> None:
    async with serve(sample) as bot:  # learns and migrates while there is room
        assert await answers(bot)
        await bot.until_logged("learnt", 30)
    size = max(file.stat().st_size for file in sample.glob("*.db"))

    def no_file_may_grow() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    async with serve(sample, before=no_file_may_grow) as bot:
        for number in range(30):
            assert await bot.texts("how do refunds work", sender=f"customer {number}")
        assert "answered but not kept" in bot.log
        assert "Traceback" not in bot.log
        assert "refunds" not in bot.log
