"""The secrets of a Slack app, from the environment variables that config.yml names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.config import SlackSettings
from bot.connectors.slack.sealing import read_keys
from bot.errors import SecretMissing

_APP = "of your app at https://api.slack.com/apps"
_WHERE_BOT = f'the "Bot User OAuth Token" (xoxb-...) under "OAuth & Permissions" {_APP}'
_WHERE_SIGNING = f'the "Signing Secret" under "Basic Information", "App Credentials" {_APP}'
_WHERE_CLIENT = f'the "Client Secret" under "Basic Information", "App Credentials" {_APP}'


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks workspaces to install the app."""

    id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Secrets:
    """Never printed: `repr` hides them. With `app_token`, Socket Mode is used and there is no signing secret. With
    `client`, workspaces install the bot themselves, and a bot token is for one more of them; `keys` seal their tokens.
    """

    bot_token: str | None = field(repr=False)
    signing_secret: str | None = field(repr=False)
    app_token: str | None = field(repr=False)
    client: Client | None = None
    keys: tuple[str, ...] = field(default=(), repr=False)


def read_secrets(settings: SlackSettings, environ: Mapping[str, str]) -> Secrets:
    """Raises SecretMissing, naming the variable and where Slack shows its value, or ConnectorError for a bad key."""
    client = _read_client(settings, environ)
    bot_token = _optional(environ, settings.bot_token_env)
    if client is None:
        bot_token = _required(environ, settings.bot_token_env, "slack.bot_token_env", _WHERE_BOT)
    app_token = _optional(environ, settings.app_token_env)
    keys = _read_keys(settings, environ)
    if app_token:
        return Secrets(bot_token, None, app_token, client, keys)
    where = f"{_WHERE_SIGNING}; or, for Socket Mode, set {settings.app_token_env} instead"
    signing_secret = _required(environ, settings.signing_secret_env, "slack.signing_secret_env", where)
    return Secrets(bot_token, signing_secret, None, client, keys)


def _read_client(settings: SlackSettings, environ: Mapping[str, str]) -> Client | None:
    client_id = _optional(environ, settings.client_id_env)
    if client_id is None:
        return None
    key = "slack.client_secret_env"
    return Client(client_id, _required(environ, settings.client_secret_env, key, _WHERE_CLIENT))


def _read_keys(settings: SlackSettings, environ: Mapping[str, str]) -> tuple[str, ...]:
    name = settings.encryption_key_env
    if name is None:
        return ()
    written = _optional(environ, name)
    if written is None:
        raise SecretMissing(
            f"The environment variable {name}, named by slack.encryption_key_env in config.yml, is not set. Set it to "
            "what openssl rand -base64 32 | tr '+/' '-_' prints, and keep that: what it encrypts is lost without it."
        )
    return read_keys(written, name)


def _optional(environ: Mapping[str, str], name: str) -> str | None:
    return environ.get(name, "").strip() or None


def _required(environ: Mapping[str, str], name: str, key: str, where: str) -> str:
    value = _optional(environ, name)
    if not value:
        raise SecretMissing(
            f"The environment variable {name}, named by {key} in config.yml, is not set. "
            f"Set it to {where}. "
            "config.yml holds only the variable's name, never the secret."
        )
    return value
