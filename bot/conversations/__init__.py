"""What was said before: the state of a conversation, and where it is kept."""
