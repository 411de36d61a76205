"""What the bot asks a workspace for. manifest.yml says the same; a test compares the two."""

from __future__ import annotations

SCOPES = {
    "app_mentions:read": "hearing mentions",
    "assistant:write": "assistant threads: suggested prompts and the title",
    "channels:history": "replies in threads of public channels, and seeing whether an answer stands there already",
    "chat:write": "answers, marking a pressed button, and the status of assistant threads",
    "commands": "the slash command",
    "groups:history": "the same as channels:history in private channels",
    "im:history": "direct messages",
    "mpim:history": "mentions and threads in group messages",
    "reactions:read": "thumbs up and down on answers",
    "users:read": "the names of people who answer web chats on Slack (slack.handoff_channel)",
}
"""Scope -> what is silent without it."""

EVENTS = {
    "app_home_opened": "App Home",
    "app_mention": "mentions",
    "app_uninstalled": "forgetting the tokens of a workspace that removed the bot",
    "assistant_thread_context_changed": "nothing yet; Slack wants it with assistant threads",
    "assistant_thread_started": "assistant threads",
    "message.channels": "replies in threads of public channels",
    "message.groups": "replies in threads of private channels",
    "message.im": "direct messages",
    "message.mpim": "mentions and threads in group messages",
    "reaction_added": "feedback by thumbs",
    "reaction_removed": "taking feedback back",
    "tokens_revoked": "forgetting tokens that are no longer good",
}
"""Event -> what is silent without it."""
