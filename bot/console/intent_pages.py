"""*Intents*: the list, and one entry or file with its editor, live lint, "try it", history and undo."""

from __future__ import annotations

import asyncio
import difflib
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import Route

from bot.catalog.catalog import Intent
from bot.catalog.schema import SLOTS
from bot.connectors.web.refusals import Refusal
from bot.console.entry_pages import show_lost
from bot.console.files import Conflict, Place
from bot.console.frame import Frame, Visit
from bot.console.paging import cut
from bot.console.parts import Parts
from bot.console.rehearsal import rehearse
from bot.console.traffic import Figures, by_intent
from bot.detectors.detector import IntentHealth, LearnedDetector
from bot.errors import CatalogError, ReviewConflict, ReviewError

LONGEST_TRIED = 4000
LONGEST_SEARCH = 200
ROWS_PER_PAGE = 100
GONE = "There is no such entry or file of intents: it may have been renamed, moved or removed."
BROKEN = "{} has a mistake in line {} now, which hides its entries: {} Mend that first, and try again."


@dataclass(frozen=True, slots=True)
class Row:
    """An intent in the list. `health` is None while the bot has not learnt it."""

    intent: Intent
    file: str
    health: IntentHealth | None
    figures: Figures


@dataclass(frozen=True, slots=True)
class Fault:
    """Why the newest edit is not live: what is `told` of a line of a file (0: of all of it); of no file where that is
    not known."""

    told: str
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Editing:
    """What a person edits, and what is in the form."""

    place: Place
    file: str
    text: str
    version: str
    line: int

    @property
    def title(self) -> str:
        """The entry, or the file."""
        return self.place.name or self.file


