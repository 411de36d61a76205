"""Cookies that only this server can make, each for one role, and the tokens that they are made for."""

from __future__ import annotations

import pytest

from bot.connectors.web.door.login import Login, Role, read_name, read_tokens
from bot.errors import ConnectorError, SecretMissing

TOKEN = "a-long-token-for-agents"
OTHER = "a-long-token-for-authors"
SECRET = b"s" * 32
VARIABLES: dict[Role, str] = {"agents": "RIPEN_AGENTS_TOKEN", "console": "RIPEN_CONSOLE_TOKEN"}


def test_cookies_end_and_cannot_be_made() -> None:
    now = [1000.0]
    login = Login("agents", TOKEN, SECRET, 1, lambda: now[0])
    cookie = login.issue("Ada")
    entry = login.read(cookie)
    assert entry is not None
    assert entry.name == "Ada"
    assert entry.csrf not in repr(entry)
    forged = (None, "", "x", cookie[:-1] + ("0" if cookie[-1] != "0" else "1"), "A" + cookie[1:], cookie + "\n")
    assert [login.read(each) for each in forged] == [None] * len(forged)
    for other in (Login("agents", TOKEN + "2", SECRET, 1), Login("agents", TOKEN, b"t" * 32, 1)):
        assert other.read(cookie) is None, "a new token or secret logs everybody out"
    now[0] += 3600
    assert login.read(cookie) is None


def test_a_cookie_is_for_one_role_even_under_one_token() -> None:
    agents, console = (Login(role, TOKEN, SECRET, 1) for role in VARIABLES)
    for mine, other in ((agents, console), (console, agents)):
        cookie = mine.issue("Ada")
        assert mine.read(cookie) is not None
        assert other.read(cookie) is None
        role, _, rest = cookie.partition(".")
        assert role in VARIABLES
        for written in VARIABLES:
            assert other.read(f"{written}.{rest}") is None, "the role is signed"
        assert mine.cookie != other.cookie


@pytest.mark.parametrize("name", ["Ada", "Zoë Ünlü", "李雷", "O'Brien-Smith", '<b onclick="x">'])
def test_any_name_comes_through(name: str) -> None:
    login = Login("console", TOKEN, SECRET, 12)
    entry = login.read(login.issue(read_name(name) or ""))
    assert entry is not None
    assert entry.name == name


def test_tokens_must_be_there_and_long(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_tokens({}) == {}
    monkeypatch.setenv("RIPEN_AGENTS_TOKEN", TOKEN)
    with pytest.raises(SecretMissing, match=r"console\.token_env names .*RIPEN_CONSOLE_TOKEN, which is not set"):
        read_tokens(VARIABLES)
    monkeypatch.setenv("RIPEN_CONSOLE_TOKEN", "short")
    with pytest.raises(ConnectorError, match="16 are needed") as caught:
        read_tokens(VARIABLES)
    assert "short" not in str(caught.value)
    monkeypatch.setenv("RIPEN_CONSOLE_TOKEN", OTHER)
    assert read_tokens(VARIABLES) == {"agents": TOKEN, "console": OTHER}


def test_one_token_for_two_roles_is_said(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("RIPEN_AGENTS_TOKEN", TOKEN)
    monkeypatch.setenv("RIPEN_CONSOLE_TOKEN", OTHER)
    read_tokens(VARIABLES)
    assert caplog.text == ""
    monkeypatch.setenv("RIPEN_CONSOLE_TOKEN", TOKEN)
    read_tokens(VARIABLES)
    assert "RIPEN_AGENTS_TOKEN and RIPEN_CONSOLE_TOKEN hold the same token" in caplog.text
    assert TOKEN not in caplog.text
