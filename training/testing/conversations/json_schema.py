"""The JSON Schema of conversation tests, for editors, made from the models that read them.

`python -m training.testing.conversations.json_schema` writes it beside the others; a test fails when it is not current.
"""

from __future__ import annotations

from typing import Any

from bot.catalog.json_schema import DIALECT, without_null, write_schemas
from training.testing.conversations.script import WrittenFile

NAME = "conversations.schema.json"


def conversations_schema() -> dict[str, Any]:
    """What a file of conversation tests may hold."""
    schema = {**WrittenFile.model_json_schema(), "title": "Ripen's conversation tests"}
    return without_null({"$schema": DIALECT, **schema})


if __name__ == "__main__":
    write_schemas({NAME: conversations_schema()})
