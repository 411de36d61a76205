"""Slack, over the Events API or Socket Mode."""

from bot.connectors.slack.connector import SlackConnector, Stores

__all__ = ["SlackConnector", "Stores"]
