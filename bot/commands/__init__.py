"""Commands of `ripen`, one file each: plain functions, which bot/cli.py registers."""
