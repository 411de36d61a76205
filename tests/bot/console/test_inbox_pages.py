"""The inbox in the browser: the acts of `ripen review`."""

from __future__ import annotations

import re
from html import unescape

import pytest

from bot.console import inbox_pages
from tests.bot.console.conftest import Office, Person
from tests.bot.review.stories import tell, turn

WORDS = [f"number{number}" for number in range(24)]


async def open_inbox(office: Office, eve: Person) -> dict[str, object]:
    """The first group's form, all of it ticked."""
    await eve.open("/inbox")
    numbers = re.findall(r'name="number" value="(\d+)"', eve.page)
    examples = re.findall(r'name="example" value="([^"]+)" checked', eve.page)
    return {
        "group": eve.hidden("group"), "versions": eve.hidden("versions"), "number": numbers, "example": examples,
    }  # fmt: skip


async def ask_for_gift_cards(office: Office) -> None:
    await tell(
        office.store,
        [
            turn("do you sell gift cards", "out_of_scope"),
            turn("do you sell gift cards now", "out_of_scope", sender="bob"),
        ],
    )


async def test_a_group_goes_under_an_intent_and_comes_back(office: Office, eve: Person) -> None:
    file = office.intents / "orders.yml"
    before = file.read_bytes()
    await ask_for_gift_cards(office)
    form = await open_inbox(office, eve)
    done = await eve.send("/inbox/assign", {**form, "intent": "refund"})
    assert done.status_code == 303
    assert "do you sell gift cards" in file.read_text("utf-8")
    page = (await eve.open("/inbox?" + done.headers["location"].partition("?")[2])).text
    assert "2 messages put under refund" in page
    assert "The inbox is empty" in page
    assert "Eve" in page
    await eve.send("/inbox/undo", {"key": eve.hidden("key")})
    assert file.read_bytes() == before
    assert "do you sell gift cards" in (await eve.open("/inbox")).text


async def test_any_intent_can_be_named_and_all_are_listed_once(office: Office, eve: Person) -> None:
    await tell(office.store, [turn("do you sell gift cards", "out_of_scope"), turn("moo moo moo", "out_of_scope")])
    form = await open_inbox(office, eve)
    assert eve.page.count('<option value="refund">') == 1
    for name in ("", "no_such_intent"):
        assert (await eve.send("/inbox/assign", {**form, "other": name})).status_code == 400
    assert (await eve.send("/inbox/assign", {**form, "other": " refund "})).status_code == 303


async def test_a_new_intent_is_made_of_a_group(office: Office, eve: Person) -> None:
    await ask_for_gift_cards(office)
    form = await open_inbox(office, eve)
    new = {**form, "name": "gift_card", "description": "The customer asks for gift cards.", "file": "gifts.yml"}
    assert (await eve.send("/inbox/create", {**new, "name": "no name!"})).status_code == 400
    assert (await eve.send("/inbox/create", {**new, "file": "../out.yml"})).status_code == 400
    assert (await eve.send("/inbox/create", new)).status_code == 303
    assert office.loader().load().intents["gift_card"].examples[0].text.startswith("do you sell gift cards")
    assert not (office.folder / "out.yml").exists()


async def test_only_what_is_ticked_is_acted_on(office: Office, eve: Person) -> None:
    await ask_for_gift_cards(office)
    form = await open_inbox(office, eve)
    numbers = form["number"]
    assert isinstance(numbers, list)
    nothing = await eve.send("/inbox/dismiss", {**form, "number": []})
    assert nothing.status_code == 400
    await eve.send(
        "/inbox/assign",
        {**form, "number": numbers[:1], "example": ["do you sell gift cards", "smuggled in"], "intent": "refund"},
    )
    written = (office.intents / "orders.yml").read_text("utf-8")
    assert "smuggled in" not in written
    assert written.count("gift cards") <= 1
    assert "gift cards" in (await eve.open("/inbox")).text.split("Done of late")[0]


async def test_two_reviewers_of_one_group(office: Office, eve: Person) -> None:
    await ask_for_gift_cards(office)
    async with office.visit("Bob") as bob:
        mine, theirs = await open_inbox(office, eve), await open_inbox(office, bob)
        assert (await bob.send("/inbox/dismiss", theirs)).status_code == 303
        late = await eve.send("/inbox/assign", {**mine, "intent": "refund"})
    assert late.status_code == 409
    assert "changed since it was shown" in late.text


async def test_a_file_that_was_changed_since_is_not_written(office: Office, eve: Person) -> None:
    await ask_for_gift_cards(office)
    form = await open_inbox(office, eve)
    file = office.intents / "orders.yml"
    file.write_text(file.read_text("utf-8") + "\n# by hand\n", "utf-8")
    assert (await eve.send("/inbox/assign", {**form, "intent": "refund"})).status_code == 409
    assert "gift cards" not in file.read_text("utf-8")


