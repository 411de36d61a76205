"""Whose a session is: signed, bound to its user, and the same after a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import WebSettings
from bot.connectors.scripted import ScriptedBot
from bot.connectors.web.app import Resources, create_app
from bot.connectors.web.signatures import Signer, read_session_secret
from bot.connectors.web.users import User
from bot.conversations.sql import SqlConversationStore
from bot.errors import ConnectorError, SecretMissing
from tests.bot.connectors.web.client import connected
from tests.bot.connectors.web.conftest import serving

ANNA, BOB = User("anna"), User("bob")
SIGNER = Signer(b"s" * 32)


async def kept(_: str) -> bytes:
    return b"kept" * 8


def test_what_was_issued_is_known_again() -> None:
    for user in (None, ANNA):
        session = SIGNER.issue(user)
        assert SIGNER.read(session.token, user) == session
        assert session.token not in repr(session)
    assert SIGNER.issue(None).conversation_id != SIGNER.issue(None).conversation_id
    assert SIGNER.issue(ANNA).sender_id == SIGNER.issue(ANNA).sender_id == "web:user:anna"


def test_a_session_is_good_for_its_user_alone() -> None:
    for owner in (None, ANNA, BOB):
        token = SIGNER.issue(owner).token
        assert [other for other in (None, ANNA, BOB) if SIGNER.read(token, other)] == [owner]


def test_nobody_can_be_called_what_nobody_is_called() -> None:
    assert SIGNER.read(SIGNER.issue(None).token, User("nobody")) is None


def test_what_is_forged_is_nobodys() -> None:
    own, other = SIGNER.issue(None).token, SIGNER.issue(None).token
    name, _, signature = own.partition(".")
    forged = [
        name,
        f"{name}.",
        f".{signature}",
        f"{name}.{other.partition('.')[2]}",
        f"{own}.",
        f"{own} ",
        own[:-1],
        own.upper(),
        own.replace(".", ".."),
        Signer(b"another secret" * 3).issue(None).token,
        f"{name}.{'A' * len(signature)}",
        f"{name}.ä",
        "",
        ".",
        "web:" + own,
        None,
        5,
        True,
        [own],
        {"session_id": own},
    ]
    assert [odd for odd in forged if SIGNER.read(odd, None)] == []


async def test_the_secret_comes_from_the_environment_or_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await read_session_secret(WebSettings(), kept) == b"kept" * 8
    settings = WebSettings(secret_env="SIGNING")
    with pytest.raises(SecretMissing, match="SIGNING"):
        await read_session_secret(settings, kept)
    monkeypatch.setenv("SIGNING", "too short to be one")
    with pytest.raises(ConnectorError, match=r"SIGNING.*19 bytes.*32") as error:
        await read_session_secret(settings, kept)
    assert "too short to be one" not in str(error.value)
    monkeypatch.setenv("SIGNING", "x" * 40)
    assert await read_session_secret(settings, kept) == b"x" * 40


async def test_sessions_survive_a_restart_and_know_no_other_server(tmp_path: Path, bot: ScriptedBot) -> None:
    async def confirmed(url: str, presented: str | None) -> str:
        store = await SqlConversationStore.open(url)
        secret = await read_session_secret(WebSettings(), store.secret)
        app = create_app(bot, WebSettings(), "Test", Resources(store.outbox(), store.feedback(), secret))
        try:
            async with serving(app) as address, connected(address) as client:
                return await client.request(presented)
        finally:
            await store.close()

    token = await confirmed(f"sqlite:///{tmp_path}/one.db", None)
    assert await confirmed(f"sqlite:///{tmp_path}/one.db", token) == token
    assert await confirmed(f"sqlite:///{tmp_path}/two.db", token) != token


async def test_guessing_or_knowing_a_name_shows_and_sends_nothing(address: str, bot: ScriptedBot) -> None:
    async with connected(address) as victim:
        token = await victim.request(acknowledges=True)
        await victim.say("a secret")
        conversation = bot.messages[0].conversation_id
        for guess in (conversation, conversation.removeprefix("web:"), token[:-1], token.partition(".")[0]):
            async with connected(address) as thief:
                assert await thief.request(guess, acknowledges=True) != token
                await thief.say("give it to me", session_id=guess)
                await thief.until(heard=1)
                assert [one["text"] for one in thief.heard] == ["You said: give it to me"]
        assert [one["text"] for one in victim.heard] == ["You said: a secret"]
        assert victim.elsewhere == []
    assert len({message.conversation_id for message in bot.messages}) == 5


async def test_a_page_that_names_itself_goes_on_only_over_its_own_broken_connection(
    address: str, bot: ScriptedBot
) -> None:
    """Rasa's chat-widget: its own id, kept over reconnects, and what socket.io-client presents since 4.6."""
    own = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"
    async with connected(address) as widget:
        token = await widget.request(own)
        await widget.say("hi", session_id=own)
    async with connected(address, pid=token, offset="whatever") as widget:
        assert await widget.request(own) == token
        await widget.say("ho", session_id=own)
    for auth in ({}, {"pid": own}, {"pid": token[:-1]}, {"pid": 5}):
        async with connected(address, **auth) as stranger:
            assert await stranger.request(own) != token
            await stranger.say("me", session_id=own)
    first, second, *others = (message.conversation_id for message in bot.messages)
    assert first == second
    assert len(set(others)) == 4
    assert first not in others


async def test_who_asks_for_nothing_gets_something_new_on_any_connection(address: str) -> None:
    async with connected(address) as client:
        token = await client.request("its own name")
        assert await client.request(None) != token
