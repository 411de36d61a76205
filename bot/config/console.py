"""The section `console` of config.yml."""

from __future__ import annotations

from pydantic import Field

from bot.config.base import Section


class ConsoleSettings(Section):
    """The console at /console, for the people who write the bot. They log in as the agents do."""

    read_only: bool = Field(
        False, description="Show everything and change nothing: for teams that edit through pull requests."
    )
    days: int = Field(30, ge=1, le=3650, description="Days of conversations that its figures and its inbox look at.")
