"""Slots that intents share, in the editor."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.bot.console.conftest import Office

SHARED = "# for all\nslots:\n  order_id: {pattern: '[A-Z]-\\d{4}'}\n  shop: {ask: Which shop?}\n"


@pytest.fixture
def sharing(tmp_path: Path) -> Office:
    """Its `order_status` takes what another file shares."""
    office = Office(tmp_path)
    orders = office.intents / "orders.yml"
    orders.write_text(re.sub(r"slots: .*", "slots: [order_id, shop]", orders.read_text("utf-8")), "utf-8")
    (office.intents / "slots.yml").write_text(SHARED, "utf-8")
    office.live.swap(office.learn())
    return office


async def test_an_intent_leads_to_the_slots_that_it_shares(sharing: Office) -> None:
    async with sharing.visit() as eve:
        page = (await eve.open("/edit", intent="order_status")).text
        assert '<a href="/console/edit?file=slots.yml&amp;intent=slots">shop</a>' in page
        await eve.open("/edit", file="slots.yml", intent="slots")
        form = eve.editing()
        assert form["text"] == SHARED
        assert "<h1>slots</h1>" in (await eve.save({**form, "text": SHARED.replace("Which", "In which")})).text
        assert "from the slots that intents share" not in (await eve.open("/edit", intent="refund")).text
    assert sharing.loader().load().intents["order_status"].slots[1].ask == "In which shop?"


async def test_a_shared_slot_that_is_taken_is_not_removed(sharing: Office) -> None:
    async with sharing.visit() as eve:
        await eve.open("/edit", file="slots.yml", intent="slots")
        form = eve.editing()
        without = {**form, "text": form["text"].replace("  shop: {ask: Which shop?}\n", "")}
        assert (
            'by this edit, in <a href="/console/edit?file=orders.yml#line-7">'
            in (await eve.send("/edit/check", without)).text
        )
        for refused in (await eve.save(without), await eve.save({**form, "delete": "1"})):
            assert refused.status_code == 422
            assert "orders.yml, line 7: `order_status` takes the slot `shop` by its name" in refused.text
    assert (sharing.intents / "slots.yml").read_text("utf-8") == SHARED


async def test_a_renamed_entry_is_found_beside_shared_slots(sharing: Office) -> None:
    file = sharing.intents / "orders.yml"
    file.write_text(file.read_text("utf-8") + "slots: {colour: {}}\n", "utf-8")
    async with sharing.visit() as eve:
        await eve.open("/edit", intent="refund")
        form = eve.editing()
        renamed = await eve.save({**form, "text": form["text"].replace("refund:", "money_back:")})
        assert "<h1>money_back</h1>" in renamed.text
