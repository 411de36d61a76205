"""The section `slack` of config.yml."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bot.config.base import Section, Text, VariableName


class SlackSettings(Section):
    """Slack. Without this section the bot is not on Slack."""

    bot_token_env: VariableName = Field(
        "SLACK_BOT_TOKEN", description="Name of the environment variable with the bot token (xoxb-...)."
    )
    signing_secret_env: VariableName = Field(
        "SLACK_SIGNING_SECRET", description="Name of the environment variable with the signing secret."
    )
    app_token_env: VariableName = Field(
        "SLACK_APP_TOKEN", description="Name of the environment variable that, when set, turns Socket Mode on."
    )
    client_id_env: VariableName = Field(
        "SLACK_CLIENT_ID",
        description="Name of the environment variable that, when set, lets several workspaces install the bot (OAuth).",
    )
    client_secret_env: VariableName = Field(
        "SLACK_CLIENT_SECRET", description="Name of the environment variable with the client secret, for OAuth."
    )
    encryption_key_env: VariableName | None = Field(
        None,
        description="Name of the environment variable with the key that encrypts the tokens of OAuth where they are "
        "kept; several, separated by commas, to change it: the first encrypts, each decrypts.",
    )
    api_url: str = Field("https://slack.com/api/", description="Slack's Web API; tests point it at a stand-in.")
    conversation: Literal["user", "channel", "thread"] = Field(
        "thread", description="Who shares slots and context: a user, a channel or a thread."
    )
    direct: Literal["talk", "threads"] = Field(
        "talk",
        description="How direct messages are answered: all as one talk, or each in a thread of its own, which is what "
        "Slack's agent view is made for; the manifest asks for that view then.",
    )
    handoff_channel: Annotated[str, Field(pattern=r"^[CG][A-Z0-9]{2,20}$")] | None = Field(
        None,
        description="Id of the channel where web chats that wait for a person are posted, and are answered in threads.",
    )
    handoff_away_after: float = Field(
        1800.0,
        ge=60,
        le=86400,
        description="Seconds without a word after which somebody who answers there is gone, and the chat waits again.",
    )
    suggestions: tuple[Annotated[str, Field(min_length=1, max_length=75)], ...] = Field(
        (), max_length=4, description="Things to ask that App Home and assistant threads offer."
    )
    help: Text = Field(
        "Write to me here, mention me in a channel, or use the command: what I know, I answer at once.",
        description="What App Home, a new assistant thread and `/ripen help` say.",
    )
    thinking: Annotated[str, Field(max_length=50)] = Field(
        "is thinking…",
        description="Shown after the bot's name in assistant threads, until the answer is there; empty, nothing.",
    )
