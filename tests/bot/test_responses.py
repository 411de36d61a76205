"""Choosing, filling in, and what actions say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog.catalog import ResponseTemplate
from bot.errors import ActionRubbish
from bot.messages import Button, Part, SentimentLabel
from bot.responses import GAP, choose, fill, fill_text, parts_of, render

SLOTS = {"order_id": "A-1042", "none": None, "empty": "", "many": ["a", None, 2], "yes": True, "zero": 0}


def say(
    *responses: Any, named: Mapping[str, tuple[ResponseTemplate, ...]] | None = None, **slots: Any
) -> tuple[Part, ...]:
    return parts_of(responses, named or {}, slots, None, Random(0))


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Order {order_id} is here.", "Order A-1042 is here."),
        ("{order_id}{order_id}", "A-1042A-1042"),
        ("{many}, {yes}, {zero}", "a, 2, yes, 0"),
        ("Hello. Order {none} is here. Bye!", "Hello. Bye!"),
        ("Hello.\nOrder {missing} is here.\nBye!", "Hello.\nBye!"),
        ("Order {missing} is on its way.", f"Order {GAP} is on its way."),
        ("{empty}", GAP),
        ("您好。订单{missing}。再见。", "您好。再见。"),
        ("no slots { here } {} {0} {a b}", "no slots { here } {} {0} {a b}"),
        ("{order_id.__class__} {order_id[0]} {order_id!r} {order_id:>99}",) * 2,
        ('/x{"order_id":"A"}',) * 2,
    ],
)
def test_fill_text(text: str, filled: str) -> None:
    assert fill_text(text, SLOTS) == filled


def test_a_value_is_data_and_no_template() -> None:
    assert fill_text("{a}", {"a": "{b}", "b": "secret"}) == "{b}"
    assert fill_text("{a}", {"a": r"\1 \g<0>"}) == r"\1 \g<0>"


@given(st.text(), st.dictionaries(st.text(max_size=8), st.text() | st.none() | st.integers() | st.lists(st.text())))
def test_no_text_and_no_slots_break_it(text: str, slots: dict[str, Any]) -> None:
    assert isinstance(fill_text(text, slots), str)
    assert render([ResponseTemplate(text=text)], slots, "neutral", Random(0)) is not None


@given(st.text(alphabet="ab{}_. \n", max_size=40), st.sets(st.sampled_from("ab")))
def test_no_slot_shows_raw(text: str, known: set[str]) -> None:
    said = fill_text(text, dict.fromkeys(known, "X"))
    assert "{a}" not in said.replace("{{", "")
    assert "{b}" not in said.replace("{{", "")


@pytest.mark.parametrize(
    ("sentiment", "chosen"), [("negative", {"sorry"}), ("neutral", {"plain", "other"}), (None, {"plain", "other"})]
)
def test_the_variant_for_the_users_sentiment_is_preferred(sentiment: SentimentLabel | None, chosen: set[str]) -> None:
    templates = [
        ResponseTemplate(text="plain"),
        ResponseTemplate(text="other"),
        ResponseTemplate(text="sorry", sentiment="negative"),
        ResponseTemplate(text="great", sentiment="positive"),
    ]
    rng = Random(1)
    assert {choose(templates, {}, sentiment, rng).text for _ in range(60)} == chosen


def test_a_variant_whose_slots_are_known_is_preferred() -> None:
    templates = [
        ResponseTemplate(text="Sorry about {order_id}", sentiment="negative"),
        ResponseTemplate(text="No slots"),
        ResponseTemplate(text="Lovely", sentiment="positive"),
        ResponseTemplate(text="With {order_id}"),
    ]
    assert choose(templates, {}, "negative", Random(0)).text == "No slots"
    assert choose(templates[:1], {}, "negative", Random(0)).text == "Sorry about {order_id}"
    assert choose([templates[2], templates[3]], {}, "negative", Random(0)).text == "With {order_id}"
    assert choose([templates[2]], {}, "negative", Random(0)).text == "Lovely"


def test_chance_is_the_callers() -> None:
    templates = [ResponseTemplate(text=str(i)) for i in range(9)]
    first = [choose(templates, {}, None, Random(5)).text for _ in range(3)]
    assert len(set(first)) == 1


def test_nothing_to_choose_from_is_nothing_to_say() -> None:
    assert render((), {}, None, Random(0)) is None


def test_gaps_outside_the_text() -> None:
    template = ResponseTemplate(
        text="Hello",
        buttons=(Button("Track {order_id}", '/track{"order_id":"{order_id}"}'), Button("Call", "/call")),
        image="https://example.org/{order_id}.png",
        custom={"id": "{order_id}", "list": ["{order_id}", 1], "kind": "card"},
    )
    assert fill(template, {}) == Part(
        "Hello", (Button("Call", "/call"),), None, None, {"id": None, "list": [None, 1], "kind": "card"}
    )
    whole = fill(template, {"order_id": "A-1"})
    assert whole.image == "https://example.org/A-1.png"
    assert whole.custom == {"id": "A-1", "list": ["A-1", 1], "kind": "card"}
    assert whole.buttons[0] == Button("Track A-1", '/track{"order_id":"A-1"}')


def test_a_value_cannot_break_out_of_a_payload() -> None:
    button = Button("x", '/track{"order_id":"{order_id}"}')
    said = 'A","admin":"yes\\'
    payload = fill(ResponseTemplate(text="x", buttons=(button,)), {"order_id": said}).buttons[0].payload
    assert json.loads(payload.removeprefix("/track")) == {"order_id": said}


def test_an_image_alone_with_a_gap_still_says_something() -> None:
    assert fill(ResponseTemplate(image="https://example.org/{x}.png"), {}) == Part(text=GAP)


def test_what_utter_message_makes() -> None:
    response: dict[str, Any] = {
        "text": "Hi {order_id}", "buttons": [{"title": "A", "payload": "/a", "type": "postback"}, {"title": "B"}],
        "elements": [], "custom": {}, "template": None, "response": None, "image": "https://x.org", "attachment": None,
    }  # fmt: skip
    assert say(response, order_id="A-1") == (
        Part("Hi {order_id}", (Button("A", "/a"), Button("B", "B")), "https://x.org"),
    )


@pytest.mark.parametrize("key", ["response", "template"])
def test_a_named_response_is_rendered_and_overridden(key: str) -> None:
    named = {"utter_x": (ResponseTemplate("{who}: {n}", (Button("A", "/a"),), "https://x.org/y"),)}
    plain, changed = say(
        {key: "utter_x", "n": 3, "text": None, "buttons": [], "custom": {}},
        {
            key: "utter_x",
            "who": "Bob",
            "n": 3,
            "image": "https://x.org/z",
            "buttons": [{"title": "C", "payload": "/c"}],
        },
        named=named,
        who="Ada",
    )
    assert plain == Part("Ada: 3", (Button("A", "/a"),), "https://x.org/y")
    assert changed == Part("Bob: 3", (Button("A", "/a"), Button("C", "/c")), "https://x.org/z")
    assert say({key: "utter_x", "text": "Own"}, named=named)[0].text == "Own"


def test_what_says_nothing_is_no_part() -> None:
    assert say({}, {"text": None, "buttons": []}, {"text": ""}) == ()


def test_a_carousel_becomes_parts() -> None:
    elements = [
        {"title": "Lamp", "subtitle": "39.00", "image_url": "https://x.org/l.png",
         "buttons": [{"title": "Buy", "payload": "/buy"}, {"type": "web_url", "title": "Look", "url": "https://x.org"}]},
        {"title": "Vase"},
    ]  # fmt: skip
    assert say({"text": "Two things:", "elements": elements}) == (
        Part("Two things:"),
        Part("Lamp\n39.00\nLook: https://x.org", (Button("Buy", "/buy"),), "https://x.org/l.png"),
        Part("Vase"),
    )


def test_attachment_and_custom_pass_through() -> None:
    attachment = {"type": "video", "payload": {"src": "https://x.org/v"}}
    assert say({"attachment": attachment, "custom": {"a": [1]}}) == (Part(attachment=attachment, custom={"a": [1]}),)


@pytest.mark.parametrize(
    "rubbish",
    [
        "text", None, 7, ["text"], {"text": 7}, {"text": {"a": 1}}, {"image": ["x"]}, {"custom": ["x"]},
        {"buttons": "x"}, {"buttons": ["x"]}, {"buttons": [{}]}, {"buttons": [{"title": 3}]}, {"custom": "x"},
        {"elements": ["x"]}, {"elements": [{"title": 1}]}, {"response": 7}, {"response": "utter_unknown"},
    ],
)  # fmt: skip
def test_rubbish_is_refused(rubbish: Any) -> None:
    with pytest.raises(ActionRubbish) as caught:
        say({"text": "fine"}, rubbish)
    assert "\n" not in str(caught.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(["text", "buttons", "elements", "custom", "image", "response", "attachment", "x"]), JSON
    )
)
def test_any_json_is_parts_or_rubbish(item: dict[str, Any]) -> None:
    try:
        parts = say(item)
    except ActionRubbish:
        return
    assert all(part != Part() for part in parts)
