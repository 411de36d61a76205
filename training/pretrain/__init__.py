"""Pretrains the adapter that ships: a base encoder is taught what intents are, on public sets."""
