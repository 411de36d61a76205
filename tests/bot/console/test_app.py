"""In and out of the console, and what everybody else is told."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from tests.bot.console.conftest import Office, Person

PAGES = ("/intents", "/inbox", "/conversations", "/traffic", "/models", "/map")


async def test_nobody_sees_or_changes_anything_without_a_login(office: Office) -> None:
    before = (office.intents / "orders.yml").read_bytes()
    form = {"file": "orders.yml", "intent": "refund", "text": "x: 1", "csrf": "x"}
    query = {"intent": "refund", "file": "orders.yml", "id": "x"}
    async with office.visit(None) as stranger:
        for method, path in office.routes():
            response = await stranger.http.request(method, path, params=query, data=form if method == "POST" else None)
            assert response.status_code == 303, path
            assert response.headers["location"].startswith("/console/login"), path
            assert "orders" not in response.text
            assert response.headers["cache-control"] == "no-store"
            by_htmx = await stranger.http.request(method, path, headers={"HX-Request": "true"})
            assert (by_htmx.status_code, by_htmx.headers["hx-redirect"]) == (401, "/console/login")
            stood = {"HX-Request": "true", "HX-Current-URL": "http://127.0.0.1/console/map?intent=x"}
            assert (await stranger.http.request(method, path, headers=stood)).headers["hx-redirect"] == (
                "/console/login?next=/map%3Fintent%3Dx"
            )
    assert (office.intents / "orders.yml").read_bytes() == before


async def test_the_token_opens_and_the_cookie_is_safe(office: Office) -> None:
    async with office.visit(None) as person:
        response = await person.log_in(next="/map?intent=refund")
        assert response.headers["location"] == "../console/map?intent=refund"
        (cookie,) = response.headers.get_list("set-cookie")
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert "Path" not in cookie, "the browser takes /console, wherever a proxy has put it"
        assert (await person.open("/intents")).status_code == 200
        await person.http.post("/console/logout")
        assert (await person.open("/intents")).status_code == 303


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example", "/\\evil.example", "/x\nSet-Cookie: a=b", "evil"]
)
async def test_a_login_leads_nowhere_else(office: Office, to: str) -> None:
    async with office.visit(None) as person:
        assert (await person.log_in(next=to)).headers["location"] == "../console/intents"


async def test_wrong_tokens_are_counted(office: Office) -> None:
    async with office.visit(None) as guesser:
        answers = [(await guesser.log_in(token=f"guess-{number}")).status_code for number in range(8)]
        assert answers[:6] == [401] * 6
        assert answers[6:] == [429, 429]
        assert (await guesser.log_in()).status_code == 429, "not even the right one is tried now"


async def test_a_page_of_another_site_changes_nothing(office: Office, eve: Person) -> None:
    before = (office.intents / "orders.yml").read_bytes()
    await eve.open("/edit", intent="refund")
    form = eve.editing(text="refund:\n  description: Changed.\n")
    foreign = await eve.send("/edit", form, Origin="https://evil.example")
    assert foreign.status_code == 403
    eve.csrf = "0" * 64
    assert (await eve.send("/edit", form)).status_code == 403
    assert (office.intents / "orders.yml").read_bytes() == before


@pytest.mark.parametrize("path", [*PAGES, "/edit?intent=refund", "/edit?file=orders.yml"])
async def test_pages_hold_nothing_that_a_strict_policy_forbids(eve: Person, path: str) -> None:
    response = await eve.open(path)
    assert response.status_code == 200
    policy = response.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            names = {name for name, _ in attrs}
            found.extend(f"{tag} {name}" for name in names if name.startswith("on") or name == "style")
            if (tag == "script" and "src" not in names) or tag == "style":
                found.append(tag)

    Reader().feed(response.text)
    assert found == []


async def test_an_unknown_page_is_said_to_be_none(eve: Person) -> None:
    response = await eve.open("/nothing")
    assert response.status_code == 404
    assert "There is no such page" in response.text


async def test_static_files_need_no_login_and_lead_nowhere_else(office: Office) -> None:
    async with office.visit(None) as stranger:
        assert (await stranger.http.get("/console/static/vendor/htmx.min.js")).status_code == 200
        assert (await stranger.http.get("/console/static/..%2fapp.py")).status_code == 404
