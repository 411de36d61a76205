"""The JSON Schemas that editors complete and check against, made from the models that the loaders use.

`python -m bot.catalog.json_schema` writes those of config.yml and intent files; a test fails when they are not current.
That of conversation tests is made by training/testing/conversations/json_schema.py, and lies beside them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from bot.catalog.schema import (
    INTENT_NAME,
    MAX_INTENTS,
    MAX_SHARED_SLOTS,
    RESPONSE_PREFIX,
    SLOTS,
    WrittenIntent,
    WrittenResponses,
    slot_or_nothing,
)
from bot.config import Settings

FOLDER = Path(__file__).parent / "schemas"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> dict[str, dict[str, Any]]:
    """File name -> JSON Schema, as they should lie in `schemas/`."""
    return {"intents.schema.json": intents_schema(), "config.schema.json": config_schema()}


def config_schema() -> dict[str, Any]:
    """What config.yml may hold."""
    schema = {**Settings.model_json_schema(), "title": "Ripen's config.yml"}
    return without_null({"$schema": DIALECT, **schema})


def intents_schema() -> dict[str, Any]:
    """What an intent file may hold: intents, named responses under `utter_...`, and shared slots under `slots`."""
    parts = {"intent": WrittenIntent, "responses": WrittenResponses}
    definitions: dict[str, Any] = {}
    for name, model in parts.items():
        schema = TypeAdapter(model).json_schema(ref_template="#/$defs/{model}")
        definitions |= schema.pop("$defs", {})
        definitions[name] = schema
    whole = {
        "$schema": DIALECT,
        "title": "Ripen's intent file",
        "description": "Names of intents, and of responses (utter_...), and slots that intents share.",
        "type": "object",
        "maxProperties": MAX_INTENTS,
        "properties": {
            SLOTS: {
                "title": "Shared slots",
                "description": "Facts that several intents need: each takes them by name, and may change single keys.",
                "type": "object",
                "minProperties": 1,
                "maxProperties": MAX_SHARED_SLOTS,
                "additionalProperties": slot_or_nothing({"$ref": "#/$defs/WrittenSlot"}),
            }
        },
        "patternProperties": {
            f"^{RESPONSE_PREFIX}[A-Za-z0-9_/-]*$": {"$ref": "#/$defs/responses"},
            f"^(?!{RESPONSE_PREFIX}|{SLOTS}$){INTENT_NAME.pattern}$": {"$ref": "#/$defs/intent"},
        },
        "additionalProperties": False,
        "$defs": definitions,
    }
    return without_null(whole)


def write_schemas(made: Mapping[str, dict[str, Any]]) -> None:
    """Write schemas into the package, by file name."""
    FOLDER.mkdir(exist_ok=True)
    for name, schema in made.items():
        (FOLDER / name).write_text(as_text(schema), encoding="utf-8")


def as_text(schema: dict[str, Any]) -> str:
    """A schema as it is committed."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Without `null` as a choice, and without defaults of null or of a whole section: authors leave such keys out."""
    part = {
        key: _inside(value)
        for key, value in schema.items()
        if not (key == "default" and (value is None or isinstance(value, dict)))
    }
    if "anyOf" in part:
        choices = [choice for choice in part.pop("anyOf") if choice != {"type": "null"}]
        return {**choices[0], **part} if len(choices) == 1 else {"anyOf": choices, **part}
    return part


def _inside(value: Any) -> Any:
    if isinstance(value, list):
        return [_inside(item) for item in value]
    return without_null(value) if isinstance(value, dict) else value


if __name__ == "__main__":
    write_schemas(schemas())
