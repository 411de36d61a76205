from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.catalog import moves
from bot.catalog.annotations import unmark
from bot.catalog.catalog import Intent
from bot.catalog.loader import load_catalog
from bot.catalog.moves import Standing, move_example, remove_example
from bot.catalog.writer import restore_all
from bot.errors import CatalogError, ReviewConflict

ORDERS = """\
# orders
status:
  description: Where is it?
  slots: {id: {pattern: '[A-Z]-\\d+'}}
  examples:
    - where is my order   # short
    # both of last week
    - has [A-1](id) come
    - >
      where did
      it go

    - 'where is it'
    - where is it
cancel:
  description: Stop it.
  examples:
  - stop
"""
HELP = "help:\n  description: Help is wanted.\none_line: {description: On one line., examples: [a b c, d e f]}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "orders.yml").write_text(ORDERS)
    (tmp_path / "help.yml").write_text(HELP)
    return tmp_path


def intent(folder: Path, name: str) -> Intent:
    return load_catalog(folder).intents[name]


def move(folder: Path, text: str, source: str, to: str, line: int = 0) -> None:
    move_example(folder, Standing(intent(folder, source).source.file, source, text, line), intent(folder, to))


def texts(folder: Path, name: str) -> list[str]:
    return [example.text for example in intent(folder, name).examples]


def test_within_a_file_its_comment_goes_with_it(folder: Path) -> None:
    move(folder, "where is my order", "status", "cancel")
    row = "    - where is my order   # short\n"
    assert (folder / "orders.yml").read_text() == ORDERS.replace(row, "") + row.replace("    -", "  -", 1)


def test_marks_go_that_mean_nothing_there(folder: Path) -> None:
    move(folder, "has A-1 come", "status", "help")
    assert (
        (folder / "help.yml")
        .read_text()
        .startswith("help:\n  description: Help is wanted.\n  examples:\n    - has A-1 come\none_line:")
    )
    assert "# both of last week" in (folder / "orders.yml").read_text()
    with_slot = "tracked:\n  description: It is tracked.\n  slots: {id: {}}\n"
    (folder / "more.yml").write_text(with_slot)
    (folder / "orders.yml").write_text(ORDERS)
    move(folder, "has A-1 come", "status", "tracked")
    assert (folder / "more.yml").read_text() == f"{with_slot}  examples:\n    - has [A-1](id) come\n"


def test_text_of_several_lines(folder: Path) -> None:
    move(folder, "where did it go", "status", "cancel")
    assert texts(folder, "cancel") == ["stop", "where did it go"]
    assert ORDERS.replace("    - >\n      where did\n      it go\n", "") in (folder / "orders.yml").read_text()


def test_of_two_that_read_the_same_the_one_that_was_seen(folder: Path) -> None:
    line = ORDERS.splitlines().index("    - where is it") + 1
    move(folder, "where is it", "status", "cancel", line)
    assert "    - 'where is it'\ncancel:" in (folder / "orders.yml").read_text()


def test_the_last_one_takes_its_key_along(folder: Path) -> None:
    move(folder, "stop", "cancel", "help")
    assert (folder / "orders.yml").read_text().endswith("cancel:\n  description: Stop it.\n")
    assert texts(folder, "help") == ["stop"]


def test_what_is_there_already_is_not_there_twice(folder: Path) -> None:
    (folder / "help.yml").write_text("help:\n  description: Help is wanted.\n  examples: [stop]\n")
    move(folder, "stop", "cancel", "help")
    assert texts(folder, "help") == ["stop"]
    assert texts(folder, "cancel") == []


def test_windows_line_ends_and_a_byte_order_mark_stay(folder: Path) -> None:
    content = b"\xef\xbb\xbf" + ORDERS.replace("\n", "\r\n").encode()
    (folder / "orders.yml").write_bytes(content)
    move(folder, "stop", "cancel", "status")
    assert (folder / "orders.yml").read_bytes() == content.replace(b"  examples:\r\n  - stop\r\n", b"").replace(
        b"    - where is it\r\n", b"    - where is it\r\n    - stop\r\n"
    )


