"""What is special about running actions in this process: imports, threads, logs."""

from __future__ import annotations

import asyncio
import gc
import logging
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.actions.rasa_bridge.in_process import InProcessActions
from bot.errors import ActionFailed, ActionRubbish, ActionTimeout, ActionUnknown, ConfigError

TRACKER: dict[str, Any] = {"sender_id": "ada", "slots": {}, "latest_message": {"text": "hi"}, "events": []}

HEAD = "from rasa_sdk import Action\nfrom rasa_sdk.events import SlotSet\n\n"

MakeBot = Callable[..., InProcessActions]


def action(name: str, body: str, prefix: str = "", base: str = "Action") -> str:
    """Source of an action class whose `run` has `body`."""
    title = "".join(word.title() for word in name.split("_"))
    return (
        f"class {title}({base}):\n    def name(self):\n        return {name!r}\n\n"
        f"    {prefix}def run(self, dispatcher, tracker, domain):\n{textwrap.indent(body, '        ')}\n\n"
    )


@pytest.fixture
def make_bot(tmp_path: Path) -> Iterator[MakeBot]:
    before, path = set(sys.modules), list(sys.path)

    def make(source: str, timeout: float = 5.0, modules: tuple[str, ...] = ("house",)) -> InProcessActions:
        (tmp_path / "house.py").write_text(source, encoding="utf-8")
        return InProcessActions(modules, tmp_path, timeout)

    yield make
    sys.path[:] = path
    for name in set(sys.modules) - before:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


@pytest.fixture(autouse=True)
async def nothing_unhandled() -> AsyncIterator[None]:
    """asyncio's own complaints ("exception was never retrieved") would carry what a user said into the log."""
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    yield
    await asyncio.sleep(0)
    gc.collect()
    assert complaints == []


@pytest.mark.parametrize(
    ("source", "where"),
    [
        ("import nothing_of_this_name\n", "house.py:1"),
        ("x = 1\ny = x / 0\n", "house.py:2"),
        ("def broken(:\n", "house.py:1"),
        ("raise SystemExit(1)\n", "house.py:1"),
    ],
)
async def test_a_module_that_cannot_be_imported_is_a_clear_error(make_bot: MakeBot, source: str, where: str) -> None:
    runner = make_bot(source)
    with pytest.raises(ConfigError, match=r"actions\.modules: cannot import 'house'") as caught:
        await runner.names()
    assert where in str(caught.value)
    assert "\n" not in str(caught.value)
    with pytest.raises(ActionFailed, match="house"):
        await runner.run("action_x", TRACKER)


@pytest.mark.parametrize("name", ["house.py", "deep/house", "", ".house", "two words"])
async def test_what_is_no_modules_name_is_said_so(make_bot: MakeBot, name: str) -> None:
    with pytest.raises(ConfigError, match=r"as actions\.orders"):
        await make_bot("", modules=(name,)).names()


@pytest.mark.parametrize("name", ["no_such_module", "house.inner"])
async def test_a_module_that_is_not_there_is_named(make_bot: MakeBot, name: str) -> None:
    with pytest.raises(ConfigError, match=f"cannot import '{name}'.*(Create it|correct)"):
        await make_bot("", modules=(name,)).names()


async def test_a_taken_name_is_refused(make_bot: MakeBot, tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"'json' is taken by .*Rename"):
        await make_bot("", modules=("json",)).names()


async def test_modules_are_imported_where_the_event_loop_runs(make_bot: MakeBot) -> None:
    source = "import asyncio, signal\nsignal.signal(signal.SIGUSR1, signal.SIG_DFL)\nasyncio.get_running_loop()\n"
    assert await make_bot(source).names() == frozenset()


async def test_two_bots_may_both_call_their_module_actions(tmp_path: Path, make_bot: MakeBot) -> None:
    names = []
    for bot in ("one", "two"):
        (tmp_path / bot / "house").mkdir(parents=True)
        source = HEAD + action(f"action_{bot}", "return []")
        (tmp_path / bot / "house" / "__init__.py").write_text(source, encoding="utf-8")
        names.append(await InProcessActions(["house"], tmp_path / bot, 5).names())
    assert names == [{"action_one"}, {"action_two"}]


