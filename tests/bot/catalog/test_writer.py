from __future__ import annotations

import errno
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.catalog.loader import load_catalog
from bot.catalog.writer import add_examples, add_intent, restore, version_of
from bot.errors import CatalogError, ReviewConflict

WRITTEN = """\
# What customers ask most
order_status:   # the first
   description:   "Where is it?"   # why
   slots: {order_id: {}}
   examples:
   - where is my order   # short
   - 'has it shipped'

   # below the examples
   action: action_x


hello:
    description: The user says hello.
block:
  examples:
    - |
      two
      lines

  description: x

# the end"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "intents.yml"
    file.write_text(WRITTEN)
    return file


def add_example(file: Path, intent: str, text: str) -> None:
    add_examples(file, intent, (text,))


def added(file: Path) -> list[str]:
    """The new lines; all old ones must still be there, in their order."""
    old, new = WRITTEN.splitlines(), file.read_text().splitlines()
    rest = iter(new)
    assert all(line in rest for line in old)
    return [line for line in new if line not in old]


@pytest.mark.parametrize(
    ("intent", "lines"),
    [
        ("order_status", ["   - any news"]),
        ("hello", ["    examples:", "      - any news"]),
        ("block", ["    - any news"]),
    ],
)
def test_an_example_is_one_line_more(file: Path, intent: str, lines: list[str]) -> None:
    add_example(file, intent, "  any   news ")
    assert added(file) == lines
    assert load_catalog(file.parent).intents[intent].examples[-1].text == "any news"


def test_the_line_stands_below_the_last_example(file: Path) -> None:
    add_example(file, "order_status", "any news")
    lines = file.read_text().splitlines()
    assert lines[lines.index("   - any news") - 1] == "   - 'has it shipped'"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("don't", "- don't"),
        ("[A-1042](order_id)?", '- "[A-1042](order_id)?"'),
        ("it is: here", '- "it is: here"'),
        ("order #42", '- "order #42"'),
        ("42", '- "42"'),
        ("null", '- "null"'),
        ("- dash", '- "- dash"'),
        ("\"a\": 'b'", "- '\"a\": ''b'''"),
        ("back\\slash: x", "- 'back\\slash: x'"),
    ],
)
def test_quotes_come_only_where_they_are_needed(file: Path, text: str, written: str) -> None:
    add_example(file, "order_status", text)
    assert added(file) == [f"   {written}"]


@given(st.text(min_size=1, max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_text_is_read_back_as_it_was_or_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "wild.yml"
    file.write_bytes(b"a:\n  description: x\n  examples:\n    - first\n")
    before = file.read_bytes()
    try:
        add_example(file, "a", text)
    except CatalogError:
        assert file.read_bytes() == before
        return
    examples = [example.text for example in load_catalog(tmp_path).intents["a"].examples]
    assert (
        examples in (["first", " ".join(text.split())], ["first"] if text.strip() == "first" else None) or "[" in text
    )


def test_an_example_is_not_added_twice(file: Path) -> None:
    add_example(file, "order_status", "where is  my order")
    assert file.read_text() == WRITTEN


@pytest.mark.parametrize("text", ["", "   ", "x" * 1001, "has [A](nothing) come", "\0", "\ud800"])
def test_an_example_that_would_not_load_is_refused(file: Path, text: str) -> None:
    with pytest.raises(CatalogError):
        add_example(file, "order_status", text)
    assert file.read_text() == WRITTEN


def test_what_stands_on_one_line_is_left_to_its_author(tmp_path: Path) -> None:
    file = tmp_path / "a.yml"
    for text in ("a: {description: x}", "a:\n  description: x\n  examples: [b]"):
        file.write_text(text)
        with pytest.raises(CatalogError, match="one line"):
            add_example(file, "a", "c")


def test_an_aliased_list_is_not_changed_for_others(tmp_path: Path) -> None:
    file = tmp_path / "a.yml"
    text = "a:\n  description: x\n  examples: &same\n    - b\nc:\n  description: y\n  examples: *same\n"
    file.write_text(text)
    with pytest.raises(CatalogError, match="something else"):
        add_example(file, "c", "d")
    assert file.read_text() == text


def test_unknown_intents_and_broken_files_are_refused(file: Path) -> None:
    with pytest.raises(CatalogError, match="no intent `gone`"):
        add_example(file, "gone", "hello")
    file.write_text("a: [")
    with pytest.raises(CatalogError, match=":1: error"):
        add_example(file, "a", "hello")
    with pytest.raises(CatalogError, match="No such file"):
        add_example(file.with_name("gone.yml"), "a", "hello")


def test_an_intent_goes_to_the_end(file: Path) -> None:
    add_intent(file, "refund", "The customer: wants money back.")
    assert file.read_text() == WRITTEN + '\n\nrefund:\n  description: "The customer: wants money back."\n'


def test_an_intent_makes_its_file(tmp_path: Path) -> None:
    file = tmp_path / "sub" / "new.yml"
    add_intent(file, "refund", "The customer wants money back.")
    assert file.read_text() == "refund:\n  description: The customer wants money back.\n"
    assert load_catalog(tmp_path).intents["refund"].source.line == 1


@pytest.mark.parametrize(("name", "description"), [("hello", "x"), ("two words", "x"), ("a", ""), ("a: b\nc", "x")])
def test_an_intent_that_would_not_load_is_refused(file: Path, name: str, description: str) -> None:
    with pytest.raises(CatalogError):
        add_intent(file, name, description)
    assert file.read_text() == WRITTEN


def test_line_breaks_marks_and_permissions_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "a.yml"
    file.write_bytes(b"\xef\xbb\xbfa:\r\n  description: x\r\n  examples:\r\n    - b")
    file.chmod(0o640)
    add_example(file, "a", "c")
    assert file.read_bytes() == b"\xef\xbb\xbfa:\r\n  description: x\r\n  examples:\r\n    - b\r\n    - c\r\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["a.yml"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / ".real.yml", tmp_path / "a.yml"
    real.write_text("a: {description: x}\n")
    link.symlink_to(real)
    add_intent(link, "b", "y")
    assert link.is_symlink()
    assert "b:" in real.read_text()


def test_a_full_disk_leaves_the_file_as_it_was(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(CatalogError, match="No space left"):
        add_example(file, "hello", "hi")
    assert file.read_text() == WRITTEN
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_several_examples_are_one_change(file: Path) -> None:
    written = add_examples(file, "hello", ["any news", "Any  news?", "any news"], version_of(file))
    assert added(file) == ["    examples:", "      - any news", "      - Any news?"]
    assert (written.added, written.version) == (2, version_of(file))


def test_a_file_of_another_version_is_left_alone(file: Path) -> None:
    with pytest.raises(ReviewConflict, match="changed meanwhile"):
        add_examples(file, "hello", ["x"], "0")
    with pytest.raises(ReviewConflict, match="changed meanwhile"):
        add_intent(file, "x", "y", version="0")
    with pytest.raises(ReviewConflict, match="changed meanwhile"):
        add_intent(file.with_name("gone.yml"), "x", "y", version="0")
    assert file.read_text() == WRITTEN


def test_an_intent_comes_with_its_examples_and_goes_again(file: Path) -> None:
    new = file.with_name("new.yml")
    for target in (file, new):
        written = add_intent(target, "gift", "The customer asks: is there a gift?", ["a: gift", "# gift"])
        assert [each.text for each in load_catalog(file.parent).intents["gift"].examples] == ["a: gift", "# gift"]
        restore(written)
    assert file.read_text() == WRITTEN
    assert not new.exists()
    with pytest.raises(ReviewConflict):
        restore(written)


def test_a_file_that_shares_slots_is_added_to(tmp_path: Path) -> None:
    file = tmp_path / "slots.yml"
    shared = "# of all\nslots:\n  order_id:   # a letter and digits\n    ask: Which?\n"
    file.write_text(shared)
    add_intent(file, "hello", "The user says hello.", ["hi"])
    assert file.read_text().startswith(shared)
    file.write_text(file.read_text() + "  slots:\n    - order_id\n")
    add_example(file, "hello", "hi, it is [A-1](order_id)")
    assert load_catalog(tmp_path).intents["hello"].slots[0].values == {"A-1"}
    for name in ("slots", "hello"):
        with pytest.raises(CatalogError):
            add_intent(file, name, "The user asks for slots.")
    with pytest.raises(CatalogError, match="No intent can be called `slots`"):
        add_intent(tmp_path / "new.yml", "slots", "The user asks for slots.")
    assert not (tmp_path / "new.yml").exists()
