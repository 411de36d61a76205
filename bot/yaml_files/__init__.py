"""YAML files: values with their lines, and what is wrong with them in plain words."""

from bot.yaml_files.document import Document, Location
from bot.yaml_files.reading import MAX_BYTES, parse_yaml, read_bytes, read_yaml

__all__ = ["MAX_BYTES", "Document", "Location", "parse_yaml", "read_bytes", "read_yaml"]
