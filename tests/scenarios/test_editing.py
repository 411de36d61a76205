"""A team edits intents while the bot runs."""

from __future__ import annotations

import time
from pathlib import Path

import socketio

from tests.scenarios.served import Served, serve

NEW = """
recycle_packaging:
  description: The customer asks how to recycle the packaging.
"""

PATTERN = r"'\b(?:[A-Z] ?[-–] ?|[A-Z]|(?-i:[A-Z]) )\d{4}\b'"


async def recognised(bot: Served, text: str, intent: str, within: float) -> bool:
    """Whether `text` comes to mean `intent` within so many seconds."""
    end = time.perf_counter() + within
    while time.perf_counter() < end:
        if (await bot.parse(text))["intent"]["name"] == intent:
            return True
    return False


async def test_two_lines_of_yaml_are_live_within_a_second_by_rest_and_by_socket(sample: Path) -> None:
    async with serve(sample) as bot:
        asking = "how do I recycle the cardboard box"
        assert (await bot.parse(asking))["intent"]["name"] != "recycle_packaging"
        (sample / "intents" / "gifts.yml").write_text(NEW, encoding="utf-8")
        assert await recognised(bot, asking, "recycle_packaging", within=1.0), bot.log
        await bot.until_logged("added recycle_packaging; live after")

        heard: list[dict[str, object]] = []
        async with socketio.AsyncSimpleClient() as client:
            await client.connect(bot.address, transports=["websocket"])
            await client.emit("session_request", {"session_id": "s1"})
            assert (await client.receive(timeout=5))[0] == "session_confirm"
            await client.emit("user_uttered", {"message": "can I recycle your packaging", "session_id": "s1"})
            event, data = await client.receive(timeout=5)
            heard.append(data)
        assert event == "bot_uttered"
        assert "no answer to that yet" in str(heard[0]["text"])


async def test_a_broken_edit_is_reported_and_survived(sample: Path) -> None:
    async with serve(sample) as bot:
        broken = sample / "intents" / "broken.yml"
        broken.write_text("recycle_packaging:\n  descripton: The customer asks about packaging.\n", encoding="utf-8")
        await bot.until_logged(r"broken\.yml:2: error: .*descripton")
        assert "Did you mean `description`?" in bot.log
        assert await bot.texts("how do refunds work")
        status = (await bot.client.get(f"{bot.address}/status")).json()
        assert "broken.yml" in str(status)

        broken.write_text(NEW, encoding="utf-8")
        await bot.until_logged("added recycle_packaging; live after")


async def test_an_intent_that_names_an_unknown_action_is_a_broken_edit(sample: Path) -> None:
    async with serve(sample) as bot:
        edit = sample / "intents" / "edit.yml"
        edit.write_text(NEW + "  action: action_wrap_it\n", encoding="utf-8")
        await bot.until_logged(r"edit\.yml:\d+: error: .*action_wrap_it")


async def test_a_shared_slot_is_edited_while_the_bot_waits_for_it(sample: Path) -> None:
    slots = sample / "intents" / "slots.yml"
    before = slots.read_text(encoding="utf-8")
    async with serve(sample) as bot:
        assert "Which order is it?" in (await bot.texts("where is my order"))[0]
        assert "I could not use that." in (await bot.texts("it is XY-10421"))[0]

        slots.write_text(before.replace(PATTERN, r"'\b[A-Z]{2}-(\d{5}\b'"), encoding="utf-8")
        await bot.until_logged(r"slots\.yml:\d+: error: .*slots\.order_id\.pattern.*not a regular expression")
        await bot.until_logged("the edit is not live")
        assert bot.log.count("error: ") == 1, "not once for each intent that takes it"

        slots.write_text(before.replace(PATTERN, r"'\b[A-Z]{2}-\d{5}\b'"), encoding="utf-8")
        await bot.until_logged("changed open_ticket, order_status, change_address; live after")
        assert "XY-10421" in (await bot.texts("it is XY-10421"))[0]
        found = await bot.parse("send XY-10422 somewhere else")
        assert [each["value"] for each in found["entities"]] == ["XY-10422"]
        assert "A-1042" not in str((await bot.parse("where is A-1042"))["entities"])
