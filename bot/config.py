"""config.yml as values. Every field has a default that works; unknown keys are refused.

Secrets are never written here: a field that ends in `_env` holds the *name* of an environment variable.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Probability = Annotated[float, Field(ge=0.0, le=1.0)]
Text = Annotated[str, Field(min_length=1, max_length=3000)]


class Section(BaseModel):
    """A part of config.yml: immutable, and strict about its keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ModelSettings(Section):
    """Which encoder understands the messages."""

    base: str = Field(
        "sentence-transformers/all-MiniLM-L6-v2",
        description="Weights to build the bundle from: a folder, or a name on the Hugging Face hub.",
    )
    bundle: Path = Field(Path("models"), description="Where bundles are kept, relative to config.yml.")
    adapter: Path | None = Field(None, description="A peft LoRA adapter to merge into the base.")
    adapter_scale: float = Field(1.0, ge=0.0, le=2.0, description="How much of the adapter to merge.")
    threads: int = Field(1, ge=1, le=64, description="Threads of one encoder pass.")
    mature_after: int = Field(8, ge=2, description="Examples that an intent needs before it may be mature.")


class DecisionSettings(Section):
    """When to act, when to ask back. The numbers are probabilities of being right."""

    act: Probability = Field(0.6, description="Act when the best intent is at least this likely to be right.")
    clarify: Probability = Field(
        0.5, description="Otherwise ask back when the best few together are at least this likely to hold it."
    )
    choices: int = Field(3, ge=2, le=10, description="How many intents a clarifying question offers at most.")

    @model_validator(mode="after")
    def _ordered(self) -> DecisionSettings:
        if self.clarify > self.act:
            raise ValueError(f"clarify ({self.clarify}) must not be above act ({self.act})")
        return self


class SentimentSettings(Section):
    """What to do about how the user feels."""

    strongly_negative: float = Field(-0.6, ge=-1.0, le=0.0, description="A valence at or below this is strongly negative.")
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

    @model_validator(mode="after")
    def _one_place(self) -> ActionSettings:
        if self.modules and self.endpoint:
            raise ValueError("name either modules or endpoint, not both")
        return self


class ConversationSettings(Section):
    """Where conversations are kept, and for how long."""

    url: str = Field(
        "sqlite:///conversations.db",
        description="SQLAlchemy URL: sqlite:///FILE (relative to config.yml) or postgresql://...",
    )
    url_env: str | None = Field(None, description="Environment variable holding the URL instead, for passwords.")
    keep_days: int = Field(90, ge=1, description="Turns older than this are deleted.")


class TextSettings(Section):
    """What the bot says on its own behalf."""

    apology: Text = "Sorry, something went wrong on our side. Please try again in a moment."
    out_of_scope: Text = "Sorry, I did not understand that. Could you say it in other words?"
    clarify: Text = "Did you mean one of these?"
    none_of_these: Text = "None of these"
    hand_off: Text = "I am passing you on to a person. They will answer here."
    no_answer: Text = "I see what you mean, but I have no answer to that yet."
    called_off: Text = "All right, I have dropped that."
    too_long: Text = "That is too long for me. Could you put it in a few sentences?"
    empty: Text = "I received an empty message. What can I do for you?"


class WebSettings(Section):
    """The HTTP server: REST, Socket.IO, the widget and its demo page."""

    host: str = "127.0.0.1"
    port: int = Field(5005, ge=0, le=65535, description="0 takes any free port.")
    origins: tuple[str, ...] = Field((), description="Other sites whose pages may embed the widget; \"*\" is any.")
    token_env: str | None = Field(
        None, description="Environment variable with a token that /model/parse, /status and trackers then require."
    )


class SlackSettings(Section):
    """Slack. Without this section the bot is not on Slack."""

    bot_token_env: str = "SLACK_BOT_TOKEN"
    signing_secret_env: str = "SLACK_SIGNING_SECRET"
    app_token_env: str = Field("SLACK_APP_TOKEN", description="When this variable is set, Socket Mode is used.")
    api_url: str = Field("https://slack.com/api/", description="Slack's Web API; tests point it at a stand-in.")
    conversation: Literal["user", "channel", "thread"] = Field(
        "thread", description="Who shares slots and context: a user, a channel or a thread."
    )


class Settings(Section):
    """The whole of config.yml."""

    name: str = Field("Ripen", min_length=1, max_length=80, description="What the bot is called on the demo page.")
    language: str = Field("en", pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$", description="Main language, as en or pt-BR.")
    intents: Path = Field(Path("intents"), description="Folder of intent files, relative to config.yml.")
    max_message_chars: int = Field(
        4000, ge=100, le=40000, description="Longer messages are answered with texts.too_long."
    )
    model: ModelSettings = ModelSettings()
    decision: DecisionSettings = DecisionSettings()
    sentiment: SentimentSettings = SentimentSettings()
    actions: ActionSettings = ActionSettings()
    conversations: ConversationSettings = ConversationSettings()
    texts: TextSettings = TextSettings()
    web: WebSettings = WebSettings()
    slack: SlackSettings | None = None
