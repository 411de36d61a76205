"""How much one session, and one address, may ask for in a minute."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from bot.config import LimitSettings

REMEMBERED = 10_000
"""Sessions or addresses; of more, the ones that were quiet longest start afresh."""

MINUTE = 60.0
IPV6_SITE = 64
"""Bits of an IPv6 address that one customer of a provider has; the rest is theirs to choose from."""


class Limit:
    """At most `per_minute`, and after that as many as have had the time to fall due (a token bucket)."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = float(per_minute)
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, who: str) -> float:
        """Count one of `who`: 0.0 when it is within the limit, else in how many seconds one more is."""
        now = self._clock()
        left, then = self._left.pop(who, (self._most, now))
        left = min(self._most, left + (now - then) * self._most / MINUTE)
        wait = 0.0 if left >= 1.0 else (1.0 - left) * MINUTE / self._most
        self._left[who] = (left if wait else left - 1.0, now)
        if len(self._left) > REMEMBERED:
            self._left.popitem(last=False)
        return wait


class Limits:
    """What is asked of the bot over the web, counted. Each method: 0.0, or in how many seconds to try again."""

    def __init__(self, settings: LimitSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._of_session = Limit(settings.messages_per_session, clock)
        self._of_address = Limit(settings.messages_per_address, clock)
        self._requests = Limit(settings.requests_per_address, clock)

    def message(self, address: str | None, session: str | None = None) -> float:
        """A message, of a session where there is one."""
        wait = 0.0 if address is None else self._of_address.take(address)
        return wait or (0.0 if session is None else self._of_session.take(session))

    def request(self, address: str | None) -> float:
        """Anything else."""
        return 0.0 if address is None else self._requests.take(address)


def count_as(host: str | None, *, forwarded: bool) -> str | None:
    """Under which address a client counts: IPv6 by its site. None, which has no limit, is this machine itself.

    `host` is the client's, as proxies that are trusted report it. `forwarded`: some proxy stood in between.
    """
    if host is None:
        return None
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if address.is_loopback and not forwarded:
        return None
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or IPv6Address(int(address) >> IPV6_SITE << IPV6_SITE)
    return str(address)
