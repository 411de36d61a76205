"""Names of the actions that every bot has without writing them."""

HAND_OFF = "action_hand_off"
CALL_OFF = "action_call_off"
RESTART = "action_restart"
LISTEN = "action_listen"
