"""Loggers for slack_bolt and slack_sdk that hold neither tokens nor what users say.

Left to themselves the libraries log whole request bodies (on a bad signature), tracebacks, and addresses with
one-time tickets, at INFO and ERROR.
"""

from __future__ import annotations

import logging
import re

_SECRETS = re.compile(r"\bx(?:ox[a-z]|app)-[\w-]+|(?<=ticket=)[^&\s\"']+|(?<=with code: )\S+")


class Redacting(logging.Filter):
    """Takes secrets out of a record, and leaves of a traceback only the error's type."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place; it is always kept."""
        message = _SECRETS.sub("(secret)", record.getMessage())
        if record.exc_info and record.exc_info[0]:
            message = f"{message} [{record.exc_info[0].__name__}]"
        record.msg, record.args, record.exc_info, record.exc_text = message, None, None, None
        return True


def quiet_logger(name: str, level: int) -> logging.Logger:
    """A redacting logger. The level is set here: at DEBUG the libraries print every payload."""
    logger = logging.getLogger(name)
    logger.setLevel(level)
    if not any(isinstance(present, Redacting) for present in logger.filters):
        logger.addFilter(Redacting())
    return logger
