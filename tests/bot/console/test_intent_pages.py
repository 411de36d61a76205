"""The list of intents and the editor, as a browser without scripts sees them."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from bot.config import ConsoleSettings
from bot.console import intent_pages
from tests.bot.console.conftest import Office, Person
from tests.bot.review.stories import tell, turn


async def test_the_list_tells_how_each_intent_is_doing(office: Office, eve: Person) -> None:
    await tell(office.store, [turn("where is it", "act", ("order_status", 0.9)), turn("hm", "act", ("refund", 0.9))])
    page = (await eve.open("/intents")).text
    assert "The customer asks where an order is." in page
    assert page.index("order_status") < page.index("refund")
    assert 'class="stage new"' in page


async def test_an_edit_keeps_every_other_byte(office: Office, eve: Person) -> None:
    file = office.intents / "orders.yml"
    before = file.read_text("utf-8")
    await eve.open("/edit", intent="refund")
    form = eve.editing()
    form["text"] += "    - refund me\n"
    saved = await eve.save(form)
    assert saved.status_code == 200
    assert "Saved" in saved.text
    assert file.read_text("utf-8") == before + "    - refund me\n"
    undone = await eve.send("/edit/undo", {"key": eve.hidden("key")})
    assert undone.status_code == 303
    assert file.read_text("utf-8") == before


async def test_a_comment_above_an_entry_is_part_of_it(office: Office, eve: Person) -> None:
    await eve.open("/edit", intent="order_status")
    form = eve.editing()
    assert form["text"].startswith("# what customers ask most\norder_status:")
    form["text"] = form["text"].replace("ask most", "ask <most>").replace("\n", "\r\n")
    await eve.save(form)
    written = (office.intents / "orders.yml").read_bytes()
    assert written.startswith(b"# what customers ask <most>\norder_status:")
    assert b"# short" in written
    assert b"\r" not in written


async def test_two_editors_of_one_entry_are_told_and_shown_both(office: Office, eve: Person) -> None:
    async with office.visit("Bob") as bob:
        for person in (eve, bob):
            await person.open("/edit", intent="refund")
        mine, theirs = eve.editing(), bob.editing()
        theirs["text"] += "    - bob was here\n"
        mine["text"] += "    - eve was here\n"
        assert (await bob.save(theirs)).status_code == 200
        conflict = await eve.save(mine)
    assert conflict.status_code == 409
    assert "bob was here" in conflict.text
    assert "eve was here" in conflict.text
    assert "eve was here" not in (office.intents / "orders.yml").read_text("utf-8")
    over = {**mine, "version": eve.hidden("version")}
    assert (await eve.save(over)).status_code == 200, "knowing of it, one may write over it"


async def test_two_editors_of_one_file_may_change_different_entries(office: Office, eve: Person) -> None:
    async with office.visit("Bob") as bob:
        await eve.open("/edit", intent="refund")
        await bob.open("/edit", intent="order_status")
        mine, theirs = eve.editing(), bob.editing()
        theirs["text"] = theirs["text"].replace("has my order shipped", "did my order ship")
        mine["text"] += "    - refund me\n"
        assert (await bob.save(theirs)).status_code == 200
        assert (await eve.save(mine)).status_code == 200
    written = (office.intents / "orders.yml").read_text("utf-8")
    assert "did my order ship" in written
    assert "refund me" in written


async def test_whole_files_conflict_too(office: Office, eve: Person) -> None:
    await eve.open("/edit", file="responses.yml")
    form = eve.editing(text="utter_hello:\n  - Hi!\n")
    (office.intents / "responses.yml").write_text("utter_hello:\n  - Good day!\n")
    conflict = await eve.save(form)
    assert conflict.status_code == 409
    assert "Good day!" in conflict.text
    await eve.save({**form, "version": eve.hidden("version")})
    assert (office.intents / "responses.yml").read_text("utf-8") == "utter_hello:\n  - Hi!\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("refund:\n  description: [", "Nothing was saved"),
        ("refund:\n  descripton: Money back.\n", "descripton"),
        ("order_status:\n  description: Twice.\n", "order_status"),
        ("refund: !!python/object/apply:os.system [echo]\n", "Nothing was saved"),
        ("", "There is nothing in it"),
    ],
)
async def test_what_would_not_load_is_not_saved(office: Office, eve: Person, text: str, told: str) -> None:
    before = (office.intents / "orders.yml").read_bytes()
    await eve.open("/edit", intent="refund")
    response = await eve.save(eve.editing(text=text))
    assert response.status_code in (400, 422)
    assert told in response.text
    assert (office.intents / "orders.yml").read_bytes() == before


async def test_an_entry_can_be_renamed_and_removed(office: Office, eve: Person) -> None:
    await eve.open("/edit", intent="refund")
    form = eve.editing()
    form["text"] = form["text"].replace("refund:", "money_back:")
    renamed = await eve.save(form)
    assert "<h1>money_back</h1>" in renamed.text
    removed = await eve.save(eve.editing(delete="1"))
    assert "is removed" in removed.text
    assert "money_back" not in (office.intents / "orders.yml").read_text("utf-8")
    await eve.send("/edit/undo", {"key": eve.hidden("key")})
    assert "money_back" in (office.intents / "orders.yml").read_text("utf-8")


async def test_undo_does_not_write_over_what_came_after(office: Office, eve: Person) -> None:
    await eve.open("/edit", intent="refund")
    form = eve.editing()
    form["text"] += "    - refund me\n"
    await eve.save(form)
    key = eve.hidden("key")
    file = office.intents / "orders.yml"
    file.write_text(file.read_text("utf-8") + "\n# by hand\n", "utf-8")
    refused = await eve.send("/edit/undo", {"key": key})
    assert refused.status_code == 409
    assert "# by hand" in file.read_text("utf-8")


async def test_the_live_check_finds_what_ripen_check_would(office: Office, eve: Person) -> None:
    await eve.open("/edit", intent="refund")
    form = eve.editing()
    assert "Nothing to complain about" in (await eve.send("/edit/check", form)).text
    form["text"] += "    - where is my order\n"
    told = (await eve.send("/edit/check", form)).text
    assert "One sentence can mean one thing" in told
    assert "orders.yml:5" in told
    assert str(office.folder) not in told
    assert "where is my order" in told


async def test_an_edit_is_tried_before_it_is_saved(office: Office, eve: Person) -> None:
    before = (office.intents / "orders.yml").read_bytes()
    await eve.open("/edit", intent="refund")
    form = eve.editing(message="please open the parrot cage")
    form["text"] += "    - please open the parrot cage\n"
    page = (await eve.send("/edit/try", form)).text
    edited, live = page.split("The live bot")
    assert edited.index('scope="row">refund') < edited.index('scope="row">order_status')
    assert "acted" in edited
    assert "acted" not in live
    assert (office.intents / "orders.yml").read_bytes() == before
    broken = await eve.send("/edit/try", {**form, "text": "refund: ["})
    assert "does not load" in broken.text
    assert "The live bot" in broken.text


async def test_a_try_tells_what_would_be_said_and_run_by_the_edit(office: Office, eve: Person) -> None:
    await eve.open("/edit", intent="refund")
    form = eve.editing(message="give me my money back")
    form["text"] += """\
  responses:
    - {text: 'Five <b>days</b>.', buttons: [{title: '<i>Why?</i>', payload: /refund}], image: 'https://x.y/"><u>.png'}
    - {custom: {html: '<s>cheap</s>'}}
  action: action_pay_back
