"""What the console is given by mistake or by malice: clear errors, nothing lost, nothing executed."""

from __future__ import annotations

import logging
import os
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.catalog import rows
from tests.bot.console.conftest import Office, Person
from tests.bot.review.stories import tell, turn

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><b>"


def tags(page: str) -> set[str]:
    found: set[str] = set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.add(tag)
            found.update(name for name, _ in attrs if name.startswith("on"))
            found.update("inline script" for _ in [0] if tag == "script" and "src" not in dict(attrs))

    Reader().feed(page)
    return found


async def test_html_in_every_field_stays_text(office: Office) -> None:
    file = office.intents / "evil.yml"
    quoted = EVIL.replace("'", "''")
    file.write_text(f"evil:\n  description: '{quoted}'\n  examples:\n    - '{quoted}'\n", "utf-8")
    office.live.swap(office.learn())
    await tell(
        office.store, [turn(f"{EVIL} help", "out_of_scope", sender=EVIL), turn(EVIL, "act", ("evil", 0.9), sender=EVIL)]
    )
    async with office.visit(f"Eve {EVIL}"[:40]) as eve:
        for path in (
            "/intents",
            "/edit?intent=evil",
            "/inbox",
            f"/conversations?text={EVIL}&kind={EVIL}",
            "/map",
            "/traffic",
        ):
            response = await eve.open(path)
            assert response.status_code == 200, path
            assert not tags(response.text) & {"b", "onerror", "inline script"}, path
        await eve.open("/conversation", id=f"c-{EVIL}")
        assert "&lt;script&gt;" in eve.page
        assert not tags(eve.page) & {"b", "onerror", "inline script"}
        await eve.open("/edit", intent="evil")
        form = eve.editing(message=EVIL, text=f"{EVIL}: [")
        for path in ("/edit/check", "/edit/try", "/edit"):
            answer = await eve.http.post(f"/console{path}", data={"csrf": eve.csrf, **form})
            assert not tags(answer.text) & {"b", "onerror", "inline script"}, path


OUTSIDE = (
    "../config.yml", "/etc/passwd", "..%2fconfig.yml", "orders.yml/../../config.yml", "./orders.yml", ".hidden.yml",
    "no.txt", "\0", "link.yml",
)  # fmt: skip


@pytest.mark.parametrize("file", OUTSIDE)
async def test_no_path_leads_out_of_the_folder(office: Office, eve: Person, file: str) -> None:
    (office.folder / "outside.yml").write_text("secret: {description: The secret.}\n")
    (office.intents / "link.yml").symlink_to(office.folder / "outside.yml")
    (office.intents / ".hidden.yml").write_text("hidden: {description: The secret.}\n")
    shown = await eve.open("/edit", file=file)
    assert shown.status_code == (422 if file == "link.yml" else 404)
    assert "The secret" not in shown.text
    await eve.open("/edit", intent="refund")
    form = {**eve.editing(), "file": file, "intent": "", "text": "a:\n  description: A.\n"}
    assert (await eve.send("/edit", form)).status_code in (404, 409, 422)
    if file != "./orders.yml":
        assert (await eve.send("/edit/add", form)).status_code == 409
    assert (office.folder / "config.yml").read_text() == "{}"
    assert "The secret" in (office.folder / "outside.yml").read_text()


async def test_ten_megabytes_are_refused(office: Office, eve: Person) -> None:
    await eve.open("/edit", intent="refund")
    before = (office.intents / "orders.yml").read_bytes()
    huge = await eve.send("/edit", eve.editing(text="x" * 10_000_000))
    assert huge.status_code == 413
    assert "Nothing was changed" in huge.text
    await eve.open("/edit", intent="refund")
    large = await eve.send("/edit", eve.editing(text="refund:\n  description: " + "y" * 2_000_000))
    assert large.status_code == 422
    assert (office.intents / "orders.yml").read_bytes() == before


async def test_a_read_only_disk_is_said_and_the_text_is_not_lost(
    office: Office, eve: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, os.strerror(30))

    await eve.open("/edit", intent="refund")
    monkeypatch.setattr(rows, "NamedTemporaryFile", refuse)
    form = eve.editing()
    form["text"] += "    - what I have typed\n"
    refused = await eve.send("/edit", form)
    assert refused.status_code == 422
    assert "Read-only file system" in refused.text
    assert "what I have typed" in refused.text


