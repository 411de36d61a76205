"""Tokens of workspaces, encrypted where they are kept, by keys that only the bot's environment holds.

Fernet (https://github.com/fernet/spec): AES in CBC mode, and an HMAC over all of it. The first key seals, each one
opens, so that a new key can take the place of an old one. What was kept in the clear is read, and sealed at a start.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.connectors.installations import InstallationStore
from bot.connectors.slack.places import CHANNEL
from bot.errors import ConnectorError, StoreError

CLEAR, SEALED = "bot_token", "sealed_bot_token"
"""The key of an installation under which the token stands."""

KEY = re.compile(r"[A-Za-z0-9_-]{43}=")

log = logging.getLogger(__name__)


class SealedInstallations:
    """Installations, with tokens sealed by the first of `keys`, if there are any. `named` is where they come from."""

    def __init__(self, kept: InstallationStore, keys: Sequence[str], named: str) -> None:
        self._kept = kept
        self._first = Fernet(keys[0]) if keys else None
        self._all = MultiFernet([Fernet(key) for key in keys]) if keys else None
        self._named = named

    async def save(self, channel: str, workspace: str, body: Mapping[str, Any]) -> None:
        """See Installations; so for all methods but `seal_all`."""
        await self._kept.save(channel, workspace, self._seal(body))

    async def find(self, channel: str, workspace: str) -> Mapping[str, Any] | None:
        body = await self._kept.find(channel, workspace)
        try:
            return None if body is None else self._open(body)
        except InvalidToken:
            raise StoreError(f"The token of the Slack workspace {workspace} cannot be read. {self._remedy}") from None

    async def remove(self, channel: str, workspace: str) -> None:
        await self._kept.remove(channel, workspace)

    async def seal_all(self) -> None:
        """Seal by the first key what is in the clear or sealed by another one.

        Raises ConnectorError when nothing that is sealed can be read: the key is missing, or is another.
        """
        read, unread = 0, 0

        def renew(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
            nonlocal read, unread
            try:
                opened = self._open(body)
            except InvalidToken:
                unread += 1
                return None
            read += SEALED in body
            return self._seal(opened) if self._is_stale(body) else None

        renewed = await self._kept.rewrite(CHANNEL, renew)
        if renewed:
            log.info("Slack: the tokens of %d workspace(s) are sealed by the key in use now", renewed)
        if unread and not read:
            raise ConnectorError(f"The tokens of {unread} Slack workspace(s) cannot be read. {self._remedy}")
        if unread:
            log.error("Slack: the tokens of %d workspace(s) cannot be read. %s", unread, self._remedy)

    def _seal(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        if self._first is None or body.get(CLEAR) is None:
            return body
        sealed = self._first.encrypt(str(body[CLEAR]).encode()).decode()
        return {**{name: value for name, value in body.items() if name != CLEAR}, SEALED: sealed}

    def _open(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        if SEALED not in body:
            return body
        if self._all is None:
            raise InvalidToken
        token = self._all.decrypt(str(body[SEALED])).decode()
        return {**{name: value for name, value in body.items() if name != SEALED}, CLEAR: token}

    def _is_stale(self, body: Mapping[str, Any]) -> bool:
        """Whether the first key would seal it otherwise."""
        if self._first is None or SEALED not in body:
            return self._first is not None and body.get(CLEAR) is not None
        try:
            self._first.decrypt(str(body[SEALED]))
        except InvalidToken:
            return True
        return False

    @property
    def _remedy(self) -> str:
        lost = "If the key is lost, delete the rows of the table installations, and install the bot anew."
        if self._all is None:
            return f"It is encrypted: name the variable with the key as slack.encryption_key_env in config.yml. {lost}"
        return f"It was encrypted by a key that is not in {self._named}: add it there, after a comma. {lost}"


def read_keys(written: str, named: str) -> tuple[str, ...]:
    """The keys in an environment variable, separated by commas. Raises ConnectorError for one that is none."""
    keys = tuple(each.strip() for each in written.split(","))
    for number, key in enumerate(keys, 1):
        if not KEY.fullmatch(key):  # Python's own decoder would let two in a row pass for the first
            raise ConnectorError(
                f"The environment variable {named}, named by slack.encryption_key_env, holds no usable key: number "
                f"{number} of {len(keys)} is not 32 random bytes in URL-safe base64. "
                "Make one: openssl rand -base64 32 | tr '+/' '-_'"
            )
    return keys
