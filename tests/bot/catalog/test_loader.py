from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.catalog.catalog import Catalog, Source
from bot.catalog.loader import CatalogLoader, load_catalog, unknown_actions
from bot.errors import CatalogError, Problem
from bot.messages import Button, Entity
from bot.yaml_files import Document, parse_yaml

ORDERS = r"""
# orders
order_status:
  description: The customer asks where an order is.
  slots:
    order_id: {pattern: '[A-Z]-\d{4}', ask: Which order is it?}
    shop: {}
  examples:
    - where is my order
    - has [A-1042](order_id) shipped
    - from [the mall](shop:West Side)
  action: action_order_status
  stage: mature
hello:
  description: >
    The customer
    says hello.
  responses:
    - Hello {name}!
    - text: Hello.
      sentiment: negative
      buttons: [{title: Orders, payload: /order_status}]
    - custom: {a: [1, {b: null}]}
utter_sorry:
  - Sorry.
"""


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    return folder


def problems_of(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(CatalogError) as raised:
        load_catalog(folder)
    assert all(problem.severity == "error" for problem in raised.value.problems)
    return raised.value.problems


def test_everything_an_intent_can_say_is_read(tmp_path: Path) -> None:
    catalog = load_catalog(write(tmp_path, orders=ORDERS))
    file = tmp_path / "orders.yml"
    status, hello = catalog.intents["order_status"], catalog.intents["hello"]
    assert (status.source, status.action, status.stage) == (Source(file, 3), "action_order_status", "mature")
    assert status.examples[1].text == "has A-1042 shipped"
    assert status.examples[1].entities == (Entity("order_id", "A-1042", 4, 10),)
    assert status.examples[1].source == Source(file, 10)
    order_id, shop = status.slots
    assert order_id.pattern is not None
    assert order_id.pattern.search("a-1042")
    assert (order_id.ask, order_id.values) == ("Which order is it?", frozenset({"A-1042"}))
    assert (shop.ask, shop.values) == (None, frozenset({"the mall", "West Side"}))
    assert shop.synonyms == {"the mall": "West Side"}
    assert hello.description == "The customer says hello."
    plain, sorry, custom = hello.responses
    assert (plain.text, plain.source) == ("Hello {name}!", Source(file, 19))
    assert (sorry.sentiment, sorry.buttons) == ("negative", (Button("Orders", "/order_status"),))
    assert custom.custom == {"a": [1, {"b": None}]}
    assert [template.text for template in catalog.responses["utter_sorry"]] == ["Sorry."]


def test_files_are_read_in_the_order_of_their_paths(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    write(tmp_path, b="b: {description: x}", z="z: {description: x}")
    write(tmp_path / "sub", a="a: {description: x}")
    (tmp_path / "c.YAML").write_text("c: {description: x}")
    assert list(load_catalog(tmp_path).intents) == ["b", "c", "a", "z"]


@pytest.mark.parametrize(
    "name", [".b.yml.swp", ".#b.yml", "#b.yml#", "~$b.yml", ".b.yml", "b.yml~", "b.txt", ".git/b.yml"]
)
def test_what_editors_leave_behind_is_ignored(tmp_path: Path, name: str) -> None:
    write(tmp_path, a="a: {description: x}")
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("{{{{")
    assert list(load_catalog(tmp_path).intents) == ["a"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a:\n  descripton: x", 1, "`a.description` is missing"),
        ("a:\n  description: x\n  exmples: []", 3, "Did you mean `examples`?"),
        ("a:\n  description: ''", 2, "must not be empty"),
        ("a:\n  description: '  '", 2, "the description is empty"),
        ("a:\n  description: 42", 2, "must be text, not the number 42"),
        ("a:", 1, "nothing under it"),
        ("a: hello", 1, "must be a mapping"),
        ("- a", 1, "maps names to intents"),
        ("no spaces: {description: x}", 1, "no name of an intent"),
        ("1st: {description: x}", 1, "no name of an intent"),
        (f"{'a' * 81}: {{description: x}}", 1, "no name of an intent"),
        ("a:\n  description: x\n  examples: hello", 3, "must be a list, not text"),
        ("a:\n  description: x\n  examples:\n    - b\n    - 42", 5, "must be text, not the number 42"),
        ("a:\n  description: x\n  examples:\n    - it is: here", 4, "mapping: put the text in quotes"),
        ("a:\n  description: x\n  examples:\n    - b\n    -", 5, "must be text, not nothing. Write the text"),
        ("a:\n  description: x\n  examples: ['" + "b" * 1001 + "']", 3, "at most 1,000"),
        ("a:\n  description: x\n  examples: [" + "b, " * 1001 + "]", 3, "at most 1,000"),
        ("a:\n  description: x\n  examples:\n    - has [A](order) come", 4, "slots:  order: {}"),
        ("a:\n  description: x\n  slots: {order_id: {}}\n  examples: ['[A](orderid)']", 4, "Did you mean `order_id`?"),
        ("a:\n  description: x\n  examples:\n    - 'has [A]() come'", 4, "no name of a slot"),
        ("a:\n  description: x\n  slots:\n    o: {pattern: '('}", 4, "not a regular expression"),
        ("a:\n  description: x\n  slots:\n    o: {pattern: '(a+)+b'}", 4, "could take minutes"),
        ("a:\n  description: x\n  slots:\n    my slot: {}", 4, "no name of a slot"),
        ("a:\n  description: x\n  slots:\n    o: {ask: Hello, what is it?}", 4, "comma inside { }"),
        ("a:\n  description: x\n  slots:\n    o: {help: Look it up}", 4, "there is no `ask`"),
        ("a:\n  description: x\n  slots:\n    o: {ask: Which?, help: ''}", 4, "must not be empty"),
        ("a:\n  description: x\n  slots:\n    o: {ask: Which?, any_text: true}", 4, "with `pattern` and `ask`"),
        ("a:\n  description: x\n  slots:\n    o: {pattern: x, any_text: true}", 4, "with `pattern` and `ask`"),
        ("a:\n  description: x\n  choice: true", 3, "`a.choice`: this is nothing that a button can say"),
        ("a:\n  description: x\n  choice: ' '", 3, "up to 200 characters of text, or false"),
        ("a:\n  description: x\n  choice: " + "b" * 201, 3, "up to 200 characters"),
        ("a:\n  description: x\n  stage: old", 3, "must be one of new, mature, not `old`"),
        ("a:\n  description: x\n  action: has a space", 3, "does not have the right form"),
        ("a:\n  description: x\n  responses:\n    - {buttons: []}", 4, "says nothing"),
        ("a:\n  description: x\n  responses:\n    - text: b\n      buttons: [{title: c}]", 5, "payload` is missing"),
        ("a:\n  description: x\n  responses:\n    - text: b\n      sentiment: sad", 5, "negative, neutral, positive"),
        ("a:\n  description: x\n  responses:\n    - Sure: here it is", 4, "put the text in quotes"),
        ("a:\n  description: x\n  examples: |\n    - b\n    - c", 3, "Take away the |"),
        ("a:\n  description: x\n  slots:\n    order_id:", 4, "write `slots: {order_id: {}}`"),
        ("a:\n  description: x\n  slots:\n    o: {pattern: 'x*'}", 4, "the empty text. Make it"),
        ("version: '3.1'\nnlu:\n  - intent: greet", 1, "a file of Rasa's"),
        ("utter_a: hello", 1, "must be a list, not text"),
        ("utter_a: []", 1, "must not be empty"),
        ("utter_a:\n  - txt: hello", 2, "Did you mean `text`?"),
    ],
)  # fmt: skip
def test_errors_name_line_key_and_remedy(tmp_path: Path, text: str, line: int, words: str) -> None:
    problems = problems_of(write(tmp_path, broken=text))
    said = [problem for problem in problems if words in str(problem)]
    assert [(problem.file, problem.line) for problem in said] == [(tmp_path / "broken.yml", line)], problems


def test_all_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    write(tmp_path, a="a: {description: ''}\nb: {descripton: x}", c="c: [", d="d: {description: x, stage: 3}\n")
    assert {problem.file.name for problem in problems_of(tmp_path)} == {"a.yml", "c.yml", "d.yml"}
    assert len(problems_of(tmp_path)) == 5  # b lacks a key and has a wrong one


def test_a_name_in_two_files_names_both_places(tmp_path: Path) -> None:
    write(tmp_path, a="x: {description: x}\nutter_x: [x]", b="\nutter_x: [y]\nx: {description: y}")
    intent, response = sorted(problems_of(tmp_path), key=lambda problem: -problem.line)
    assert (intent.line, f"{tmp_path / 'a.yml'}:1" in intent.message) == (3, True)
    assert (response.line, f"{tmp_path / 'a.yml'}:2" in response.message) == (2, True)


def test_too_many_intents_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, a="".join(f"i{number}: {{description: x}}\n" for number in range(2001)))
    [problem] = problems_of(tmp_path)
    assert (problem.line, "at most 2,000" in problem.message) == (2001, True)


