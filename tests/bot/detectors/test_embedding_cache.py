from __future__ import annotations

import logging
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest

from bot.detectors.base import Embeddings, Encoded, Widths
from bot.detectors.embedding_cache import CachedEncoder


class CountingEncoder:
    """Unit vectors from hashes of the texts; remembers what it was asked."""

    def __init__(self, fingerprint: str = "one", feeling: int | None = None) -> None:
        self.fingerprint = fingerprint
        self.widths = Widths(8, 5, feeling)
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Embeddings:
        return self.encode_fully(texts).meaning

    def encode_fully(self, texts: Sequence[str]) -> Encoded:
        self.asked += texts
        rows = np.array([self._row(text) for text in texts], dtype=np.float32).reshape(-1, self.widths.packed)
        return Encoded.unpack(rows, self.widths).change(lambda part: part / np.linalg.norm(part, axis=1, keepdims=True))

    def _row(self, text: str) -> Embeddings:
        seed = sum((at + 1) * ord(letter) for at, letter in enumerate(self.fingerprint + text))
        return np.random.default_rng(seed).normal(size=self.widths.packed).astype(np.float32)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "embeddings.db"


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """sqlite3's own block commits, and leaves the file open: an error of ours from Python 3.13 on."""
    with closing(sqlite3.connect(path)) as database, database:
        yield database


def rows_in(path: Path) -> int:
    with opened(path) as database:
        return int(database.execute("SELECT count(*) FROM encoded").fetchone()[0])


def test_only_new_sentences_are_encoded(path: Path) -> None:
    texts = ["a", "b", "a", "ü😀", "\ud800"]
    first = CountingEncoder()
    expected = CachedEncoder(first, path).encode(texts)
    assert first.asked == ["a", "b", "ü😀", "\ud800"]
    again = CountingEncoder()
    np.testing.assert_array_equal(CachedEncoder(again, path).encode(["c", *texts])[1:], expected)
    assert again.asked == ["c"]


@pytest.mark.parametrize("feeling", [None, 3])
def test_all_that_a_pass_tells_is_kept(path: Path, feeling: int | None) -> None:
    expected = CachedEncoder(CountingEncoder(feeling=feeling), path).encode_fully(["a", "b"])
    again = CountingEncoder(feeling=feeling)
    found = CachedEncoder(again, path).encode_fully(["b", "a"])
    assert again.asked == []
    assert found.feeling.shape == (2, feeling or 8)
    for part in ("meaning", "wording", "feeling"):
        np.testing.assert_array_equal(getattr(found, part), getattr(expected, part)[::-1])


def test_what_kept_the_meaning_alone_is_cleared_away(path: Path) -> None:
    path.parent.mkdir()
    with opened(path) as database:
        database.execute("CREATE TABLE embeddings (key BLOB PRIMARY KEY, encoder TEXT NOT NULL, vector BLOB NOT NULL)")
        database.execute("INSERT INTO embeddings VALUES ('k', 'one', zeroblob(32))")
    CachedEncoder(CountingEncoder(), path).encode(["a"])
    with opened(path) as database:
        assert database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall() == [("encoded",)]


def test_another_encoder_never_gets_these_embeddings(path: Path) -> None:
    CachedEncoder(CountingEncoder("one"), path).encode(["a"])
    other = CountingEncoder("two")
    np.testing.assert_array_equal(CachedEncoder(other, path).encode(["a"]), CountingEncoder("two").encode(["a"]))
    assert other.asked == ["a"]


def test_no_texts_are_no_rows(path: Path) -> None:
    assert CachedEncoder(CountingEncoder(), path).encode([]).shape == (0, 8)


def test_more_texts_than_a_query_has_room_for(path: Path) -> None:
    texts = [f"text {number}" for number in range(1200)]
    CachedEncoder(CountingEncoder(), path).encode(texts)
    again = CountingEncoder()
    CachedEncoder(again, path).encode(texts)
    assert again.asked == []


def test_no_text_reaches_the_disk_and_messages_pass_it_by(path: Path) -> None:
    cached = CachedEncoder(CountingEncoder(), path)
    cached.encode(["an example of mine"])
    before = rows_in(path)
    cached.encoder.encode(["what a user said"])
    assert rows_in(path) == before == 1
    assert b"example of mine" not in path.read_bytes()


