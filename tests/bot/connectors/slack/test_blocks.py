"""Parts as Block Kit, within Slack's limits."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.connectors.slack.blocks import answered, posts
from bot.messages import Button, Part
from tests.standins.slack_limits import refusal

TEXTS = st.text(max_size=200) | st.integers(0, 45_000).map(lambda length: "word & " * (length // 7))
BUTTONS = st.builds(Button, st.text(max_size=200), st.text(max_size=2500))
PARTS = st.builds(
    Part,
    text=st.none() | TEXTS,
    buttons=st.lists(BUTTONS, max_size=60).map(tuple),
    image=st.none() | st.text(max_size=30) | st.just("https://shop.example/" + "a" * 3000),
    attachment=st.none() | st.text(max_size=30),
)


@given(PARTS)
def test_whatever_the_part_slack_takes_its_messages(part: Part) -> None:
    assert [refusal(asdict(post)) for post in posts(part) if refusal(asdict(post))] == []


def test_buttons_carry_their_payload_and_a_title_cut_at_a_word() -> None:
    title = "I would like to know where the parcel is that I ordered on Monday last week"
    (post,) = posts(Part(text="Did you mean one of these?", buttons=(Button(title + " again", "/order_status"),)))
    button = post.blocks[1]["elements"][0]
    assert button["value"] == "/order_status"
    assert button["text"]["text"] == "I would like to know where the parcel is that I ordered on Monday last…"
    assert post.text.startswith("Did you mean one of these?\n• I would")


def test_a_payload_too_long_for_slack_gives_way_to_the_title(caplog: pytest.LogCaptureFixture) -> None:
    (post,) = posts(Part(buttons=(Button("Yes", "x" * 2001),)))
    assert post.blocks[0]["elements"][0]["value"] == "Yes"
    assert "2001 characters" in caplog.text


def test_more_than_ten_choices_are_a_list_to_pick_from() -> None:
    few, many = (tuple(Button(f"b{i}", f"/p{i}") for i in range(count)) for count in (10, 11))
    assert [element["type"] for element in posts(Part(buttons=few))[0].blocks[0]["elements"]] == ["button"] * 10
    (post,) = posts(Part(buttons=many))
    (select,) = post.blocks[0]["elements"]
    assert select["type"] == "static_select"
    assert [(option["text"]["text"], option["value"]) for option in select["options"]] == [
        (f"b{i}", f"/p{i}") for i in range(11)
    ]
    assert "• b10" in post.text


def test_more_than_100_choices_take_another_list() -> None:
    (post,) = posts(Part(buttons=tuple(Button(f"b{i}", f"/p{i}") for i in range(250))))
    assert [len(block["elements"][0]["options"]) for block in post.blocks] == [100, 100, 50]


def test_what_is_too_long_for_a_list_stays_buttons_in_as_many_blocks_as_it_takes() -> None:
    (post,) = posts(Part(buttons=tuple(Button(f"b{i}", f"/p{i}" + "x" * 150) for i in range(30))))
    assert [len(block["elements"]) for block in post.blocks] == [25, 5]
    assert len({e["action_id"] for block in post.blocks for e in block["elements"]}) == 30


def test_an_embedded_picture_is_named_not_spelt_out() -> None:
    (post,) = posts(Part(text="Your parcel", image="data:image/svg+xml,%3Csvg%3E"))
    assert "data:" not in str(post)
    assert "a picture that Slack cannot show" in str(post)


def test_an_image_has_words_for_those_who_do_not_see_it() -> None:
    (post,) = posts(Part(text="Your parcel", image="https://shop.example/parcel.png"))
    assert post.blocks[1] == {
        "type": "image",
        "image_url": "https://shop.example/parcel.png",
        "alt_text": "Your parcel",
    }
    assert "https://shop.example/parcel.png" in post.text


def test_an_image_that_slack_cannot_fetch_is_named() -> None:
    (post,) = posts(Part(image="/static/parcel.png"))
    assert post.blocks[0]["text"]["text"] == "/static/parcel.png"


def test_custom_blocks_are_passed_through_with_a_fallback() -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "A *table*"}}]
    (post,) = posts(Part(custom={"blocks": blocks}))
    assert list(post.blocks) == blocks
    assert post.text == "A *table*"


def test_a_custom_payload_for_another_channel_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    assert posts(Part(custom={"carousel": ["private"]})) == []
    assert "left out" in caplog.text
    assert "private" not in caplog.text


def test_an_image_attachment_of_rasas_form_is_an_image() -> None:
    (post,) = posts(Part(attachment={"type": "image", "payload": {"src": "https://shop.example/a.png"}}))
    assert post.blocks[0]["type"] == "image"


def test_after_a_press_nothing_is_left_to_press() -> None:
    section = {"type": "section", "block_id": "s", "text": {"type": "mrkdwn", "text": "Which?"}}
    image = {"type": "image", "block_id": "i", "image_url": "https://a.example", "alt_text": "a", "image_width": 3}
    ours = {"type": "actions", "block_id": "x", "elements": [{"type": "button", "action_id": "ripen:0"}]}
    kept = answered([section, image, ours, ours | {"block_id": "y"}], "x", "Keep <it>", "U1")
    assert [block["type"] for block in kept] == ["section", "image", "context"]
    assert "image_width" not in kept[1]
    assert kept[2]["elements"][0]["text"] == "✓ <@U1> *Keep &lt;it&gt;*"


def test_after_a_press_beside_a_text_the_text_stays() -> None:
    section = {"type": "section", "block_id": "s", "text": {"type": "mrkdwn", "text": "Which?"}, "accessory": {"a": 1}}
    kept = answered([section], "s", "Yes", "U1")
    assert kept[0]["text"]["text"] == "Which?"
    assert "accessory" not in kept[0]
    assert kept[1]["type"] == "context"
