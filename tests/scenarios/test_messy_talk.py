"""Customers who hesitate, correct themselves, mumble, and are not understood."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.scenarios.served import Served, serve

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_who_has_to_look_is_given_time_and_may_ask_for_something_else(sample_bot: Served) -> None:
    assert "Which order" in (await sample_bot.texts("where is my order", "hal"))[0]
    for said in ("hold on, let me check", "hmm", "still looking, sorry", "one more sec"):
        assert await sample_bot.texts(said, "hal") == ["Take your time."]  # and none of them counts as a failed answer
    asked, *_ = await sample_bot.say("how do I cancel", "hal")
    assert {button["payload"] for button in asked["buttons"][:2]} == {"/cancel_order", "/cancel_subscription"}
    assert "A-1042" in " ".join(await sample_bot.texts("ok, it is A-1042", "hal"))


async def test_order_and_address_in_one_message_are_both_heard_and_can_be_put_right(sample_bot: Served) -> None:
    done, *_ = await sample_bot.texts("send A-1043 to 5 Hill Road, Bath BA1 3XY instead", "ida")
    assert "5 Hill Road, Bath BA1 3XY" in done
    assert "6 Hill Road" in (await sample_bot.texts("sorry, I meant 6 Hill Road, Bath BA1 3XY", "ida"))[0]
    assert "new address" in (await sample_bot.texts("I need to change the delivery address of A-1042", "ida"))[0]
    assert "new address" in (await sample_bot.texts("A-1043, sorry", "ida"))[0]
    assert "A-1043" in (await sample_bot.texts("no wait, 12 Orchard Lane, Leeds LS6 2AB", "ida"))[0]
    tracker = (await sample_bot.client.get(f"{sample_bot.address}/conversations/ida/tracker")).json()
    assert tracker["slots"]["delivery_address"] == "12 Orchard Lane, Leeds LS6 2AB"


async def test_a_number_alone_goes_into_the_ticket_that_was_just_opened(sample_bot: Served) -> None:
    opened = " ".join(await sample_bot.texts("my vase is broken", "jo"))
    number = re.search(r"T-\d+", opened)
    assert number, opened
    assert number[0] in " ".join(await sample_bot.texts("it's order A-1001", "jo"))


async def test_ok_and_no_are_no_riddles(sample_bot: Served) -> None:
    await sample_bot.texts("do you gift wrap", "kim")
    for said in ("ok", "no", "alright"):
        assert await sample_bot.texts(said, "kim") == ["All right. Just write if there is anything else."]


async def test_who_is_not_understood_twice_is_shown_the_way_to_a_person(sample_bot: Served) -> None:
    first, *_ = await sample_bot.say("qwe asd zxc", "lea")
    assert "buttons" not in first
    again, *_ = await sample_bot.say("zxc qwe asd", "lea")
    assert again["text"] == "Sorry, I did not understand that either."
    assert [button["title"] for button in again["buttons"]] == ["Talk to a person"]


async def test_a_greeting_is_never_a_choice_nor_beside_the_point(sample_bot: Served) -> None:
    for said in ("it's late", "fuck you", "who is the president"):
        parsed = await sample_bot.parse(said)
        assert parsed["decision"]["kind"] == "out_of_scope", said
    (invoice,) = await sample_bot.texts("good morning, hope you are well. Could you send me an invoice please", "mo")
    assert "Invoice" in invoice


async def test_a_german_bot_speaks_german_hears_a_question_back_and_offers_what_its_author_wrote(
    sample: Path, configure: Callable[[Path, str], None]
) -> None:
    shutil.rmtree(sample / "intents")
    (sample / "intents").mkdir()
    (sample / "intents" / "praxis.yml").write_text(GERMAN, encoding="utf-8")
    config = (sample / "config.yml").read_text(encoding="utf-8")
    (sample / "config.yml").write_text(config.replace(", on_nobody_there: action_open_ticket", ""), encoding="utf-8")
    configure(
        sample, "language: de\ndecision: {act: 0.999, clarify: 0.999}  # its two intents are told apart by words alone"
    )
    async with serve(sample) as bot:
        assert await bot.texts("/termin") == ["Worum geht es?"]
        assert await bot.texts("Moment, ich schau kurz") == ["Lassen Sie sich Zeit."]
        assert "Worum geht es?" in (await bot.texts("warum wollen Sie das wissen?"))[-1]
        assert await bot.texts("Husten") == ["Notiert: Husten."]
        asked, *_ = await bot.say("qwe asd zxc")
        again, *_ = await bot.say("asd qwe zxc")
        assert "buttons" not in asked
        assert [button["title"] for button in again["buttons"]] == ["Mit einem Menschen sprechen"]


GERMAN = """
termin:
  description: Der Patient möchte einen Termin vereinbaren.
  slots: {grund: {ask: Worum geht es?}}
  responses: ["Notiert: {grund}."]
mensch:
  description: Der Patient möchte mit einem Menschen sprechen.
  choice: Mit einem Menschen sprechen
  action: action_hand_off
"""
