from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.yaml_files import MAX_BYTES, Document, parse_yaml, read_yaml

FILE = Path("any.yml")


def parse(text: str) -> Document:
    return parse_yaml(FILE, text.encode())


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("2024-01-01", "2024-01-01"),
        ("1e999", "1e999"),
        (".inf", ".inf"),
        ("9" * 5000, "9" * 5000),
        ("0x1f", 31),
        ("0o17", 15),
        ("017", 17),
        ("-3", -3),
        ("1.5", 1.5),
        ("~", None),
        ("", None),
        ("True", True),
        ('"true"', "true"),
        ("'42'", "42"),
        ("[a, 1]", ["a", 1]),
        ("{a: {b: c}}", {"a": {"b": "c"}}),
        ("&x 1\nanother: *x", 1),
    ],
)
def test_scalars_follow_the_core_schema(written: str, value: Any) -> None:
    document = parse(f"key: {written}\n")
    assert document.problems == ()
    assert document.value["key"] == value
    assert type(document.value["key"]) is type(value)


def test_keys_are_text_and_remember_their_lines() -> None:
    document = parse("1: a\n\nb:\n  - x\n  # comment\n  -\n    no: y\n")
    assert document.value == {"1": "a", "b": ["x", {"no": "y"}]}
    assert document.line(("1",)) == 1
    assert document.line(("b", 0)) == 4
    assert document.line(("b", 1, "no")) == 7
    assert document.line(("b", 1, "no", "deeper", 3)) == 7
    assert document.line(("missing",)) == 0


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a:\n\tb: 1", 2, "indented with a tab"),
        ("a: 1\nb: 2\na: 3", 3, "already on line 1"),
        ("a:\n  - b: 1\n    b: 2", 3, "already on line 2"),
        ("a: 'open", 1, "ends inside a quoted text"),
        ("a:\n  b: {", 2, "is not closed"),
        ("a:\n  b:\n  shop\n  c: [d]", 3, "A key without its `:`"),
        ("a: [b] c\nd: e", 1, "Put the whole text in quotes"),
        ("  a:\n b: c", 2, "does not belong to what stands above it"),
        ("a: b: c", 1, "followed by a space"),
        ("a: 1\n  b: 2", 2, "followed by a space"),
        ("a:\n  - [A-1](order) shipped", 2, "Put the whole text in quotes"),
        ("a: @home", 1, "quotes"),
        ("a: *nothing", 1, "`*nothing` refers to nothing"),
        ("a: &a [*a]", 1, "`*a` refers to nothing that is complete"),
        ("a: !!python/object/apply:os.system [ls]", 1, "tag"),
        ("a: 1\n---\nb: 2", 2, "second document"),
        ("? [a]\n: b", 1, "key must be text"),
        ("&x a: 1\n*x : 2", 2, "refers to nothing"),
        ("<<: {a: 1}", 1, "Merge keys"),
        ('a: "\\ud800"', 1, "control character"),
        ('a: "\\0"', 1, "control character"),
        ("a: 1\nb: \x00", 2, "control character"),
        ("%YAML 1.3\n---\na: 1", 0, "not YAML"),
        ("a: " + "[" * 100, 1, "deeper than 40"),
    ],
)
def test_problems_name_the_line_and_the_remedy(text: str, line: int, words: str) -> None:
    [problem] = parse(text).problems
    assert problem.severity == "error"
    assert problem.line == line
    assert words in f"{problem.message} {problem.remedy}"
    assert problem.remedy


def test_aliases_that_explode_are_refused_at_once() -> None:
    rows = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    for name, before in zip("bcdefghij", "abcdefghi", strict=True):
        rows.append(f"{name}: &{name} [{', '.join(['*' + before] * 10)}]")
    start = time.perf_counter()
    [problem] = parse("\n".join(rows)).problems
    assert "repeat more than" in problem.message
    assert time.perf_counter() - start < 1


def test_text_lost_to_a_comment_is_pointed_out() -> None:
    document = parse("a: order #42 please\nb: fine # a comment\n")
    assert document.value == {"a": "order", "b": "fine"}
    [warning] = document.problems
    assert (warning.severity, warning.line) == ("warning", 1)


def test_files_that_are_no_text_are_refused(tmp_path: Path) -> None:
    latin = tmp_path / "latin.yml"
    latin.write_bytes("a: 1\nb: caf\u00e9".encode("latin-1"))
    [problem] = read_yaml(latin).problems
    assert (problem.line, "UTF-8" in problem.message) == (2, True)
    utf16 = tmp_path / "utf16.yml"
    utf16.write_text("a: 1", encoding="utf-16")
    assert "UTF-8" in read_yaml(utf16).problems[0].message


def test_a_byte_order_mark_is_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "bom.yml"
    file.write_text("a: 1", encoding="utf-8-sig")
    assert read_yaml(file).value == {"a": 1}


def test_large_files_are_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "large.yml"
    with file.open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    [problem] = read_yaml(file).problems
    assert "1 MiB" in problem.message


def test_what_cannot_be_opened_is_a_problem(tmp_path: Path) -> None:
    loop = tmp_path / "loop.yml"
    loop.symlink_to(loop)
    pipe = tmp_path / "pipe.yml"
    os.mkfifo(pipe)
    assert "No such file" in read_yaml(tmp_path / "gone.yml").problems[0].message
    assert "cannot be read" in read_yaml(loop, tmp_path).problems[0].message
    assert "not a plain file" in read_yaml(pipe).problems[0].message
    assert "not a plain file" in read_yaml(tmp_path).problems[0].message


def test_links_may_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "intents"
    (folder / "..data").mkdir(parents=True)
    (folder / "..data" / "real.yml").write_text("a: 1")
    (tmp_path / "secret.yml").write_text("a: 1")
    inside, outside = folder / "inside.yml", folder / "outside.yml"
    inside.symlink_to(folder / "..data" / "real.yml")
    outside.symlink_to(tmp_path / "secret.yml")
    assert read_yaml(inside, folder).value == {"a": 1}
    assert "leads out" in read_yaml(outside, folder).problems[0].message


@given(st.binary(max_size=200))
def test_no_bytes_break_it(content: bytes) -> None:
    parse_yaml(FILE, content)


@given(st.text(alphabet="ab:-#?&*!|>%@`'\"{}[],\\ \t\n0<.~\u2028\r", max_size=60))
def test_no_punctuation_breaks_it(text: str) -> None:
    document = parse(text)
    assert all(
        problem.line <= text.count("\n") + text.count("\r") + text.count("\u2028") + 2 for problem in document.problems
    )


plain_values: Any = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.text(st.characters(codec="utf-8", categories=("L", "N"))),
    lambda children: (
        st.lists(children, max_size=4)
        | st.dictionaries(st.text(st.characters(categories=["L"]), min_size=1, max_size=8), children, max_size=4)
    ),
    max_leaves=12,
)


# Letters and digits only: ruamel writes some punctuation (`?0`) so that it cannot read it back itself.
@given(plain_values)
def test_what_is_dumped_is_read_back(value: Any) -> None:
    from io import StringIO

    stream = StringIO()
    writer = YAML(typ="safe", pure=True)
    writer.allow_unicode = True
    writer.dump({"key": value}, stream)
    document = parse(stream.getvalue())
    assert [problem for problem in document.problems if problem.severity == "error"] == []
    assert document.value == {"key": value}
