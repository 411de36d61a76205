from __future__ import annotations

from pathlib import Path

from tests.bot.checks.findings import found, report_on


def test_intents_with_nothing_to_do(tmp_path: Path) -> None:
    assert found(tmp_path, "a:\n  description: x\nb:\n  description: y\n  action: c\n") == [(1, "nothing-to-do")]


def test_a_bot_that_only_understands_is_told_so_once(tmp_path: Path) -> None:
    [problem] = report_on(tmp_path, "a:\n  description: x\nb:\n  description: y\nc:\n  description: z\n").problems
    assert "None of the 3 intents" in problem.message


def test_a_slot_that_nobody_fills(tmp_path: Path) -> None:
    text = """\
a:
  description: x
  slots: {known: {}}
  responses:
    - "{known} and {unknown}"
    - text: fine
      buttons: [{title: "{other}", payload: /a}]
utter_b:
  - "{third}, {not a slot}"
utter_of_an_action:
  - "{its_own}"
b:
  description: y
  action: utter_b
"""
    problems = report_on(tmp_path, text).problems
    assert [(problem.line, problem.rule) for problem in problems] == [(line, "unfilled-slot") for line in (5, 6, 9)]
    assert [name in problem.message for name, problem in zip(("unknown", "other", "third"), problems, strict=True)]
    assert "Did you mean `known`?" in problems[0].remedy


def test_what_is_nowhere_is_not_told_while_a_file_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "intents").mkdir()
    (tmp_path / "intents" / "half.yml").write_text("b:\n  description: 'half\n", encoding="utf-8")
    text = "a:\n  description: x\n  responses:\n    - text: '{b}'\n      buttons: [{title: B, payload: /b}]\n"
    report = report_on(tmp_path, text)
    assert [problem.rule for problem in report.problems] == ["syntax"]
    assert report.rested["dead-button"] == report.rested["unfilled-slot"] == "not all files could be read"


def test_buttons_that_lead_nowhere_or_lose_a_value(tmp_path: Path) -> None:
    text = """
a:
  description: x
  slots: {order_id: {}}
  responses:
    - text: b
      buttons:
        - {title: Good, payload: '/a{"order_id": "{order_id}"}'}
        - {title: Words, payload: where is it}
        - {title: None, payload: /none_of_these}
    - text: c
      buttons: [{title: Bad, payload: /gone}]
    - text: d
      buttons: [{title: Lost, payload: '/a{"orderid": "1"}'}]
"""
    bad, lost = report_on(tmp_path, text).problems
    assert (bad.line, bad.rule, bad.sentence) == (11, "dead-button", "Bad")
    assert "`/gone`, which names no intent" in bad.message
    assert (lost.line, lost.rule) == (13, "dead-button")
    assert "Did you mean `order_id`?" in lost.remedy


def test_a_pattern_that_any_message_matches(tmp_path: Path) -> None:
    slots = "  slots:\n    words: {pattern: '.+'}\n    code: {pattern: '[A-Z]-\\d{4}'}\n"
    [problem] = report_on(tmp_path, f"a:\n  description: x\n  responses: [b]\n{slots}").problems
    assert (problem.line, problem.rule) == (1, "greedy-pattern")
    assert "`words` matches ordinary words" in problem.message


def test_a_shared_pattern_is_told_about_once_where_it_is_written(tmp_path: Path) -> None:
    text = """\
slots:
  words: {pattern: '.+'}
a: {description: x, responses: [b], slots: [words]}
b: {description: y, responses: [b], slots: {words: {ask: Which?}}}
c: {description: z, responses: [b], slots: {words: {pattern: '\\w+'}}}
"""
    assert found(tmp_path, text) == [(2, "greedy-pattern"), (5, "greedy-pattern")]
    allowed = text.replace("  words:", "  # ripen: allow greedy-pattern\n  words:")
    assert found(tmp_path, allowed) == [(6, "greedy-pattern")]


def test_a_shared_slot_that_no_intent_takes(tmp_path: Path) -> None:
    text = "slots:\n  shop: {}\n  order_id: {}\na:\n  description: x\n  responses: [b]\n  slots: SLOTS\n"
    [problem] = report_on(tmp_path, text.replace("SLOTS", "{orderid: {}, shop: {}}")).problems
    assert (problem.line, problem.rule, problem.severity) == (3, "unused-slot", "warning")
    assert "Did you mean `orderid`?" in problem.remedy
    assert not found(tmp_path, text.replace("SLOTS", "{order_id: , shop: {ask: Which?}}"))


def test_an_intent_pinned_as_mature_without_examples(tmp_path: Path) -> None:
    text = "a:\n  description: x\n  stage: {}\n  responses: [b]\n  examples: [c{}]\n"
    assert found(tmp_path, text.format("mature", "")) == [(1, "early-stage")]
    assert not found(tmp_path, text.format("mature", ", d"))
    assert not found(tmp_path, text.format("new", ""))


def sized(*sizes: int) -> str:
    def written(name: str, size: int) -> str:
        examples = "".join(f"    - {name} number {at}\n" for at in range(size))
        head = f"{name}:\n  description: About {name}.\n  responses: [b]\n"
        return head + (f"  examples:\n{examples}" if size else "")

    return "".join(written(f"intent{index}", size) for index, size in enumerate(sizes))


def test_an_intent_with_many_times_more_examples_than_the_others(tmp_path: Path) -> None:
    [problem] = report_on(tmp_path, sized(8, 8, 80, 1)).problems
    assert (problem.rule, problem.line) == ("unbalanced", 25)
    assert "has 80 examples" in problem.message
    assert not found(tmp_path, sized(8, 30, 12, 1, 0))  # uneven, as real bots are; new intents do not count
    assert not found(tmp_path, sized(5, 80))


def test_what_the_loader_noticed_is_passed_on(tmp_path: Path) -> None:
    text = "a:\n  description: x\n  responses: [b]\n  examples: \n    - order #4\n"
    assert (5, "comment-in-text") in found(tmp_path, text)


def test_a_mark_for_a_slot_that_is_not_declared(tmp_path: Path) -> None:
    text = "a:\n  description: x\n  responses: [b]\n  slots: {city: {}}\n  examples: ['to [Rome](town)']\n"
    [problem] = report_on(tmp_path, text).problems
    assert (problem.severity, problem.rule, problem.sentence) == ("error", "unknown-slot", "to Rome")