def test_an_empty_or_missing_folder_says_what_to_write(tmp_path: Path) -> None:
    [empty] = problems_of(tmp_path)
    assert "description:" in empty.remedy
    write(tmp_path, a="# nothing yet\n", b="utter_x: [hello]")
    [still_empty] = problems_of(tmp_path)
    assert "no intent" in still_empty.message
    [missing] = problems_of(tmp_path / "nowhere")
    assert "no such folder" in missing.message


def test_links_to_folders_are_refused(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "intents", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    write(folder, a="a: {description: x}")
    (folder / "link").symlink_to(elsewhere)
    [problem] = problems_of(folder)
    assert "link" in problem.message


def test_files_without_permission_are_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, a="a: {description: x}")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # root, who often runs tests, may read anything
    [problem] = problems_of(tmp_path)
    assert "Permission denied" in problem.message


def test_only_what_changed_is_parsed_again(tmp_path: Path) -> None:
    parsed: list[str] = []

    def parse(file: Path, content: bytes) -> Document:
        parsed.append(file.name)
        return parse_yaml(file, content)

    loader = CatalogLoader(write(tmp_path, a="a: {description: x}", b="b: {description: x}"), parse)
    first = loader.load()
    assert loader.load() == first
    times = (tmp_path / "a.yml").stat().st_mtime_ns
    write(tmp_path, a="a: {description: y}")
    os.utime(tmp_path / "a.yml", ns=(times, times))  # the same size and time: only the bytes tell
    assert loader.load().intents["a"].description == "y"
    (tmp_path / "b.yml").unlink()
    assert list(loader.load().intents) == ["a"]
    assert parsed == ["a.yml", "b.yml", "a.yml"]


