"""Long lists, a page at a time: every page of the console is there at once, however large the bot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some `items` of `total`, the first of which is the one numbered `first`, from 1 on; page `number` of `pages`."""

    items: Sequence[T]
    number: int
    pages: int
    first: int
    total: int

    @property
    def last(self) -> int:
        """The number of the last item."""
        return self.first + len(self.items) - 1


def cut(items: Sequence[T], asked: str, size: int) -> Page[T]:
    """The page that was `asked` for, of `size` items each: the first one when that is no number, else the nearest."""
    pages = max(1, -(-len(items) // size))
    number = min(max(int(asked), 1), pages) if asked.isdecimal() and len(asked) < 10 else 1
    start = (number - 1) * size
    return Page(items[start : start + size], number, pages, start + 1, len(items))
