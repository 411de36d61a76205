"""*Inbox*: what the bot did not understand, in groups; put under an intent, made a new one, dismissed, undone.

By mouse or by single keys (static/keys.js): after an act the group that took the place of the one that is gone has the
focus, after an undo the one that came back.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from secrets import token_urlsafe
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import Route

from bot.console.frame import Frame, Visit
from bot.console.paging import cut
from bot.console.parts import Parts
from bot.errors import ReviewConflict, ReviewError
from bot.review.desk import NEW_FILE, Assignment, Done, NewIntent
from bot.review.inbox import Group, Inbox
from bot.review.signals import Entry

GROUPS_PER_PAGE = 10
MOST_UNDONE = 200
LONGEST_SEARCH = 200


@dataclass(frozen=True, slots=True)
class Act:
    """What was done, and the key of what the same person had done `before`: undone one by one."""

    done: Done
    before: str


@dataclass(slots=True)
class InboxPages:
    """Remembers what was done, so that it can be undone until the bot is started again."""

    parts: Parts
    _done: OrderedDict[str, Act] = field(default_factory=OrderedDict)

    def routes(self, frame: Frame) -> list[Route]:
        """Under /console."""
        return [
            Route("/console/inbox", frame.page(self.list), methods=["GET"]),
            Route("/console/inbox/assign", frame.form(self.assign), methods=["POST"]),
            Route("/console/inbox/create", frame.form(self.create), methods=["POST"]),
            Route("/console/inbox/dismiss", frame.form(self.dismiss), methods=["POST"]),
            Route("/console/inbox/undo", frame.form(self.undo), methods=["POST"]),
        ]

    async def list(self, visit: Visit) -> Response:
        """The groups, the most telling first."""
        inbox = await self.parts.desk.look(self.parts.by_now)
        search = visit.ask("text")[:LONGEST_SEARCH].strip()
        groups = [group for group in inbox.groups if holds(group, search)]
        back = place_of(groups, visit.ask("back"))
        page = cut(groups, visit.ask("page") if back is None else f"{back // GROUPS_PER_PAGE + 1}", GROUPS_PER_PAGE)
        at = visit.ask("at") if back is None else f"{back % GROUPS_PER_PAGE}"
        act = self._done.get(visit.ask("done"))
        return await visit.show(
            "inbox.html",
            inbox=inbox,
            page=page,
            search=search,
            groups=[(group, sign(group)) for group in page.items],
            focused=min(int(at), len(page.items) - 1) if at.isdecimal() and len(at) < 8 else None,
            places={each.number: where_said(each) for group in page.items for each in group.entries},
            versions=self._write_versions(inbox),
            names=sorted(inbox.catalog.intents),
            latest=await self.parts.desk.latest(20),
            done=act.done if act else None,
            key=visit.ask("done"),
            taken_back=bool(visit.ask("back")),
            new_file=NEW_FILE,
        )

    async def assign(self, visit: Visit) -> Response:
        """Under an intent."""
        form, intent = visit.form, visit.form.get("intent") or visit.form.get("other").strip()
        inbox, part, examples = await self._chosen(visit)
        written = inbox.catalog.intents.get(intent)
        if written is None:
            raise ReviewError(f"There is no intent {intent!r}: choose one of the list.")
        version = _read_versions(form.get("versions")).get(self.parts.name_of(written.source.file))
        act = Assignment(part.numbers, intent, examples, version)
        return self._note(visit, await self.parts.desk.assign(act, visit.who))

    async def create(self, visit: Visit) -> Response:
        """A new intent."""
        form = visit.form
        _, part, examples = await self._chosen(visit)
        file = form.get("file").strip() or NEW_FILE
        version = _read_versions(form.get("versions")).get(file, "")
        name, description = form.get("name").strip(), form.get("description").strip()
        act = NewIntent(part.numbers, name, description, examples, file, version)
        return self._note(visit, await self.parts.desk.create(act, visit.who))

    async def dismiss(self, visit: Visit) -> Response:
        """Nothing to learn here."""
        _, part, _ = await self._chosen(visit)
        return self._note(visit, await self.parts.desk.dismiss(part.numbers, visit.who))

    async def undo(self, visit: Visit) -> Response:
        """Take an act back."""
        act = self._done.get(visit.form.get("key"))
        if act is None:
            raise ReviewConflict("This cannot be taken back any more: it was already, or the bot was started since.")
        await self.parts.desk.undo(act.done)
        self._done.pop(visit.form.get("key"), None)
        return _go_on(visit, back=str(min(act.done.numbers)), done=act.before if act.before in self._done else "")

    async def _chosen(self, visit: Visit) -> tuple[Inbox, Group, tuple[str, ...]]:
        """What is ticked of the group as it was shown: sentences with all their turns, and those to be examples."""
        inbox = await self.parts.desk.look(self.parts.by_now)
        wanted = set(visit.form.numbers("number"))
        group = next((each for each in inbox.groups if sign(each) == visit.form.get("group")), None)
        if group is None:
            raise ReviewConflict("The group has changed since it was shown: somebody acted on it, or more was said.")
        part = group.part([each for each in group.sentences if wanted & set(each.numbers)])
        if part is None:
            raise ReviewError("No sentence is ticked, so there is nothing to act on.")
        texts = {each.text for each in part.sentences}
        return inbox, part, tuple(text for text in visit.form.all("example") if text in texts)

    def _write_versions(self, inbox: Inbox) -> str:
        return json.dumps({self.parts.name_of(file): version for file, version in inbox.versions.items()})

    def _note(self, visit: Visit, done: Done) -> Response:
        key = token_urlsafe(16)
        self._done[key] = Act(done, visit.form.get("before"))
        while len(self._done) > MOST_UNDONE:
            self._done.popitem(last=False)
        return _go_on(visit, done=key, at=visit.form.get("at", "0"))


def where_said(entry: Entry) -> str:
    """The query of the page that shows a turn in its conversation."""
    return urlencode({"id": entry.conversation_id, "at": entry.at.isoformat()})


def holds(group: Group, search: str) -> bool:
    """Whether one of its sentences has these words."""
    return any(search.casefold() in each.text.casefold() for each in group.sentences)


def place_of(groups: Sequence[Group], number: str) -> int | None:
    """Which of them has the message of this number."""
    wanted = int(number) if number.isdecimal() and len(number) < 20 else None
    return next((index for index, group in enumerate(groups) if wanted in group.numbers), None)


def sign(group: Group) -> str:
    """Names exactly this group: of what was said since, nothing is acted on."""
    return hashlib.sha256(json.dumps(sorted(group.numbers)).encode()).hexdigest()[:24]


def _read_versions(text: str) -> dict[str, str]:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        raise ReviewError("That is no form of the console: reload it.") from None
    return {str(name): str(version) for name, version in read.items()} if isinstance(read, dict) else {}


def _go_on(visit: Visit, **told: str) -> Response:
    """Back to the page of the inbox, and the search, from which it was acted."""
    query = {"page": visit.form.get("page", "1"), "text": visit.form.get("text"), **told}
    return visit.go(f"/inbox?{urlencode({name: value for name, value in query.items() if value})}")
