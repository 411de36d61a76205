"""What every Installations must do: in memory, SQLite, and PostgreSQL where it is installed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.connectors.installations import Installations
from tests.contracts.conversations import START, Place

BODY = {"bot_token": "a token", "scopes": ["one", "two"], "enterprise": None}


@pytest.fixture
async def installations(place: Place) -> Installations:
    return (await place.open()).installations()


async def test_what_is_saved_is_found_by_every_process(place: Place, installations: Installations) -> None:
    assert await installations.find("slack", "T1") is None
    await installations.save("slack", "T1", BODY)
    other = (await place.open()).installations()
    assert await other.find("slack", "T1") == BODY
    assert await other.find("slack", "T2") is None
    assert await other.find("teams", "T1") is None


async def test_the_last_one_counts(installations: Installations) -> None:
    await installations.save("slack", "T1", BODY)
    await installations.save("slack", "T1", {"bot_token": "another"})
    assert await installations.find("slack", "T1") == {"bot_token": "another"}


async def test_what_is_removed_is_gone(installations: Installations) -> None:
    await installations.save("slack", "T1", BODY)
    await installations.save("slack", "T2", BODY)
    await installations.remove("slack", "T1")
    await installations.remove("slack", "never there")
    assert await installations.find("slack", "T1") is None
    assert await installations.find("slack", "T2") == BODY


async def test_it_does_not_expire_with_the_conversations(place: Place, installations: Installations) -> None:
    await installations.save("slack", "T1", BODY)
    await (await place.open()).expire(START + timedelta(days=1000))
    assert await installations.find("slack", "T1") == BODY
