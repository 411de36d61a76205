from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog.annotations import AnnotationError, parse_example
from bot.messages import Entity

words = st.text(st.characters(codec="utf-8", exclude_characters='[](){}:"\\'), min_size=1, max_size=20).filter(
    str.strip
)
slots = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,10}", fullmatch=True)


@pytest.mark.parametrize(
    ("marked", "text", "entities"),
    [
        ("has [A-1042](order_id) shipped", "has A-1042 shipped", (Entity("order_id", "A-1042", 4, 10),)),
        ("to [ny](city:New York)!", "to ny!", (Entity("city", "New York", 3, 5),)),
        ('[ny]{"entity": "city", "value": "New York"}', "ny", (Entity("city", "New York", 0, 2),)),
        ('[ny]{"entity": "city"} now', "ny now", (Entity("city", "ny", 0, 2),)),
        ("[a](x)[b](y)", "ab", (Entity("x", "a", 0, 1), Entity("y", "b", 1, 2))),
        ("press [enter] (now)", "press [enter] (now)", ()),
        ("[x] [y](z", "[x] [y](z", ()),
        ("see [this: that](slot)", "see this: that", (Entity("slot", "this: that", 4, 14),)),
    ],
)
def test_all_three_notations_are_read(marked: str, text: str, entities: tuple[Entity, ...]) -> None:
    assert parse_example(marked) == (text, entities)


@pytest.mark.parametrize(
    "marked",
    ["[](x)", "[a]()", "[a](b:)", "[a](two words)", "[a]{b}", "[a]{", '[a]{"value": "b"}', '[a]{"entity": 3}',
     '[a]{"entity": "b", "role": "c"}', '[a]{"entity": "b", "value": 4}', "[a]{" + '"x":{' * 5000],
)  # fmt: skip
def test_marks_that_cannot_be_read_say_what_to_write(marked: str) -> None:
    with pytest.raises(AnnotationError, match=r"write|leave a space|needs"):
        parse_example(marked)


@given(st.lists(st.tuples(words, words, slots, st.none() | words, st.booleans()), max_size=5))
def test_offsets_always_point_at_the_words(pieces: list[tuple[str, str, str, str | None, bool]]) -> None:
    marked, plain = "", ""
    for before, surface, slot, value, as_json in pieces:
        if as_json:
            mark = json.dumps({"entity": slot} if value is None else {"entity": slot, "value": value})
        else:
            mark = f"({slot})" if value is None else f"({slot}:{value})"
        marked += f"{before}[{surface}]{mark}"
        plain += before + surface
    text, entities = parse_example(marked)
    assert text == plain
    assert [text[entity.start : entity.end] for entity in entities] == [surface for _, surface, _, _, _ in pieces]
    assert [entity.slot for entity in entities] == [slot for _, _, slot, _, _ in pieces]
    expected = [surface if value is None else value.strip() for _, surface, _, value, _ in pieces]
    assert [entity.value for entity in entities] == expected


@given(st.text(alphabet='[](){}:ab" \\,e', max_size=40))
def test_nothing_but_annotation_errors_comes_out(marked: str) -> None:
    try:
        text, entities = parse_example(marked)
    except AnnotationError:
        return
    assert all(0 <= entity.start < entity.end <= len(text) for entity in entities)
