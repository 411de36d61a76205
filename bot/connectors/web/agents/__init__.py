"""The agent view: people answer in place of the bot, behind a login."""

from bot.connectors.web.agents.view import AgentView, read_agents_token

__all__ = ["AgentView", "read_agents_token"]