def test_all_of_it_is_undone_or_nothing(folder: Path) -> None:
    done = move_example(folder, Standing(folder / "orders.yml", "cancel", "stop"), intent(folder, "help"))
    after = (folder / "orders.yml").read_text()
    (folder / "help.yml").write_text((folder / "help.yml").read_text() + "# mine\n")
    with pytest.raises(ReviewConflict):
        restore_all(done)
    assert (folder / "orders.yml").read_text() == after
    (folder / "help.yml").write_text((folder / "help.yml").read_text().removesuffix("# mine\n"))
    restore_all(done)
    assert ((folder / "orders.yml").read_text(), (folder / "help.yml").read_text()) == (ORDERS, HELP)


def test_when_the_old_place_cannot_be_written_it_is_in_neither_twice(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise ReviewConflict("changed meanwhile")

    monkeypatch.setattr(moves, "remove_example", refuse)
    with pytest.raises(ReviewConflict):
        move(folder, "stop", "cancel", "help")
    assert ((folder / "orders.yml").read_text(), (folder / "help.yml").read_text()) == (ORDERS, HELP)


@pytest.mark.parametrize(
    ("text", "source", "to", "error"),
    [
        ("never written", "status", "cancel", ReviewConflict),
        ("a b c", "one_line", "cancel", CatalogError),
        ("stop", "cancel", "one_line", CatalogError),
    ],
)
def test_what_cannot_be_moved_changes_nothing(
    folder: Path, text: str, source: str, to: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        move(folder, text, source, to)
    assert ((folder / "orders.yml").read_text(), (folder / "help.yml").read_text()) == (ORDERS, HELP)


def test_an_anchor_that_others_need_stays(folder: Path) -> None:
    written = (
        "a:\n  description: &same One.\n  examples:\n    - &x hello you\nb:\n  description: Two.\n  examples: [*x]\n"
    )
    (folder / "help.yml").write_text(written)
    with pytest.raises(CatalogError):
        remove_example(folder, Standing(folder / "help.yml", "a", "hello you"))
    assert (folder / "help.yml").read_text() == written


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=5, unique=True), st.data())
def test_there_and_back_is_the_same_to_the_bot(tmp_path: Path, written: list[str], data: st.DataObject) -> None:
    from bot.catalog.writer import write_entry

    file = tmp_path / "a.yml"
    file.write_bytes((write_entry("a", "One.", written) + write_entry("b", "Two.")).encode("utf-8", "surrogatepass"))
    try:
        before = texts(tmp_path, "a")
    except CatalogError:
        return
    if not before:
        return
    chosen = data.draw(st.sampled_from(before))
    move(tmp_path, chosen, "a", "b")
    assert texts(tmp_path, "b") == [chosen]
    assert texts(tmp_path, "a") == [text for text in before if text != chosen]
    move(tmp_path, chosen, "b", "a")
    assert sorted(texts(tmp_path, "a")) == sorted(before)
    assert texts(tmp_path, "b") == []


@pytest.mark.parametrize(
    ("marked", "slots", "plain"),
    [
        ("has [A-1](id) come", {"id"}, "has [A-1](id) come"),
        ("has [A-1](id) come", {"day"}, "has A-1 come"),
        ("[ny](city:New York) [today](day)", {"day"}, "ny [today](day)"),
        ('to [ny]{"entity": "city", "value": "New York"} now', set(), "to ny now"),
        (
            'to [ny]{"entity": "city", "value": "New York"} now',
            {"city"},
            'to [ny]{"entity": "city", "value": "New York"} now',
        ),
        ("a [b] c", set(), "a [b] c"),
    ],
)
def test_unmark(marked: str, slots: set[str], plain: str) -> None:
    assert unmark(marked, slots) == plain


def test_marks_of_shared_slots_stay_where_they_are_taken(folder: Path) -> None:
    shared = "slots:\n  id: {pattern: '[A-Z]-\\d+'}   # of all\n"
    (folder / "help.yml").write_text(shared + "help:\n  description: Help is wanted.\n  slots: [id]\n")
    move(folder, "has A-1 come", "status", "help")
    assert (folder / "help.yml").read_text().endswith("  slots: [id]\n  examples:\n    - has [A-1](id) come\n")
    assert (folder / "help.yml").read_text().startswith(shared)
    move(folder, "has A-1 come", "help", "cancel")
    assert (folder / "help.yml").read_text() == shared + "help:\n  description: Help is wanted.\n  slots: [id]\n"
    assert "  - has A-1 come\n" in (folder / "orders.yml").read_text()
