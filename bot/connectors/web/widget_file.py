"""The widget as the one file that pages load, put together from its modules when the server starts.

The modules are plain ES modules that import by name from files beside them. They are written one after the other
into one function, what is needed first, so that the file leaves no name on the page. The libraries come before all of
them: modules that stand together compress better, by a kilobyte. What is not in the few forms that are known here is
refused, so that a mistake shows when the server starts and not in a browser.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

_IMPORT = re.compile(r'^import (?P<what>\{[\w\s,]*\}|\w+) from "(?P<file>[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) )", re.MULTILINE)
_LEFT_OVER = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)
_NAME = re.compile(r"^(?:async )?(?:function|class|const|let) (?P<name>\w+)", re.MULTILINE)
_COMMENT = re.compile(
    r"""/\*\*(?:(?!\*/).)*\*/\ ?           # of the kind that tools read, wherever it stands
    | ^\ *//[^\n]*\n                    # a line of its own
    | (?<=[;,{(])\ +//\ [^\n"`]*$       # at the end of a line of code""",
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)
_SPACE = re.compile(r"\n\s*")
_LOOSE = re.compile(
    r"""(?P<kept>"(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' | `(?:[^`\\]|\\.)*`     # texts, and patterns
        | /(?![\ /*=])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/)
    | \ ?(?P<sign>=>|[=!]==|&&|\|\||\?\?|[{}(),;:?=])\ ?                      # what needs no space around it""",
    re.VERBOSE,
)
_LIBRARY_EXPORT = re.compile(r"export\s*\{(?P<names>[^}]*)\};?\s*$")
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class WidgetFile:
    """`/widget.js`: its text as bytes, the same compressed, and a tag that changes with it."""

    plain: bytes
    gzipped: bytes
    etag: str


class NotLinkable(Exception):
    """A module of the widget is written in a form that cannot be put into one file."""


def build_widget(main: Path) -> WidgetFile:
    """The one file that does what `main` and all that it imports do. Raises NotLinkable."""
    return _file('(() => {\n"use strict";\n' + _Linker().link(main.resolve()) + "})();\n")


def build_module(main: Path, name: str) -> WidgetFile:
    """`main` and all that it imports as one ES module, which exports `name`. Raises NotLinkable."""
    body = _Linker().link(main.resolve())
    return _file(f"export const {name} = (() => {{\n{body}return {name};\n}})();\n")


def _file(text: str) -> WidgetFile:
    plain = text.encode()
    # mtime=0: the same file compresses to the same bytes on each start.
    return WidgetFile(plain, gzip.compress(plain, 9, mtime=0), f'"{hashlib.sha256(plain).hexdigest()[:20]}"')


@dataclass(slots=True)
class _Linker:
    libraries: list[str] = field(default_factory=list)
    written: dict[Path, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    """Top-level name -> the file that has it."""

    def link(self, main: Path) -> str:
        self._write(main, ())
        # The last library first: in this order it compresses best.
        return "".join((*reversed(self.libraries), *self.written.values()))

    def _write(self, file: Path, above: tuple[Path, ...]) -> None:
        if file in self.written:
            return
        if file in above:
            raise NotLinkable(f"{file.name} imports itself by way of {above[-1].name}.")
        source = file.read_text("utf-8")
        for found in _IMPORT.finditer(source):
            needed = file.parent.joinpath(found["file"]).resolve()
            if needed.parent.name == "vendor":
                self.libraries.append(f"const {found['what']} = {_write_library(needed)};\n")
                self._claim(found["what"].strip("{ }"), file)
            else:
                self._write(needed, (*above, file))
        body = _EXPORT.sub("", _COMMENT.sub("", _IMPORT.sub("", source)))
        if stray := _LEFT_OVER.search(body):
            raise NotLinkable(f"{file.name}: not a form that can be put into one file: {stray[0][:80]}")
        for name in _NAME.findall(body):
            self._claim(name, file)
        tight = _LOOSE.sub(lambda found: found["kept"] or found["sign"], body)
        self.written[file] = _SPACE.sub("\n", tight).lstrip("\n")

    def _claim(self, name: str, file: Path) -> None:
        other = self.names.setdefault(name, file.name)
        if other != file.name:
            raise NotLinkable(f"{file.name} and {other} both have a {name}: in one file, one must be called otherwise.")


def _write_library(file: Path) -> str:
    """An ES module with one export list at its end, or a UMD file, as an expression; UMD gets a `module` of its own."""
    source = _SOURCE_MAP.sub("", file.read_text("utf-8")).strip()
    if found := _LIBRARY_EXPORT.search(source):
        pairs = (one.strip().split(" as ") for one in found["names"].split(",") if one.strip())
        names = ", ".join(f"{pair[-1]}: {pair[0]}" for pair in pairs)
        return f"(() => {{\n{source[: found.start()]}\nreturn {{ {names} }};\n}})()"
    if "module.exports" not in source:
        raise NotLinkable(f"{file.name} is neither an ES module with one list of exports nor UMD.")
    inner = f"(exports, define) => {{\n{source}\nreturn module.exports;\n}}"
    return f"((module) => ({inner})(module.exports))({{ exports: {{}} }})"
