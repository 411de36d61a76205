"""Persons who answer in place of the bot."""
