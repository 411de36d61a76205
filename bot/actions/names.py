"""Names of the actions that every bot has without writing them."""

HAND_OFF = "action_hand_off"
CALL_OFF = "action_call_off"
RESTART = "action_restart"
LISTEN = "action_listen"
START_SESSION = "action_session_start"

DEFAULT_INTENTS = {"restart": RESTART, "session_start": START_SESSION, "hand_off": HAND_OFF, "call_off": CALL_OFF}
"""What clients may send to any bot, the first two as Rasa's do: `/restart`, `/session_start`; `/hand_off` asks for
a person, `/call_off` drops what the bot asks for. A bot's intent of that name goes first."""
