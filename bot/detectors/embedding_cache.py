"""Embeddings of what people wrote into the intent files, kept on disk: a restart or an edit encodes only new sentences.

Only the hash of a text is stored. What users say to the bot goes through `CachedEncoder.encoder` and leaves no trace.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import closing, suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.detectors.base import Embeddings, Encoded, Encoder, Widths

log = logging.getLogger(__name__)

MAX_ROWS = 50_000
"""About 160 MB at 384 dimensions of meaning and as many of wording. Other encoders' rows go first, then the oldest."""

AT_ONCE = 2_000
"""Texts that are encoded and then kept: what ends in the middle of a large bot's first start need not begin anew."""

WAIT_SECONDS = 2.0
KEYS_PER_QUERY = 500  # SQLite's limit of placeholders was 999 for long

SCHEMA = (
    "DROP TABLE IF EXISTS embeddings",  # of versions that kept the meaning alone
    "CREATE TABLE IF NOT EXISTS encoded (key BLOB PRIMARY KEY, encoder TEXT NOT NULL, vectors BLOB NOT NULL)",
)
EVICT = "DELETE FROM encoded WHERE rowid IN (SELECT rowid FROM encoded ORDER BY encoder = ?, rowid LIMIT ?)"


class CachedEncoder:
    """An Encoder that asks another one only for texts it has not seen; safe with several threads and processes.

    The cache may be lost, locked, read-only or garbage: that costs time and one line in the log, never an embedding.
    """

    def __init__(
        self,
        encoder: Encoder,
        path: Path,
        max_rows: int = MAX_ROWS,
        private: frozenset[str] = frozenset(),
        at_once: int = AT_ONCE,
        aside: Executor | None = None,
    ) -> None:
        """`private` are texts that leave no trace in the cache; so many are encoded `at_once`, and then kept: by a
        thread of `aside` while whoever asked goes on, when there is one."""
        self.encoder = encoder
        """The encoder behind the cache: for texts that must not be written to disk."""
        self._path = path
        self._max_rows = max_rows
        self._complained = False
        self._private = private
        self._at_once = at_once
        self._aside = aside

    @property
    def fingerprint(self) -> str:
        """That of the encoder behind."""
        return self.encoder.fingerprint

    @property
    def widths(self) -> Widths:
        """Those of the encoder behind."""
        return self.encoder.widths

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """The meaning of `texts`; what is remembered is all that the pass told."""
        return self.encode_fully(texts).meaning

    def encode_fully(self, texts: Sequence[str]) -> Encoded:
        """Embed `texts`, from the cache where it has them; the rest is encoded and remembered."""
        keys = [self._key(text) for text in texts]
        wanted = dict(zip(keys, texts, strict=True))
        found, rows = self._read(list(wanted))
        place = {key: row for row, key in enumerate(found)}
        unseen = [key for key in wanted if key not in place]
        place |= {key: len(found) + row for row, key in enumerate(unseen)}
        parts = [rows] if len(found) else []
        for start in range(0, len(unseen), self._at_once):
            missing = unseen[start : start + self._at_once]
            fresh = self.encoder.encode_fully([wanted[key] for key in missing]).pack()
            self._keep({key: row for key, row in zip(missing, fresh, strict=True) if wanted[key] not in self._private})
            parts.append(fresh)
        if len(unseen) == len(keys) and len(parts) == 1:  # all is new, and stands in order
            return Encoded.unpack(parts[0], self.widths)
        rows = np.vstack(parts) if parts else rows
        return Encoded.unpack(rows[[place[key] for key in keys]], self.widths)

    def _key(self, text: str) -> bytes:
        return hashlib.sha256(f"{self.fingerprint}\n{text}".encode("utf-8", "surrogatepass")).digest()

    def _read(self, wanted: Sequence[bytes]) -> tuple[list[bytes], Embeddings]:
        """The keys that are there, and a row for each."""
        keys: list[bytes] = []
        told: list[bytes] = []

        def select(database: sqlite3.Connection) -> None:
            for start in range(0, len(wanted), KEYS_PER_QUERY):
                part = wanted[start : start + KEYS_PER_QUERY]
                marks = ",".join("?" * len(part))
                query = f"SELECT key, vectors FROM encoded WHERE key IN ({marks})"  # noqa: S608 - only question marks
                for key, vectors in database.execute(query, part):
                    if isinstance(vectors, bytes) and len(vectors) == 4 * self.widths.packed:
                        keys.append(key)
                        told.append(vectors)

        self._try(select)
        rows = np.frombuffer(b"".join(told), dtype="<f4").reshape(-1, self.widths.packed)
        sound = self._sound(rows)
        return (
            (keys, rows)
            if sound.all()
            else ([key for key, whole in zip(keys, sound, strict=True) if whole], rows[sound])
        )

    def _sound(self, rows: Embeddings) -> npt.NDArray[np.bool_]:
        """Which of these are unit vectors of ours, and not what a damaged disk made of them."""
        parts = Encoded.unpack(rows, self.widths)
        whole = np.ones(len(rows), bool)
        for part in (parts.meaning, parts.wording, parts.own_feeling):
            if part is not None and part.shape[1]:
                whole &= abs(np.einsum("ij,ij->i", part, part, dtype=np.float64) - 1) < 1e-3
        return whole

    def _keep(self, rows: Mapping[bytes, Embeddings]) -> None:
        if self._aside is None:
            self._write(rows)
        else:
            self._aside.submit(self._write, rows)

    def _write(self, rows: Mapping[bytes, Embeddings]) -> None:
        values = [(key, self.fingerprint, row.astype("<f4").tobytes()) for key, row in rows.items()]

        def insert(database: sqlite3.Connection) -> None:
            database.executemany("INSERT OR REPLACE INTO encoded VALUES (?, ?, ?)", values)
            surplus = database.execute("SELECT count(*) FROM encoded").fetchone()[0] - self._max_rows
            if surplus > 0:
                database.execute(EVICT, (self.fingerprint, surplus))

        self._try(insert)

    def _try(self, work: Callable[[sqlite3.Connection], None]) -> None:
        """Do `work` in one transaction, on a connection of its own, so that threads and forks share none."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._path, timeout=WAIT_SECONDS)) as database, database:
                for statement in SCHEMA:
                    database.execute(statement)
                work(database)
        except (sqlite3.Error, OSError) as error:
            if not self._complained:
                log.warning("the embedding cache %s is of no use now, sentences are encoded: %s", self._path, error)
                self._complained = True
            if type(error) is sqlite3.DatabaseError:  # garbage; what is locked, full or read-only is a subclass
                with suppress(OSError):
                    self._path.unlink()
