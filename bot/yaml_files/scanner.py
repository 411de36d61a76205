"""ruamel.yaml's scanner, which takes ordinary sentences at one go: it reads plain text letter by letter otherwise.

So it does lists of them, where it would look after each sign what may come next. A file of 2,500 examples is parsed in
a quarter of the time. Whatever is not one row of plain text is left to ruamel.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.events import Event
from ruamel.yaml.scanner import Scanner
from ruamel.yaml.tokens import BlockEntryToken, ScalarToken

# No colon and no #, which may end a text, and no space but " ". In front of the next row's first sign, which says
# whether the text goes on there, stand neither empty rows nor comments.
_WORD = r"[^\s\x00:#\ufeff]+"
_NEXT = r" *\n(?P<indent> *)(?=[^ \r\n\x85\u2028\u2029#])"
_ROW = re.compile(rf"(?P<text>{_WORD}(?: +{_WORD})*){_NEXT}")
_ITEM = re.compile(rf"- +(?P<text>(?=\w){_WORD}(?: +{_WORD})*){_NEXT}")

AT_ONCE = 100
"""Items of a list: more tokens would wait in a queue whose first is taken by moving all others."""


def parse_events(text: str) -> Iterator[Event]:
    """The events of `text`, as ruamel.yaml tells them. Raises its YAMLError, and more where it meets odd directives."""
    parser = YAML(typ="safe", pure=True)
    parser.Scanner = SentenceScanner
    events: Iterator[Event] = parser.parse(text)
    return events


class SentenceScanner(Scanner):
    """A Scanner that gives the same tokens, and stands where the other would after each."""

    def scan_plain(self) -> Any:
        """The text that begins here, as a token, with what follows it up to the next text passed over."""
        reader = self.reader
        row = _ROW.match(reader.buffer, reader.pointer)
        if row is None or self.flow_level or len(row["indent"]) > self.indent:
            return super().scan_plain()
        token = self._take_text(row)
        self.allow_simple_key = True
        return token

    def fetch_plain(self) -> None:
        """The text that begins here and, where it is an item of a list, those after it, as tokens that wait."""
        super().fetch_plain()
        if self.flow_level or not self.allow_simple_key:
            return
        reader = self.reader
        self.stale_possible_simple_keys()  # says so if the text had to be a key
        for _ in range(AT_ONCE):
            row = _ITEM.match(reader.buffer, reader.pointer) if reader.column == self.indent else None
            if row is None or len(row["indent"]) > self.indent:
                return
            start = reader.get_mark()
            self._pass_over(1)
            self.tokens.append(BlockEntryToken(start, reader.get_mark()))
            self._pass_over(row.start("text") - row.start() - 1)
            self.tokens.append(self._take_text(row))

    def need_more_tokens(self) -> bool:
        """Whether there is no token yet, or it is not known what the next one is: text, or a key."""
        return False if self.tokens and not self.possible_simple_keys else bool(super().need_more_tokens())

    def _take_text(self, row: re.Match[str]) -> ScalarToken:
        start = self.reader.get_mark()
        self._pass_over(len(row["text"]))
        token = ScalarToken(row["text"], True, start, self.reader.get_mark())
        self._pass_over(row.end() - row.end("text"))
        self.reader.line, self.reader.column = self.reader.line + 1, len(row["indent"])
        return token

    def _pass_over(self, length: int) -> None:
        self.reader.pointer += length
        self.reader.index += length
        self.reader.column += length
