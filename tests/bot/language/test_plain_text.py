from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.plain_text import find_places, read_plainly

ODD = st.sampled_from("ｃ１－　ﬁ…½´’“–—‑\u00a0\u00ad\u200b\u2066\ufeff\u0301\u0327\u1112\u1161\u11abｶﾞㅋ")


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("ｃａｎｃｅｌ　ｍｙ　ｏｒｄｅｒ", "cancel my order"),
        ("Ａ－１０４２", "A-1042"),
        ("A‑1042, A–1042, A—1042", "A-1042, A-1042, A-1042"),
        ("a re\ufb01ll", "a refill"),
        ("my\u00a0order\u2009please", "my order please"),
        ("can\u200bcel my or\u00adder\ufeff", "cancel my order"),
        ("I don’t, “really”…", 'I don\'t, "really"...'),
        ("wie geht´s", "wie geht's"),
        ("cafe\u0301", "café"),
    ],
)
def test_odd_characters_are_read_as_plain_ones(written: str, plain: str) -> None:
    assert read_plainly(written) == plain


@pytest.mark.parametrize(
    "text", ["where is my order?!", "Größe, garçon, señor", "訂單在哪裡?", "👩\u200d💻 ok ❤\ufe0f", "می\u200cخواهم"]
)
def test_ordinary_text_comes_back_as_it_is(text: str) -> None:
    assert read_plainly(text) == text


@given(st.text(st.one_of(ODD, st.characters()), max_size=20))
def test_each_plain_character_has_its_place(text: str) -> None:
    plain, places = read_plainly(text), find_places(text)
    assert read_plainly(plain) == plain == unicodedata.normalize("NFKC", plain)
    assert len(places) == len(plain)
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert places == sorted(places)
