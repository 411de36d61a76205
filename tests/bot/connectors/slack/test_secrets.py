"""Secrets are looked up by name, and never shown."""

from __future__ import annotations

import pytest

from bot.config import SlackSettings
from bot.connectors.scripted import ScriptedBot
from bot.connectors.slack import SlackConnector, Stores
from bot.connectors.slack.secrets import read_secrets
from bot.errors import SecretMissing

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
    assert "xoxb" not in repr(read_secrets(SlackSettings(), BOTH))
