from __future__ import annotations

from pathlib import Path

from tests.bot.checks.findings import found, report_on

BOTH = """\
one:
  description: first thing
  responses: [Yes.]
  examples:
    - hello there
    - good day
two:
  description: second thing
  responses: [No.]
  examples:
    - hi there
    - nice day
"""


def test_a_sound_bot_has_no_findings(tmp_path: Path) -> None:
    assert found(tmp_path, BOTH) == []


def test_the_same_sentence_twice(tmp_path: Path) -> None:
    text = BOTH.replace("good day", "Hello  THERE!").replace("hi there", "hello there")
    within, across = report_on(tmp_path, text).problems
    assert (within.line, within.rule, within.sentence) == (6, "duplicate-example", "Hello THERE!")
    assert (across.line, across.rule) == (11, "conflicting-example")
    assert f"also an example of `one`, at {tmp_path / 'intents' / 'a.yml'}:5" in across.message
