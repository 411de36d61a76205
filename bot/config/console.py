"""The section `console` of config.yml."""

from __future__ import annotations

from pydantic import Field

from bot.config.base import Section, VariableName


class ConsoleSettings(Section):
    """The console at /console, for the people who write the bot."""

    token_env: VariableName = Field(
        "RIPEN_CONSOLE_TOKEN",
        description="Name of the environment variable with the token that opens the console (at least 16 characters); "
        "the agents' token does not.",
    )
    session_hours: float = Field(
        12.0, gt=0, le=24 * 30, description="Hours until whoever is in the console has to log in again."
    )
    read_only: bool = Field(
        False, description="Show everything and change nothing: for teams that edit through pull requests."
    )
    days: int = Field(30, ge=1, le=3650, description="Days of conversations that its figures and its inbox look at.")
