"""Users whom the host site vouches for, by a JSON Web Token (RFC 7519). Sole user of PyJWT."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
from jwt.algorithms import RSAAlgorithm

from bot.config import JwtSettings
from bot.connectors.web.identifiers import is_identifier
from bot.connectors.web.refusals import ChatRefusal
from bot.errors import ConfigError, ConnectorError, SecretMissing

SHORTEST_SECRET = 32
"""Bytes: RFC 7518, section 3.2, asks for as many as the hash has."""

LONGEST_TOKEN = 8192


@dataclass(frozen=True, slots=True)
class User:
    """A user of the host site. `name` is what to call them, where the token tells."""

    id: str
    name: str | None = None


class Doorkeeper:
    """Tells by their token who visitors are. Without `settings` nobody needs one, and none is looked at."""

    def __init__(self, settings: JwtSettings | None) -> None:
        """Raises SecretMissing, ConfigError or ConnectorError when the key is not there or is none."""
        self._settings = settings
        self._algorithm: str
        self._key: Any
        self._algorithm, self._key = ("HS256", "") if settings is None else _read_key(settings)

    def recognise(self, token: Any) -> User | None:
        """Whose token it is; None for a visitor without one, where that is allowed. Raises ChatRefusal."""
        settings = self._settings
        if settings is None:
            return None
        if token is None or token == "":
            if settings.required:
                raise ChatRefusal("token_missing", "A token of the host site is needed.")
            return None
        if not isinstance(token, str) or len(token) > LONGEST_TOKEN:
            raise ChatRefusal("token_invalid", "The token is not one.")
        return self._read(token, settings)

    def _read(self, token: str, settings: JwtSettings) -> User:
        options: Any = {"require": ["exp", settings.user_claim], "verify_iat": False, "verify_sub": False}
        options["verify_aud"] = settings.audience is not None
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[self._algorithm],  # never the token's own word for it
                issuer=settings.issuer,
                audience=settings.audience,
                leeway=settings.leeway,
                options=options,
            )
        except jwt.ExpiredSignatureError:
            raise ChatRefusal("token_expired", "The token has expired: get a new one.") from None
        except jwt.ImmatureSignatureError:
            words = "The token is not valid yet. Do the clocks of the site and of the bot agree?"
            raise ChatRefusal("token_invalid", words, again=True) from None
        except (jwt.InvalidTokenError, ValueError, RecursionError):
            raise ChatRefusal("token_invalid", "The token is not valid here.") from None
        return _user(claims, settings.user_claim)


def _user(claims: Mapping[str, Any], claim: str) -> User:
    user_id, name = claims[claim], claims.get("name")
    if isinstance(user_id, int) and not isinstance(user_id, bool):
        user_id = str(user_id)
    if not is_identifier(user_id):
        raise ChatRefusal("token_invalid", "The token names no user that the bot can keep.")
    return User(user_id, name if is_identifier(name) else None)


def _read_key(settings: JwtSettings) -> tuple[str, Any]:
    """The one algorithm that is accepted, and its key."""
    if settings.public_key is not None:
        return "RS256", _read_public_key(settings.public_key)
    name = settings.secret_env or ""
    secret = os.environ.get(name, "")
    if not secret:
        raise SecretMissing(
            f"web.jwt.secret_env names the environment variable {name}, which is not set: "
            "set it to the secret with which the host site signs its tokens."
        )
    if (length := len(secret.encode("utf-8", "surrogateescape"))) < SHORTEST_SECRET:
        raise ConnectorError(
            f"The environment variable {name}, named by web.jwt.secret_env, is {length} bytes long; HS256 needs "
            f"{SHORTEST_SECRET} (RFC 7518, section 3.2): take a longer secret, at the host site too."
        )
    return "HS256", secret


def _read_public_key(file: Path) -> Any:
    remedy = "Name the PEM file with the public half of the RSA key with which the host site signs."
    try:
        key = RSAAlgorithm(RSAAlgorithm.SHA256).prepare_key(file.read_bytes())
    except OSError as error:
        raise ConfigError(f"web.jwt.public_key: {file} cannot be read ({error.strerror}). {remedy}") from None
    except (ValueError, TypeError, jwt.InvalidKeyError):
        raise ConfigError(f"web.jwt.public_key: {file} holds no RSA key. {remedy}") from None
    if hasattr(key, "private_numbers"):
        raise ConfigError(f"web.jwt.public_key: {file} holds a private key. {remedy}")
    return key
