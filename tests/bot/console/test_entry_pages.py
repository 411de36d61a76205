"""A new intent from a form."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import ConsoleSettings
from tests.bot.console.conftest import Office, Person

FORM = {"name": "gift_card", "description": "The customer wants a gift card.", "examples": "", "file": "orders.yml"}


async def test_a_new_intent_goes_below_the_others(office: Office, eve: Person) -> None:
    file = office.intents / "orders.yml"
    before = file.read_text("utf-8")
    assert 'href="/console/new"' in (await eve.open("/intents")).text
    page = (await eve.open("/new")).text
    assert 'value="orders.yml"' in page
    examples = "do you sell gift cards\r\n\r\n  - no: really?\r\n"
    more = {"name": " gift  card", "answers": "At the {place}: till 2\r\n", "examples": examples}
    made = await eve.send("/new", FORM | more)
    assert made.status_code == 303
    assert file.read_text("utf-8") == (
        f"{before}\ngift_card:\n  description: The customer wants a gift card.\n"
        '  responses:\n    - "At the {place}: till 2"\n'
        '  examples:\n    - do you sell gift cards\n    - "no: really?"\n'
    )
    editor = await eve.open(made.headers["location"].removeprefix("/console"))
    assert "gift_card" in editor.text
    await eve.send("/edit/undo", {"key": eve.hidden("key")})
    assert file.read_text("utf-8") == before


async def test_a_new_file_is_made_for_it(office: Office, eve: Person) -> None:
    await eve.open("/new", file="orders.yml")
    assert (await eve.send("/new", FORM | {"file": "shop/gifts.yml"})).status_code == 303
    assert "gift_card" in office.loader().load().intents
    await eve.open("/edit", file="shop/gifts.yml")
    assert eve.editing()["text"] == "gift_card:\n  description: The customer wants a gift card.\n"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": "gift*card"}, "is no name of an intent"),
        ({"name": "refund"}, "There is an intent refund already"),
        ({"name": "slots"}, "stand the slots that several intents share"),
        ({"name": "utter_refund"}, "what begins with utter_ are answers"),
        ({"description": " "}, "Say what its user wants"),
        ({"file": "../gifts.yml"}, "name a .yml file"),
        ({"file": "gifts.txt"}, "name a .yml file"),
        ({"examples": "[ (order_id)"}, ""),
        ({"examples": "where is [A-1](order_id)"}, "order_id"),
    ],
)
async def test_what_is_wrong_is_told_and_the_form_is_kept(
    office: Office, eve: Person, wrong: dict[str, str], told: str
) -> None:
    await eve.open("/new")
    before = {file: file.read_bytes() for file in office.intents.iterdir()}
    refused = await eve.send("/new", FORM | wrong)
    if not told:
        assert refused.status_code == 303, "brackets alone are ordinary text"
        return
    assert refused.status_code == 422
    assert told in refused.text
    form = FORM | wrong
    for value in (form["name"], form["examples"]):
        assert value in refused.text
    assert {file: file.read_bytes() for file in office.intents.iterdir()} == before


async def test_read_only_offers_none(tmp_path: Path) -> None:
    office = Office(tmp_path, ConsoleSettings(read_only=True))
    async with office.visit() as eve:
        assert 'href="/console/new"' not in (await eve.open("/intents")).text
        assert "only shows" in (await eve.open("/new")).text
        await eve.open("/edit", intent="refund")
        assert (await eve.send("/new", FORM)).status_code == 403


async def test_an_intent_is_renamed_with_all_that_leads_to_it(office: Office, eve: Person) -> None:
    menu = office.intents / "menu.yml"
    menu.write_text("menu:\n  description: M.\n  responses: [{text: Hi, buttons: [{title: R, payload: /refund}]}]\n")
    tests = office.folder / "tests" / "conversations"
    tests.mkdir(parents=True)
    (tests / "a.yml").write_text("conversations:\n  a:\n    - {user: money back, intent: refund}\n")
    before = [file.read_bytes() for file in (menu, tests / "a.yml", office.intents / "orders.yml")]
    assert "Rename everywhere" in (await eve.open("/edit", intent="refund")).text
    form = {"file": "orders.yml", "intent": "refund"}
    done = await eve.send("/edit/rename", form | {"name": " money_back "})
    assert done.status_code == 303
    page = (await eve.open(done.headers["location"].removeprefix("/console"))).text
    assert "refund is money_back now, in 3 places." in page
    assert "/money_back" in menu.read_text()
    assert "intent: money_back" in (tests / "a.yml").read_text()
    await eve.send("/edit/undo", {"key": eve.hidden("key")})
    assert [file.read_bytes() for file in (menu, tests / "a.yml", office.intents / "orders.yml")] == before
    taken = await eve.send("/edit/rename", form | {"name": "order_status"})
    assert taken.status_code == 400
    assert "There is an intent order_status already" in taken.text
    assert "Rename everywhere" not in (await eve.open("/edit", file="orders.yml")).text
