"""Commands with a room of their own: parse and print only, as in cli.py."""
