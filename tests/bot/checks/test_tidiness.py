from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.checks.check import Subject, check_bot
from bot.checks.fixes import fix_files
from bot.checks.tidiness import SCHEMAS
from bot.config import Settings
from bot.errors import Problem
from tests.bot.checks.findings import found, report_on

LINE = "# yaml-language-server: $schema={}\n"
BOT = """\
# Greetings.   \u0020
a:
  description: x
  responses:
    - |
      Text keeps   \u0020
      its spaces.

    - hello   # a comment\u0020\u0020
  examples:   \u0020
    - hello there
    # said twice
    - good day
    - Hello there!
    - hello there    # for a reason
    - "hello there"
"""


def mend(folder: Path, text: str) -> tuple[str, tuple[str, ...]]:
    report = report_on(folder, text)
    told = fix_files(report.problems, folder / "config.yml").told
    return (folder / "intents" / "a.yml").read_text(encoding="utf-8"), told


def test_spaces_at_line_ends_are_told_once_a_file(tmp_path: Path) -> None:
    [problem] = [one for one in report_on(tmp_path, BOT).problems if one.rule == "trailing-space"]
    assert problem.line == 1
    assert "(2 more like it.)" in problem.message


def test_fix_removes_spaces_and_repeated_examples_and_nothing_else(tmp_path: Path) -> None:
    after, told = mend(tmp_path, BOT)
    expected = (
        BOT.replace("Greetings.    ", "Greetings.")
        .replace("comment  ", "comment")
        .replace("examples:    ", "examples:")
    )
    expected = expected.replace("    - Hello there!\n", "").replace('    - "hello there"\n', "")
    assert after == expected
    assert "2 repeated examples removed" in told[0]
    assert "3 lines" in told[1]
    assert found(tmp_path, after) == [(14, "duplicate-example")]  # its comment would be lost


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_line_breaks_and_a_byte_order_mark_stay(tmp_path: Path, newline: str) -> None:
    report_on(tmp_path, BOT)
    file = tmp_path / "intents" / "a.yml"
    before = b"\xef\xbb\xbf" + BOT.replace("\n", newline).encode()
    file.write_bytes(before)
    mend_here = fix_files(report_problems(tmp_path), tmp_path / "config.yml")
    assert mend_here.files == (file,)
    after = file.read_bytes()
    assert after.startswith(b"\xef\xbb\xbf# Greetings." + newline.encode())
    assert after.count(newline.encode()) == before.count(newline.encode()) - 2


def report_problems(folder: Path) -> tuple[Problem, ...]:

    return check_bot(Subject(Settings(intents=folder / "intents"), folder / "config.yml")).problems


def test_a_file_with_an_error_is_left_alone(tmp_path: Path) -> None:
    broken = BOT + "b: {description: y, sorts: 1}\n"
    assert mend(tmp_path, broken) == (broken, ())


def test_a_read_only_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("bot.catalog.rows.NamedTemporaryFile", refuse)
    after, told = mend(tmp_path, BOT)
    assert after == BOT
    assert all("not mended" in line and "Read-only file system" in line for line in told)


def test_a_schema_line_that_leads_nowhere_is_led_to_a_new_copy(tmp_path: Path) -> None:
    text = LINE.format("../old/intents.schema.json") + "a:\n  description: x\n  responses: [b]\n"
    assert found(tmp_path, text) == [(1, "outdated-schema")]
    after, _ = mend(tmp_path, text)
    assert after.startswith(LINE.format("../.ripen/intents.schema.json") + "a:")
    assert (tmp_path / ".ripen" / "intents.schema.json").read_bytes() == (SCHEMAS / "intents.schema.json").read_bytes()
    assert found(tmp_path, after) == []


def test_a_copy_of_another_version_is_renewed(tmp_path: Path) -> None:
    shutil.copytree(SCHEMAS, tmp_path / ".ripen")
    copy = tmp_path / ".ripen" / "intents.schema.json"
    text = LINE.format("../.ripen/intents.schema.json") + "a:\n  description: x\n  responses: [b]\n"
    assert found(tmp_path, text) == []
    copy.write_text('{"title": "of another version"}', encoding="utf-8")
    assert found(tmp_path, text) == [(1, "outdated-schema")]
    assert mend(tmp_path, text)[0] == text
    assert found(tmp_path, text) == []


def test_conversation_tests_have_a_schema_of_their_own(tmp_path: Path) -> None:
    report_on(tmp_path, "a:\n  description: x\n  responses: [b]\n")
    file = tmp_path / "tests" / "conversations" / "first.yml"
    file.parent.mkdir(parents=True)
    file.write_text(LINE.format("../../.ripen/conversations.schema.json") + "conversations: {}\n", encoding="utf-8")
    [problem] = report_problems(tmp_path)
    assert (problem.rule, problem.file, problem.line) == ("outdated-schema", file, 1)
    fix_files([problem], tmp_path / "config.yml")
    name = "conversations.schema.json"
    assert (tmp_path / ".ripen" / name).read_bytes() == (SCHEMAS / name).read_bytes()
    assert report_problems(tmp_path) == ()


def test_a_schema_elsewhere_is_not_written_to(tmp_path: Path) -> None:
    other = tmp_path / "mine.json"
    other.write_text("{}", encoding="utf-8")
    text = LINE.format("../mine.json") + "a:\n  description: x\n  responses: [b]\n"
    assert found(tmp_path, text) == [(1, "outdated-schema")]
    mend(tmp_path, text)
    assert other.read_text(encoding="utf-8") == "{}"


def test_a_schema_on_the_web_is_not_asked_for(tmp_path: Path) -> None:
    text = LINE.format("https://example.com/intents.json") + "a:\n  description: x\n  responses: [b]\n"
    assert found(tmp_path, text) == []
