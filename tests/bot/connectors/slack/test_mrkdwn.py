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
        ("# Refunds\nare *quick*, ~~not~~ slow", "*Refunds*\nare _quick_, ~not~ slow"),
        ("## **Bold** heading ##\n#no heading", "*Bold heading*\n#no heading"),
        ("- one\n* two\n  + three\n-4 and 5*6*7", "• one\n• two\n  • three\n-4 and 5*6*7"),
        ("***both*** and 2 * 3 * 4", "*_both_* and 2 * 3 * 4"),
        ("![a cat](https://a.example/cat.png)", "<https://a.example/cat.png|a cat>"),
        ("> quoted", "&gt; quoted"),
        ("```python\n# no **heading**\n```", "```\n# no **heading**\n```"),
        ("[a](javascript:alert)", "[a](javascript:alert)"),
        ("2 ** 3 ** 4", "2 ** 3 ** 4"),
        ("`**kwargs` and **bold**", "`**kwargs` and *bold*"),
        ("hello <!channel> <@U1>", "hello &lt;!channel&gt; &lt;@U1&gt;"),
        ("[<!channel>](https://a.example)", "<https://a.example|&lt;!channel&gt;>"),
        ("__bold__ and snake__case__name", "*bold* and snake__case__name"),
        ("**Sonder**angebot, un**end**lich", "*Sonder*\u200bangebot, un\u200b*end*\u200blich"),
        ("これは**太字**です。~~古い~~。", "これは\u200b*太字*\u200bです。\u200b~古い~\u200b。"),
        ("(**so**), **that**: it", "(*so*), *that*: it"),
        ("\\*no\\* \\**neither\\**", "\\*no\\* \\**neither\\**"),
        ("- [x] done\n- [ ] to do\n1. [X] too", "• ☑ done\n• ☐ to do\n1. ☑ too"),
        ("[a](https://a.example/X_(y)) and (b)", "<https://a.example/X_(y)|a> and (b)"),
        ('[a](https://a.example "why") [b](<https://b.example>)', "<https://a.example|a> <https://b.example|b>"),
        ("[call](tel:+491) <https://a.example> <b>", "<tel:+491|call> <https://a.example> &lt;b&gt;"),
        ("~~~py\n*code*\n~~~\n*so*", "```\n*code*\n```\n_so_"),
        ("````\n```\n````\nout", "```\n'''\n```\nout"),
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
    assert all(re.match(r"https?://|mailto:|tel:", link) for link in links)


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


CODE = st.lists(st.text("ab <&*\t", max_size=40), min_size=1, max_size=30)


@given(CODE, st.lists(WORDS, max_size=20).map("".join), st.integers(min_value=80, max_value=200))
def test_code_that_is_cut_stays_code(lines: list[str], before: str, limit: int) -> None:
    code = "\n".join(f"{number}:{line}" for number, line in enumerate(lines))
    pieces = split(encode(f"{before}\n```\n{code}\n```\nand after"), limit)
    assert all(len(piece) <= limit for piece in pieces)
    inside = []
    for piece in pieces:
        parts = piece.split("```")
        assert len(parts) % 2, piece
        inside += parts[1::2]
    said = re.sub(r"\s", "", "".join(inside))
    assert said == re.sub(r"\s", "", escape(code))


def test_lines_of_code_keep_their_indentation_where_they_are_cut() -> None:
    code = "\n".join("    indented" for _ in range(20))
    pieces = split(f"```\n{code}\n```", 100)
    assert all(re.fullmatch(r"```\n(    indented\n)+```", piece) for piece in pieces)


def test_short_code_is_not_cut_at_all() -> None:
    text = "word " * 15 + "`some code here` and more"
    assert [piece.count("`") for piece in split(text, 90)] == [0, 2]
