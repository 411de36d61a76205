from __future__ import annotations

import httpx
import pytest

from bot import __version__
from bot.config import WebSettings
from bot.connectors.base import Parse
from bot.connectors.scripted import ScriptedBot
from bot.connectors.web.app import Resources, WebApp, create_app
from bot.connectors.web.wire import write_parse
from bot.errors import SecretMissing
from bot.messages import Candidate, Decision, Detection, Entity, Sentiment
from tests.bot.connectors.web.conftest import calling

TOKEN = "correct horse battery staple ä"
GUARDED = ["/status", "/metrics", "/conversations/u1/tracker"]


def make_app(bot: ScriptedBot, **settings: str) -> WebApp:
    return create_app(
        bot, WebSettings(**settings), "Test", Resources(metrics=lambda: (b"ripen_turns 1\n", "text/plain; version=1"))
    )


def test_parse_is_rasas_json_with_ours_added() -> None:
    candidates = tuple(Candidate(f"i{number}", 0.5 / (number + 1), "mature") for number in range(12))
    detection = Detection(candidates, 0.1, Sentiment("negative", -0.4), (Entity("city", "Paris", 3, 8),))
    decision = Decision("clarify", None, 0.5, "two are close", candidates[:2])
    body = write_parse(Parse("to Paris", detection, decision, {"detect": 1.5}))
    assert body["text"] == "to Paris"
    assert body["intent"] == {"name": "i0", "confidence": 0.5}
    assert body["entities"] == [{"entity": "city", "value": "Paris", "start": 3, "end": 8}]
    assert len(body["intent_ranking"]) == 10
    assert body["sentiment"] == {"label": "negative", "valence": -0.4}
    assert body["decision"]["kind"] == "clarify"
    assert [one["name"] for one in body["decision"]["alternatives"]] == ["i0", "i1"]


@pytest.mark.parametrize("candidates", [(), (Candidate("i0", 0.0, "mature"),)])
def test_parse_of_nothing_is_rasas_floor(candidates: tuple[Candidate, ...]) -> None:
    nothing = Parse(
        "", Detection(candidates, 1.0, Sentiment("neutral", 0.0)), Decision("out_of_scope", None, 0.0, "empty"), {}
    )
    body = write_parse(nothing)
    assert (body["intent"], body["entities"]) == ({"name": None, "confidence": 0.0}, [])


async def test_parse_over_http(http: httpx.AsyncClient) -> None:
    response = await http.post("/model/parse", content=b'{"text": "hi"}', headers={"content-type": "text/plain"})
    assert response.json()["intent"] == {"name": "chat", "confidence": 1.0}


async def test_status_has_rasas_keys(http: httpx.AsyncClient) -> None:
    body = (await http.get("/status")).json()
    assert {"model_file", "model_id", "num_active_training_jobs"} <= set(body)
    assert body["ready"] is True


async def test_version_and_health(http: httpx.AsyncClient) -> None:
    assert (await http.get("/version")).json() == {
        "version": __version__,
        "minimum_compatible_version": __version__,
    }
    assert (await http.head("/health")).status_code == 200


async def test_ready_says_what_is_missing(http: httpx.AsyncClient, bot: ScriptedBot) -> None:
    assert (await http.get("/ready")).json() == {"ready": True, "reasons": []}
    bot.not_ready = ("the disk is full",)
    response = await http.get("/ready")
    assert response.status_code == 503
    assert response.json()["reasons"] == ["the disk is full"]


async def test_a_tracker_with_and_without_events(http: httpx.AsyncClient) -> None:
    await http.post("/webhooks/rest/webhook", json={"sender": "u1", "message": "hi"})
    assert (await http.get("/conversations/u1/tracker")).json()["events"] == [{"event": "user", "text": "hi"}]
    assert "events" not in (await http.get("/conversations/u1/tracker?include_events=NONE")).json()


async def test_ids_with_slashes_have_trackers_too(http: httpx.AsyncClient) -> None:
    await http.post("/webhooks/rest/webhook", json={"sender": "T1/C2/3.4", "message": "hi"})
    for url in ("/conversations/T1/C2/3.4/tracker", "/conversations/T1%2FC2%2F3.4/tracker"):
        assert (await http.get(url)).json()["sender_id"] == "T1/C2/3.4"


@pytest.mark.parametrize("url", GUARDED)
async def test_a_token_is_asked_for(url: str, bot: ScriptedBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("T", TOKEN)
    app = make_app(bot, token_env="T")
    async with calling(app, "bot.example", "203.0.113.7") as http:
        await http.post("/webhooks/rest/webhook", json={"sender": "u1", "message": "hi"})
        assert (await http.post("/model/parse", json={"text": "hi"})).status_code == 401
        for wrong in ({}, {"token": ""}, {"token": "x"}, {"token": TOKEN + " "}):
            refused = await http.get(url, params=wrong)
            assert (refused.status_code, refused.json()["code"]) == (401, 401)
        assert (await http.get(url, params={"token": TOKEN})).status_code == 200
        bearer = {b"authorization": f"Bearer {TOKEN}".encode()}
        assert (await http.get(url, headers=bearer)).status_code == 200


def test_a_token_that_is_not_set_stops_the_start(bot: ScriptedBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOT_SET", raising=False)
    with pytest.raises(SecretMissing, match="NOT_SET"):
        make_app(bot, token_env="NOT_SET")


@pytest.mark.parametrize(
    ("client", "host", "headers", "code"),
    [
        ("127.0.0.1", "127.0.0.1", {}, 200),
        ("::1", "localhost", {}, 200),
        ("203.0.113.7", "bot.example", {}, 403),
        ("203.0.113.7", "localhost", {}, 403),
        ("127.0.0.1", "rebound.example", {}, 403),
        ("127.0.0.1", "localhost", {"x-forwarded-for": "203.0.113.7"}, 403),
    ],
)
async def test_without_a_token_conversations_are_for_this_machine(
    bot: ScriptedBot, client: str, host: str, headers: dict[str, str], code: int
) -> None:
    async with calling(make_app(bot), host, client) as http:
        await http.post("/webhooks/rest/webhook", json={"sender": "u1", "message": "hi"})
        assert (await http.get("/conversations/u1/tracker", headers=headers)).status_code == code
        assert (await http.get("/status", headers=headers)).status_code == 200


async def test_metrics_are_there_only_when_somebody_counts(bot: ScriptedBot, http: httpx.AsyncClient) -> None:
    assert (await http.get("/metrics")).status_code == 404
    async with calling(make_app(bot)) as counted:
        page = await counted.get("/metrics")
    assert page.text == "ripen_turns 1\n"
    assert page.headers["content-type"].startswith("text/plain; version=1")
