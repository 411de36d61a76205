"""What agents write on Slack, as Markdown; and emoji in what anybody writes there."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.connectors.slack.emoji import emoji_in, show_emoji
from bot.connectors.slack.incoming import Incoming, read_said
from bot.connectors.slack.markdown import write
from tests.standins.slack_payloads import BOT_USER, message

WAVE = {"type": "emoji", "name": "wave", "unicode": "1f44b"}
TONED = {"type": "emoji", "name": "wave", "unicode": "1f44b-1f3fb", "skin_tone": 2}
OWN = {"type": "emoji", "name": "our-logo"}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("*bold* and _italic_ and ~struck~", "**bold** and _italic_ and ~~struck~~"),
        ("2*3*4 = 24, snake*case", "2*3*4 = 24, snake*case"),
        ("`*code*` stays, *bold* not", "`*code*` stays, **bold** not"),
        ("```\n*a*\n```", "```\n*a*\n```"),
        ("<https://a.example/b|the page>", "[the page](https://a.example/b)"),
        ("<https://a.example/b>", "https://a.example/b"),
        ("<http://a.example|a.example>", "http://a.example"),
        ("<https://a.example/x_(y)|see [1]>", "[see (1)](https://a.example/x_%28y%29)"),
        ("<mailto:ann@a.example|ann@a.example>", "ann@a.example"),
        ("<https://a.example/x*y*z|*>", "[*](https://a.example/x*y*z)"),
        ("• one\n    ◦ two", "- one\n    - two"),
        ("&lt;b&gt; &amp; co", "<b> & co"),
        ("ask <@U0000BOB|bob>", "ask @bob"),
        (" \n", ""),
    ],
)
def test_mrkdwn_becomes_markdown(text: str, written: str) -> None:
    assert write(text, {}) == written


def test_emoji_become_characters_outside_code() -> None:
    emoji = emoji_in(
        [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [WAVE, TONED, OWN]}]}]
    )
    assert emoji == {"wave": "👋", "wave::skin-tone-2": "👋🏻"}
    text = ":wave: :wave::skin-tone-2: :our-logo: at 10:30:15 `:wave:`"
    assert write(text, emoji) == "👋 👋🏻 :our-logo: at 10:30:15 `:wave:`"
    assert show_emoji("no:wave:here", {}) == "no:wave:here"


def test_the_bot_reads_characters_too() -> None:
    thumb = {"type": "emoji", "name": "+1", "unicode": "1f44d"}
    blocks = [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [thumb]}]}]
    read = read_said(message(":+1:", blocks=blocks), BOT_USER, "thread")
    assert isinstance(read, Incoming)
    assert read.message.text == "👍"


EMOJI = st.fixed_dictionaries({"type": st.just("emoji"), "name": st.text(), "unicode": st.text()})
NODES = st.recursive(
    st.none() | st.text(max_size=5) | st.integers() | EMOJI,
    lambda inner: st.lists(inner, max_size=3) | st.fixed_dictionaries({"elements": inner}),
)


@given(NODES, st.text())
def test_no_blocks_and_no_text_break_it(blocks: Any, text: str) -> None:
    write(text, emoji_in(blocks))
