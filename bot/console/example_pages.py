"""*Examples*: all of them, found by words and by meaning; each put under another intent, or removed, and undone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import Route

from bot.catalog.moves import Standing
from bot.console.examples import Examples
from bot.console.frame import Frame, Visit
from bot.console.paging import cut
from bot.console.parts import Parts
from bot.errors import ReviewConflict, ReviewError

EXAMPLES_PER_PAGE = 50
LONGEST_SEARCH = 500
BACK = ("/examples", "/map")
"""Where an example is moved, and one goes on afterwards."""


class ExamplePages:
    """See the module."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._examples = Examples(parts.landscape.encoder)

    def routes(self, frame: Frame) -> list[Route]:
        """Under /console."""
        return [
            Route("/console/examples", frame.page(self.list), methods=["GET"]),
            Route("/console/examples/move", frame.form(self.move), methods=["POST"]),
            Route("/console/examples/remove", frame.form(self.remove), methods=["POST"]),
            Route("/console/examples/undo", frame.form(self.undo), methods=["POST"]),
        ]

    async def list(self, visit: Visit) -> Response:
        """Those with the words that are looked for, and those that mean the same."""
        catalog = await self._parts.newest()
        text, intent = " ".join(visit.ask("text")[:LONGEST_SEARCH].split()), visit.ask("intent")
        found = await asyncio.to_thread(self._examples.find, catalog, text, intent)
        page = cut(found, visit.ask("page"), EXAMPLES_PER_PAGE)
        page = replace(page, items=await asyncio.to_thread(self._examples.place, catalog, page.items))
        return await visit.show(
            "part_examples.html" if visit.part else "examples.html",
            page=page,
            search=text,
            chosen=intent,
            names=sorted(catalog.intents),
            name_of=self._parts.name_of,
            taken_back=bool(visit.ask("back")),
            done=visit.ask("done"),
            told=self._parts.files.told(visit.ask("done")),
        )

    async def move(self, visit: Visit) -> Response:
        """Under another intent."""
        name = visit.form.get("other").strip() or visit.form.get("to")
        to = (await self._parts.newest()).intents.get(name)
        if to is None:
            raise ReviewError(f"There is no intent {name!r}: choose one of the list.")
        if name == visit.form.get("intent"):
            raise ReviewError(f"It is an example of {name} already: choose another intent.")
        key = await asyncio.to_thread(self._parts.files.move, await self._standing(visit), to)
        return _go_on(visit, done=key)

    async def remove(self, visit: Visit) -> Response:
        """Out of its file."""
        key = await asyncio.to_thread(self._parts.files.move, await self._standing(visit), None)
        return _go_on(visit, done=key)

    async def undo(self, visit: Visit) -> Response:
        """Take a move back."""
        await asyncio.to_thread(self._parts.files.undo, visit.form.get("key"))
        return _go_on(visit, back="1")

    async def _standing(self, visit: Visit) -> Standing:
        form = visit.form
        file = await asyncio.to_thread(self._parts.files.find, form.get("file"))
        if file is None:
            raise ReviewConflict(f"There is no file {form.get('file')} of intents any more. Look again.")
        line = form.numbers("line")
        return Standing(file, form.get("intent"), form.get("text"), line[0] if line else 0)


def _go_on(visit: Visit, **more: str) -> Response:
    """To the page that it was done on, as that was."""
    back = visit.form.get("back")
    kept = {"text": visit.form.get("search"), "intent": visit.form.get("chosen"), "page": visit.form.get("page")}
    query = {name: value for name, value in (kept | more).items() if value}
    return visit.go(f"{back if back in BACK else BACK[0]}{'?' if query else ''}{urlencode(query)}")
