from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.catalog.patterns import MAX_PATTERN, compile_pattern

SAFE = (
    r"[A-Z]-\d{4}",
    r"\d+",
    r"[A-Z]+\d+",
    r"#?\d{3,}",
    r"[\w.+-]+@[\w-]+\.[\w.]+",
    r"\b\d{5}(?:-\d{4})?\b",
    r"\+?\d[\d -]{6,20}\d",
    r"\w+\s+\w+",
    r"(?:\d{1,3},){1,5}",
    r"(foo|bar)+",
    r"\d+(?:[.,]\d+)?",
    r"(\w+) (\w+)",
    r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.",
)
SLOW = (
    r"(a+)+$",
    r"(a|aa)+$",
    r"(a|ab|b)*c",
    r"(\w+\s?)*$",
    r"\d+\d+$",
    r"(a?){40}a{40}",
    r".*a.*b.*c",
    r"(x|.+?).*1$",
    r"(\d+)(\d+)$",
    r"(a?a?)+$",
)


@pytest.mark.parametrize("source", SAFE)
def test_ordinary_patterns_pass_and_ignore_case(source: str) -> None:
    assert compile_pattern(source).search("") is None


def test_case_is_ignored() -> None:
    assert compile_pattern(r"[A-Z]-\d{4}").search("my order a-1042")


@pytest.mark.parametrize("source", SLOW)
def test_patterns_that_may_run_for_minutes_are_refused(source: str) -> None:
    with pytest.raises(ValueError, match=r"minutes|empty text"):
        compile_pattern(source)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("(", "not a regular expression"),
        ("[[a]", "not a regular expression"),
        ("a{99999999999999999999}", "not a regular expression"),
        (r"\d*", "matches the empty text"),
        ("x" * (MAX_PATTERN + 1), "at most 200"),
    ],
)
def test_what_is_no_use_is_refused_with_the_reason(source: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        compile_pattern(source)


def test_what_passes_is_quick_on_long_messages() -> None:
    """In a process of its own: a pattern that hangs cannot be interrupted."""
    script = f"""
import time
from bot.catalog.patterns import compile_pattern
for source in {SAFE!r}:
    pattern = compile_pattern(source)
    for piece in ("a", "1", "a1", "A-", "1,", "foo", " a", "a@a.", "12-"):
        start = time.process_time()
        pattern.search((piece * 4000)[:4000] + chr(1))
        assert time.process_time() - start < 2, (source, piece)
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=120)


@given(st.text(alphabet="ab()|*+?{}[]^$\\d.,1-", max_size=25))
@settings(max_examples=300)
def test_no_pattern_breaks_it(source: str) -> None:
    try:
        compile_pattern(source)
    except ValueError as error:
        reason, _, remedy = str(error).partition("\n")
        said = (reason, remedy)
    else:
        return
    assert all(said)
