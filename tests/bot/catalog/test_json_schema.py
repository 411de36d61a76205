from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.catalog.json_schema import FOLDER, as_text, schemas


@pytest.mark.parametrize("name", schemas())
def test_the_committed_schema_is_current(name: str) -> None:
    committed = (FOLDER / name).read_text(encoding="utf-8")
    assert committed == as_text(schemas()[name]), "run: python -m bot.catalog.json_schema"


def test_nothing_else_lies_beside_them() -> None:
    assert {file.name for file in FOLDER.iterdir()} == set(schemas())


@pytest.mark.parametrize("name", schemas())
def test_editors_find_words_for_every_key(name: str) -> None:
    schema = schemas()[name]
    for where, field in properties(schema):
        described = schema["$defs"][field["$ref"].rpartition("/")[2]] if "$ref" in field else field
        assert described.get("description"), where


@pytest.mark.parametrize("name", schemas())
def test_editors_never_suggest_null(name: str) -> None:
    assert "null" not in as_text(schemas()[name])


def properties(schema: Any, where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, list):
        for item in schema:
            yield from properties(item, where)
    elif isinstance(schema, dict):
        for key, field in schema.get("properties", {}).items():
            yield f"{where}.{key}", field
        for key, part in schema.items():
            yield from properties(part, f"{where}.{key}")
