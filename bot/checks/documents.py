"""Parsed YAML files, remembered by their bytes: reading them again is then thirty times as quick as parsing them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from bot.checks.memory import Memory
from bot.detectors.abandonment import if_wanted
from bot.yaml_files import Document, parse_yaml

KIND = "document"


class RememberedDocuments:
    """A parser of YAML files that knows those of the last check. `keep` remembers the ones of this check."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._before = memory.recall(KIND)
        self._told: dict[bytes, bytes] = {}

    def parse(self, file: Path, content: bytes) -> Document:
        """As `parse_yaml` does. What has problems is not remembered: they are few, and soon mended."""
        key = hashlib.blake2b(content, digest_size=20).digest()
        told = self._before.get(key)
        if told is None:
            document = if_wanted(parse_yaml)(file, content)
            if document.problems:
                return document
            lines = [[*location, line] for location, line in document.lines.items()]
            self._told[key] = json.dumps([document.value, lines], ensure_ascii=False).encode("utf-8", "surrogatepass")
            return document
        self._told[key] = told
        value, lines = json.loads(told)
        return Document(file, value, {tuple(where[:-1]): where[-1] for where in lines})

    def keep(self) -> None:
        """Remember what this check parsed, and forget the rest."""
        self._memory.keep(KIND, self._told, self._before)