async def test_many_groups_come_in_pages_and_one_stays_where_one_was(
    office: Office, eve: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_pages, "GROUPS_PER_PAGE", 1)
    await tell(office.store, [turn(text, "out_of_scope") for text in ("moo moo", "gift cards", "open the cage")])
    shown = [re.findall(r'<h2 id="g\d+">([^<]+)', (await eve.open("/inbox", page=page)).text) for page in (1, 2, 3)]
    assert sorted(text for texts in shown for text in texts) == ["gift cards", "moo moo", "open the cage"]
    page = (await eve.open("/inbox", page=2)).text
    assert "2 to 2 of 3" in page
    assert 'rel="prev" href="?page=1"' in page
    form = {name: eve.hidden(name) for name in ("group", "versions", "page")}
    done = await eve.send("/inbox/dismiss", {**form, "number": re.findall(r'name="number" value="(\d+)"', page)})
    assert "page=2&done=" in done.headers["location"]
    after = (await eve.open(done.headers["location"].removeprefix("/console"))).text
    assert "dismissed" in after
    assert "2 to 2 of 2" in after
    assert "done=" not in re.findall(r'rel="prev" href="([^"]+)"', after)[0]
    undone = await eve.send("/inbox/undo", {"key": eve.hidden("key"), "page": eve.hidden("page")})
    assert undone.headers["location"].startswith("/console/inbox?page=2&back=")
    back = (await eve.open(undone.headers["location"].removeprefix("/console"))).text
    assert "Taken back." in back
    assert f"{focused(back)}</h2>" in page


def focused(page: str) -> str:
    """The heading of the group that has the focus when the page is there; empty when none has."""
    found = re.search(r'<section class="group box"[^>]* autofocus>\s*<h2 id="g\d+">([^<]+)', page)
    return found[1] if found else ""


async def test_who_acts_goes_on_where_the_group_was_and_takes_back_one_act_after_the_other(
    office: Office, eve: Person
) -> None:
    await tell(office.store, [turn(text, "out_of_scope") for text in ("moo moo", "gift cards", "open the cage")])

    async def dismiss(number: int) -> str:
        form = {name: eve.hidden(name, number) for name in ("group", "versions", "at", "before")}
        part = eve.page.split("<section")[number + 1]
        numbers = re.findall(r'name="number" value="(\d+)"', part)
        done = await eve.send("/inbox/dismiss", {**form, "page": "1", "number": numbers})
        return (await eve.open(done.headers["location"].removeprefix("/console"))).text

    async def undo() -> str:
        undone = await eve.send("/inbox/undo", {"key": eve.hidden("key"), "page": "1"})
        return (await eve.open(undone.headers["location"].removeprefix("/console"))).text

    first, second, third = re.findall(r'<h2 id="g\d+">([^<]+)', (await eve.open("/inbox")).text)
    assert focused(eve.page) == "", "who comes to the page begins at its beginning"
    assert focused(await dismiss(1)) == third
    assert focused(await dismiss(1)) == first, "the last one is gone, so the one before it"
    page = await dismiss(0)
    assert focused(page) == ""
    assert 'role="status" tabindex="-1" autofocus' in page
    for text in (first, third):
        page = await undo()
        assert focused(page) == text
        assert "Taken back. Before it:" in " ".join(page.split())
    assert focused(await undo()) == second
    assert "Before it" not in eve.page
    assert 'name="key"' not in eve.page


async def test_a_filter_finds_groups_and_outlives_an_act(office: Office, eve: Person) -> None:
    await tell(
        office.store,
        [turn(text, "out_of_scope") for text in ("moo moo", "Gift <b>cards", "open that parrot cage for gifts")],
    )
    page = (await eve.open("/inbox", text="GIFT")).text
    assert "moo moo" not in page
    assert "2 groups of 3 with “GIFT”" in page
    assert "<b>cards" not in page
    assert "0 groups of 3" in (await eve.open("/inbox", text="<script>")).text
    assert "<script>" not in eve.page
    await eve.open("/inbox", text="cage")
    form = {name: eve.hidden(name) for name in ("group", "versions", "page", "text", "at")}
    done = await eve.send("/inbox/dismiss", {**form, "number": re.findall(r'name="number" value="(\d+)"', eve.page)})
    assert "text=cage" in done.headers["location"]


@pytest.mark.parametrize("query", [{"at": "x"}, {"at": "9" * 400}, {"back": "²"}, {"back": "-1"}, {"at": "-1"}])
async def test_a_place_that_there_is_not_is_none(office: Office, eve: Person, query: dict[str, str]) -> None:
    await ask_for_gift_cards(office)
    assert (await eve.open("/inbox", **query)).status_code == 200
    assert focused(eve.page) == ""


async def test_it_says_how_much_waits_and_leads_to_the_conversation(office: Office, eve: Person) -> None:
    turns = [turn(f"do you sell gift cards {word}", "out_of_scope", minute=at) for at, word in enumerate(WORDS)]
    await tell(office.store, turns)
    page = (await eve.open("/inbox")).text
    assert f"1 group with {len(WORDS)} messages" in page
    link = re.search(r'href="/console(/conversation\?[^"#]+)#here">', page)
    assert link
    shown = (await eve.open(unescape(link[1]))).text
    assert shown.count('id="here"') == 1


async def test_of_a_large_group_what_becomes_an_example_is_always_seen(office: Office, eve: Person) -> None:
    await tell(office.store, [turn(f"do you sell gift cards {word}", "out_of_scope") for word in WORDS])
    page = (await eve.open("/inbox")).text
    rows = page.split("<tr")[1:]
    hidden = [row for row in rows if row.startswith(' class="rest"')]
    assert len(hidden) >= 24 - 8 - 8
    assert not [row for row in hidden if 'name="example"' in row and row.count(" checked") > 1]
    assert "Show all 24 sentences" in page
    few = (await eve.open("/inbox", text="nothing of it")).text
    assert "Show all" not in few
