from __future__ import annotations

from pathlib import Path

import pytest

from bot.checks.documents import RememberedDocuments
from bot.checks.memory import Memory
from bot.yaml_files import parse_yaml


def test_only_what_was_kept_last_is_recalled(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "m.db")
    memory.keep("k", {b"1": b"one", b"2": b"two"}, memory.recall("k"))
    memory.keep("k", {b"2": b"two", b"3": b"three"}, memory.recall("k"))
    assert Memory(tmp_path / "m.db").recall("k") == {b"2": b"two", b"3": b"three"}
    assert memory.recall("another") == {}


def test_another_version_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Memory(tmp_path / "m.db")
    memory.keep("k", {b"1": b"one"}, {})
    monkeypatch.setattr("bot.checks.memory.__version__", "99")
    assert memory.recall("k") == {}


def test_a_damaged_file_or_no_folder_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "m.db").write_bytes(b"not a database, but long enough to be taken for one" * 30)
    memory = Memory(tmp_path / "m.db")
    assert memory.recall("k") == {}
    memory.keep("k", {b"1": b"one"}, {})
    assert memory.recall("k") == {b"1": b"one"}
    nowhere = Memory(tmp_path / "nowhere" / "m.db")
    nowhere.keep("k", {b"1": b"one"}, {})
    assert nowhere.recall("k") == {}


def test_a_remembered_document_is_the_same_as_a_parsed_one(tmp_path: Path) -> None:
    content = 'a:\n  description: "ü \\ud83d\\ude00"\n  examples: [x, {y: [1, null, true, 0.5]}]\n'.encode()
    memory, file = Memory(tmp_path / "m.db"), tmp_path / "a.yml"
    first = RememberedDocuments(memory)
    assert first.parse(file, content) == parse_yaml(file, content)
    first.keep()
    again = RememberedDocuments(memory).parse(tmp_path / "b.yml", content)
    assert (again.file.name, again.value, again.lines) == (
        "b.yml",
        first.parse(file, content).value,
        dict(parse_yaml(file, content).lines),
    )


def test_a_file_with_problems_is_parsed_each_time(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "m.db")
    documents = RememberedDocuments(memory)
    assert documents.parse(tmp_path / "a.yml", b"a: [").problems
    documents.keep()
    assert RememberedDocuments(memory).parse(tmp_path / "a.yml", b"a: [").problems
