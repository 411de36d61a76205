"""Users whom the host site names by a JSON Web Token."""

from __future__ import annotations

import hmac
import json
import time
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any

import jwt
import pytest
import socketio
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from bot.config import JwtSettings, WebSettings
from bot.connectors.scripted import ScriptedBot
from bot.connectors.web.app import WebApp, create_app
from bot.connectors.web.refusals import ChatRefusal
from bot.connectors.web.users import Doorkeeper, User
from bot.errors import ConfigError, ConnectorError, SecretMissing
from tests.bot.connectors.web.client import connected
from tests.bot.connectors.web.conftest import calling, serving

SECRET = "the secret with which the shop signs what it tells of its customers"
SETTINGS = JwtSettings(secret_env="SHOP_JWT_SECRET")
MINUTES = 60


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_JWT_SECRET", SECRET)


def token(
    sub: Any = "anna", *, ends: float = 5 * MINUTES, secret: Any = SECRET, how: str = "HS256", **more: Any
) -> str:
    claims = {"sub": sub, "exp": time.time() + ends, **more}
    return jwt.encode({key: value for key, value in claims.items() if value is not None}, secret, how)


def code(doorkeeper: Doorkeeper, brought: Any) -> str:
    with pytest.raises(ChatRefusal) as refused:
        doorkeeper.recognise(brought)
    return refused.value.code


def in_base64(part: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def unsigned(claims: dict[str, Any]) -> str:
    return f"{in_base64({'alg': 'none'})}.{in_base64(claims)}."


def test_a_good_token_names_its_user() -> None:
    doorkeeper = Doorkeeper(SETTINGS)
    assert doorkeeper.recognise(token()) == User("anna")
    assert doorkeeper.recognise(token(name="Anna B.")) == User("anna", "Anna B.")
    assert doorkeeper.recognise(token(17, name=["odd"])) == User("17")
    named = Doorkeeper(JwtSettings(secret_env="SHOP_JWT_SECRET", user_claim="customer"))
    assert named.recognise(token(None, customer="c-1")) == User("c-1")


def test_without_settings_no_token_is_looked_at() -> None:
    assert Doorkeeper(None).recognise("anything") is None


def test_who_brings_none_is_turned_away_unless_that_is_allowed() -> None:
    assert [code(Doorkeeper(SETTINGS), none) for none in (None, "")] == ["token_missing"] * 2
    lenient = Doorkeeper(JwtSettings(secret_env="SHOP_JWT_SECRET", required=False))
    assert lenient.recognise(None) is None
    assert code(lenient, "rubbish") == "token_invalid", "a bad one is not the same as none"


def test_forged_tokens_are_refused() -> None:
    good = token()
    head, body, signature = good.split(".")
    other = token("bob").split(".")[1]
    forged: list[Any] = [
        token(secret="another secret, of another shop, too"),
        f"{head}.{other}.{signature}",
        f"{head}.{body}.",
        f"{head}.{body}",
        unsigned({"sub": "anna", "exp": time.time() + 300}),
        token(how="HS512"),
        token(exp=None),
        token(None),
        token(""),
        token("a\nb"),
        token("x" * 129),
        token(["anna"]),
        token(True),
        "x" * 10_000,
        "ä.ö.ü",
        5,
        {"token": good},
    ]
    assert [code(Doorkeeper(SETTINGS), odd) for odd in forged] == ["token_invalid"] * len(forged)


def test_clocks_may_differ_by_the_leeway_and_no_more() -> None:
    lenient = Doorkeeper(JwtSettings(secret_env="SHOP_JWT_SECRET", leeway=11 * MINUTES))
    strict = Doorkeeper(SETTINGS)
    late, early = token(ends=-10 * MINUTES), token(nbf=time.time() + 10 * MINUTES, iat=time.time() + 10 * MINUTES)
    assert (lenient.recognise(late), lenient.recognise(early)) == (User("anna"), User("anna"))
    assert (code(strict, late), code(strict, early)) == ("token_expired", "token_invalid")
    with pytest.raises(ChatRefusal, match="clocks") as refused:
        strict.recognise(early)
    assert refused.value.again
    assert strict.recognise(token(iat=time.time() + 10 * MINUTES)) == User("anna"), "when it was made is no matter"


def test_issuer_and_audience_must_be_those_that_are_named() -> None:
    picky = Doorkeeper(JwtSettings(secret_env="SHOP_JWT_SECRET", issuer="shop", audience="chat"))
    assert picky.recognise(token(iss="shop", aud=["chat", "mail"])) == User("anna")
    wrongs: list[dict[str, Any]] = [
        {},
        {"iss": "shop"},
        {"aud": "chat"},
        {"iss": "shop", "aud": "mail"},
        {"iss": "x", "aud": "chat"},
    ]
    for wrong in wrongs:
        assert code(picky, token(**wrong)) == "token_invalid"
    assert Doorkeeper(SETTINGS).recognise(token(aud="anything")) == User("anna")


def test_a_public_key_verifies_what_its_private_half_signed_and_nothing_else(tmp_path: Path) -> None:
    private, other = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "shop.pem").write_bytes(pem)
    doorkeeper = Doorkeeper(JwtSettings(public_key=tmp_path / "shop.pem"))
    assert doorkeeper.recognise(token(secret=private, how="RS256")) == User("anna")
    assert code(doorkeeper, token(secret=other, how="RS256")) == "token_invalid"
    assert code(doorkeeper, token(secret=SECRET)) == "token_invalid"
    signed = f"{in_base64({'alg': 'HS256'})}.{in_base64({'sub': 'anna', 'exp': time.time() + 300})}"
    signature = urlsafe_b64encode(hmac.digest(pem, signed.encode(), "sha256")).decode().rstrip("=")
    assert code(doorkeeper, f"{signed}.{signature}") == "token_invalid", "the public key is no secret"
    assert code(Doorkeeper(SETTINGS), token(secret=private, how="RS256")) == "token_invalid"


