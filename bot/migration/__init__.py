"""Bots that were made for others, as bots for Ripen."""
