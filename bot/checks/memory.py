"""What an earlier check found out about the same files and sentences, so that the next one takes a second or two."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from pathlib import Path

from bot import __version__

log = logging.getLogger(__name__)

WAIT_SECONDS = 1.0
TABLE = "CREATE TABLE IF NOT EXISTS found (kind TEXT, key BLOB, told BLOB, PRIMARY KEY (kind, key))"


class Memory:
    """Bytes by kind and key, in a SQLite file; with None for a path, nothing is remembered.

    The file may be lost, locked, read-only or garbage: that costs time, never a finding. What another version of Ripen
    found out is not believed.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def recall(self, kind: str) -> dict[bytes, bytes]:
        """All that is known of this kind."""
        found: dict[bytes, bytes] = {}

        def select(database: sqlite3.Connection) -> None:
            found.update(database.execute("SELECT key, told FROM found WHERE kind = ?", (_stamp(kind),)))

        self._try(select)
        return found

    def keep(self, kind: str, told: Mapping[bytes, bytes], before: Mapping[bytes, bytes]) -> None:
        """From now on `told` is known, and nothing else of this kind; `before` is what `recall` gave."""
        gone = [(_stamp(kind), key) for key in before.keys() - told.keys()]
        fresh = [(_stamp(kind), key, value) for key, value in told.items() if before.get(key) != value]

        def write(database: sqlite3.Connection) -> None:
            database.executemany("DELETE FROM found WHERE kind = ? AND key = ?", gone)
            database.executemany("INSERT OR REPLACE INTO found VALUES (?, ?, ?)", fresh)

        if gone or fresh:
            self._try(write)

    def _try(self, work: Callable[[sqlite3.Connection], None]) -> None:
        if self._path is None:
            return
        try:
            with closing(sqlite3.connect(self._path, timeout=WAIT_SECONDS)) as database, database:
                database.execute(TABLE)
                work(database)
        except (sqlite3.Error, OSError) as error:
            log.debug("%s cannot be used, so this check takes its time: %s", self._path, error)
            if type(error) is sqlite3.DatabaseError:  # garbage; what is locked, full or read-only is a subclass
                with suppress(OSError):
                    self._path.unlink()


def _stamp(kind: str) -> str:
    return f"{kind} {__version__}"
