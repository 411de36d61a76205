"""Slack's text format, in and out."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.connectors.slack.mrkdwn import decode, encode, escape, mentions, split


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("<@UBOT> where is my order", "where is my order"),
        ("<@UBOT|ripen>: hello", "hello"),
        ("hey <@UBOT>, what now", "hey what now"),
        ("ask <@U0000BOB> or <@U2|carol>", "ask @U0000BOB or @carol"),
        ("in <#C123|general> or <#C456>", "in #general or #C456"),
        ("see <https://shop.example/a?b=1&amp;c=2>", "see https://shop.example/a?b=1&c=2"),
        ("see <https://shop.example|our shop>", "see our shop"),
        ("write <mailto:anne@example.org|anne@example.org>", "write anne@example.org"),
        ("call <tel:123>", "call 123"),
        ("<!here> and <!subteam^S1|@support>", "@here and @support"),
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("<@UBOT>", ""),
    ],
)
def test_what_slack_wraps_is_unwrapped(raw: str, text: str) -> None:
    assert decode(raw, "UBOT") == text


@pytest.mark.parametrize(
    ("markdown", "mrkdwn"),
    [
        ("**Done.** It is on its way.", "*Done.* It is on its way."),
        ("see [our shop](https://shop.example/a?b=1&c=2)", "see <https://shop.example/a?b=1&amp;c=2|our shop>"),
        ("[a](javascript:alert)", "[a](javascript:alert)"),
        ("2 ** 3 ** 4", "2 ** 3 ** 4"),
        ("`**kwargs` and **bold**", "`**kwargs` and *bold*"),
        ("hello <!channel> <@U1>", "hello &lt;!channel&gt; &lt;@U1&gt;"),
        ("[<!channel>](https://a.example)", "<https://a.example|&lt;!channel&gt;>"),
    ],
)
def test_markdown_becomes_mrkdwn(markdown: str, mrkdwn: str) -> None:
    assert encode(markdown) == mrkdwn


def test_mentions_are_found() -> None:
    assert mentions("<@U1AB> and <@W2|w> but not @U3") == {"U1AB", "W2"}


@given(st.text())
def test_escaped_text_is_read_back_as_it_was(text: str) -> None:
    assert decode(escape(text), "UBOT") == text.strip()


@given(st.text())
def test_no_answer_can_page_everyone(text: str) -> None:
    links = re.findall(r"<([^>]*)", encode(text))
    assert all(re.match(r"https?://|mailto:", link) for link in links)


WORDS = st.sampled_from(
    ["word ", "&", "<", "[label of it](https://a.example/b) ", "\n\n", "\n", "é", "x" * 30, "**b** "]
)


@given(st.lists(WORDS, max_size=60).map("".join), st.integers(min_value=80, max_value=200))
def test_pieces_fit_and_nothing_is_lost_or_cut_in_two(text: str, limit: int) -> None:
    encoded = encode(text)
    pieces = split(encoded, limit)
    assert all(0 < len(piece) <= limit for piece in pieces)
    assert re.sub(r"\s", "", "".join(pieces)) == re.sub(r"\s", "", encoded)
    for piece in pieces:
        assert piece.count("<") == piece.count(">")
        assert not re.search(r"&(?!amp;|lt;|gt;)", piece)
