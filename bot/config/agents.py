"""The section `agents` of config.yml."""

from __future__ import annotations

from pydantic import Field

from bot.config.base import Section, VariableName


class AgentSettings(Section):
    """People who answer in place of the bot, in the agent view at /agent."""

    token_env: VariableName = Field(
        "RIPEN_AGENTS_TOKEN",
        description="Name of the environment variable with the token that agents log in with (at least 16 characters); "
        "it does not open the console.",
    )
    session_hours: float = Field(12.0, gt=0, le=24 * 30, description="Hours until an agent has to log in again.")
    away_after: float = Field(
        300.0,
        ge=10,
        le=86400,
        description="Seconds after which an agent whose page is closed is gone: what they have waits for another one.",
    )
    give_up_after: float = Field(
        24.0, gt=0, le=24 * 30, description="Hours after which a conversation in which nobody writes stops waiting."
    )
