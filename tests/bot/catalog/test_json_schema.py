from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.catalog.json_schema import FOLDER, as_text, schemas
from training.testing.conversations.json_schema import NAME, conversations_schema

SCHEMAS = {**schemas(), NAME: conversations_schema()}
MADE_BY = dict.fromkeys(schemas(), "bot.catalog.json_schema") | {NAME: "training.testing.conversations.json_schema"}


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_committed_schema_is_current(name: str) -> None:
    committed = (FOLDER / name).read_text(encoding="utf-8")
    assert committed == as_text(SCHEMAS[name]), f"run: python -m {MADE_BY[name]}"


def test_nothing_else_lies_beside_them() -> None:
    assert {file.name for file in FOLDER.iterdir()} == set(SCHEMAS)


@pytest.mark.parametrize("name", SCHEMAS)
def test_editors_find_words_for_every_key(name: str) -> None:
    schema = SCHEMAS[name]
    for where, field in properties(schema):
        described = schema["$defs"][field["$ref"].rpartition("/")[2]] if "$ref" in field else field
        assert described.get("description"), where


@pytest.mark.parametrize(("name", "times"), [("config.schema.json", 0), ("intents.schema.json", 2)])
def test_editors_suggest_null_for_slots_that_are_taken_by_name_alone(name: str, times: int) -> None:
    assert as_text(SCHEMAS[name]).count("null") == times


def test_in_conversations_null_says_that_nothing_is_asked() -> None:
    schema = SCHEMAS[NAME]
    turn = schema["$defs"]["WrittenTurn"]["properties"]
    assert turn["asks"]["type"] == ["string", "null"]
    assert as_text(schema).count('"null"') == 1


def test_in_conversations_one_text_may_stand_for_a_list() -> None:
    turn = SCHEMAS[NAME]["$defs"]["WrittenTurn"]["properties"]
    for key in ("bot", "buttons", "intent", "action"):
        assert [choice["type"] for choice in turn[key]["anyOf"]] == ["string", "array"]


def properties(schema: Any, where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, list):
        for item in schema:
            yield from properties(item, where)
    elif isinstance(schema, dict):
        for key, field in schema.get("properties", {}).items():
            yield f"{where}.{key}", field
        for key, part in schema.items():
            yield from properties(part, f"{where}.{key}")
