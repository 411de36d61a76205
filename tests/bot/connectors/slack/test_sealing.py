"""Tokens at rest: sealed, opened, and renewed."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.fernet import Fernet

from bot.connectors.installations import InMemoryInstallations
from bot.connectors.slack.sealing import SealedInstallations
from bot.errors import ConnectorError, StoreError

OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))
BODY: dict[str, Any] = {"bot_token": "xoxb-1", "team_id": "T1", "installed_at": 7}


def sealed_by(kept: InMemoryInstallations, *keys: str) -> SealedInstallations:
    return SealedInstallations(kept, keys, "SLACK_KEY")


@pytest.fixture
def kept() -> InMemoryInstallations:
    return InMemoryInstallations()


async def test_what_is_sealed_is_opened_by_its_key_alone(kept: InMemoryInstallations) -> None:
    await sealed_by(kept, NEW).save("slack", "T1", BODY)
    raw = await kept.find("slack", "T1") or {}
    assert "bot_token" not in raw
    assert "xoxb-1" not in str(raw)
    assert (raw["team_id"], raw["installed_at"]) == ("T1", 7), "the rest can be read"
    assert await sealed_by(kept, NEW).find("slack", "T1") == BODY
    assert await sealed_by(kept, OTHER, NEW).find("slack", "T1") == BODY
    with pytest.raises(StoreError, match=r"T1 cannot be read.*a key that is not in SLACK_KEY"):
        await sealed_by(kept, OTHER).find("slack", "T1")
    with pytest.raises(StoreError, match=r"T1 cannot be read.*slack\.encryption_key_env"):
        await sealed_by(kept).find("slack", "T1")
    await sealed_by(kept, NEW).remove("slack", "T1")
    assert await sealed_by(kept, NEW).find("slack", "T1") is None


async def test_without_a_key_all_is_as_it_was(kept: InMemoryInstallations) -> None:
    await sealed_by(kept).save("slack", "T1", BODY)
    await sealed_by(kept).seal_all()
    assert await kept.find("slack", "T1") == BODY
    assert await sealed_by(kept, NEW).find("slack", "T1") == BODY


async def test_a_start_seals_what_is_in_the_clear_and_by_older_keys(
    kept: InMemoryInstallations, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    await kept.save("slack", "T1", BODY)
    await kept.save("teams", "T1", BODY)
    await sealed_by(kept, OLD).save("slack", "T2", BODY)
    await sealed_by(kept, NEW).save("slack", "T3", BODY)
    current = await kept.find("slack", "T3")
    await sealed_by(kept, NEW, OLD).seal_all()
    assert "the tokens of 2 workspace(s) are sealed by the key in use now" in caplog.text
    for team in ("T1", "T2", "T3"):
        assert await sealed_by(kept, NEW).find("slack", team) == BODY
    assert await kept.find("slack", "T3") == current
    assert await kept.find("teams", "T1") == BODY
    caplog.clear()
    await sealed_by(kept, NEW).seal_all()
    assert caplog.text == ""


async def test_a_wrong_key_is_said_at_the_start(kept: InMemoryInstallations, caplog: pytest.LogCaptureFixture) -> None:
    await kept.save("slack", "T0", BODY)
    await sealed_by(kept, OLD).save("slack", "T1", BODY)
    with pytest.raises(ConnectorError, match=r"of 1 Slack workspace\(s\) cannot be read"):
        await sealed_by(kept, NEW).seal_all()
    with pytest.raises(ConnectorError, match="encryption_key_env"):
        await sealed_by(kept).seal_all()
    await sealed_by(kept, NEW).save("slack", "T2", BODY)
    await sealed_by(kept, NEW).seal_all()  # one is lost, and the bot serves the others
    assert "the tokens of 1 workspace(s) cannot be read" in caplog.text
    assert await sealed_by(kept, OLD).find("slack", "T1") == BODY, "nothing was lost"
