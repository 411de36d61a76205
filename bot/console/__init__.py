"""The console: the bot's intents, inbox, conversations, traffic, models and map, in a browser, behind a login."""
