from __future__ import annotations

import asyncio
import logging

import pytest

from bot.errors import StoreError
from bot.messages import Answer, Message, Part, Reply
from bot.middleware.apology import apologise

SECRET = "my card is 4111"
MESSAGE = Message(SECRET, "C1", "ada", "web")


def raising(error: BaseException) -> Answer:
    async def answer(message: Message) -> Reply:
        raise error

    return answer


async def test_a_reply_passes() -> None:
    async def answer(message: Message) -> Reply:
        return Reply((Part(text="fine"),))

    assert await apologise(answer, "Sorry")(MESSAGE) == Reply((Part(text="fine"),))


async def test_any_exception_becomes_the_apology(caplog: pytest.LogCaptureFixture) -> None:
    answer = apologise(raising(ValueError(f"bad text: {SECRET}")), "Sorry")
    assert await answer(MESSAGE) == Reply((Part(text="Sorry"),))
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert "ValueError at" in record.getMessage()
    assert "test_apology.py" in record.getMessage()
    assert SECRET not in caplog.text


async def test_what_the_store_says_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    await apologise(raising(StoreError("disk full")), "Sorry")(MESSAGE)
    assert "disk full" in caplog.text


async def test_cancellation_passes() -> None:
    with pytest.raises(asyncio.CancelledError):
        await apologise(raising(asyncio.CancelledError()), "Sorry")(MESSAGE)
