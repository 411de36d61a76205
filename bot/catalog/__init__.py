"""Intents as people write them: YAML files in, one immutable Catalog out."""
