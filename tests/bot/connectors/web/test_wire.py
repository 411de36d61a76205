"""How texts become messages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.connectors.web.wire import split_text, write_events
from bot.messages import Button, Part

CODE = "```python\nfirst = 1\n\n\nsecond = 2\n```"


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        (" \n\n ", []),
        ("One.\n\nTwo.\nStill two.\n\n\n\nThree.", ["One.", "Two.\nStill two.", "Three."]),
        (f"Like this:\n\n{CODE}\n\nDone.", ["Like this:", CODE, "Done."]),
        (f"Like this:\n{CODE}\nDone.\n\nBye.", [f"Like this:\n{CODE}\nDone.", "Bye."]),
        ("~~~\na\n\n```\n\nb\n~~~~\n\nc", ["~~~\na\n\n```\n\nb\n~~~~", "c"]),
        ("````\na\n\n```\n\nb\n````\n\nc", ["````\na\n\n```\n\nb\n````", "c"]),
        ("```\na\n\n``` no end\n\nb", ["```\na\n\n``` no end\n\nb"]),
        ("Say ```a``` so.\n\nAnd ```b\n\nc", ["Say ```a``` so.", "And ```b", "c"]),
        ("```a``` is no fence\n\nb", ["```a``` is no fence", "b"]),
        ("    ```\n\nb", ["```\n\nb"]),
        ("a\n\n     ```\n\nb", ["a", "     ```", "b"]),
    ],
)
def test_paragraphs_are_messages_and_code_stays_whole(text: str, pieces: list[str]) -> None:
    assert split_text(text) == pieces


@given(st.text(alphabet="a`~ \n"))
def test_nothing_but_blank_lines_goes(text: str) -> None:
    def shrink(some: str) -> str:
        return "".join(some.split())

    assert shrink("".join(split_text(text))) == shrink(text)


def test_buttons_come_with_the_last_piece() -> None:
    events = write_events([Part(text=f"{CODE}\n\nRun it?", buttons=(Button("Yes", "/yes"),))])
    assert [event["text"] for event in events] == [CODE, "Run it?"]
    assert [len(event["quick_replies"]) for event in events] == [0, 1]
