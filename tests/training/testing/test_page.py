from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.standins.chromium import chromium
from tests.training.testing.answered import answer, changed, played, report
from training.testing.conversations.comparison import Difference
from training.testing.markdown import write_markdown
from training.testing.page import write_page
from training.testing.pictures import MOST_SHOWN
from training.testing.report import Report

EVIL = "<script>alert(1)</script> \"'& @channel | `x`"
VOID = {"meta", "br"}


class Balanced(HTMLParser):
    """Raises for an end that fits no beginning; `left` are the elements that never ended."""

    def __init__(self) -> None:
        super().__init__()
        self.left: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        if tag not in VOID:
            self.left.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.left.pop() == tag


def full(text: str = "my parcel") -> Report:
    """A report with everything in it, where `text` is what users and authors wrote."""
    wrong = answer("order_status", "refund", 0.8, text)
    before = report(
        answer("order_status", "order_status", 0.9, text),
        answer("refund", "refund", 0.9, "r"),
        conversations=(played(text),),
    )
    now = report(
        wrong,
        answer("refund", "refund", 0.9, "r"),
        answer("out_of_scope", "refund", 0.9, text + "!"),
        conversations=(played(text, Difference("bot", text, f"{text}\n{text}")), played("fine")),
    )
    return replace(now, name=text, notes=(text,), changes=(changed(before, now, text),))


def test_the_page_has_what_people_look_for() -> None:
    page = write_page(full())
    for words in (
        "my parcel: test report", "accuracy", "1 of 1 of order_status taken for refund",
        "refund is near", "example of refund", "Do something.", "Against my parcel", "Strangers that were acted on",
        "tests/conversations/x.yml:7", "it was sure", "1 more turn was not played", "Reliability", "Note: my parcel",
    ):  # fmt: skip
        assert words in page


def test_the_page_is_well_formed_and_runs_nothing_that_somebody_wrote() -> None:
    page = write_page(full(EVIL))
    parser = Balanced()
    parser.feed(page)
    assert parser.left == []
    assert "script" not in parser.seen
    assert "default-src 'none'" in page


def test_the_page_asks_nobody_for_anything() -> None:
    page = write_page(full()).replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"https?:|url\(|@import|\ssrc=", page)


def test_parts_that_were_not_asked_for_are_not_there() -> None:
    assert "Confusion matrix" not in write_page(report(conversations=(played("one"),)))
    assert "conversations" not in write_page(report(answer("a", "a", 0.9)))
    assert "Nothing: every message" in write_page(report(answer("a", "a", 0.9)))


def test_of_many_intents_the_matrix_shows_the_confused_ones() -> None:
    many = [answer(f"i{n}", f"i{n}", 0.9) for n in range(MOST_SHOWN + 20)]
    page = write_page(report(*many, answer("i3", "i7", 0.9)))
    matrix = page[page.index("Confusion matrix") : page.index("</svg>")]
    assert len(re.findall(r"\brotate\(", matrix)) == MOST_SHOWN
    assert "1 of 2 of i3 taken for i7" in matrix
    assert "confused most" in page


def test_markdown_is_short_and_plain() -> None:
    told = write_markdown(full(EVIL))
    prose = re.sub(r"```diff.*?```", "", told, flags=re.DOTALL)
    assert "<script>" not in prose
    assert "@channel" not in prose
    assert "&#60;script&#62;" in prose
    many = [answer("a", "b", 0.9, f"m{n}") for n in range(200)]
    assert len(write_markdown(report(*many)).splitlines()) < 80


def test_markdown_shows_a_failure_as_a_diff() -> None:
    told = write_markdown(full())
    assert "- bot: my parcel\n+ bot: my parcel\n+ bot: my parcel" in told
    assert "| my parcel | `order_status` | `refund` |" in told


@pytest.mark.browser
async def test_a_browser_shows_it_light_and_dark_without_a_complaint(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(write_page(full(EVIL)), "utf-8")
    papers, complaints, requests = [], list[str](), list[str]()
    async with chromium() as browser:
        for scheme in ("light", "dark"):
            page = await browser.new_page(viewport={"width": 390, "height": 800}, color_scheme=scheme)
            page.on("console", lambda message: complaints.append(message.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("request", lambda request: requests.append(request.url))
            await page.goto(file.as_uri())
            papers.append(await page.evaluate("getComputedStyle(document.body).backgroundColor"))
            assert await page.evaluate("document.documentElement.scrollWidth") <= 390
            assert await page.locator("svg rect.wrong").count() >= 1
    assert papers[0] != papers[1]
    assert complaints == []
    assert set(requests) == {file.as_uri()}
