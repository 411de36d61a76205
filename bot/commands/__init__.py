"""Commands of `ripen` that need a file of their own: parsing and printing, no deciding."""
