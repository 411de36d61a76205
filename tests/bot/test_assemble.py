from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.actions.base import ActionResult
from bot.actions.known import KnownActions
from bot.assemble import make_reader
from bot.config import Settings
from bot.errors import ActionFailed, CatalogError


class Server:
    """An action server that is restarted with more actions, or is away."""

    def __init__(self, *names: str) -> None:
        self.known: set[str] | None = set(names)

    async def names(self) -> frozenset[str]:
        if self.known is None:
            raise ActionFailed("http://localhost:5055/actions cannot be reached.")
        return frozenset(self.known)

    async def run(self, name: str, tracker: Mapping[str, Any]) -> ActionResult:
        return ActionResult()

    async def check(self) -> None:
        pass

    async def close(self) -> None:
        pass


async def one_change() -> AsyncIterator[str]:
    yield "intents/one.yml"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "one.yml").write_text(
        "a:\n  description: The customer wants a.\n  action: action_a\n", encoding="utf-8"
    )
    return Settings(intents=tmp_path)


async def test_an_edit_may_name_what_an_action_server_has_learnt_since_the_start(settings: Settings) -> None:
    server = Server()
    known = KnownActions(server)
    read = make_reader(settings, known)
    await known.ask()
    with pytest.raises(CatalogError, match="action_a"):
        read()
    server.known = {"action_a"}
    assert [change async for change in known.ask_at(one_change())] == ["intents/one.yml"]
    assert list(read().intents) == ["a"]


async def test_an_action_server_that_is_away_lets_every_action_pass(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    server = Server("action_b")
    known = KnownActions(server)
    server.known = None
    assert await known.ask() is None
    assert list(make_reader(settings, known)().intents) == ["a"]
    assert "not checked" in caplog.text