async def test_a_file_that_is_half_saved_hides_its_entries_and_says_so(office: Office, eve: Person) -> None:
    await eve.open("/edit", intent="refund")
    form = eve.editing()
    file = office.intents / "orders.yml"
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2] + b"\n  [")
    half = await eve.send("/edit", {**form, "text": form["text"] + "    - what I have typed\n"})
    assert half.status_code == 409
    assert "orders.yml has a mistake in line" in half.text
    assert "what I have typed" in half.text
    assert (await eve.send("/edit/check", form)).status_code in (200, 409)
    to_file = await eve.open("/edit", intent="refund")
    assert to_file.headers["location"] == "/console/edit?file=orders.yml"


async def test_what_was_typed_for_a_file_that_vanished_is_written_anew(office: Office, eve: Person) -> None:
    await eve.open("/edit", intent="refund")
    file = office.intents / "orders.yml"
    file.unlink()
    lost = await eve.send("/edit", eve.editing(text="refund:\n  description: What I have typed.\n"))
    assert lost.status_code == 409
    assert not file.exists(), "nobody asked for that"
    assert "What I have typed." in lost.text
    again = {"file": "orders.yml", "text": "refund:\n  description: What I have typed.\n"}
    written = await eve.send("/edit/add", again)
    assert written.status_code == 303
    assert "intent=refund" in written.headers["location"]
    assert file.read_text("utf-8") == again["text"]
    assert (await eve.open(written.headers["location"].removeprefix("/console"))).status_code == 200
    await eve.send("/edit/undo", {"key": eve.hidden("key")})
    assert not file.exists()


async def test_what_was_typed_for_an_entry_that_is_gone_does_not_get_lost(office: Office, eve: Person) -> None:
    await eve.open("/edit", intent="refund")
    form = eve.editing()
    file = office.intents / "orders.yml"
    file.write_bytes(file.read_bytes().replace(b"refund:", b"money_back:"))
    before = file.read_text("utf-8")
    lost = await eve.send("/edit", form)
    assert lost.status_code == 409
    assert "may have been renamed" in lost.text
    double = {"file": "orders.yml", "text": form["text"].replace("refund:", "order_status:")}
    twice = await eve.send("/edit/add", double)
    assert twice.status_code == 409
    assert "order_status" in twice.text
    assert file.read_text("utf-8") == before
    assert (await eve.send("/edit/add", {"file": "orders.yml", "text": form["text"]})).status_code == 303
    assert file.read_text("utf-8").startswith(before)
    assert file.read_text("utf-8").endswith(f"\n\n{form['text']}")


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
async def test_a_file_of_another_encoding_is_not_shown_to_be_saved_with_holes(
    office: Office, eve: Person, encoding: str
) -> None:
    written = "oil:\n  description: Der Kunde möchte Öl.\n".encode(encoding)
    (office.intents / "oil.yml").write_bytes(written)
    shown = await eve.open("/edit", file="oil.yml")
    assert shown.status_code == 422
    assert "UTF-8" in shown.text
    assert "<textarea" not in shown.text
    await eve.open("/edit", file="orders.yml")
    saved = await eve.send("/edit", eve.editing(file="oil.yml", text="oil:\n  description: O.\n"))
    assert saved.status_code == 422
    assert (office.intents / "oil.yml").read_bytes() == written


async def test_a_file_that_is_too_large_is_told_to_be_so(office: Office, eve: Person) -> None:
    (office.intents / "big.yml").write_text("big:\n  description: x\n" + "# more\n" * 200_000)
    shown = await eve.open("/edit", file="big.yml")
    assert shown.status_code == 422
    assert "1 MiB" in shown.text


async def test_what_nobody_expected_is_no_traceback_and_no_words_in_the_log(
    office: Office, eve: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("the secret words of a user")

    monkeypatch.setattr(type(office.parts.record), "look", fail)
    with caplog.at_level(logging.INFO):
        response = await eve.open("/traffic")
    assert response.status_code == 500
    assert "secret words" not in response.text + caplog.text
    assert "RuntimeError" in caplog.text


async def test_forms_of_rubbish(eve: Person, tmp_path: Path) -> None:
    await eve.open("/edit", intent="refund")
    for path in (
        "/edit",
        "/edit/check",
        "/edit/try",
        "/inbox/assign",
        "/inbox/create",
        "/inbox/dismiss",
        "/models/use",
    ):
        for fields in (
            {},
            {"file": "orders.yml", "intent": "nope", "line": "9" * 50, "message": "x"},
            {"group": "x", "number": "x"},
        ):
            response = await eve.send(path, fields)
            assert response.status_code < 500, (path, fields)
