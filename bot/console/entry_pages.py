"""What is done to entries beside their editor: an intent made from a form, renamed everywhere, and what was typed for a
place that is gone by now."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import Route

from bot.catalog.writer import write_entry
from bot.checks.written import CONVERSATIONS
from bot.console.forms import Form
from bot.console.frame import Frame, Visit
from bot.console.parts import Parts
from bot.errors import CatalogError, Problem, ReviewError
from bot.review.desk import NEW_FILE, refuse_name


@dataclass(frozen=True, slots=True)
class Wanted:
    """The form of a new intent as it was filled in."""

    name: str = ""
    description: str = ""
    answers: str = ""
    examples: str = ""
    file: str = ""


class EntryPages:
    """See the module."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def routes(self, frame: Frame) -> list[Route]:
        """Under /console."""
        return [
            Route("/console/new", frame.page(self.start), methods=["GET"]),
            Route("/console/new", frame.form(self.create), methods=["POST"]),
            Route("/console/edit/rename", frame.form(self.rename), methods=["POST"]),
            Route("/console/edit/add", frame.form(self.add), methods=["POST"]),
        ]

    async def start(self, visit: Visit) -> Response:
        """The form, for a file if one is named."""
        files = await asyncio.to_thread(self._parts.files.names)
        asked = visit.ask("file")
        return await self._show(visit, Wanted(file=asked if asked in files else next(iter(files), NEW_FILE)))

    async def create(self, visit: Visit) -> Response:
        """Make the intent, and on to its editor, where it gets an answer."""
        form = visit.form
        texts = (form.get(field) for field in ("description", "answers", "examples", "file"))
        wanted = Wanted(_name_in(form), *texts)
        try:
            refuse_name(wanted.name, await self._parts.newest())
            if not wanted.description.strip():
                raise ReviewError("Say what its user wants: these words are what the bot goes by at first.")
            file = self._parts.files.place_of(wanted.file.strip())
            lists = list(_lines(wanted.examples)), list(_lines(wanted.answers))
            text = write_entry(wanted.name, wanted.description, *lists)
            key = await self._add(file, text)
        except CatalogError as error:
            return await self._show(visit, wanted, *_told(error.problems))
        except ReviewError as error:
            return await self._show(visit, wanted, str(error))
        return visit.go(f"/edit?{urlencode({'file': self._parts.name_of(file), 'intent': wanted.name, 'done': key})}")

    async def add(self, visit: Visit) -> Response:
        """Write entries below those of a file: what somebody typed while their place went away."""
        name, text = visit.form.get("file").strip(), visit.form.get("text")
        try:
            if not text.strip():
                raise ReviewError("There is nothing in it, so nothing was written.")
            file = self._parts.files.place_of(name)
            before = await asyncio.to_thread(self._parts.files.entries, file)
            key = await self._add(file, text)
        except CatalogError as error:
            return await show_lost(visit, name, text, *_told(error.problems))
        except ReviewError as error:
            return await show_lost(visit, name, text, str(error))
        fresh = [each for each in await asyncio.to_thread(self._parts.files.entries, file) if each not in before]
        query = {"file": self._parts.name_of(file), "done": key} | ({"intent": fresh[0]} if len(fresh) == 1 else {})
        return visit.go(f"/edit?{urlencode(query)}")

    async def rename(self, visit: Visit) -> Response:
        """Another name for an intent, wherever the files and the conversation tests have it."""
        tests = self._parts.drafts.config.parent / CONVERSATIONS
        file, old, new = visit.form.get("file"), visit.form.get("intent"), _name_in(visit.form)
        key = await asyncio.to_thread(self._parts.files.rename, tests, old, new)
        return visit.go(f"/edit?{urlencode({'file': file, 'intent': new, 'done': key})}")

    async def _add(self, file: Path, text: str) -> str:
        edited = {file: await asyncio.to_thread(self._parts.files.preview_added, file, text)}
        if errors := await self._parts.drafts.errors(edited):
            raise CatalogError(errors)
        return await asyncio.to_thread(self._parts.files.add, file, text)

    async def _show(self, visit: Visit, wanted: Wanted, *errors: str) -> Response:
        files = await asyncio.to_thread(self._parts.files.names)
        status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
        return await visit.show("new.html", status, wanted=wanted, files=files, errors=errors)


async def show_lost(visit: Visit, file: str, text: str, *told: str) -> Response:
    """What was typed for a place that is gone, so that it is not gone, too."""
    return await visit.show("lost.html", HTTPStatus.CONFLICT, file=file, text=text, told=told)


def _name_in(form: Form) -> str:
    """As names are written: gift_card, where somebody typed "gift card"."""
    return "_".join(form.get("name").split())


def _lines(text: str) -> Iterator[str]:
    """Texts of a form, one on each line; who pastes them from a list of YAML need not take the dashes off."""
    for line in text.splitlines():
        if example := line.strip().removeprefix("- ").strip():
            yield example


def _told(problems: Sequence[Problem]) -> list[str]:
    return [f"{each.message} {each.remedy}" for each in problems]