def test_keys_that_are_none_are_told_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_JWT_SECRET", "short")
    with pytest.raises(ConnectorError, match=r"SHOP_JWT_SECRET.*5 bytes.*32") as error:
        Doorkeeper(SETTINGS)
    assert "short" not in str(error.value)
    monkeypatch.delenv("SHOP_JWT_SECRET")
    with pytest.raises(SecretMissing, match="SHOP_JWT_SECRET"):
        Doorkeeper(SETTINGS)
    with pytest.raises(ConfigError, match="cannot be read"):
        Doorkeeper(JwtSettings(public_key=tmp_path / "missing.pem"))
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    for content in (b"hello", key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())):
        (tmp_path / "key.pem").write_bytes(content)
        with pytest.raises(ConfigError, match=r"key\.pem holds"):
            Doorkeeper(JwtSettings(public_key=tmp_path / "key.pem"))


@pytest.fixture
def app(bot: ScriptedBot) -> WebApp:
    return create_app(bot, WebSettings(jwt=SETTINGS), "Test")


async def refusal(address: str, auth: Any) -> Any:
    told: list[Any] = []
    client = socketio.AsyncClient(reconnection=False)
    client.on("connect_error", told.append)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await client.connect(address, transports=["websocket"], auth=auth)
    await client.disconnect()
    return told[0]


async def test_a_connection_with_a_token_that_is_no_good_is_refused_with_a_code(address: str) -> None:
    for auth, expected in (
        (None, "token_missing"),
        ({"token": token(ends=-20 * MINUTES)}, "token_expired"),
        ({"token": "forged"}, "token_invalid"),
        ("a bare string", "token_missing"),
    ):
        told = await refusal(address, auth)
        assert told["message"] == told["data"]["code"] == expected
        assert told["data"]["error"]
        assert told["data"]["again"] is False


async def test_the_bot_knows_the_user_and_the_session_is_theirs_alone(address: str, bot: ScriptedBot) -> None:
    async with connected(address, token=token(name="Anna B.")) as anna:
        session = await anna.request()
        await anna.say("hi", metadata={"ripen": {"user": {"id": "the queen"}}})
    async with connected(address, token=token("bob"), pid=session) as bob:
        assert await bob.request(session) != session
        await bob.say("hi")
    async with connected(address, token=token()) as again:
        assert await again.request(session) == session
    hers, his = bot.messages
    assert hers.metadata == {"ripen": {"user": {"id": "anna", "name": "Anna B."}}}
    assert (hers.sender_id, his.sender_id) == ("web:user:anna", "web:user:bob")
    assert hers.conversation_id != his.conversation_id


async def test_plain_requests_bring_it_as_a_bearer_token(app: WebApp) -> None:
    async with calling(app) as http:
        bearer = {"Authorization": f"Bearer {token()}"}
        session = (await http.post("/chat/session", json={}, headers=bearer)).json()["session_id"]
        said = {"session_id": session, "message": "hi"}
        assert (await http.post("/chat/messages", json=said, headers=bearer)).status_code == 200
        for headers, expected in (
            ({}, "token_missing"),
            ({"Authorization": "Basic YTpi"}, "token_missing"),
            ({"Authorization": f"Bearer {token(ends=-20 * MINUTES)}"}, "token_expired"),
            ({"Authorization": "Bearer x"}, "token_invalid"),
            ({"Authorization": f"Bearer {token('bob')}"}, "session_unknown"),
        ):
            for path in ("messages", "poll", "feedback"):
                body = {**said, "id": "m/0", "value": "up"}
                refused = await http.post(f"/chat/{path}", json=body, headers=headers)
                assert (refused.status_code, refused.json()["error_code"]) == (401, expected)


async def test_a_server_without_jwt_lets_tokens_be(bot: ScriptedBot) -> None:
    async with (
        serving(create_app(bot, WebSettings(), "Test")) as address,
        connected(address, token="anything") as client,
    ):
        assert await client.say("hi") == {"ok": True}
    assert bot.messages[0].metadata == {}
