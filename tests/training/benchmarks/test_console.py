"""The benchmark of the console, against one over a small bot in this process."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.bot.connectors.web.conftest import serving
from tests.bot.console.conftest import TOKEN, Office
from tests.bot.review.stories import tell, turn
from training.benchmarks import console


async def test_every_page_is_opened_and_timed_beside_a_visitor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(console, "EDITED", "refund")
    monkeypatch.setattr(console, "ALONE_SECONDS", 0.1)
    office = Office(tmp_path)
    said = turn("do you sell gift cards", "out_of_scope")
    await tell(office.store, [replace(said, message=replace(said.message, conversation_id="visitor-1"))])
    before = (office.intents / "orders.yml").read_bytes()
    async with serving(office.app) as address:
        await console.measure(address, TOKEN, messages=10)
    told = capsys.readouterr().out
    names = ("(none)", *console.pages(console.Editor(None), ""))  # type: ignore[arg-type]  # nothing is opened
    assert [row[:20].strip() for row in told.splitlines()[1:]] == list(names)
    assert (office.intents / "orders.yml").read_bytes() == before, "what is typed is not saved"


def test_one_message_in_five_is_odd() -> None:
    texts = console.made_up(50)
    known = [text for text in texts if text.startswith("could you ")]
    assert len(known) == 40
    assert texts == console.made_up(50)
