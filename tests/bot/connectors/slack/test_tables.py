"""Markdown tables, as blocks of code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.connectors.slack.mrkdwn import encode
from bot.connectors.slack.tables import lay_out


def test_a_table_becomes_columns() -> None:
    table = (
        "Now:\n| Jar | Price |\n|---|---:|\n| **large** | 12.50 |\n| `s` | [3](https://a.example) |\n| 中文 |\n\nBye"
    )
    assert lay_out(table).split("\n") == [
        "Now:",
        "```",
        "Jar                    Price",
        "-----  ---------------------",
        "large                  12.50",
        "s      3 (https://a.example)",
        "中文",
        "```",
        "",
        "Bye",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "a | b",
        "| a | b |\n| c | d |",
        "| a | b |\n|---|",
        "a\n---\nb",
        "```\n| a | b |\n|---|---|\n```",
    ],
)
def test_what_is_no_table_stays(text: str) -> None:
    assert lay_out(text) == text


def test_a_bar_that_is_meant_is_none_between_cells() -> None:
    assert lay_out("a | b\n-|-\nx \\| y | z").split("\n")[3] == "x | y  z"


def test_nothing_in_a_table_is_a_mark_of_slacks() -> None:
    assert encode("| <!channel> | b |\n|-|-|\n| *c* | d |") == (
        "```\n&lt;!channel&gt;  b\n----------  -\n*c*         d\n```"
    )


LINES = st.lists(st.text("ab`~'-: \\\n中[](", max_size=12), max_size=12).map("\n".join)


@given(LINES)
def test_without_a_table_only_fences_change(text: str) -> None:
    marks = str.maketrans("", "", "`~'")
    assert lay_out(text).translate(marks) == text.translate(marks)


@given(st.text("ab|`~-:\\\n", max_size=60))
def test_any_text_with_bars_can_be_laid_out(text: str) -> None:
    laid = lay_out(text)
    assert [laid.count(letter) for letter in "ab"] == [text.count(letter) for letter in "ab"]
