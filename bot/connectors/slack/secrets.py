"""The three secrets of a Slack app, from the environment variables that config.yml names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.config import SlackSettings
from bot.errors import SecretMissing

_WHERE_BOT = 'the "Bot User OAuth Token" (xoxb-...) under "OAuth & Permissions"'
_WHERE_SIGNING = 'the "Signing Secret" under "Basic Information", "App Credentials"'


@dataclass(frozen=True, slots=True)
class Secrets:
    """Never printed: `repr` hides them. With `app_token`, Socket Mode is used and there is no signing secret."""

    bot_token: str = field(repr=False)
    signing_secret: str | None = field(repr=False)
    app_token: str | None = field(repr=False)


def read_secrets(settings: SlackSettings, environ: Mapping[str, str]) -> Secrets:
    """Raises SecretMissing, naming the variable and where Slack shows its value."""
    bot_token = _required(environ, settings.bot_token_env, "slack.bot_token_env", _WHERE_BOT)
    app_token = environ.get(settings.app_token_env, "").strip() or None
    if app_token:
        return Secrets(bot_token, None, app_token)
    where = f"{_WHERE_SIGNING}; for Socket Mode set {settings.app_token_env} instead"
    signing_secret = _required(environ, settings.signing_secret_env, "slack.signing_secret_env", where)
    return Secrets(bot_token, signing_secret, None)


def _required(environ: Mapping[str, str], name: str, key: str, where: str) -> str:
    value = environ.get(name, "").strip()
    if not value:
        raise SecretMissing(
            f"The environment variable {name}, named by {key} in config.yml, is not set. "
            f"Set it to {where} of your app at https://api.slack.com/apps. "
            "config.yml holds only the variable's name, never the secret."
        )
    return value
