from __future__ import annotations

from pathlib import Path

import pytest

from training.testing.conversations.script import Names, Script, ScriptError, read_scripts

NAMES = Names(("greet", "order_status"), ("order_id",), {"action_order_status", "utter_hello"})


def read(folder: Path, text: str, names: Names = NAMES) -> tuple[Script, ...]:
    (folder / "a.yml").write_text(text, "utf-8")
    return read_scripts(folder, names, folder.parent)


def test_a_conversation_knows_its_lines(tmp_path: Path) -> None:
    [script] = read(
        tmp_path,
        "environment: {X: '{scratch}/x'}\n"
        "conversations:\n  hello:\n    - user: hi\n      bot: Hello.\n    - press: Bye\n",
    )
    assert (script.title, script.line, [turn.line for turn in script.turns]) == ("hello", 3, [4, 6])
    assert script.file == tmp_path.relative_to(tmp_path.parent) / "a.yml"
    assert script.turns[0].written.bot == ("Hello.",)
    assert script.environment == {"X": "{scratch}/x"}


def test_files_are_read_in_folders_too_and_none_is_none(tmp_path: Path) -> None:
    assert read_scripts(tmp_path / "nowhere", NAMES, tmp_path) == ()
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b.yaml").write_text("conversations: {two: [{user: hi}]}", "utf-8")
    assert [one.title for one in read(tmp_path, "conversations: {one: [{user: hi}]}")] == ["one", "two"]


@pytest.mark.parametrize(
    ("turn", "line", "said"),
    [
        ("- user: hi\n      bto: hello", 4, "Did you mean `bot`?"),
        ("- user: hi\n      intent: gret", 4, "Did you mean `greet`?"),
        ("- user: hi\n      action: action_nobody", 4, "`action` names `action_nobody`"),
        ("- user: hi\n      asks: nothing_known", 4, "Known: order_id"),
        ("- user: hi\n      decision: run", 4, "must be one of act, clarify"),
        ("- user: hi\n      press: Yes", 3, "either `user` or `press`"),
        ("- bot: hi", 3, "either `user` or `press`"),
        ("- user: ''", 3, "nothing is expected"),
        ("- user: 3", 3, "must be text"),
        ("- user: hi\n      slots: [a]", 4, "must be a mapping"),
        ("- user: hi\n      bot: [hi, 3]", 4, "must be text"),
        ("- hi", 3, "mapping"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_a_remedy(tmp_path: Path, turn: str, line: int, said: str) -> None:
    with pytest.raises(ScriptError) as caught:
        read(tmp_path, f"conversations:\n  hello:\n    {turn}\n")
    assert f"a.yml:{line}: error" in str(caught.value)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no conversation"),
        ("hello:\n  - user: hi\n", "`conversations` is missing"),
        ("conversations: {a: [{user: hi}", "a.yml"),
        ("conversations:\n  a: []\n  a: []\n", "stands here again"),
        ("- user: hi\n", "mapping"),
    ],
)
def test_a_file_that_is_none_is_told(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ScriptError, match=r"a\.yml") as caught:
        read(tmp_path, text)
    assert said in str(caught.value)


def test_every_mistake_is_told_at_once_and_titles_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "b.yml").write_text("conversations: {one: [{user: hi}]}", "utf-8")
    (tmp_path / "c.yml").write_text("nonsense: 1", "utf-8")
    with pytest.raises(ScriptError) as caught:
        read(tmp_path, "conversations: {one: [{user: hi}]}")
    assert "`one` is also in" in str(caught.value)
    assert "c.yml" in str(caught.value)


def test_an_action_server_that_cannot_say_lets_any_action_pass(tmp_path: Path) -> None:
    text = "conversations: {one: [{user: hi, action: action_anything}]}"
    assert read(tmp_path, text, Names(("greet",), (), None))


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    outside = tmp_path / "outside.yml"
    outside.write_text("conversations: {one: [{user: hi}]}", "utf-8")
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "a.yml").symlink_to(outside)
    with pytest.raises(ScriptError, match="leads out of its folder"):
        read_scripts(folder, NAMES, tmp_path)
