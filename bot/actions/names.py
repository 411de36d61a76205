"""Names of the actions that every bot has without writing them."""

HAND_OFF = "action_hand_off"
CALL_OFF = "action_call_off"
RESTART = "action_restart"
LISTEN = "action_listen"
START_SESSION = "action_session_start"

DEFAULT_INTENTS = {"restart": RESTART, "session_start": START_SESSION}
"""Rasa's own, which clients send as `/restart` and `/session_start`; a bot's intent of that name goes first."""
