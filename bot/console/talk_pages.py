"""*Conversations*: search, and one of them with what the bot made of each message. *Traffic*: the same in figures."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

from starlette.responses import Response
from starlette.routing import Route

from bot.connectors.desk import Line, Remark
from bot.connectors.web.refusals import Refusal
from bot.console.charts import draw_days, draw_mood
from bot.console.frame import Frame, Visit
from bot.console.paging import cut
from bot.console.parts import Parts
from bot.console.record import Said
from bot.console.traffic import Figures, by_channel, by_day, count
from bot.conversations.conversation import Turn
from bot.conversations.review import Remarked, Transcript
from bot.handoff.lines import line_of

TALKS_PER_PAGE = 50
ITEMS_PER_PAGE = 40
LONGEST_SEARCH = 200
DAYS = (7, 14, 30, 90)


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation in the list; `found` is what fits the search, the last of it: a message, or what a person said."""

    id: str
    channel: str
    last: Said
    figures: Figures
    found: Said | Remark


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; an empty field fits everything."""

    text: str = ""
    kind: str = ""
    intent: str = ""
    channel: str = ""

    def fits(self, said: Said) -> bool:
        """Whether a turn is one of those."""
        return (
            (not self.text or self.text.casefold() in said.text.casefold() or self.text == said.conversation_id)
            and (not self.kind or self.kind == (said.kind or "silent"))
            and (not self.intent or self.intent == said.intent)
            and (not self.channel or self.channel == said.channel)
        )

    def fits_remark(self, remark: Remark) -> bool:
        """Whether a person said it in the bot's place, who decides nothing and has no intent."""
        return bool(self.text) and not (self.kind or self.intent) and self.text.casefold() in remark.text.casefold()


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a transcript: a turn and its number, from 1 on, or what a person said or did in the bot's place."""

    at: datetime
    number: int = 0
    turn: Turn | None = None
    line: Line | None = None


class TalkPages:
    """See the module."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def routes(self, frame: Frame) -> list[Route]:
        """Under /console."""
        return [
            Route("/console/conversations", frame.page(self.list), methods=["GET"]),
            Route("/console/conversation", frame.page(self.read), methods=["GET"]),
            Route("/console/traffic", frame.page(self.traffic), methods=["GET"]),
        ]

    async def list(self, visit: Visit) -> Response:
        """Those in which something fits, the latest first."""
        search = Search(*(visit.ask(name)[:LONGEST_SEARCH].strip() for name in ("text", "kind", "intent", "channel")))
        record, days = self._parts.record, self._parts.console.days
        said = await record.look(days)
        remarks = await record.remarked(days) if search.text else ()
        talks = gather(said, remarks, search)
        return await visit.show(
            "part_talks.html" if visit.part else "conversations.html",
            page=cut(talks, visit.ask("page"), TALKS_PER_PAGE),
            search=search,
            days=days,
            channels=sorted({each.channel for each in said}),
            intents=sorted({each.intent for each in said if each.intent}),
        )

    async def read(self, visit: Visit) -> Response:
        """One conversation."""
        found = await self._parts.record.read(visit.ask("id"))
        if not found.turns:
            raise Refusal(
                HTTPStatus.NOT_FOUND, "There is no such conversation: it may have been forgotten, or has expired."
            )
        valences = [turn.detection.sentiment.valence if turn.detection else None for turn in found.turns]
        items, at = in_order(found)[::-1], visit.ask("at")
        place = next((place for place, item in enumerate(items) if item.turn and item.at.isoformat() == at), None)
        asked = visit.ask("page") if place is None else f"{place // ITEMS_PER_PAGE + 1}"
        page = cut(items, asked, ITEMS_PER_PAGE)
        return await visit.show(
            "conversation.html",
            id=visit.ask("id"),
            page=page,
            items=page.items[::-1],
            here=None if place is None else items[place],
            chart=draw_mood(valences),
        )

    async def traffic(self, visit: Visit) -> Response:
        """By day and channel."""
        asked = visit.ask("days")
        days = int(asked) if asked in {str(each) for each in DAYS} else 14
        said = await self._parts.record.look(days)
        channel = visit.ask("channel")
        some = [each for each in said if not channel or each.channel == channel]
        rows = by_day(some, days, datetime.now(UTC).date())
        return await visit.show(
            "traffic.html",
            days=days,
            choices=DAYS,
            channel=channel,
            rows=rows,
            total=count(some),
            channels=by_channel(said),
            chart=draw_days(rows),
        )


def in_order(transcript: Transcript) -> list[Item]:
    """Turns and remarks as they came."""
    items = [Item(turn.at, number, turn) for number, turn in enumerate(transcript.turns, 1)]
    items += [Item(remark.at, line=line_of(remark, number)) for number, remark in enumerate(transcript.remarks)]
    return sorted(items, key=lambda item: item.at)


def gather(said: Sequence[Said], remarks: Sequence[Remarked], search: Search) -> list[Talk]:
    """The conversations in which a turn fits, or what a person said there, the latest first."""
    by_persons = {each.conversation_id: each.remark for each in remarks if search.fits_remark(each.remark)}
    turns: OrderedDict[str, list[Said]] = OrderedDict()
    for each in said:
        turns.setdefault(each.conversation_id, []).append(each)
    talks = []
    for name, own in turns.items():
        found: Said | Remark | None = next((each for each in reversed(own) if search.fits(each)), None)
        remark = by_persons.get(name) if search.channel in ("", own[-1].channel) else None
        if remark is not None and (found is None or found.at < remark.at):
            found = remark
        if found is not None:
            talks.append(Talk(name, own[-1].channel, own[-1], count(own), found))
    return sorted(talks, key=lambda talk: talk.last.number, reverse=True)
