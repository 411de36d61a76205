"""Channels: each is two translations, platform event -> Message and Reply -> platform message."""
