"""Entries of a file, found and replaced without a change to any other byte."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog.blocks import find_block, find_blocks, replace_block, rewrite
from bot.errors import CatalogError, ReviewConflict

FILE = Path("intents/a.yml")
TEXT = b"""\
# yaml-language-server: $schema=x
# About the file.

# Of greet.
greet:
  description: The user says hello.  # said
  examples:
    - hello


# A section.

'bye_now': {description: The user leaves.}
utter_x:
- |
  # not a comment
  text
# the end
"""


def test_entries_have_the_comments_right_above_them() -> None:
    blocks = {block.name: block for block in find_blocks(FILE, TEXT)}
    assert list(blocks) == ["greet", "bye_now", "utter_x"]
    assert blocks["greet"].text.startswith("# Of greet.\ngreet:")
    assert blocks["greet"].text.endswith("    - hello\n")
    assert blocks["bye_now"].text == "'bye_now': {description: The user leaves.}\n"
    assert blocks["utter_x"].text == "utter_x:\n- |\n  # not a comment\n  text\n"


@pytest.mark.parametrize("content", [b"", b"[", b"- a\n", b"a: 1\n  b: [\n", b"\xff\xfe"])
def test_what_is_no_file_of_intents_has_no_entries(content: bytes) -> None:
    assert find_blocks(FILE, content) == ()


@pytest.mark.parametrize("name", ["greet", "bye_now", "utter_x"])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
def test_replacing_an_entry_by_itself_changes_nothing(name: str, newline: bytes, start: bytes) -> None:
    content = start + TEXT.replace(b"\n", newline)
    block = find_block(FILE, content, name)
    assert block
    assert replace_block(FILE, content, name, block.text) == content
    assert replace_block(FILE, content, name, block.text.replace("\r\n", "\n").rstrip()) == content


def test_the_last_row_may_have_no_end() -> None:
    content = b"a:\n  description: x"
    assert replace_block(FILE, content, "a", "a:\n  description: y") == b"a:\n  description: y\n"


def test_an_empty_text_takes_the_entry_out() -> None:
    after = replace_block(FILE, TEXT, "greet", "")
    assert after == TEXT[: TEXT.index(b"# Of greet")] + TEXT[TEXT.index(b"# A section") :]


def test_an_entry_that_is_gone_is_a_conflict() -> None:
    with pytest.raises(ReviewConflict, match="no `nope`"):
        replace_block(FILE, TEXT, "nope", "x: 1")


@given(st.text(st.characters(codec="utf-8"), max_size=80))
def test_whatever_is_put_in_all_other_bytes_stay(text: str) -> None:
    after = replace_block(FILE, TEXT, "greet", text)
    assert after.startswith(TEXT[: TEXT.index(b"# Of greet")])
    assert after.endswith(TEXT[TEXT.index(b"# A section") :])


def test_rewriting_holds_against_others_and_links(tmp_path: Path) -> None:
    folder = tmp_path / "intents"
    folder.mkdir()
    file = folder / "a.yml"
    file.write_bytes(TEXT)

    def slow(content: bytes) -> bytes:
        file.write_bytes(content + b"# somebody else\n")
        return content

    with pytest.raises(ReviewConflict):
        rewrite(file, folder, slow)
    with pytest.raises(CatalogError, match="nope"):
        rewrite(file, folder, lambda content: content + b"b: {nope: 1}\n")
    with pytest.raises(CatalogError, match="1 MiB"):
        rewrite(file, folder, lambda content: content + b"#" * 2**20)
    assert file.read_bytes() == TEXT + b"# somebody else\n"
    outside = tmp_path / "outside.yml"
    outside.write_bytes(TEXT)
    (folder / "link.yml").symlink_to(outside)
    with pytest.raises(CatalogError, match="leads out"):
        rewrite(folder / "link.yml", folder, lambda content: b"")
    assert outside.read_bytes() == TEXT
