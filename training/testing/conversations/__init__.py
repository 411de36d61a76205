"""Conversations that a bot is held to: read from YAML, played through the pipeline, told apart where they differ."""
