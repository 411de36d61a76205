"""Imports flow down, each outside library has one owner, and the runtime never touches the training half."""

from __future__ import annotations

import pytest

from tests.laws.source import imports

OFFLINE_ONLY = {"torch", "transformers", "peft", "setfit", "sentence_transformers", "datasets", "onnx", "training"}

# Highest first. A module may import its own level and those below.
LEVELS = (
    ("bot.cli", "bot.__main__"),
    ("bot.commands",),
    ("bot.serving",),
    ("bot.console_serving",),
    ("bot.assemble", "bot.checking", "bot.reviewing"),
    ("bot.console",),
    (
        "bot.running",
        "bot.certainty",
        "bot.edits",
        "bot.explanation",
    ),
    ("bot.pipeline",),
    (
        "bot.dispatcher",
        "bot.occasion",
        "bot.questions",
        "bot.detectors",
        "bot.actions",
        "bot.middleware",
        "bot.migration",
        "bot.review",
    ),
    (
        "bot.decision",
        "bot.live",
        "bot.payload",
        "bot.slots",
        "bot.open_question",
        "bot.situation",
        "bot.wishes",
        "bot.small_words",
        "bot.alike",
        "bot.choices",
        "bot.responses",
        "bot.catalog",
        "bot.checks",
        "bot.conversations",
        "bot.connectors",
        "bot.handoff",
        "bot.models",
        "bot.starter",
    ),
    (
        "bot.config",
        "bot.yaml_files",
        "bot.actions.base",
        "bot.actions.names",
        "bot.catalog.catalog",
        "bot.checks.rules",
        "bot.connectors.base",
        "bot.connectors.desk",
        "bot.connectors.feedback",
        "bot.connectors.inbox",
        "bot.connectors.installations",
        "bot.connectors.outbox",
        "bot.conversations.base",
        "bot.conversations.conversation",
        "bot.conversations.review",
        "bot.detectors.abandonment",
        "bot.detectors.base",
        "bot.handoff.base",
        "bot.language",
        "bot.personal",
    ),
    ("bot.messages", "bot.errors", "bot.language.plain_text", "bot"),
)

OWNERS = {
    "onnxruntime": ("bot.detectors.encoder", "bot.detectors.entailment"),
    "google": ("bot.detectors.graph",),
    "tokenizers": ("bot.detectors.encoder", "bot.detectors.entailment"),
    "sklearn": ("bot.detectors", "bot.review.grouping", "bot.console.landscape"),
    "jinja2": ("bot.console.frame",),
    "safetensors": ("bot.detectors", "bot.models"),
    "sqlalchemy": ("bot.conversations",),
    "alembic": ("bot.conversations",),
    "slack_bolt": ("bot.connectors.slack",),
    "slack_sdk": ("bot.connectors.slack",),
    "aiohttp": ("bot.connectors.slack",),
    "fastapi": ("bot.connectors.web",),
    "starlette": ("bot.connectors.web", "bot.connectors.slack", "bot.console"),
    "uvicorn": ("bot.connectors.web",),
    "socketio": ("bot.connectors.web",),
    "jwt": ("bot.connectors.web.users",),
    "cryptography": ("bot.connectors.slack.sealing",),
    "rasa_sdk": ("bot.actions", "bot.starter.actions"),
    "httpx": ("bot.actions",),
    "ruamel": ("bot.yaml_files", "bot.catalog.nodes", "bot.migration.new_bot"),
    "watchfiles": ("bot.catalog.watcher",),
    "prometheus_client": ("bot.middleware",),
    "typer": ("bot.cli", "bot.commands"),
    "phonenumbers": ("bot.personal.precise",),
    "py3langid": ("bot.checks.languages",),
}

BOT = imports("bot")


def within(name: str, room: str) -> bool:
    """Whether module `name` is `room` or lies in it."""
    return name == room or name.startswith(f"{room}.")


def level_of(name: str) -> int:
    """The number of the level with the longest entry that holds `name`; 0 is the lowest."""
    matches = [
        (len(room), len(LEVELS) - 1 - index)
        for index, level in enumerate(LEVELS)
        for room in level
        if within(name, room) and (room != "bot" or name == "bot")
    ]
    assert matches, f"{name} has no level: put it into LEVELS"
    return max(matches)[1]


@pytest.mark.parametrize("name", BOT)
def test_the_runtime_imports_no_training_library(name: str) -> None:
    found = {imported for imported in BOT[name] if imported.split(".")[0] in OFFLINE_ONLY}
    assert not found


@pytest.mark.parametrize("name", BOT)
def test_imports_flow_down(name: str) -> None:
    upward = {imported for imported in BOT[name] if imported in BOT and level_of(imported) > level_of(name)}
    assert not upward


@pytest.mark.parametrize("name", [name for name in BOT if within(name, "bot.connectors")])
def test_connectors_know_only_the_vocabulary(name: str) -> None:
    allowed = ("bot.connectors", "bot.messages", "bot.errors", "bot.config")
    strangers = {
        imported
        for imported in BOT[name]
        if imported in BOT and imported != "bot" and not any(within(imported, room) for room in allowed)
    }
    assert not strangers


@pytest.mark.parametrize("name", [name for name in BOT if within(name, "bot.language")])
def test_language_knows_no_model_and_no_conversation(name: str) -> None:
    known = ("bot", "bot.catalog.catalog")
    strangers = {
        imported
        for imported in BOT[name]
        if imported in BOT and imported not in known and not within(imported, "bot.language")
    }
    assert not strangers


@pytest.mark.parametrize("library", sorted(OWNERS))
def test_each_library_has_one_owner(library: str) -> None:
    users = {
        name
        for name in BOT
        for imported in BOT[name]
        if imported.split(".")[0] == library and not any(within(name, owner) for owner in OWNERS[library])
    }
    assert not users


def test_nothing_imports_pickle() -> None:
    users = {
        name
        for package in ("bot", "training")
        for name, imported in imports(package).items()
        if {"pickle", "joblib", "dill", "cloudpickle", "shelve"} & {part.split(".")[0] for part in imported}
    }
    assert not users
