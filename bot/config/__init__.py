"""config.yml as values. Every field has a default that works; unknown keys are refused.

Secrets are never written here: a field that ends in `_env` holds the *name* of an environment variable.
`load_settings` reads the file; paths in it are relative to its folder, and absolute in what is returned. But
`zero_shot.model` stays as written: bundles remember it, and may serve where those weights are not.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from bot.config.agents import AgentSettings
from bot.config.base import Probability, Section, VariableName
from bot.config.check import CheckSettings
from bot.config.console import ConsoleSettings
from bot.config.slack import SlackSettings
from bot.config.texts import TextSettings
from bot.config.web import JwtSettings, LimitSettings, WebSettings
from bot.errors import ConfigError, Problem
from bot.yaml_files import Document, read_yaml
from bot.yaml_files.validation import validate

__all__ = [
    "AgentSettings",
    "CheckSettings",
    "ConsoleSettings",
    "JwtSettings",
    "LimitSettings",
    "Section",
    "SlackSettings",
    "TextSettings",
    "VariableName",
    "WebSettings",
]

MATURE_AFTER = 5
"""On validation data, bots with unevenly many examples did better with 5 than with 8: BANKING77 0.788 against 0.756 of
the messages understood, HWU64 0.718 against 0.673; and at five examples each, confidence was three times better
calibrated."""


class ModelSettings(Section):
    """Which encoder understands the messages."""

    base: str = Field(
        "sentence-transformers/all-MiniLM-L6-v2",
        description="Weights to build the bundle from: a folder beside config.yml, or a name on the Hugging Face hub.",
    )
    bundle: Path = Field(Path("models"), description="Where bundles are kept, relative to config.yml.")
    adapter: Path | None = Field(None, description="Folder of a peft LoRA adapter, in place of the shipped one.")
    adapter_scale: float = Field(1.0, ge=0.0, le=2.0, description="How much of that adapter to merge.")
    threads: int = Field(1, ge=1, le=64, description="Threads of one encoder pass.")
    mature_after: int = Field(MATURE_AFTER, ge=2, description="Examples that an intent needs before it may be mature.")


class ZeroShotSettings(Section):
    """How intents that are not mature are understood."""

    engine: Literal["cards", "nli"] = Field(
        "cards", description="cards: by names, descriptions and first examples; nli: a second look by entailment, too."
    )
    model: str | None = Field(
        None,
        min_length=1,
        description="For nli, a model for transformers' zero-shot-classification: a folder or a name on the hub.",
    )
    hypothesis_template: str = Field(
        "This message is about: {}",
        max_length=300,
        description="For nli, the sentence to be entailed; {} stands for an intent's description.",
    )
    candidates: int = Field(3, ge=1, le=10, description="For nli, how many of the best intents it may look at.")

    @model_validator(mode="after")
    def _whole(self) -> ZeroShotSettings:
        if self.model and self.engine != "nli":
            raise ValueError(f"model is for the engine nli, not {self.engine}\nAdd engine: nli, or remove model.")
        if self.engine == "nli" and not self.model:
            raise ValueError("the engine nli needs a model\nName one, as {engine: nli, model: FOLDER_OR_HUB_NAME}.")
        if self.hypothesis_template.count("{}") != 1 or re.search(r"[{}]", self.hypothesis_template.replace("{}", "")):
            raise ValueError("hypothesis_template must hold {} once, and no other braces\nAs 'This is about: {}'.")
        return self


class DecisionSettings(Section):
    """When to act, when to ask back: how often the bot may be wrong, and how often a question must be worth asking."""

    risk: Probability = Field(
        0.1, description="How many of the messages that the bot acts on it may get wrong: 0.1 is at most 1 in 10."
    )
    act: Probability | None = Field(
        None, description="In place of risk: act when the best intent is at least this likely to be right."
    )
    clarify: Probability = Field(
        0.5, description="Otherwise ask back when the choices hold what is meant this often: 0.5 is every other time."
    )
    choices: int = Field(3, ge=2, le=10, description="How many intents a clarifying question offers at most.")

    @model_validator(mode="after")
    def _ordered(self) -> DecisionSettings:
        if self.act is not None and self.clarify > self.act:
            raise ValueError(
                f"clarify ({self.clarify:g}) must not be above act ({self.act:g})\n"
                f"Set both, as {{act: {self.act:g}, clarify: {self.act:g}}}."
            )
        return self


class SentimentSettings(Section):
    """What to do about how the user feels."""

    strongly_negative: float = Field(
        -0.55, ge=-1.0, le=0.0, description="A valence at or below this is strongly negative."
    )
    hand_off_after: int = Field(
        3, ge=0, le=20, description="Hand off after this many strongly negative messages in a row; 0 never does."
    )


class ActionSettings(Section):
    """Where rasa-sdk actions live: in Python modules beside config.yml, or behind an action server's URL."""

    modules: tuple[str, ...] = Field((), description="Python modules whose rasa_sdk.Action classes are registered.")
    endpoint: str | None = Field(
        None, pattern=r"^https?://", description="An action server's webhook, as http://localhost:5055/webhook."
    )
    timeout: float = Field(10.0, gt=0, le=300, description="Seconds before an action is given up on.")
    on_hand_off: str | None = Field(
        None, min_length=1, description="Action to run whenever a person is asked for, such as one that tells a CRM."
    )
    on_nobody_there: str | None = Field(
        None,
        min_length=1,
        description="Action to run when a person is asked for and none is known to be at a desk, "
        "such as one that opens a ticket.",
    )

    @model_validator(mode="after")
    def _one_place(self) -> ActionSettings:
        if self.modules and self.endpoint:
            raise ValueError("name either modules or endpoint, not both\nRemove one of them.")
        return self


