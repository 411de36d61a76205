"""The offline half: builds bundles, fits what is shipped in them, measures. May import bot; nothing imports it."""
