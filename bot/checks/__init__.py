"""The linter behind `ripen check`."""
