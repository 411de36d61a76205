"""Ripen's runtime: from a message on a channel to the reply that goes back."""

__version__ = "0.1.0"