async def test_a_base_without_a_name_is_no_action(make_bot: MakeBot) -> None:
    source = HEAD + "class Base(Action):\n    pass\n\n" + action("action_x", "return []", base="Base")
    assert await make_bot(source).names() == {"action_x"}


async def test_what_derives_from_an_action_takes_its_place(make_bot: MakeBot) -> None:
    source = HEAD + action("action_x", "return []")
    source += "class Better(ActionX):\n    def run(self, dispatcher, tracker, domain):\n"
    source += "        return [SlotSet('better', True)]\n"
    runner = make_bot(source)
    assert (await runner.run("action_x", TRACKER)).events[0]["name"] == "better"


async def test_classes_made_by_a_function_are_found(make_bot: MakeBot) -> None:
    made = action("action_x", "return []").replace("'action_x'", "title")
    source = HEAD + "def make(title):\n" + textwrap.indent(made, "    ") + "    return ActionX\n\n"
    assert await make_bot(source + "MADE = [make('action_a'), make('action_b')]\n").names() == {"action_a", "action_b"}


async def test_one_name_for_two_actions_is_an_error(make_bot: MakeBot) -> None:
    source = HEAD + action("action_x", "return []") + action("action_x", "return []").replace("ActionX", "Other")
    with pytest.raises(ConfigError, match=r"called action_x: .*\(house.py:\d+\) and .*\(house.py:\d+\)"):
        await make_bot(source).names()


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (action("action_x", "return []").replace("(self, dispatcher, tracker, domain)", "(self)"), "too few arguments"),
        ("class X(Action):\n    def name(self):\n        return 3\n    def run(self, a, b, c): ...\n", "return a text"),
        ("class X(Action):\n    def name(self):\n        1 / 0\n    def run(self, a, b, c): ...\n", "house.py:6"),
        ("class X(Action):\n    def __init__(self, y): ...\n    def name(self):\n        return 'x'\n"
         "    def run(self, a, b, c): ...\n", "cannot be made"),
    ],
)  # fmt: skip
async def test_a_class_that_cannot_be_used_is_a_clear_error(make_bot: MakeBot, source: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        await make_bot(HEAD + source).names()


async def test_a_failure_names_type_and_place_but_not_the_text(make_bot: MakeBot) -> None:
    source = HEAD + "import json\n\n" + action("action_x", "json.loads('my card is 4111')")
    with pytest.raises(ActionFailed, match=r"^action_x raised JSONDecodeError at house.py:11\.$") as caught:
        await make_bot(source).run("action_x", TRACKER)
    assert "4111" not in str(caught.value)


@pytest.mark.parametrize("prefix", ["", "async "])
@pytest.mark.parametrize(
    "statement", ["raise SystemExit", "raise KeyboardInterrupt", "raise StopIteration", "raise GeneratorExit", "exit()"]
)
async def test_nothing_that_an_action_raises_stops_the_bot(make_bot: MakeBot, prefix: str, statement: str) -> None:
    runner = make_bot(HEAD + action("action_x", statement, prefix))
    with pytest.raises(ActionFailed, match="action_x"):
        await runner.run("action_x", TRACKER)


async def test_an_action_that_cancels_itself_has_failed(make_bot: MakeBot) -> None:
    source = HEAD + "import asyncio\n\n" + action("action_x", "raise asyncio.CancelledError", "async ")
    with pytest.raises(ActionFailed, match="action_x"):
        await make_bot(source).run("action_x", TRACKER)


@pytest.mark.parametrize(
    "returned",
    ["'slot'", "{'event': 'slot'}", "7", "[1]", "[None]", "[{}]", "[{'event': ''}]", "[{'event': 3}]",
     "[SlotSet]", "[SlotSet('x', {1, 2})]", "[SlotSet('x', float('nan'))]", "[[SlotSet('x', 1)]]"],
)  # fmt: skip
async def test_rubbish_is_refused(make_bot: MakeBot, returned: str) -> None:
    runner = make_bot(HEAD + action("action_x", f"return {returned}"))
    with pytest.raises(ActionRubbish, match="action_x"):
        await runner.run("action_x", TRACKER)


async def test_a_response_that_json_cannot_hold_is_refused(make_bot: MakeBot) -> None:
    runner = make_bot(HEAD + action("action_x", "dispatcher.utter_message(json_message={'x': object()})"))
    with pytest.raises(ActionRubbish, match="action_x put a value into a response"):
        await runner.run("action_x", TRACKER)


async def test_a_plain_function_that_returns_a_coroutine_is_awaited(make_bot: MakeBot) -> None:
    source = HEAD + "async def later():\n    return [SlotSet('x', 1)]\n\n" + action("action_x", "return later()")
    assert (await make_bot(source).run("action_x", TRACKER)).events[0]["value"] == 1


async def test_an_unknown_name_gets_a_suggestion(make_bot: MakeBot) -> None:
    runner = make_bot(HEAD + action("action_order_status", "return []"))
    with pytest.raises(ActionUnknown, match="Did you mean action_order_status"):
        await runner.run("action_oder_status", TRACKER)


async def test_a_slow_plain_action_does_not_hold_up_the_loop(make_bot: MakeBot) -> None:
    runner = make_bot(HEAD + "import time\n\n" + action("action_x", "time.sleep(1)"))
    await runner.names()
    running = asyncio.create_task(runner.run("action_x", TRACKER))
    longest = 0.0
    while not running.done():
        start = time.monotonic()
        await asyncio.sleep(0.01)
        longest = max(longest, time.monotonic() - start)
    await running
    assert longest < 0.8


async def test_hung_actions_do_not_eat_the_pool(make_bot: MakeBot, caplog: pytest.LogCaptureFixture) -> None:
    source = HEAD + "import time\n\n" + action("action_hangs", "time.sleep(2)") + action("action_x", "return []")
    runner = make_bot(source, timeout=0.2)
    await runner.names()
    with caplog.at_level(logging.WARNING):
        hung = await asyncio.gather(*(runner.run("action_hangs", TRACKER) for _ in range(8)), return_exceptions=True)
    assert [type(error) for error in hung] == [ActionTimeout] * 8
    assert (await runner.run("action_x", TRACKER)).events == ()
    assert "8 of 24 spare threads" in caplog.text


async def test_while_hung_actions_hold_all_threads_the_bot_is_not_ready(make_bot: MakeBot) -> None:
    source = HEAD + "import time\n\n" + action("action_hangs", "time.sleep(2)")
    runner = make_bot(source, timeout=0.05)
    await runner.check()
    for _ in range(3):
        await asyncio.gather(*(runner.run("action_hangs", TRACKER) for _ in range(8)), return_exceptions=True)
    with pytest.raises(ActionFailed, match="24 earlier actions hang"):
        await runner.check()


async def test_the_turn_may_be_cancelled(make_bot: MakeBot) -> None:
    body = "try:\n    await asyncio.sleep(9)\nexcept asyncio.CancelledError:\n    raise ValueError('4111')"
    runner = make_bot(HEAD + "import asyncio\n\n" + action("action_x", body, "async "))
    await runner.names()
    running = asyncio.create_task(runner.run("action_x", TRACKER))
    await asyncio.sleep(0.05)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


def test_a_bot_without_actions_does_not_import_rasa_sdk() -> None:
    program = (
        "import asyncio, sys\nfrom pathlib import Path\n"
        "from bot.actions.rasa_bridge.in_process import InProcessActions\n"
        "runner = InProcessActions([], Path('.'), 1)\n"
        "assert asyncio.run(runner.names()) == frozenset()\n"
        "assert 'rasa_sdk' not in sys.modules and 'sanic' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).resolve().parents[3])


def test_a_hung_action_does_not_keep_the_process_from_ending(tmp_path: Path) -> None:
    (tmp_path / "house.py").write_text(
        HEAD + "import time\n\n" + action("action_x", "time.sleep(60)"), encoding="utf-8"
    )
    program = (
        "import asyncio\nfrom pathlib import Path\nfrom bot.errors import ActionTimeout\n"
        "from bot.actions.rasa_bridge.in_process import InProcessActions\n"
        "async def main():\n"
        f"    runner = InProcessActions(['house'], Path({str(tmp_path)!r}), 0.2)\n"
        "    try:\n"
        f"        await runner.run('action_x', {TRACKER!r})\n"
        "    except ActionTimeout:\n"
        "        print('given up')\n"
        "    await runner.close()\n"
        "asyncio.run(main())\n"
    )
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run([sys.executable, "-c", program], check=True, cwd=root, capture_output=True, timeout=30)
    assert done.stdout.decode().strip() == "given up"