"""
    edited, live = (await eve.send("/edit/try", form)).text.split("The live bot")
    for written in ("Five &lt;b&gt;days&lt;/b&gt;", "&lt;i&gt;Why?&lt;/i&gt;", "&lt;u&gt;", "&lt;s&gt;cheap", ">or<"):
        assert written in edited
        assert written not in live
    assert not re.search("<[bius]>", edited)
    assert "Then it would run <code>action_pay_back</code>." in edited
    assert office.settings.texts.no_answer in live
    assert "action_pay_back" not in live


async def test_read_only_shows_and_tries_but_does_not_change(tmp_path: Path) -> None:
    office = Office(tmp_path, ConsoleSettings(read_only=True))
    before = (office.intents / "orders.yml").read_bytes()
    async with office.visit() as eve:
        page = (await eve.open("/edit", intent="refund")).text
        assert "readonly" in page
        assert ">Save<" not in page
        form = eve.editing(text="refund:\n  description: Changed.\n", message="x")
        assert (await eve.send("/edit/check", form)).status_code == 200
        assert (await eve.send("/edit/try", form)).status_code == 200
        for path in ("/edit", "/edit/undo", "/inbox/dismiss", "/models/use", "/models/undo"):
            refused = await eve.send(path, form)
            assert refused.status_code == 403
            assert "pull request" in refused.text
    assert (office.intents / "orders.yml").read_bytes() == before


async def test_a_second_press_of_save_is_no_conflict(office: Office, eve: Person) -> None:
    await eve.open("/edit", intent="refund")
    before = (office.intents / "orders.yml").read_bytes()
    form = eve.editing()
    form["text"] += "    - refund me\n"
    first = await eve.save(form)
    again = await eve.save(form)
    assert again.status_code == 200
    assert first.text.count("Saved") == again.text.count("Saved") == 1
    assert (await eve.send("/edit/undo", {"key": eve.hidden("key")})).status_code == 303
    assert (office.intents / "orders.yml").read_bytes() == before


async def test_many_intents_come_in_pages_and_are_found(
    office: Office, eve: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intent_pages, "ROWS_PER_PAGE", 1)
    names = list(office.live.current.catalog.intents)
    shown = [name for page in range(1, len(names) + 1) if (name := _listed(await eve.open("/intents", page=page)))]
    assert shown == names
    assert _listed(await eve.open("/intents", page="99")) == names[-1]
    assert _listed(await eve.open("/intents", page="x")) == names[0]
    first = (await eve.open("/intents", text="customer")).text
    assert 'href="?text=customer&amp;page=2"' in first
    part = await eve.http.get("/console/intents", params={"text": "MONEY"}, headers={"HX-Request": "true"})
    assert _listed(part) == "refund"
    assert "<html" not in part.text
    assert "0 intents found" in (await eve.open("/intents", text="<b>nothing")).text


def _listed(page: httpx.Response) -> str:
    (name,) = re.findall(r"&amp;intent=([a-z_]+)", page.text)
    return str(name)


async def test_a_rename_tells_what_it_leaves_behind(office: Office, eve: Person) -> None:
    menu = (
        "hello:\n  description: Hello.\n  responses:\n    - {text: Hi, buttons: [{title: Money, payload: /refund}]}\n"
    )
    (office.intents / "menu.yml").write_text(menu)
    await eve.open("/edit", intent="refund")
    form = eve.editing()
    assert "by this edit" not in (await eve.send("/edit/check", form)).text
    told = (await eve.send("/edit/check", {**form, "text": form["text"].replace("refund:", "money_back:", 1)})).text
    assert "by this edit" in told
    assert 'href="/console/edit?file=menu.yml#line-4"' in told
    assert "/refund" in told
    twice = (await eve.send("/edit/check", {**form, "text": form["text"].replace("refund:", "hello:", 1)})).text
    assert "hello" in twice
    assert "menu.yml" in twice


async def test_what_keeps_an_edit_from_being_live_leads_to_its_line(office: Office, eve: Person) -> None:
    half = f"{office.intents / 'orders.yml'}:7: error: A <quote> is open. Close it.\nlearning failed: OSError"
    office.live.keep(half)
    page = (await eve.open("/intents")).text
    assert '<a href="/console/edit?file=orders.yml#line-7">orders.yml:7</a>: A &lt;quote&gt; is open. Close it.' in page
    assert "<li>learning failed: OSError</li>" in page
