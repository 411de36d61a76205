"""Whatever goes wrong, the user is told so kindly, and the log says what and where, without a word of the user's."""

from __future__ import annotations

import logging
import traceback

from bot.errors import StoreError
from bot.messages import Answer, Message, Part, Reply

log = logging.getLogger(__name__)


def apologise(answer: Answer, text: str) -> Answer:
    """`answer`, with the reply `text` for any exception. Cancellation passes."""

    async def apologising(message: Message) -> Reply:
        try:
            return await answer(message)
        except Exception as error:
            log.error("a turn on %s failed: %s", message.channel, describe(error))
            return Reply((Part(text=text),))

    return apologising


def describe(error: Exception) -> str:
    """Type and place. An exception's own words may quote the user; only the store's are known not to."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename}:{frames[-1].lineno} in {frames[-1].name}" if frames else ""
    said = f": {error}" if isinstance(error, StoreError) else ""
    return f"{type(error).__name__}{place}{said}"
