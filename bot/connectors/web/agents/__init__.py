"""The agent view: people answer in place of the bot, behind a login."""

from bot.connectors.web.agents.view import AgentView

__all__ = ["AgentView"]