class IntentPages:
    """See the module."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def routes(self, frame: Frame) -> list[Route]:
        """Under /console."""
        return [
            Route("/console/intents", frame.page(self.list), methods=["GET"]),
            Route("/console/edit", frame.page(self.edit), methods=["GET"]),
            Route("/console/edit", frame.form(self.save), methods=["POST"]),
            Route("/console/edit/check", frame.form(self.check, changes=False), methods=["POST"]),
            Route("/console/edit/try", frame.form(self.answer, changes=False), methods=["POST"]),
            Route("/console/edit/undo", frame.form(self.undo), methods=["POST"]),
            Route("/console/history", frame.page(self.change), methods=["GET"]),
        ]

    async def list(self, visit: Visit) -> Response:
        """All intents with how they are doing."""
        parts = self._parts
        live = parts.live.current
        health = live.detector.health if isinstance(live.detector, LearnedDetector) else {}
        figures = by_intent(await parts.record.look(parts.console.days))
        intents = live.catalog.intents
        names = {file: parts.name_of(file) for file in {intent.source.file for intent in intents.values()}}
        search = visit.ask("text")[:LONGEST_SEARCH].strip()
        rows = [
            Row(intent, names[intent.source.file], health.get(name), figures.get(name, Figures()))
            for name, intent in intents.items()
            if search.casefold() in f"{name} {intent.description} {names[intent.source.file]}".casefold()
        ]
        files = await asyncio.to_thread(parts.files.names)
        return await visit.show(
            "part_intents.html" if visit.part else "intents.html",
            page=cut(rows, visit.ask("page"), ROWS_PER_PAGE),
            search=search,
            files=files,
            taken_back=bool(visit.ask("back")),
            faults=find_faults(parts.live.error or "", f"{parts.files.folder}/"),
            days=parts.console.days,
        )

    async def edit(self, visit: Visit) -> Response:
        """The editor."""
        place, file = await self._find(visit.ask("file"), visit.ask("intent") or None)
        try:
            text = await asyncio.to_thread(self._parts.files.read, place)
        except CatalogError as error:
            told = f"{error.problems[0].message} {error.problems[0].remedy}"
            raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, f"{file} cannot be edited here. {told}") from error
        if text is None:
            fault = await asyncio.to_thread(self._parts.files.fault, place.file)
            if fault is None or place.name is None:
                raise Refusal(HTTPStatus.NOT_FOUND, GONE)
            return visit.go(f"/edit?{urlencode({'file': file})}")  # where the mistake is that hides all its entries
        key = visit.ask("done")
        editing = Editing(place, file, text.text, text.version, text.line)
        return await self._show(
            visit, editing, undo=key if self._parts.files.can_undo(key) else "", told=self._parts.files.told(key)
        )

    async def save(self, visit: Visit) -> Response:
        """Write the edit; or show what is wrong with it, or both versions where somebody else was at it."""
        if await asyncio.to_thread(self._parts.files.find, visit.form.get("file")) is None:
            return await show_lost(visit, visit.form.get("file"), visit.form.get("text"), GONE)
        editing = await self._editing(visit)
        text = "" if visit.form.get("delete") else editing.text
        if not text.strip() and (editing.place.name is None or not visit.form.get("delete")):
            raise ReviewError("There is nothing in it, so nothing was written. To remove an intent, use its button.")
        try:
            edited = {editing.place.file: await asyncio.to_thread(self._parts.files.preview, editing.place, text)}
            if errors := await self._parts.drafts.errors(edited):
                raise CatalogError(errors)
            key = await asyncio.to_thread(self._parts.files.save, editing.place, text, editing.version)
        except Conflict as error:
            if error.theirs is not None and error.theirs.text.strip() == text.strip():
                # It stands there already, as after a second press of Save.
                key = await asyncio.to_thread(self._parts.files.latest, editing.place.file)
                return await self._show_saved(visit, editing, key)
            return await self._show_conflict(visit, editing, error)
        except CatalogError as error:
            return await self._show(visit, editing, HTTPStatus.UNPROCESSABLE_ENTITY, refused=error.problems)
        except ReviewConflict as error:
            return await self._show_conflict(visit, editing, Conflict(str(error), None))
        return await self._show_saved(visit, editing, key)

    async def check(self, visit: Visit) -> Response:
        """What `ripen check` would say about the edit."""
        editing = await self._editing(visit)
        edited = {editing.place.file: await asyncio.to_thread(self._parts.files.preview, editing.place, editing.text)}
        problems = await self._parts.drafts.check(edited)
        if editing.place.name is not None:
            last = editing.line + editing.text.count("\n")
            problems = tuple(each for each in problems if each.severity == "error" or editing.line <= each.line <= last)
        ends = await self._parts.drafts.loose_ends(edited)
        return await visit.show(
            "part_problems.html",
            problems=problems,
            editing=editing,
            ends=[each for each in ends if each not in problems],
            name_of=self._parts.name_of,
        )

    async def answer(self, visit: Visit) -> Response:
        """What the bot would say to a message, were the edit saved, and what it says now. No action runs."""
        text = visit.form.get("message")[:LONGEST_TRIED]
        if not text.strip():
            return await visit.show("part_tried.html", tried=None, now=None, error="")
        editing = await self._editing(visit)
        edited = {editing.place.file: await asyncio.to_thread(self._parts.files.preview, editing.place, editing.text)}
        now = await rehearse(text, self._parts.live.current, self._parts.settings)
        try:
            tried = await self._parts.drafts.answer(edited, text)
        except CatalogError as error:
            told = f"{error.problems[0].message} {error.problems[0].remedy}"
            return await visit.show("part_tried.html", tried=None, now=now, error=told)
        return await visit.show("part_tried.html", tried=tried, now=now, error="")

    async def undo(self, visit: Visit) -> Response:
        """Take a change back."""
        await asyncio.to_thread(self._parts.files.undo, visit.form.get("key"))
        return visit.go("/intents?back=1")

    async def change(self, visit: Visit) -> Response:
        """What a commit changed in a file."""
        place, file = await self._find(visit.ask("file"), None)
        patch = await self._parts.files.change(place.file, visit.ask("commit"))
        if patch is None:
            raise Refusal(HTTPStatus.NOT_FOUND, "There is no such version of this file.")
        rows = [(style_of(row), row) for row in patch.splitlines() if not row.startswith(("diff ", "index "))]
        return await visit.show("change.html", file=file, rows=rows, commit=visit.ask("commit")[:12])

    async def _editing(self, visit: Visit) -> Editing:
        form = visit.form
        place, file = await self._find(form.get("file"), form.get("intent") or None)
        line = int(form.get("line")) if form.get("line").isdecimal() and len(form.get("line")) < 8 else 1
        return Editing(place, file, form.get("text").replace("\r\n", "\n"), form.get("version"), line)

    async def _find(self, file: str, name: str | None) -> tuple[Place, str]:
        """The place, and its file's name; an intent may be named without its file."""
        files = self._parts.files
        intent = self._parts.live.current.catalog.intents.get(name or "")
        if not file and intent is not None:
            file = self._parts.name_of(intent.source.file)
        found = await asyncio.to_thread(files.find, file)
        if found is None:
            raise Refusal(HTTPStatus.NOT_FOUND, GONE)
        return Place(found, name), file

    async def _show(self, visit: Visit, editing: Editing, status: int = HTTPStatus.OK, **more: Any) -> Response:
        history = await self._parts.files.history(editing.place.file)
        catalog = self._parts.live.current.catalog
        intent = catalog.intents.get(editing.place.name or "")
        named = [slot.name for slot in intent.slots] if intent else []
        shared = [(name, catalog.shared_slots[name]) for name in named if name in catalog.shared_slots]
        context = {"refused": (), "undo": "", "told": "", "history": history, "intent": intent, **more}
        context |= {"shared": shared, "name_of": self._parts.name_of}
        return await visit.show("edit.html", status, editing=editing, **context)

    async def _show_saved(self, visit: Visit, editing: Editing, key: str) -> Response:
        """On to the place as it is now, which may have another name: loading that page again saves nothing again."""
        if visit.form.get("delete"):
            return await visit.show("removed.html", editing=editing, undo=key)
        files, place = self._parts.files, editing.place
        if place.name is not None and await asyncio.to_thread(files.read, place) is None:
            named = await asyncio.to_thread(files.entries, place.file)
            catalog = self._parts.live.current.catalog
            known = {SLOTS, *catalog.intents, *catalog.responses}
            fresh = [name for name in named if name not in known]
            place = Place(place.file, fresh[0] if len(fresh) == 1 else None)
        query = {"file": editing.file, "intent": place.name or "", "done": key}
        return visit.go(f"/edit?{urlencode({name: value for name, value in query.items() if value})}")

    async def _show_conflict(self, visit: Visit, editing: Editing, error: Conflict) -> Response:
        if (theirs := error.theirs) is None:
            fault = await asyncio.to_thread(self._parts.files.fault, editing.place.file)
            told = GONE if fault is None else BROKEN.format(editing.file, fault.line, fault.message)
            return await show_lost(visit, editing.file, editing.text, f"{error} {told}")
        rows = [
            (style_of(row), row)
            for row in difflib.unified_diff(theirs.text.splitlines(), editing.text.splitlines(), n=3, lineterm="")
            if not row.startswith(("---", "+++"))
        ]
        return await visit.show(
            "conflict.html", HTTPStatus.CONFLICT, editing=editing, theirs=theirs, rows=rows, message=str(error)
        )


def find_faults(error: str, folder: str) -> list[Fault]:
    """Of an error as the running bot keeps it, a problem on each line."""
    found = []
    for row in error.splitlines():
        place = re.fullmatch(r"(.+?)(?::(\d+))?: error: (.*)", row.removeprefix(folder))
        found.append(Fault(place[3], place[1], int(place[2] or 0)) if place else Fault(row))
    return found


def style_of(row: str) -> str:
    """Of a row of a patch."""
    return {"+": "added", "-": "removed", "@": "place"}.get(row[:1], "same")
