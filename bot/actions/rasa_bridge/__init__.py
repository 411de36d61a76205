"""Runs rasa-sdk actions: in this process, or on an action server. The sole user of rasa_sdk inside bot/."""
