"""What every Installations must do: in memory, SQLite, and PostgreSQL where it is installed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from bot.connectors.installations import InstallationStore
from tests.contracts.conversations import START, Place

BODY = {"bot_token": "a token", "scopes": ["one", "two"], "enterprise": None}


@pytest.fixture
async def installations(place: Place) -> InstallationStore:
    return (await place.open()).installations()


async def test_what_is_saved_is_found_by_every_process(place: Place, installations: InstallationStore) -> None:
    assert await installations.find("slack", "T1") is None
    await installations.save("slack", "T1", BODY)
    other = (await place.open()).installations()
    assert await other.find("slack", "T1") == BODY
    assert await other.find("slack", "T2") is None
    assert await other.find("teams", "T1") is None


async def test_the_last_one_counts(installations: InstallationStore) -> None:
    await installations.save("slack", "T1", BODY)
    await installations.save("slack", "T1", {"bot_token": "another"})
    assert await installations.find("slack", "T1") == {"bot_token": "another"}


async def test_what_is_removed_is_gone(installations: InstallationStore) -> None:
    await installations.save("slack", "T1", BODY)
    await installations.save("slack", "T2", BODY)
    await installations.remove("slack", "T1")
    await installations.remove("slack", "never there")
    assert await installations.find("slack", "T1") is None
    assert await installations.find("slack", "T2") == BODY


async def test_it_does_not_expire_with_the_conversations(place: Place, installations: InstallationStore) -> None:
    await installations.save("slack", "T1", BODY)
    await (await place.open()).expire(START + timedelta(days=1000))
    assert await installations.find("slack", "T1") == BODY


async def test_all_of_a_channel_are_rewritten_at_once_or_none(place: Place, installations: InstallationStore) -> None:
    for channel, workspace in (("slack", "T1"), ("slack", "T2"), ("teams", "T1")):
        await installations.save(channel, workspace, {"bot_token": f"{channel} {workspace}"})

    def change(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
        return None if body["bot_token"].endswith("T2") else {"sealed": body["bot_token"].upper()}

    assert await installations.rewrite("slack", change) == 1
    other = (await place.open()).installations()
    assert await other.find("slack", "T1") == {"sealed": "SLACK T1"}
    assert await other.find("slack", "T2") == {"bot_token": "slack T2"}
    assert await other.find("teams", "T1") == {"bot_token": "teams T1"}

    def fail(body: Mapping[str, Any]) -> Mapping[str, Any]:
        if "sealed" in body:
            return {}
        raise KeyError("T2")

    with pytest.raises(KeyError):
        await installations.rewrite("slack", fail)
    assert await other.find("slack", "T1") == {"sealed": "SLACK T1"}
