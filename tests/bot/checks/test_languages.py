from __future__ import annotations

from pathlib import Path

import pytest

from bot.checks import languages
from bot.checks.check import Subject, check_bot
from bot.checks.languages import language_of
from bot.checks.memory import Memory
from bot.config import Settings
from tests.bot.checks.findings import report_on

FOREIGN = {
    "de": "ich möchte mein Abo kündigen",
    "fr": "je voudrais parler à un conseiller",
    "es": "quiero cancelar mi pedido",
    "it": "ho dimenticato la password",
    "nl": "ik wil mijn bestelling annuleren",
    "pl": "chcę anulować zamówienie",
    "ru": "где мой заказ",
    "ja": "注文はどこですか",
}


@pytest.mark.parametrize("language", FOREIGN)
def test_a_sentence_in_another_language_is_known(language: str) -> None:
    assert language_of(FOREIGN[language], "en") == language
    assert language_of(FOREIGN[language], language) in (language, "")


@pytest.mark.parametrize(
    "text",
    [
        "ok",
        "hola",
        "refund pls",
        "wheres my moeny",
        "retrun an item",
        "A-1042 B-2077 C-3005",
        "do you ship to São Paulo",
    ],
)
def test_short_and_odd_sentences_are_left_alone(text: str) -> None:
    assert language_of(text, "en") in ("", "en")


BOT = """\
a:
  description: The customer wants this.
  responses: [Here it is.]
  examples:
    - where is my order
    - wo ist denn meine bestellung
    - ich möchte meine Bestellung bezahlen
    - je voudrais parler à un conseiller
"""


def test_each_language_is_told_once_an_intent(tmp_path: Path) -> None:
    german, french = report_on(tmp_path, BOT).problems
    assert (german.rule, german.line, french.line) == ("other-language", 6, 8)
    assert "reads as German" in german.message
    assert "(1 more like it.)" in german.message
    assert {problem.line for problem in report_on(tmp_path, BOT, language="de-AT").problems} == {5, 8}
    assert not report_on(tmp_path, BOT, language="eo").problems  # not told from others, so nothing is claimed


def test_a_sentence_of_words_that_are_known_is_not_asked_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def noted(text: str, own: str) -> str:
        asked.append(text)
        return language_of(text, own)

    monkeypatch.setattr(languages, "language_of", noted)
    known = ["where is my red parcel", "where is my parcel today", "is it red where you are today", "where is it today"]
    german = ["ich möchte heute mein Paket", "mein Paket möchte ich heute", "heute möchte ich mein Paket"]
    examples = "".join(f"    - {text}\n" for text in (*known, "where is red today", "is it red today", *german))
    (problem,) = report_on(
        tmp_path, f"a:\n  description: Wants it.\n  responses: [ok]\n  examples:\n{examples}"
    ).problems
    assert "(2 more like it.)" in problem.message
    assert asked == [*known, *german, "ok"]


def test_verdicts_are_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "intents").mkdir()
    (tmp_path / "intents" / "a.yml").write_text(BOT, encoding="utf-8")
    (tmp_path / "config.yml").touch()
    subject = Subject(Settings(intents=tmp_path / "intents"), tmp_path / "config.yml", memory=Memory(tmp_path / "m.db"))
    first = check_bot(subject)
    monkeypatch.setattr(languages, "_identifier", lambda: pytest.fail("asked again"))
    assert check_bot(subject) == first
