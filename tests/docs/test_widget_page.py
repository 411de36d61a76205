"""docs/widget.md names every option, event, property and word of the chat, and no other."""

from __future__ import annotations

import re

from bot.connectors.web.pages import STATIC
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "widget.md").read_text(encoding="utf-8")
CODE = {file.name: file.read_text(encoding="utf-8") for file in (STATIC / "widget").glob("*.js")}
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def table(title: str) -> set[str]:
    """What stands in code in the first column of the tables of a section."""
    rows = [line.split(" | ")[0] for line in section(title).splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def test_every_option_is_described() -> None:
    read = re.findall(r"\b(?:data|this\.dataset|script\?\.dataset)\.(\w+)", CODE["options.js"] + CODE["element.js"])
    parsed = re.findall(r'readObject\(data, "(\w+)"\)', CODE["options.js"])
    styled = re.findall(r"\[(data-(?:theme|side))", "".join(CODE.values()))
    names = {f"data-{CAMEL.sub('-', name).lower()}" for name in (*read, *parsed)} | set(styled)
    assert table("Options") == names | {"data-open"}


def test_every_property_is_described() -> None:
    named = re.findall(r"var\((--ripen-[\w-]+)", CODE["theme.js"])
    coloured = re.findall(r'^\s+"?([\w-]+)"?: "#', CODE["theme.js"], re.MULTILINE)
    assert table("Looks") == set(named) | {f"--ripen-{name}" for name in coloured}
    for colour in re.findall(r"#[0-9a-f]{6}", CODE["theme.js"].split("const LIGHT")[1]):
        assert f"`{colour}`" in section("Looks")


def test_every_event_is_described() -> None:
    told = set(re.findall(r'"(ripen-[a-z]+)"', CODE["element.js"]))
    assert {name for name in table("From the page's code") if name.startswith("ripen-")} == told


def test_every_part_is_named() -> None:
    parts = set(re.findall(r'part: ["`](\w+)', "".join(CODE.values())))
    assert parts
    for part in parts:
        assert f"`{part}`" in section("Looks")


def test_the_words_that_the_page_names_exist() -> None:
    given = re.findall(r'data-texts=\'\{"(\w+)"|as JSON: `\{"(\w+)"', PAGE)
    names = {name for pair in given for name in pair if name}
    assert names
    assert all(re.search(rf"^\s+{name}: ", CODE["languages.js"], re.MULTILINE) for name in names)
