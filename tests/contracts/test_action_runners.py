"""Every way to run actions gives the same outcomes: in process, and on a real rasa-sdk action server."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.actions.base import ActionRunner
from bot.actions.rasa_bridge.in_process import InProcessActions
from bot.actions.rasa_bridge.over_http import ActionServer
from bot.errors import ActionError, ActionFailed, ActionRejected, ActionRubbish, ActionTimeout, ActionUnknown

BOT = Path(__file__).parent / "action_bot"
SECRET = "4111"
TIMEOUT = 1.0

WELL = {
    "action_greet",
    "action_later",
    "action_nothing",
    "action_scribbles",
    "action_thread",
    "validate_house_form",
}
ROUGH = {
    "action_raises",
    "action_raises_later",
    "action_rejects",
    "action_hangs",
    "action_hangs_later",
    "action_returns_number",
    "action_returns_text",
    "action_returns_bare_names",
    "action_returns_object",
    "action_exits",
    "action_says_too_much",
}


def tracker(**slots: Any) -> dict[str, Any]:
    return {
        "sender_id": "ada",
        "slots": slots,
        "latest_message": {"text": "good morning", "intent": {"name": "greet", "confidence": 0.9}, "entities": []},
        "events": [{"event": "user", "text": "good morning", "input_channel": "rest"}],
        "active_loop": {},
        "paused": False,
        "latest_action_name": None,
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(package: str, root: Path, log: Path, **environment: str) -> Iterator[str]:
    """The webhook of a rasa-sdk action server in its own process, as an author starts it."""
    port = free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "rasa_sdk", "--actions", package, "-p", str(port)],
            cwd=root,
            env={**os.environ, "SANIC_HOST": "127.0.0.1", **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            wait_until_well(f"http://127.0.0.1:{port}/health", process, log)
            yield f"http://127.0.0.1:{port}/webhook"
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)  # its own group: sanic's workers go with it
            process.wait()


@pytest.fixture(scope="module")
def action_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving("house_actions", BOT, tmp_path_factory.mktemp("action_server") / "log") as webhook:
        yield webhook


def wait_until_well(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(url, trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail(f"the action server did not start:\n{log.read_text()[-2000:]}")


@pytest.fixture(params=["in process", "action server"])
async def runner(request: pytest.FixtureRequest) -> AsyncIterator[ActionRunner]:
    made: ActionRunner
    if request.param == "in process":
        made = InProcessActions(["house_actions"], BOT, TIMEOUT)
    else:
        made = ActionServer(request.getfixturevalue("action_server"), TIMEOUT)
    yield made
    await made.close()


async def test_names_are_those_of_the_action_classes(runner: ActionRunner) -> None:
    assert await runner.names() == WELL | ROUGH


async def test_a_plain_action_says_and_sets(runner: ActionRunner) -> None:
    result = await runner.run("action_greet", tracker(who="Ada"))
    assert [response["text"] for response in result.responses] == ["Hello Ada"]
    assert result.responses[0]["buttons"] == [{"title": "Bye", "payload": "/bye"}]
    assert [(event["event"], event["name"]) for event in result.events] == [
        ("slot", "greeted"),
        ("followup", "action_listen"),
    ]
    assert result.events[0]["value"] == ["Ada", 1, None, True]


async def test_an_async_action_says_and_sets(runner: ActionRunner) -> None:
    result = await runner.run("action_later", tracker())
    named, shown = result.responses
    assert (named["response"], named["hours"]) == ("utter_later", 2)
    assert (shown["image"], shown["custom"]) == ("https://example.org/a.png", {"kind": "card"})
    assert result.events[0]["value"] == "good morning"


async def test_an_action_may_say_nothing(runner: ActionRunner) -> None:
    result = await runner.run("action_nothing", tracker())
    assert (result.events, result.responses) == ((), ())


async def test_what_an_action_scribbles_on_tracker_and_domain_stays_there(runner: ActionRunner) -> None:
    for _ in range(2):
        result = await runner.run("action_scribbles", tracker(who="Ada"))
        assert result.events[0]["value"] == 0


async def test_a_form_validation_is_harmless(runner: ActionRunner) -> None:
    result = await runner.run("validate_house_form", tracker(who="Ada"))
    assert all(event["event"] == "slot" for event in result.events)


async def test_an_unknown_action_is_unknown(runner: ActionRunner) -> None:
    with pytest.raises(ActionUnknown, match="action_gret"):
        await runner.run("action_gret", tracker())


@pytest.mark.parametrize("name", ["action_raises", "action_raises_later", "action_returns_object"])
async def test_an_action_that_raises_has_failed(runner: ActionRunner, name: str) -> None:
    with pytest.raises(ActionError, match=name) as caught:
        await runner.run(name, tracker())
    assert SECRET not in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_a_rejection_is_a_rejection(runner: ActionRunner) -> None:
    with pytest.raises(ActionRejected, match="action_rejects") as caught:
        await runner.run("action_rejects", tracker())
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("name", ["action_hangs_later", "action_hangs"])
async def test_an_action_that_hangs_is_given_up_on(runner: ActionRunner, name: str) -> None:
    await runner.names()
    start = time.monotonic()
    with pytest.raises(ActionTimeout, match=name):
        await runner.run(name, tracker())
    assert time.monotonic() - start < 2.5, "the action itself takes three seconds"
    if isinstance(runner, ActionServer):
        await server_is_free(runner)
    assert (await runner.run("action_greet", tracker(who="Ada"))).events


async def server_is_free(runner: ActionServer) -> None:
    # rasa-sdk runs plain actions on its event loop, so a hung one stops its whole server until it ends.
    for _ in range(20):
        try:
            await runner.check()
        except ActionFailed:
            await asyncio.sleep(0.2)
        else:
            return


async def test_what_is_no_list_of_events_is_refused(runner: ActionRunner) -> None:
    with pytest.raises(ActionError, match="action_returns_number"):
        await runner.run("action_returns_number", tracker())


async def test_ten_megabytes_are_refused(runner: ActionRunner) -> None:
    with pytest.raises(ActionRubbish, match="more than 4 MiB"):
        await runner.run("action_says_too_much", tracker())


async def test_a_tracker_may_be_immutable_and_in_any_language(runner: ActionRunner) -> None:
    from types import MappingProxyType

    slots = MappingProxyType({"who": "Ødegård 王 \u0000 \U0001f642", "list": (1, 2)})
    result = await runner.run("action_greet", MappingProxyType({**tracker(), "slots": slots}))
    assert result.events[0]["value"][0] == slots["who"]


async def test_many_at_once_do_not_mix(runner: ActionRunner) -> None:
    results = await asyncio.gather(*(runner.run("action_greet", tracker(who=str(i))) for i in range(40)))
    assert [result.responses[0]["text"] for result in results] == [f"Hello {i}" for i in range(40)]


SAMPLE_CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("action_order_status", {"order_id": "A-1042"}),
    ("action_order_status", {"order_id": "Z-9999"}),
    ("action_order_status", {}),
    ("action_open_ticket", {"order_id": "C-3005"}),
    ("action_open_ticket", {}),
    ("action_change_address", {"order_id": "A-1043", "address": "12 Juniper Way, Hull HU1 3RA"}),
    ("action_change_address", {"order_id": "A-1042", "address": "12 Juniper Way, Hull HU1 3RA"}),
    ("action_change_address", {"order_id": "A-1043", "address": "there"}),
)


async def test_the_samples_actions_leave_the_same_in_process_and_on_a_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_DB", str(tmp_path / "here.db"))
    sample = Path(__file__).resolve().parents[2]
    here = InProcessActions(["actions"], sample, timeout=10)
    with serving("actions", sample, tmp_path / "log", SHOP_DB=str(tmp_path / "there.db")) as webhook:
        there = ActionServer(webhook, timeout=10)
        assert await here.names() == await there.names()
        for name, slots in SAMPLE_CALLS:
            assert await here.run(name, tracker(**slots)) == await there.run(name, tracker(**slots)), name
        await there.close()
