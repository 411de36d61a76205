"""A customer talks to the support desk."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from tests.scenarios.served import Served, serve

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def bot(sample_bot: Served, request: pytest.FixtureRequest) -> Served:
    """The sample bot, to which a customer writes who never wrote before."""
    return replace(sample_bot, sender=request.node.name)


async def test_what_an_action_learns_reaches_a_later_response(
    sample: Path, configure: Callable[[Path, str], None]
) -> None:
    (sample / "intents" / "later.yml").write_text(
        "which_ticket:\n"
        "  description: The customer asks for the number of the ticket that was opened for them.\n"
        "  responses: ['Your ticket is {ticket_id}.']\n"
        "  examples: [what is my ticket number, which ticket did you open for me]\n",
        encoding="utf-8",
    )
    async with serve(sample) as bot:
        opened = " ".join(await bot.texts("/open_ticket"))
        number = re.search(r"T-\d+", opened)
        assert number, opened
        assert await bot.texts("what is my ticket number") == [f"Your ticket is {number[0]}."]
        tracker = (await bot.client.get(f"{bot.address}/conversations/anne/tracker")).json()
        assert tracker["slots"]["ticket_id"] == number[0]


async def test_an_order_is_asked_for_looked_up_and_corrected(bot: Served) -> None:
    assert "Which order" in (await bot.texts("where is my order"))[0]
    assert "A-1042" in " ".join(await bot.texts("A-1042"))
    assert "A-1043" in " ".join(await bot.texts("sorry, I meant A-1043"))


async def test_a_question_is_called_off(bot: Served) -> None:
    asked = await bot.texts("where is my order")
    assert asked[0] in (await bot.texts("qwe asd zxc"))[-1]  # it insists
    assert "dropped" in (await bot.texts("never mind"))[0]
    assert asked[0] not in " ".join(await bot.texts("qwe asd zxc"))


async def test_who_does_not_have_the_number_is_helped_and_not_asked_again(bot: Served) -> None:
    for sender, answer in (("anne", "I don't know"), ("ben", "sorry, I don’t have it"), ("cleo", "skip")):
        asked = await bot.texts("where is my order", sender)
        assert "Which order" in asked[0]
        without, where = await bot.texts(answer, sender)
        assert "without it" in without
        assert "My orders" in where
    assert "A-1042" in " ".join(await bot.texts("ah, found it: A-1042", "cleo"))


async def test_what_cannot_go_on_without_an_answer_is_given_up_aloud(bot: Served) -> None:
    assert "Which order" in (await bot.texts("I need to change the delivery address"))[0]
    given_up, *_ = await bot.say("no idea")
    assert "cannot go on" in given_up["text"]
    assert [button["title"] for button in given_up["buttons"]] == ["Talk to a person"]


async def test_a_question_is_not_dropped_in_silence(bot: Served) -> None:
    asked = await bot.texts("I need to change the delivery address")
    for _ in range(2):
        assert asked[0] in (await bot.texts("qwe asd zxc"))[-1]
    assert "cannot go on" in (await bot.texts("qwe asd zxc"))[0]


async def test_who_takes_none_of_the_choices_is_asked_for_other_words(bot: Served) -> None:
    for sender, said in (("anne", "neither"), ("ben", "No."), ("cleo", "none of these, sorry"), ("dan", "3")):
        assert "Did you mean" in (await bot.texts("can I cancel that", sender))[0]
        assert "in other words what you would like" in (await bot.texts(said, sender))[0]


async def test_who_refused_something_and_says_no_to_it_once_more_is_left_alone(bot: Served) -> None:
    for sender, said in (("anne", "no"), ("ben", "None of these")):
        assert "I leave that alone" in (await bot.texts("I do not need a person", sender))[0]
        assert "if there is anything else" in (await bot.texts(said, sender))[0]


async def test_odd_characters_are_understood_and_kept_as_they_were_written(bot: Served) -> None:
    assert "Cancel" in (await bot.texts("ｃａｎｃｅｌ　ｍｙ　ｏｒｄｅｒ"))[0]
    assert "A-1042" in (await bot.texts("where is Ａ－１０４２"))[0]
    assert "I leave that alone" in (await bot.texts("ｄｏｎ’ｔ cancel my order"))[0]
    tracker = (await bot.client.get(f"{bot.address}/conversations/{bot.sender}/tracker")).json()
    first, second, _ = [event for event in tracker["events"] if event["event"] == "user"]
    assert first["text"] == "ｃａｎｃｅｌ　ｍｙ　ｏｒｄｅｒ"
    (entity,) = second["parse_data"]["entities"]
    assert (entity["value"], second["text"][entity["start"] : entity["end"]]) == ("A-1042", "Ａ－１０４２")


async def test_slips_of_the_keyboard_are_understood(bot: Served) -> None:
    assert "Cancel" in (await bot.texts("canel my order"))[0]
    assert "A-1042" in (await bot.texts("wher is my odrer A-1042"))[0]
    assert "I leave that alone" in (await bot.texts("don't canel my order"))[0]
    assert (await bot.parse("talk to a humna"))["decision"]["kind"] == "hand_off"


async def test_a_client_of_rasa_restarts_the_conversation(bot: Served) -> None:
    asked = await bot.texts("where is my order")
    assert "dropped" in (await bot.texts("/restart"))[0]
    assert asked[0] not in " ".join(await bot.texts("qwe asd zxc"))
    assert "A-1042" in " ".join(await bot.texts("where is my order A-1042"))
    assert await bot.texts("/session_start") == []
    tracker = (await bot.client.get(f"{bot.address}/conversations/{bot.sender}/tracker")).json()
    assert tracker["slots"]["order_id"] == "A-1042"
    await bot.texts("/restart")
    tracker = (await bot.client.get(f"{bot.address}/conversations/{bot.sender}/tracker")).json()
    assert (tracker["slots"], tracker["events"]) == ({}, [])


async def test_conversations_survive_a_restart(sample: Path) -> None:
    async with serve(sample) as bot:
        assert "Which order" in (await bot.texts("where is my order"))[0]
    async with serve(sample) as bot:
        assert "A-1042" in " ".join(await bot.texts("A-1042"))


async def test_a_repeat_is_answered_once_with_the_same_words(bot: Served) -> None:
    first = await bot.say("hello", metadata={"message_id": "m-1"})
    assert await bot.say("hello", metadata={"message_id": "m-1"}) == first
    tracker = (await bot.client.get(f"{bot.address}/conversations/{bot.sender}/tracker")).json()
    assert sum(event["event"] == "user" for event in tracker["events"]) == 1


async def test_a_message_whose_turn_died_with_the_process_is_answered_when_it_comes_again(
    sample: Path,
) -> None:
    (sample / "actions" / "slow.py").write_text(
        "import time\nfrom pathlib import Path\nfrom rasa_sdk import Action\n\n"
        "class Slow(Action):\n    def name(self):\n        return 'action_slow'\n\n"
        "    def run(self, dispatcher, tracker, domain):\n"
        "        begun = Path(__file__).with_name('begun')\n"
        "        if not begun.exists():\n            begun.touch()\n            time.sleep(60)\n"
        "        dispatcher.utter_message(text='done')\n        return []\n",
        encoding="utf-8",
    )
    init = sample / "actions" / "__init__.py"
    init.write_text(init.read_text(encoding="utf-8") + "\nfrom actions.slow import Slow\n", encoding="utf-8")
    (sample / "intents" / "slow.yml").write_text(
        "slow: {description: Something that takes long., action: action_slow}\n", encoding="utf-8"
    )
    async with serve(sample) as bot:
        lost = asyncio.create_task(bot.say("/slow", message_id="m-1"))
        while not (sample / "actions" / "begun").exists():  # noqa: ASYNC110 (another process makes it)
            await asyncio.sleep(0.05)
        bot.process.kill()
        with pytest.raises(httpx.TransportError):
            await lost
    async with serve(sample) as bot:
        assert await bot.say("/slow", message_id="m-1") == [{"recipient_id": "anne", "text": "done"}]


async def test_nonsense_is_out_of_scope_and_a_person_can_be_asked_for(bot: Served) -> None:
    assert (await bot.parse("asdkjh qwe zzxv"))["decision"]["kind"] == "out_of_scope"
    assert (await bot.parse("I want to talk to a human being"))["decision"]["kind"] == "hand_off"


async def test_two_wishes_in_one_message_are_both_answered(bot: Served) -> None:
    policy, status = await bot.texts("how do refunds work, and where is A-1042?")
    assert "A-1042" not in policy
    assert "A-1042" in status
