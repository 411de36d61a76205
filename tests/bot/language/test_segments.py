from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.segments import JOINTS, LONGEST, split_message


@pytest.mark.parametrize(
    ("text", "language", "segments"),
    [
        ("cancel my order and refund me", "en", ("cancel my order", "refund me")),
        ("Cancel my order, and also refund me please!", "en", ("Cancel my order", "refund me please")),
        ("where is A-1042? do you ship to Spain", "en", ("where is A-1042", "do you ship to Spain")),
        ("hi, where is my order", "en", ()),
        ("I would like a lamp", "en", ()),
        ("salt and pepper", "en", ()),
        ("the mill of salt and pepper grinder brand", "en", ("the mill of salt", "pepper grinder brand")),
        ("storniere die Bestellung und schick mir das Geld", "de", ("storniere die Bestellung", "schick mir das Geld")),
        ("annule la commande et rembourse moi", "fr-CA", ("annule la commande", "rembourse moi")),
        ("annule la commande et rembourse moi", "xx", ()),
        ("annule la commande. rembourse moi", "xx", ("annule la commande", "rembourse moi")),
        ("it costs 3.50 in total", "en", ()),
        ("取消訂單 謝謝，退款 到哪了", "zh", ("取消訂單 謝謝", "退款 到哪了")),
        ("ｃａｎｃｅｌ　ｉｔ　ａｎｄ　ｒｅｆｕｎｄ　ｍｅ", "en", ("cancel it", "refund me")),
        ("one two. three four. five six. seven eight. nine ten.", "en", ()),
        ("", "en", ()),
    ],
)
def test_a_message_is_cut_where_people_join_sentences(text: str, language: str, segments: tuple[str, ...]) -> None:
    assert split_message(text, language) == segments


@given(st.text(max_size=200), st.sampled_from([*JOINTS, "xx"]))
def test_segments_are_pieces_of_the_message(text: str, language: str) -> None:
    segments = split_message(text, language)
    assert all(segment and segment in text for segment in segments)
    assert len(segments) != 1
    assert len(segments) <= LONGEST


def test_a_long_message_is_cut_in_no_time() -> None:
    assert split_message("and " * 1000 + ", " * 1000, "en") == ()
