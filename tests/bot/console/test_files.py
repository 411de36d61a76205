"""History by git, and what drafts leave behind."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from bot.console.files import Files
from bot.console.memory import DraftEncoder, LateEncoder
from bot.detectors.recent import RecentEncoder
from tests.bot.console.conftest import Office, Person
from tests.standins.encoder import WordEncoder

git = pytest.mark.skipif(shutil.which("git") is None, reason="no git")


def commit(office: Office, *arguments: str) -> None:
    ours = ["-c", "user.name=Eve <b>", "-c", "user.email=eve@shop.example", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(office.folder), *ours, *arguments], check=True, capture_output=True)


@git
async def test_the_history_of_a_file(office: Office, eve: Person) -> None:
    commit(office, "init", "-q")
    commit(office, "add", ".")
    commit(office, "commit", "-qm", "Start <b>here</b>")
    page = (await eve.open("/edit", file="orders.yml")).text
    assert "Start &lt;b&gt;here&lt;/b&gt;" in page
    [first] = await office.parts.files.history(office.intents / "orders.yml") or ()
    patch = (await eve.open("/history", file="orders.yml", commit=first.id)).text
    assert "+order_status:" in patch
    for other in ("HEAD", "--output=x", "0" * 40):
        assert (await eve.open("/history", file="orders.yml", commit=other)).status_code == 404


async def test_without_git_there_is_no_history(office: Office, eve: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert await Files(office.intents).history(office.intents / "orders.yml") is None
    assert "History of" not in (await eve.open("/edit", intent="refund")).text


def test_what_is_typed_goes_to_no_cache_on_disk() -> None:
    saved, fresh = WordEncoder(), WordEncoder()
    encoder = RecentEncoder(DraftEncoder(saved, fresh, lambda: {"saved"}), 100)
    rows = encoder.encode(["saved", "typed", "saved"])
    assert (saved.calls, fresh.calls) == ([["saved"]], [["typed"]])
    assert (rows == WordEncoder().encode(["saved", "typed", "saved"])).all()
    encoder.encode(["typed", "saved"])
    assert len(saved.calls) == len(fresh.calls) == 1
    assert encoder.encode([]).shape == (0, 64)


def test_a_late_encoder_is_made_once() -> None:
    made: list[WordEncoder] = []

    def make() -> WordEncoder:
        made.append(WordEncoder())
        return made[-1]

    late = LateEncoder(make)
    assert made == []
    late.encode(["a"])
    assert late.widths == WordEncoder.widths
    assert late.fingerprint == "words"
    assert len(late.encode_fully(["b"])) == len(made) == 1
