"""*Inbox*: what the bot did not understand, in groups; put under an intent, made a new one, dismissed, undone."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
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

GROUPS_PER_PAGE = 10
MOST_UNDONE = 200


@dataclass(slots=True)
class InboxPages:
    """Remembers what was done, so that it can be undone until the bot is started again."""

    parts: Parts
    _done: OrderedDict[str, Done] = field(default_factory=OrderedDict)

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
        key = visit.ask("done")
        done = self._done.get(key)
        latest = await self.parts.desk.latest(20)
        page = cut(inbox.groups, visit.ask("page"), GROUPS_PER_PAGE)
        return await visit.show(
            "inbox.html",
            inbox=inbox,
            page=page,
            groups=[(group, sign(group)) for group in page.items],
            versions=self._write_versions(inbox),
            names=sorted(inbox.catalog.intents),
            latest=latest,
            done=done,
            key=key,
            new_file=NEW_FILE,
        )

    async def assign(self, visit: Visit) -> Response:
        """Under an intent."""
        form, intent = visit.form, visit.form.get("intent") or visit.form.get("other").strip()
        inbox, part, examples = await self._chosen(visit)
        written = inbox.catalog.intents.get(intent)
        if written is None:
            raise ReviewError(f"There is no intent {intent!r}: choose one of the list.")
        version = _read_versions(form.get("versions")).get(self._place(written.source.file))
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
        done = self._done.get(visit.form.get("key"))
        if done is None:
            raise ReviewConflict("This cannot be taken back any more: it was already, or the bot was started since.")
        await self.parts.desk.undo(done)
        self._done.pop(visit.form.get("key"), None)
        return visit.go(f"/inbox?{urlencode({'page': visit.form.get('page', '1')})}")

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
        return json.dumps({self._place(file): version for file, version in inbox.versions.items()})

    def _place(self, file: Path) -> str:
        folder = self.parts.desk.folder
        return file.relative_to(folder).as_posix() if file.is_relative_to(folder) else file.name

    def _note(self, visit: Visit, done: Done) -> Response:
        key = token_urlsafe(16)
        self._done[key] = done
        while len(self._done) > MOST_UNDONE:
            self._done.popitem(last=False)
        return visit.go(f"/inbox?{urlencode({'page': visit.form.get('page', '1'), 'done': key})}")


def sign(group: Group) -> str:
    """Names exactly this group: of what was said since, nothing is acted on."""
    return hashlib.sha256(json.dumps(sorted(group.numbers)).encode()).hexdigest()[:24]


def _read_versions(text: str) -> dict[str, str]:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        raise ReviewError("That is no form of the console: reload it.") from None
    return {str(name): str(version) for name, version in read.items()} if isinstance(read, dict) else {}