class ConversationSettings(Section):
    """Where conversations are kept, and for how long."""

    url: str = Field(
        "sqlite:///conversations.db",
        description="SQLAlchemy URL: sqlite:///FILE (relative to config.yml) or postgresql://...",
    )
    url_env: VariableName | None = Field(
        None, description="Name of the environment variable that holds the URL instead, for passwords."
    )
    keep_days: int = Field(90, ge=1, description="Turns older than this are deleted.")


class Settings(Section):
    """The whole of config.yml."""

    name: str = Field("Ripen", min_length=1, max_length=80, description="What the bot is called on the demo page.")
    language: str = Field("en", pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$", description="Main language, as en or pt-BR.")
    intents: Path = Field(Path("intents"), description="Folder of intent files, relative to config.yml.")
    max_message_chars: int = Field(
        4000, ge=100, le=40000, description="Longer messages are answered with texts.too_long."
    )
    model: ModelSettings = Field(ModelSettings(), description="Which encoder understands the messages.")
    zero_shot: ZeroShotSettings = Field(
        ZeroShotSettings(), description="How intents that are not mature are understood."
    )
    decision: DecisionSettings = Field(DecisionSettings(), description="When to act, when to ask back.")
    sentiment: SentimentSettings = Field(SentimentSettings(), description="What to do about how the user feels.")
    actions: ActionSettings = Field(ActionSettings(), description="Where rasa-sdk actions live.")
    conversations: ConversationSettings = Field(
        ConversationSettings(), description="Where conversations are kept, and for how long."
    )
    texts: TextSettings = Field(
        TextSettings(), description="What the bot says on its own behalf, in its language if that is en, de, es or fr."
    )
    web: WebSettings = Field(WebSettings(), description="The HTTP server: REST, Socket.IO, widget and demo page.")
    agents: AgentSettings | None = Field(
        None, description="People who answer in place of the bot; {} takes all defaults, without it there is no /agent."
    )
    check: CheckSettings = Field(CheckSettings(), description="What `ripen check` leaves alone or insists on.")
    console: ConsoleSettings | None = Field(
        None, description="Without this section there is no console; {} takes all defaults."
    )
    slack: SlackSettings | None = Field(
        None, description="Without this section the bot is not on Slack; {} takes all defaults."
    )


def load_settings(path: Path) -> Settings:
    """Read config.yml. An empty file takes every default.

    Raises ConfigError, one line a problem: the file, the line, the key, what is allowed and what to do.
    """
    if not path.exists():
        raise ConfigError(f"{path}: there is no such file. Run this in a bot's folder, or make one: ripen init my-bot")
    if path.is_dir():
        raise ConfigError(f"{path} is a folder. Name the file in it: --config {path / 'config.yml'}")
    document = read_yaml(path)
    problems = tuple(problem for problem in document.problems if problem.severity == "error")
    if not problems and document.value is not None:
        settings = _check(document)
        if isinstance(settings, Settings):
            return _absolute(settings, path.absolute().parent)
        problems = settings
    if problems:
        raise ConfigError("\n".join(str(problem) for problem in problems), problems)
    return _absolute(Settings(), path.absolute().parent)


def _check(document: Document) -> Settings | tuple[Problem, ...]:
    settings = validate(Settings, document)
    if not isinstance(settings, Settings):
        return settings
    for name in ("slack", "agents", "console"):
        if getattr(settings, name) is None and name in document.value:
            # Nothing under it would quietly mean "none", to an author who just wrote its name.
            remedy = f"Write `{name}: {{}}` to take all its defaults, or remove it."
            return (Problem("error", document.file, document.line((name,)), f"`{name}` has nothing under it.", remedy),)
    return settings


def _absolute(settings: Settings, folder: Path) -> Settings:
    """The same settings with every relative path taken from `folder`, and texts that they lack in their language."""
    model = settings.model
    base = folder / Path(model.base).expanduser()
    paths = {
        "bundle": folder / model.bundle.expanduser(),
        "adapter": folder / model.adapter.expanduser() if model.adapter else None,
        "base": str(base) if base.is_dir() or model.base.startswith(("./", "../", "~")) else model.base,
    }
    url = _absolute_url(settings.conversations.url, folder)
    return settings.model_copy(
        update={
            "intents": folder / settings.intents.expanduser(),
            "model": model.model_copy(update=paths),
            "conversations": settings.conversations.model_copy(update={"url": url}),
            "texts": settings.texts.said_in(settings.language),
            "web": settings.web.model_copy(update={"jwt": _absolute_key(settings.web.jwt, folder)}),
        }
    )


def _absolute_key(jwt: JwtSettings | None, folder: Path) -> JwtSettings | None:
    if jwt is None or jwt.public_key is None:
        return jwt
    return jwt.model_copy(update={"public_key": folder / jwt.public_key.expanduser()})


def _absolute_url(url: str, folder: Path) -> str:
    """A SQLite URL of a relative file as one of an absolute file; any other URL as it is."""
    found = re.fullmatch(r"(sqlite(?:\+\w+)?:///)([^/:?][^?]*)(\?.*)?", url)
    return f"{found[1]}{folder / found[2]}{found[3] or ''}" if found else url
