"""The table of docs/config.md, made from the settings themselves. Run as a module, it writes it into the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.config import Settings

PAGE = Path(__file__).parents[2] / "docs" / "config.md"
START, END = "<!-- keys: start -->\n", "<!-- keys: end -->\n"
OPTIONAL = {
    "slack": ("not on Slack", "a section, or `{}`"),
    "agents": ("no agent view", "a section, or `{}`"),
    "console": ("no console", "a section, or `{}`"),
    "jwt": ("none", "a section"),
}
HEAD = "| key | default | allowed | what it does |\n|---|---|---|---|\n"


def write_reference() -> str:
    """Every key of config.yml, one row each, sections in the order of Settings."""
    schema = Settings.model_json_schema()
    return HEAD + "".join(_rows(Settings, schema, schema, ""))


def _rows(model: type[BaseModel], schema: dict[str, Any], root: dict[str, Any], prefix: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        key, entry = prefix + name, _resolve(schema["properties"][name], root)
        section = _section(field.annotation)
        if section is not None:
            if field.default is None:
                default, allowed = OPTIONAL[name]
                yield f"| `{key}` | {default} | {allowed} | {_text(field.description)} |\n"
            yield from _rows(section, entry, root, f"{key}.")
        else:
            yield f"| `{key}` | {_default(field)} | {_allowed(entry)} | {_text(field.description)} |\n"


def _section(annotation: Any) -> type[BaseModel] | None:
    """The model of a section, of an optional one too."""
    for option in (annotation, *get_args(annotation)):
        if isinstance(option, type) and issubclass(option, BaseModel):
            return option
    return None


def _resolve(entry: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """The schema behind a reference, or behind an optional one."""
    for option in entry.get("anyOf", []):
        if option.get("type") != "null":
            entry = {**entry, **option}
    if "$ref" in entry:
        entry = {**entry, **root["$defs"][entry["$ref"].rpartition("/")[2]]}
    return entry


def _text(description: str | None) -> str:
    return (description or "").replace("|", "\\|")


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is None:
        return "none"
    written = str(value) if isinstance(value, Path) else value
    return f"`{json.dumps(written, ensure_ascii=False)}`".replace("|", "\\|")


def _allowed(entry: dict[str, Any]) -> str:
    if "enum" in entry:
        return ", ".join(f"`{value}`" for value in entry["enum"])
    if entry["type"] == "boolean":
        return "`true`, `false`"
    if entry["type"] in ("integer", "number"):
        return _range(entry)
    if entry["type"] == "array":
        return "list of texts"
    if entry.get("pattern") == r"^[A-Za-z_][A-Za-z0-9_]*$":
        return "name of a variable"
    if "pattern" in entry:
        return "text that matches `{}`".format(entry["pattern"].replace("|", "\\|"))
    return "path" if entry.get("format") == "path" else "text"


def _range(entry: dict[str, Any]) -> str:
    kind = "whole number" if entry["type"] == "integer" else "number"
    low, above, high = (entry.get(key) for key in ("minimum", "exclusiveMinimum", "maximum"))
    if low is not None and high is not None:
        return f"{kind}, {low:g} to {high:g}"
    bounds = [
        f"above {above:g}" if above is not None else "",
        f"{low:g} or more" if low is not None else "",
        f"at most {high:g}" if high is not None else "",
    ]
    return ", ".join([kind, *filter(None, bounds)])


if __name__ == "__main__":
    before, rest = PAGE.read_text(encoding="utf-8").split(START)
    PAGE.write_text(before + START + write_reference() + END + rest.split(END)[1], encoding="utf-8")
