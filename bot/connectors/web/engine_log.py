"""What the libraries under Socket.IO log, cut down: rubbish from a stranger is one short line that quotes nobody."""

from __future__ import annotations

import logging

LONGEST = 160


class OneLine(logging.Filter):
    """Keeps the kind of an error and drops its traceback; keeps a line a line."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; never drops it."""
        kind = record.exc_info[0] if record.exc_info else None
        said = record.getMessage() if kind is None else f"{record.getMessage()}: {kind.__name__}"
        record.msg, record.args, record.exc_info = ascii(said)[1:-1][:LONGEST], (), None
        return True


def engine_logger() -> logging.Logger:
    """The logger for Socket.IO and Engine.IO. Errors only: below that, they log what users write."""
    logger = logging.getLogger(f"{__package__}.engine")
    logger.setLevel(logging.ERROR)
    if not logger.filters:
        logger.addFilter(OneLine())
    return logger