def test_a_draft_is_parsed_once_and_so_is_what_is_saved(tmp_path: Path) -> None:
    parsed: list[str] = []

    def parse(file: Path, content: bytes) -> Document:
        parsed.append(content.decode().splitlines()[0])
        return parse_yaml(file, content)

    for name in "ab":
        (tmp_path / f"{name}.yml").write_text(f"{name}:\n  description: Saved.\n", encoding="utf-8")
    loader = CatalogLoader(tmp_path, parse)
    drafts = {tmp_path / "a.yml": b"draft:\n  description: Typed.\n"}
    for _ in range(2):
        assert list(loader.survey(drafts)[0].intents) == ["draft", "b"]
        assert list(loader.survey()[0].intents) == ["a", "b"]
    assert parsed == ["draft:", "b:", "a:"]
    drafts = {tmp_path / "b.yml": b"other:\n  description: Typed.\n"}
    assert list(loader.survey(drafts)[0].intents) == ["a", "other"]
    assert parsed == ["draft:", "b:", "a:", "other:"]


def test_a_broken_edit_is_forgotten_once_mended(tmp_path: Path) -> None:
    loader = CatalogLoader(write(tmp_path, a="a: {description: x}"))
    good = loader.load()
    write(tmp_path, a="a: {")
    with pytest.raises(CatalogError):
        loader.load()
    write(tmp_path, a="a: {description: x}")
    assert loader.load() == good


def test_warnings_are_kept_in_the_catalog(tmp_path: Path) -> None:
    catalog = load_catalog(write(tmp_path, a="a:\n  description: x\n  examples:\n    - order #42"))
    [warning] = catalog.warnings
    assert (warning.severity, warning.line) == ("warning", 4)


def test_actions_that_nobody_registered(tmp_path: Path) -> None:
    catalog = load_catalog(
        write(
            tmp_path,
            a="a: {description: x, action: action_opn}\nb: {description: x, action: utter_hi}\n"
            "c: {description: x, action: utter_gone}\nd: {description: x, action: action_open}\nutter_hi: [hi]\n",
        )
    )
    wrong, gone = unknown_actions(catalog, {"action_open"})
    assert (wrong.line, "Did you mean `action_open`?" in wrong.remedy) == (1, True)
    assert (gone.line, "utter_gone:" in gone.remedy) == (3, True)
    assert unknown_actions(Catalog({}), ()) == ()


def test_a_choice_is_a_title_or_none_at_all(tmp_path: Path) -> None:
    write(tmp_path, a="a: {description: x, choice: ' Do it '}", b="b: {description: x, choice: false}")
    write(tmp_path, c="c: {description: x}")
    read = load_catalog(tmp_path).intents
    assert [(read[name].choice, read[name].is_wish) for name in "abc"] == [("Do it", True), (None, False), (None, True)]


def test_a_slot_is_kept_unless_it_says_otherwise(tmp_path: Path) -> None:
    write(tmp_path, a="a:\n  description: x\n  slots:\n    o: {ask: Which?, keep: false}\n    p: {ask: Where?}")
    assert [slot.keep for slot in load_catalog(tmp_path).intents["a"].slots] == [False, True]


def test_a_slot_may_take_any_text_beside_its_pattern(tmp_path: Path) -> None:
    write(tmp_path, a="a:\n  description: x\n  slots:\n    o: {pattern: \\d+, ask: Which?, any_text: true}")
    (slot,) = load_catalog(tmp_path).intents["a"].slots
    assert (slot.any_text, slot.pattern is not None) == (True, True)
