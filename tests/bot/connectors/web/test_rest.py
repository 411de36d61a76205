from __future__ import annotations

import json

import httpx
import pytest

from bot.connectors.scripted import ScriptedBot
from tests.bot.connectors.web.recording import still_pending

URL = "/webhooks/rest/webhook"


async def test_health_is_rasas(http: httpx.AsyncClient) -> None:
    assert (await http.get("/webhooks/rest/")).json() == {"status": "ok"}


async def test_a_message_is_answered_with_an_array(http: httpx.AsyncClient, bot: ScriptedBot) -> None:
    body = {"sender": "u1", "message": "hi", "metadata": {"page": "/cart"}}
    response = await http.post(URL, json=body)
    assert response.status_code == 200
    assert response.json() == [{"recipient_id": "u1", "text": "You said: hi"}]
    (message,) = bot.messages
    assert (message.sender_id, message.conversation_id, message.channel) == ("u1", "u1", "rest")
    assert message.metadata == {"page": "/cart"}


async def test_what_another_server_is_still_at_is_to_be_sent_again(
    http: httpx.AsyncClient, bot: ScriptedBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {"sender": "u1", "message": "hi", "message_id": "m1"}
    with monkeypatch.context() as patched:
        patched.setattr(bot, "answer", still_pending)
        response = await http.post(URL, json=said)
    assert (response.status_code, response.headers["retry-after"]) == (503, "2")
    assert (await http.post(URL, json=said)).json() == [{"recipient_id": "u1", "text": "You said: hi"}]


async def test_a_sender_of_another_channel_is_refused_in_plain_words(http: httpx.AsyncClient) -> None:
    response = await http.post(URL, json={"sender": "web:x", "message": "hi"})
    assert response.status_code == 400
    assert response.json()["message"].startswith("sender: must be 1 to 128 printable characters")


async def test_everything_is_optional(http: httpx.AsyncClient, bot: ScriptedBot) -> None:
    for body in ({}, {"sender": None, "message": None, "metadata": None}, {"sender": ""}):
        response = await http.post(URL, json=body)
        assert response.json()[0]["recipient_id"] == "default"
    assert {message.text for message in bot.messages} == {""}


@pytest.mark.parametrize("content_type", ["text/plain;charset=UTF-8", "application/x-www-form-urlencoded", ""])
async def test_json_is_read_under_any_content_type(http: httpx.AsyncClient, content_type: str) -> None:
    body = json.dumps({"sender": 7, "message": "hi"})
    response = await http.post(URL, content=body, headers={"content-type": content_type})
    assert response.json() == [{"recipient_id": "7", "text": "You said: hi"}]


@pytest.mark.parametrize(
    ("said", "items"),
    [
        ("two paragraphs", [{"text": "First."}, {"text": "Second."}, {"text": "Third."}]),
        (
            "choose",
            [
                {
                    "text": "Look.\n\nWhich one?",
                    "buttons": [
                        {"title": "Refund", "payload": "/refund"},
                        {"title": "Track", "payload": "/track"},
                    ],
                }
            ],
        ),
        ("picture", [{"image": "https://shop.example/parcel.png"}]),
        (
            "everything",
            [{"text": "t"}, {"custom": {"c": 1}}, {"image": "https://i.example/"}, {"attachment": {"a": 1}}],
        ),
        ("nothing", []),
    ],
)
async def test_parts_become_items(http: httpx.AsyncClient, said: str, items: list[dict[str, object]]) -> None:
    response = await http.post(URL, json={"sender": "u1", "message": said})
    assert response.json() == [{"recipient_id": "u1", **item} for item in items]


async def test_a_stream_is_one_object_per_line(http: httpx.AsyncClient) -> None:
    response = await http.post(URL, params={"stream": "true"}, json={"message": "two paragraphs"})
    assert response.headers["content-type"].startswith("text/event-stream")
    assert [json.loads(line)["text"] for line in response.text.splitlines()] == ["First.", "Second.", "Third."]


async def test_the_decision_is_in_headers_and_in_items_only_when_asked(http: httpx.AsyncClient) -> None:
    plain = await http.post(URL, json={"message": "hi"})
    assert plain.headers["ripen-decision"] == "act"
    assert plain.headers["ripen-intent"] == "chat"
    assert float(plain.headers["ripen-confidence"]) == 1.0
    explained = await http.post(URL, params={"explain": "true"}, json={"message": "hi"})
    why = explained.json()[0]["metadata"]
    assert (why["decision"], why["intent"], why["repeated"]) == ("act", "chat", False)


@pytest.mark.parametrize("where", ["top", "metadata"])
async def test_a_repeat_gets_the_same_answer_once(http: httpx.AsyncClient, bot: ScriptedBot, where: str) -> None:
    own: dict[str, object] = {"message_id": "m1"} if where == "top" else {"metadata": {"message_id": "m1"}}
    first = await http.post(URL, json={"sender": "u1", "message": "hi", **own})
    second = await http.post(URL, json={"sender": "u1", "message": "hi", **own})
    assert first.json() == second.json() != []
    assert len(bot.messages) == 1


async def test_ids_of_two_senders_are_two_messages(http: httpx.AsyncClient, bot: ScriptedBot) -> None:
    for sender in ("u1", "u2"):
        await http.post(URL, json={"sender": sender, "message": f"I am {sender}", "message_id": "1"})
    assert [message.text for message in bot.messages] == ["I am u1", "I am u2"]


async def test_nobody_poses_as_another_channel(http: httpx.AsyncClient, bot: ScriptedBot) -> None:
    for channel in ("slack", "socketio"):
        await http.post(URL, json={"message": "hi", "input_channel": channel})
    assert [message.channel for message in bot.messages] == ["rest", "socketio"]
