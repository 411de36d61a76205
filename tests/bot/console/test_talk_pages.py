"""Conversations and traffic."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.connectors.desk import Agent, Remark, RemarkKind
from bot.connectors.feedback import Feedback
from bot.console import talk_pages
from bot.console.charts import draw_days, draw_mood
from bot.console.record import Record
from bot.console.traffic import by_channel, by_day, by_intent, count
from bot.conversations.memory import InMemoryConversationStore
from tests.bot.console.conftest import Office, Person
from tests.bot.review.stories import tell, turn


async def say(office: Office) -> None:
    await tell(
        office.store,
        [
            replace(turn("where is A-1042", "act", ("order_status", 0.9)), timings={"detect": 10.0, "decide": 2.0}),
            turn("And why?", "out_of_scope", minute=1),
            turn("money back", "clarify", ("refund", 0.6), sender="bob", minute=2),
        ],
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"ada", "bob"}),
        ({"text": "WHERE is"}, {"ada"}),
        ({"text": "c-bob"}, {"bob"}),
        ({"kind": "out_of_scope"}, {"ada"}),
        ({"intent": "refund"}, {"bob"}),
        ({"channel": "web", "kind": "hand_off"}, set()),
    ],
)
async def test_conversations_are_found(office: Office, eve: Person, query: dict[str, str], found: set[str]) -> None:
    await say(office)
    page = (await eve.open("/conversations", **query)).text
    assert {name for name in ("ada", "bob") if f"conversation?id=c-{name}" in page} == found


async def test_what_a_person_said_is_found_too(office: Office, eve: Person) -> None:
    await say(office)
    handoffs, ada = office.store.handoffs(), Agent("web:ada", "Ada <b>Byron</b>")
    for name in ("c-ada", "c-bob"):
        await handoffs.ask(name, "asked for")
        await handoffs.take(name, ada, Remark(f"{name} joined", "joined", ada.name, "", datetime.now(UTC)))
    for number, text in enumerate(("The STRASSE, where is it?", "Your parcel is at the harbour.", "Harbour <i>4</i>!")):
        await handoffs.say("c-ada", ada, Remark(f"{number}", "said", ada.name, text, datetime.now(UTC)))

    async def found(**query: str) -> set[str]:
        page = (await eve.open("/conversations", **query)).text
        return {name for name in ("ada", "bob") if f"conversation?id=c-{name}" in page}

    assert await found(text="harbour") == {"ada"}
    assert await found(text="straße") == {"ada"}, "letter case is folded as for messages"
    assert await found(text="joined") == await found(text="byron") == set(), "what they did is not what they said"
    assert await found(text="harbour", channel="web") == {"ada"}
    assert await found(text="harbour", channel="slack") == set()
    assert await found(text="harbour", kind="act") == await found(text="harbour", intent="order_status") == set()
    page = (await eve.open("/conversations", text="harbour")).text
    assert "Harbour &lt;i&gt;4&lt;/i&gt;!" in page, "the last of it"
    assert "Ada &lt;b&gt;Byron&lt;/b&gt;, in person" in page
    assert "Your parcel" not in page
    await office.store.forget("ada")
    assert await found(text="harbour") == set()


async def test_remarks_are_read_page_by_page(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await say(office)
    handoffs, ada = office.store.handoffs(), Agent("web:ada", "Ada")
    await handoffs.ask("c-ada", "asked for")
    await handoffs.take("c-ada", ada, Remark("joined", "joined", "Ada", "", datetime.now(UTC)))
    texts = [f"line {number}" for number in range(7)]
    for text in texts:
        await handoffs.say("c-ada", ada, Remark(text, "said", "Ada", text, datetime.now(UTC)))
    record = Record(office.store.reviews())
    for page in (1, 3, 7, 8):
        monkeypatch.setattr("bot.console.record.REMARKS_PAGE", page)
        assert [each.remark.text for each in await record.remarked(30)] == texts
    assert await record.remarked(30, datetime.now(UTC) + timedelta(days=31)) == []


async def test_a_search_by_htmx_gets_the_table_alone(office: Office, eve: Person) -> None:
    await say(office)
    part = await eve.http.get("/console/conversations?text=money", headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert "c-bob" in part.text


async def test_a_transcript_tells_what_the_bot_made_of_it(office: Office, eve: Person) -> None:
    await say(office)
    page = (await eve.open("/conversation", id="c-ada")).text
    assert page.index("where is A-1042") < page.index("And why?")
    for told in ("acted", "order_status", "90%", "detect 10 ms", "decide 2.0 ms", "not understood", "<polyline"):
        assert told in page
    assert (await eve.open("/conversation", id="c-nobody")).status_code == 404


async def test_a_transcript_shows_what_persons_said_where_they_said_it(office: Office, eve: Person) -> None:
    await say(office)
    handoffs, ada = office.store.handoffs(), Agent("web:ada", "Ada <b>Byron</b>")

    def remark(name: str, kind: RemarkKind, text: str = "") -> Remark:
        return Remark(name, kind, ada.name, text, datetime.now(UTC))

    await handoffs.ask("c-ada", "asked for")
    await handoffs.take("c-ada", ada, remark("1", "joined"))
    await handoffs.say("c-ada", ada, remark("2", "said", "Which <i>order</i>?"))
    later = turn("the blue one", minute=70)
    await tell(office.store, [replace(later, decision=None, outcome=None)])
    await office.store.feedback().record_feedback(
        Feedback("web", "u", "down", "ada", message_id="ada-where is A-1042-0")
    )
    page = (await eve.open("/conversation", id="c-ada")).text
    told = [
        "where is A-1042", "thumbs down", "And why?", "Ada &lt;b&gt;Byron&lt;/b&gt; has taken over.",
        "Ada &lt;b&gt;Byron&lt;/b&gt;, in person", "Which &lt;i&gt;order&lt;/i&gt;?", "the blue one",
    ]  # fmt: skip
    places = [page.find(each) for each in told]
    assert -1 not in places, told[places.index(-1)]
    assert places == sorted(places)
    assert "3 · " in page, "persons' lines are not counted as messages"


async def test_a_message_that_is_being_answered_is_not_shown_yet(office: Office, eve: Person) -> None:
    await say(office)
    await office.store.record_message(turn("one moment please").message)
    assert "one moment please" not in (await eve.open("/conversation", id="c-ada")).text
    shown = await Record(office.store.reviews()).read("c-ada", datetime.now(UTC) + timedelta(minutes=2))
    assert shown.turns[-1].message.text == "one moment please"


async def test_what_was_forgotten_is_gone_from_every_page(office: Office, eve: Person) -> None:
    await say(office)
    assert "where is A-1042" in (await eve.open("/conversation", id="c-ada")).text
    await office.store.forget("ada")
    assert (await eve.open("/conversation", id="c-ada")).status_code == 404
    assert "c-ada" not in (await eve.open("/conversations")).text


async def test_traffic_counts(office: Office, eve: Person) -> None:
    await say(office)
    page = (await eve.open("/traffic", days="7", channel="web")).text
    assert "<dd>3</dd>" in page
    assert page.count(">33%</a></dd>") == 3
    assert "12 ms" in page
    assert (await eve.open("/traffic", days="x", channel="none")).status_code == 200


async def test_figures_by_day_channel_and_intent() -> None:
    store = InMemoryConversationStore()
    await tell(store, [turn("a", "act", ("x", 0.9)), turn("b", "hand_off", sender="bob")])
    said = await Record(store.reviews()).look(30)
    now = datetime.now(UTC).date()
    days = by_day(said, 3, now + timedelta(days=1))
    assert [each.messages for each in days.values()] in ([0, 2, 0], [2, 0, 0])
    assert {name: each.messages for name, each in by_channel(said).items()} == {"web": 2}
    assert list(by_intent(said)) == ["x"]
    whole = count(said)
    assert (whole.act, whole.hand_off, whole.conversations, whole.median) == (1, 1, 2, None)
    assert count([]).valence is None
    bars = draw_days(days)
    assert bars.most == 2
    heights = [piece.height for bar in bars.bars for piece in bar.pieces]
    assert sum(heights) == pytest.approx(bars.height)


async def test_turns_in_flight_are_left_for_later() -> None:
    store = InMemoryConversationStore()
    first = turn("a", "act", ("x", 0.9))
    number, _ = await store.record_message(first.message)
    record = Record(store.reviews())
    assert await record.look(30) == []
    await tell(store, [turn("b", "act", ("x", 0.9))])
    assert await record.look(30) == []
    assert len(await record.look(30, datetime.now(UTC) + timedelta(minutes=2))) == 2
    assert number == 1


def test_a_mood_is_drawn_from_above_to_below() -> None:
    mood = draw_mood([1.0, None, -1.0])
    assert [dot.number for dot in mood.dots] == [1, 3]
    assert mood.dots[0].y < mood.height / 2 < mood.dots[1].y
    assert draw_mood([]).points == ""


async def test_long_lists_and_long_conversations_come_in_pages(
    office: Office, eve: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(talk_pages, "TALKS_PER_PAGE", 1)
    monkeypatch.setattr(talk_pages, "ITEMS_PER_PAGE", 2)
    await say(office)
    await tell(office.store, [turn("thanks", "act", ("refund", 0.9), minute=3)])
    first, second = [(await eve.open("/conversations", page=page)).text for page in (1, 2)]
    assert "conversation?id=c-ada" in first
    assert "conversation?id=c-bob" in second
    assert "2 conversations" in first
    late, early = [(await eve.open("/conversation", id="c-ada", page=page)).text for page in (1, 2)]
    assert late.index("And why?") < late.index("thanks")
    assert "where is A-1042" not in late
    assert "where is A-1042" in early
    assert "thanks" not in early
    assert 'rel="next" href="?id=c-ada&amp;page=2">Earlier' in late
    assert ">Later</a>" in early
