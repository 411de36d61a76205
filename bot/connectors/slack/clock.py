"""Slack's time, by which its signatures are judged, even where this machine's clock is wrong."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from slack_sdk.signature import Clock

NOTICED = 60.0
"""Seconds by which a clock may be wrong without a word. Slack's signatures are good for five minutes."""

log = logging.getLogger(__name__)


class SlackClock(Clock):
    """This machine's clock, put right by the `Date` of Slack's own answers, which come over TLS."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        """Seconds since the epoch, by Slack's clock."""
        return time.time() + self._ahead

    def learn(self, headers: Mapping[str, str]) -> None:
        """Take the time from an answer of Slack's. One without a readable date changes nothing."""
        said = next((value for name, value in headers.items() if name.lower() == "date"), "")
        try:
            ahead = parsedate_to_datetime(said).timestamp() - time.time()
        except ValueError:
            return
        if abs(ahead) < NOTICED:
            ahead = 0.0
        elif abs(ahead - self._ahead) >= NOTICED:
            log.warning("Slack's clock and this machine's are %.0f s apart; Slack's is believed.", abs(ahead))
        self._ahead = ahead
