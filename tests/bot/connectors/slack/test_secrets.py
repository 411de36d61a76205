"""Secrets are looked up by name, and never shown."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet

from bot.config import SlackSettings
from bot.connectors.scripted import ScriptedBot
from bot.connectors.slack import SlackConnector, Stores
from bot.connectors.slack.secrets import read_secrets
from bot.errors import ConnectorError, SecretMissing

BOTH = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s3cret"}


@pytest.mark.parametrize(
    ("missing", "page"),
    [("SLACK_BOT_TOKEN", "OAuth & Permissions"), ("SLACK_SIGNING_SECRET", "Basic Information")],
)
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_missing_secret_says_which_and_where_to_find_it(missing: str, page: str, value: str | None) -> None:
    environ = {name: secret for name, secret in BOTH.items() if name != missing}
    if value is not None:
        environ[missing] = value
    with pytest.raises(SecretMissing) as caught:
        SlackConnector(SlackSettings(), ScriptedBot(), Stores(), environ)
    said = str(caught.value)
    assert missing in said
    assert page in said
    assert "instead of" not in said  # as in "set SLACK_APP_TOKEN instead of your app"
    assert "only the variable's name" in said
    assert "\n" not in said


def test_an_app_token_makes_the_signing_secret_needless() -> None:
    secrets = read_secrets(SlackSettings(), {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"})
    assert secrets.app_token == "xapp-1"
    assert secrets.signing_secret is None


def test_the_names_are_those_of_the_settings() -> None:
    settings = SlackSettings(bot_token_env="MY_TOKEN", signing_secret_env="MY_SECRET")
    assert read_secrets(settings, {"MY_TOKEN": "a", "MY_SECRET": "b"}).bot_token == "a"
    with pytest.raises(SecretMissing, match=r"MY_TOKEN, named by slack\.bot_token_env"):
        read_secrets(settings, BOTH)


def test_printing_secrets_shows_none() -> None:
    key = Fernet.generate_key().decode()
    secrets = read_secrets(SlackSettings(encryption_key_env="KEY"), {**BOTH, "KEY": key})
    assert secrets.keys == (key,)
    assert "xoxb" not in repr(secrets)
    assert key not in repr(secrets)


@pytest.mark.parametrize("spoil", ["", " ", "{0},", ",{0}", "{0},short", "short", "é" * 44, "{0}{0}", "a" * 44])
def test_a_key_that_is_none_is_refused_and_not_shown(spoil: str) -> None:
    key = Fernet.generate_key().decode()
    with pytest.raises(ConnectorError, match="openssl rand -base64 32") as caught:
        read_secrets(SlackSettings(encryption_key_env="KEY"), {**BOTH, "KEY": spoil.format(key)})
    assert "KEY" in str(caught.value)
    assert key not in str(caught.value)
