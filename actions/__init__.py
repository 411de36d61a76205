"""What the sample bot does: rasa-sdk actions of a support desk, on a small shop in SQLite.

They know nothing of Ripen: `python -m rasa_sdk --actions actions` serves the same classes as an action server.
"""
