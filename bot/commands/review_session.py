"""`ripen review` at a terminal: one group on the screen, one key for each thing to do about it."""

from __future__ import annotations

import difflib
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from rich.console import Console
from rich.text import Text

from bot.catalog.catalog import Catalog
from bot.catalog.writer import version_of
from bot.commands.review_page import count, show_group, show_keys, show_list
from bot.errors import ReviewConflict, RipenError
from bot.review.desk import NEW_FILE, Assignment, Desk, Done, NewIntent
from bot.review.inbox import Group, Inbox

INTERRUPT, END = "\x03", "\x04"
NOTHING = Inbox((), Catalog({}), {})


class Reviewing(Protocol):
    """A desk, and how to look at its inbox (bot/reviewing.py)."""

    @property
    def desk(self) -> Desk:
        """Where it is acted."""

    async def look(self) -> Inbox:
        """The inbox now."""


class Keys(Protocol):
    """The keyboard (keyboard.py)."""

    def press(self) -> str:
        """One key; empty when there are no more."""

    def ask(self, question: str, default: str = "") -> str:
        """A line, or the `default`; empty when it was called off."""

    def waiting(self) -> AbstractContextManager[None]:
        """While no key is read."""


@dataclass(slots=True)
class Session:
    """Walks through the inbox. What was done leaves it, what was skipped stays."""

    reviewing: Reviewing
    by: str
    console: Console
    keys: Keys
    _seen: Inbox = NOTHING
    _groups: list[Group] = field(default_factory=list)
    _versions: dict[Path, str] = field(default_factory=dict)
    _at: int = 0
    _left_out: set[int] = field(default_factory=set)
    _all: bool = False
    _done: list[tuple[Done, Group]] = field(default_factory=list)
    _told: str = ""

    async def run(self) -> None:
        """Until q, Ctrl-C or Ctrl-D."""
        await self.look()
        while True:
            self._show()
            key = self.keys.press()
            if key in ("q", INTERRUPT, END, ""):
                break
            self._told = ""
            try:
                await self._do(key)
            except ReviewConflict as error:
                await self.look()
                self._told = str(error)
            except RipenError as error:
                self._told = str(error)
        self.console.print(Text(f"{count(len(self._done), 'group')} done."))

    async def _do(self, key: str) -> None:
        if key in ("s", " ", "\t", "\x1b[C"):
            self._move(1)
        elif key in ("b", "\x1b[D"):
            self._move(-1)
        elif key == "u":
            await self._undo()
        elif key == "r":
            await self.look()
        elif self._groups:
            await self._do_to_group(key, self._groups[self._at])

    async def _do_to_group(self, key: str, group: Group) -> None:
        if key.isdecimal() and 1 <= int(key) <= len(group.guesses):
            await self._assign(group, group.guesses[int(key) - 1].intent)
        elif key in ACTS:
            await ACTS[key](self, group)

    async def assign_by_name(self, group: Group) -> None:
        """Under an intent whose name, or the beginning of it, is typed."""
        names = sorted(self._seen.catalog.intents)
        written = self.keys.ask("Under which intent (its name, or how it begins)")
        found = [written] if written in names else [name for name in names if name.startswith(written)]
        if not written:
            self._told = "Called off."
        elif len(found) == 1:
            await self._assign(group, found[0])
        elif found:
            self._told = f"{written} may be {', '.join(found)}."
        else:
            near = difflib.get_close_matches(written, names, 3, 0.5)
            self._told = f"There is no intent {written}." + (f" Near it: {', '.join(near)}." if near else "")

    async def _assign(self, group: Group, intent: str) -> None:
        part = self._chosen(group)
        written = self._seen.catalog.intents.get(intent)
        version = self._versions.get(written.source.file) if written else None
        assignment = Assignment(part.numbers, intent, part.examples, version)
        self._note(await self.reviewing.desk.assign(assignment, self.by), group)

    async def create(self, group: Group) -> None:
        """A new intent, named and described as proposed or as typed."""
        part = self._chosen(group)
        name = self.keys.ask("Name of the new intent", group.proposal.name)
        description = name and self.keys.ask("What its user wants, in a sentence", group.proposal.description)
        file = description and self.keys.ask("File in the folder of intents", NEW_FILE)
        if not file:
            self._told = "Called off."
            return
        version = self._versions.get(self.reviewing.desk.folder / file, "")
        new = NewIntent(part.numbers, name, description, part.examples, file, version)
        self._note(await self.reviewing.desk.create(new, self.by), group)

    async def dismiss(self, group: Group) -> None:
        """Nothing to learn here."""
        self._note(await self.reviewing.desk.dismiss(self._chosen(group).numbers, self.by), group)

    async def leave_out(self, group: Group) -> None:
        """Sentences that do not belong here stay in the inbox; named once more, they are back."""
        written = self.keys.ask("Numbers of the sentences to leave out, or to take back")
        numbers = {int(word) - 1 for word in written.replace(",", " ").split() if word.isdecimal()}
        left_out = self._left_out ^ {number for number in numbers if 0 <= number < len(group.sentences)}
        if len(left_out) == len(group.sentences):
            self._told = "Nothing would be left: skip the group instead (s)."
        else:
            self._left_out = left_out

    async def show_all(self, _: Group) -> None:
        """Or only the first sentences again."""
        self._all = not self._all

    def _chosen(self, group: Group) -> Group:
        kept = [each for index, each in enumerate(group.sentences) if index not in self._left_out]
        return group.part(kept) or group

    def _note(self, done: Done, group: Group) -> None:
        """The group leaves the screen, but for what was left out of it."""
        self._done.append((done, group))
        rest = group.part([group.sentences[index] for index in self._left_out])
        self._groups[self._at : self._at + 1] = [rest] if rest else []
        self._told = f"{tell(done)} u takes it back."
        if done.written is not None:
            self._versions[done.written.file] = done.written.version
        self._move(0)

    async def _undo(self) -> None:
        if not self._done:
            self._told = "There is nothing to take back."
            return
        done, group = self._done[-1]
        await self.reviewing.desk.undo(done)
        self._done.pop()
        self._groups = [each for each in self._groups if not set(each.numbers) & set(group.numbers)]
        self._groups.insert(min(self._at, len(self._groups)), group)
        if done.written is not None:
            self._versions[done.written.file] = version_of(done.written.file)
        self._move(0)
        self._told = "Taken back."

    async def look(self) -> None:
        """The inbox as it is now, from its beginning."""
        with self.console.status("Reading what was said, and learning the intents ..."), self.keys.waiting():
            self._seen = await self.reviewing.look()
        self._groups, self._versions = list(self._seen.groups), dict(self._seen.versions)
        self._at = 0
        self._move(0)

    def _move(self, by: int) -> None:
        self._at = max(0, min(self._at + by, len(self._groups) - 1))
        self._left_out, self._all = set(), False

    def _show(self) -> None:
        self.console.clear()
        if self._groups:
            place = f"{self._at + 1} of {count(len(self._groups), 'group')}"
            self.console.print(show_group(self._groups[self._at], place, self._left_out, self._all))
        else:
            self.console.print(*show_list(replace(self._seen, groups=())), sep="\n")
        self.console.print(Text(f"\n{self._told}", style="yellow") if self._told else "")
        self.console.print(show_keys())


ACTS: dict[str, Callable[[Session, Group], Awaitable[None]]] = {
    "i": Session.assign_by_name,
    "n": Session.create,
    "d": Session.dismiss,
    "o": Session.leave_out,
    "m": Session.show_all,
}


def tell(done: Done) -> str:
    """What an act came to."""
    messages = count(len(done.numbers), "message")
    if done.written is None:
        return f"{messages} dismissed."
    examples = count(done.written.added, "example")
    what = "the new intent" if done.state == "created" else "intent"
    return f"{messages} put under {what} {done.intent}: {done.written.file.name} has {examples} more."