def test_what_is_kept_aside_keeps_nobody_waiting(path: Path) -> None:
    with ThreadPoolExecutor(1) as aside:
        busy = threading.Event()
        aside.submit(busy.wait, 30)
        expected = CachedEncoder(CountingEncoder(), path, aside=aside).encode(["a", "b"])
        assert rows_in(path) == 0
        busy.set()
    again = CountingEncoder()
    np.testing.assert_array_equal(CachedEncoder(again, path).encode(["a", "b"]), expected)
    assert again.asked == []


@pytest.mark.parametrize("content", [b"garbage" * 500, b"SQLite format 3\x00" + b"\xff" * 4000, b""])
def test_a_damaged_file_costs_one_line_and_heals(path: Path, content: bytes, caplog: pytest.LogCaptureFixture) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    expected = CountingEncoder().encode(["a"])
    cached = CachedEncoder(CountingEncoder(), path)
    np.testing.assert_array_equal(cached.encode(["a"]), expected)
    np.testing.assert_array_equal(cached.encode(["a"]), expected)
    assert len(caplog.records) == (1 if content else 0)
    again = CountingEncoder()
    CachedEncoder(again, path).encode(["a"])
    assert again.asked == []


def test_a_damaged_row_is_encoded_afresh(path: Path) -> None:
    expected = CachedEncoder(CountingEncoder(), path).encode(["a", "b"])
    with opened(path) as database:
        database.execute("UPDATE encoded SET vectors = zeroblob(52)")
    np.testing.assert_array_equal(CachedEncoder(CountingEncoder(), path).encode(["a", "b"]), expected)
    with opened(path) as database:
        database.execute("UPDATE encoded SET vectors = 'short'")
    np.testing.assert_array_equal(CachedEncoder(CountingEncoder(), path).encode(["a", "b"]), expected)


def test_a_cache_that_cannot_be_written_costs_one_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("not a folder")
    cached = CachedEncoder(CountingEncoder(), tmp_path / "file" / "embeddings.db")
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            np.testing.assert_array_equal(cached.encode(["secret"]), CountingEncoder().encode(["secret"]))
    assert len(caplog.records) == 1
    assert "secret" not in caplog.text


def test_a_read_only_cache_is_still_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = CachedEncoder(CountingEncoder(), path).encode(["a"])
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda file, **kw: connect(f"file:{file}?mode=ro", uri=True, **kw))
    encoder = CountingEncoder()
    found = CachedEncoder(encoder, path).encode(["a", "b"])
    np.testing.assert_array_equal(found[:1], expected)
    assert encoder.asked == ["b"]


def test_it_stays_small_and_drops_other_encoders_first(path: Path) -> None:
    CachedEncoder(CountingEncoder("old"), path, max_rows=10).encode([f"old {number}" for number in range(8)])
    CachedEncoder(CountingEncoder("new"), path, max_rows=10).encode([f"new {number}" for number in range(9)])
    assert rows_in(path) == 10
    again = CountingEncoder("new")
    CachedEncoder(again, path, max_rows=10).encode([f"new {number}" for number in range(9)])
    assert again.asked == []


def test_threads_share_it(path: Path) -> None:
    cached = CachedEncoder(CountingEncoder(), path)
    texts = [f"text {number}" for number in range(60)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: cached.encode([text])[0], texts))
    np.testing.assert_array_equal(np.vstack(found), CountingEncoder().encode(texts))


def test_processes_share_it(path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from bot.detectors.embedding_cache import CachedEncoder;"
        "from tests.bot.detectors.test_embedding_cache import CountingEncoder;"
        "cached = CachedEncoder(CountingEncoder(), Path(sys.argv[1]));"
        "[cached.encode([f'text {number}']) for number in range(40)]; assert not cached._complained"
    )
    root = Path(__file__).parents[3]
    running = [subprocess.Popen([sys.executable, "-c", program, str(path)], cwd=root) for _ in range(3)]
    assert [process.wait() for process in running] == [0, 0, 0]
    assert rows_in(path) == 40


def test_private_texts_leave_no_trace(path: Path) -> None:
    private = CachedEncoder(CountingEncoder(), path, private=frozenset({"secret"}))
    private.encode(["secret", "open"])
    again = CountingEncoder()
    CachedEncoder(again, path).encode(["secret", "open"])
    assert again.asked == ["secret"]
