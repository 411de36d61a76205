"""Slack, over the Events API or Socket Mode."""

from bot.connectors.slack.connector import SlackConnector

__all__ = ["SlackConnector"]
