"""What the bot would say, tried without a conversation and without an action."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from bot.actions.names import HAND_OFF
from bot.catalog.catalog import Catalog, ResponseTemplate
from bot.config import ActionSettings, Settings
from bot.console.rehearsal import MOST_WAYS, Rehearsal, rehearse
from bot.live import Snapshot
from bot.messages import Button, Detection
from tests.builders import ORDER_ID, catalog, detection, intent

SHOP = catalog(
    intent("hours", "We open at nine.", "From nine on."),
    intent("status", "One moment.", action="action_status", slots=[ORDER_ID]),
    intent("named", action="utter_hello"),
    intent("human", "A person is coming.", action=HAND_OFF),
    intent("mute"),
    utter_hello="Hello.",
)
SETTINGS = Settings()


class Sure:
    """Finds one intent in whatever is said."""

    def __init__(self, name: str, confidence: float = 0.97) -> None:
        self._found = detection((name, confidence), ("mute", 0.02))

    def detect_all(self, texts: list[str]) -> list[Detection]:
        return [self._found for _ in texts]


async def say(
    text: str, name: str, known: Catalog = SHOP, settings: Settings = SETTINGS, sure: float = 0.97
) -> Rehearsal:
    return await rehearse(text, Snapshot(known, Sure(name, sure)), settings)  # type: ignore[arg-type]


def texts(rehearsal: Rehearsal) -> list[list[str | None]]:
    return [[part.text for part in way] for way in rehearsal.ways]


async def test_every_way_to_say_it_is_told() -> None:
    told = await say("when do you open", "hours")
    assert told.parse.decision.kind == "act"
    assert texts(told) == [["We open at nine."], ["From nine on."]]
    assert told.actions == ()
    many = catalog(intent("hours", *(f"At {number}." for number in range(MOST_WAYS + 5))))
    assert len((await say("when", "hours", many)).ways) == MOST_WAYS


async def test_only_ways_that_fit_how_the_user_feels() -> None:
    sad = ResponseTemplate("I am sorry.", sentiment="negative")
    cheerful = ResponseTemplate("Great!", buttons=(Button("<b>More</b>", "/more"),), sentiment="positive")
    known = Catalog({"hours": replace(SHOP.intents["hours"], responses=(sad, cheerful, ResponseTemplate("Nine.")))})
    assert texts(await say("when", "hours", known)) == [["Nine."]]


async def test_no_action_runs_and_a_question_comes_before_it() -> None:
    asked = await say("where is it", "status")
    assert (texts(asked), asked.actions) == ([["Which order is it?"]], ())
    found = await say("where is A-1042", "status")
    assert (texts(found), found.actions) == ([["One moment."]], ("action_status",))
    assert (texts(await say("hi", "named"))) == [["Hello."]]
    assert texts(await say("so", "mute")) == [[SETTINGS.texts.no_answer]]


async def test_a_person_is_neither_called_nor_reported(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    hooks = ActionSettings(on_hand_off="action_tell", on_nobody_there="action_ticket")
    told = await say("a person", "human", settings=SETTINGS.model_copy(update={"actions": hooks}))
    assert told.parse.decision.kind == "hand_off"
    assert texts(told) == [["A person is coming."]]
    assert (told.actions, told.with_nobody_there) == (("action_tell", "action_ticket"), "action_ticket")
    assert caplog.records == []


async def test_questions_and_refusals_are_told_in_the_bots_words() -> None:
    (way,) = (await say("so", "hours", sure=0.5)).ways
    assert [button.title for button in way[0].buttons] == ["You want hours", SETTINGS.texts.none_of_these]
    assert texts(await say("\u200b", "hours")) == [[SETTINGS.texts.empty]]
    long = await say("x" * (SETTINGS.max_message_chars + 1), "hours")
    assert (texts(long), long.parse.decision.kind) == ([[SETTINGS.texts.too_long]], "out_of_scope")
