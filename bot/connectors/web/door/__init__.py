"""The door of what is for staff only: a login page, and who is in."""

from bot.connectors.web.door.door import HEADERS, Door, Place
from bot.connectors.web.door.login import Entry, Login, Role, read_tokens

__all__ = ["HEADERS", "Door", "Entry", "Login", "Place", "Role", "read_tokens"]
