"""The sample's actions behind a real rasa-sdk action server say and do what they do in process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.scenarios.action_server import action_server, free_port
from tests.scenarios.served import Served, serve


def use_action_server(folder: Path, webhook: str) -> None:
    """Name it in config.yml in place of the modules."""
    config = folder / "config.yml"
    written = config.read_text(encoding="utf-8")
    assert "modules: [actions]" in written
    config.write_text(written.replace("modules: [actions]", f"endpoint: '{webhook}'"), encoding="utf-8")


CHANGE = '/change_address{"order_id":"A-1043"}'
TALK = ("where is A-1042", CHANGE, "1 Elm Street, Bath BA1 1AA", "/open_ticket", "where is Z-9999")


async def talk(bot: Served) -> list[object]:
    """A conversation that needs all three actions: what was said and done, less the choice of words."""
    shapes = [[sorted(item) for item in await bot.say(text)] for text in TALK]
    tracker = (await bot.client.get(f"{bot.address}/conversations/anne/tracker")).json()
    events = [{key: event.get(key) for key in ("event", "name", "value")} for event in tracker["events"]]
    return [shapes, tracker["slots"], [event for event in events if event["event"] != "bot"]]


async def test_by_url_as_in_process(sample: Path) -> None:
    async with serve(sample) as bot:
        in_process = await talk(bot)
    for database in sample.glob("*.db*"):
        database.unlink()
    async with action_server(sample) as webhook:
        use_action_server(sample, webhook)
        async with serve(sample) as bot:
            assert await talk(bot) == in_process
    assert "T-1001" in str(in_process)


async def test_an_action_server_that_is_away_gives_the_apology(
    sample: Path, configure: Callable[[Path, str], None]
) -> None:
    use_action_server(sample, f"http://127.0.0.1:{free_port()}/webhook")
    async with serve(sample) as bot:
        assert "went wrong on our side" in (await bot.texts("where is A-1042"))[0]
        assert await bot.texts("how do refunds work")
        assert "Traceback" not in bot.log
