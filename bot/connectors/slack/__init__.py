"""Slack, over the Events API or Socket Mode."""

from bot.connectors.slack.connector import SlackConnector, Stores
from bot.connectors.slack.secrets import read_secrets

__all__ = ["SlackConnector", "Stores", "read_secrets"]
