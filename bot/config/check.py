"""The `check` section of config.yml."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from bot.checks.rules import RULES, WARNINGS
from bot.config.base import Section
from bot.yaml_files.validation import nearest


def _a_warning(name: str) -> str:
    if name in WARNINGS:
        return name
    if name in RULES:
        raise ValueError(f"`{name}` is an error already, and keeps the bot from starting\nMend what it finds.")
    raise ValueError(f"there is no rule `{name}`\n{nearest(name, WARNINGS)}Rules: {', '.join(WARNINGS)}.")


RuleName = Annotated[str, AfterValidator(_a_warning), Field(json_schema_extra={"enum": list(WARNINGS)})]


class CheckSettings(Section):
    """What `ripen check` leaves alone, and what it insists on."""

    ignore: tuple[RuleName, ...] = Field((), description="Rules of `ripen check` that are not looked at.")
    error: tuple[RuleName, ...] = Field((), description="Rules whose warnings are errors, and so fail `ripen check`.")
    contacts: tuple[Annotated[str, Field(min_length=1, max_length=200)], ...] = Field(
        (), description="The bot's own e-mail addresses, phone and account numbers, which are no leak."
    )
