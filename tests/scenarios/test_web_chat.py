"""A visitor chats on a page while the server is killed, and comes back to it."""

from __future__ import annotations

from pathlib import Path

from tests.scenarios.served import serve
from tests.standins.page import Page


async def test_a_server_that_is_killed_loses_and_doubles_nothing(sample: Path) -> None:
    (sample / "intents" / "asked.yml").write_text(
        "".join(f"asked_{n}: {{description: Question number {n}., responses: ['Answer {n}.']}}\n" for n in range(12)),
        encoding="utf-8",
    )
    page, expected = Page(""), [f"Answer {number}." for number in range(12)]
    for life in range(4):
        async with serve(sample) as bot:
            page.address = bot.address
            async with page.open():
                for number in range(life * 3, life * 3 + 3):
                    page.say(f"m{number}", f"/asked_{number}")
                await page.until(shown=life * 3 + 1, unsent=100)
                bot.process.kill()
                await bot.process.wait()
    async with serve(sample) as bot:
        page.address = bot.address
        async with page.open():
            await page.until(shown=12)
            assert page.texts == expected
            session = page.sessions[0]
            assert page.sessions == [session]
            tracker = await bot.client.get(f"{bot.address}/conversations/web:{session.partition('.')[0]}/tracker")
        said = [event["text"] for event in tracker.json()["events"] if event["event"] == "user" and event["text"]]
        assert list(dict.fromkeys(said)) == [f"/asked_{number}" for number in range(12)]
        assert "Traceback" not in bot.log
        assert session not in bot.log


async def test_what_was_said_to_nobody_is_there_after_a_kill(sample: Path) -> None:
    (sample / "intents" / "slow.yml").write_text(
        "slow: {description: Something slow., responses: [Done at last.]}\n", encoding="utf-8"
    )
    page = Page("")
    async with serve(sample) as bot:
        page.address = bot.address
        async with page.open():
            page.say("m1", "/slow")
            await page.until(shown=1)
        async with Page(bot.address, page.session).open() as other:
            other.say("m2", "/slow")
            await other.until(shown=2)
        bot.process.kill()
        await bot.process.wait()
    async with serve(sample) as bot:
        page.address = bot.address
        async with page.open():
            await page.until(shown=2)
    assert list(page.shown) == ["m1/0", "m2/0"]


async def test_the_tracker_shows_what_a_visitor_thinks(sample: Path) -> None:
    async with serve(sample) as bot:
        session = (await bot.client.post(f"{bot.address}/chat/session", json={})).json()["session_id"]
        said = {"session_id": session, "message": "how do refunds work", "metadata": {"message_id": "m1"}}
        assert (await bot.client.post(f"{bot.address}/chat/messages", json=said)).json() == {"ok": True}
        (answer,) = (await bot.client.post(f"{bot.address}/chat/poll", json={"session_id": session})).json()["messages"]
        rated = {"session_id": session, "id": answer["metadata"]["ripen"]["id"], "value": "down"}
        assert (await bot.client.post(f"{bot.address}/chat/feedback", json=rated)).json() == {"ok": True}
        tracker = await bot.client.get(f"{bot.address}/conversations/web:{session.partition('.')[0]}/tracker")
        (event,) = [event for event in tracker.json()["events"] if event["event"] == "user"]
        assert event["metadata"]["feedback"][0]["opinion"] == "down"
