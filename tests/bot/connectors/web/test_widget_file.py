"""The widget as one file: what is put together, and what is refused."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from bot.connectors.web.pages import STATIC
from bot.connectors.web.widget_file import NotLinkable, build_module, build_widget

MAIN = STATIC / "widget" / "main.js"
MOST_BYTES = 60_000


def write(folder: Path, **modules: str) -> Path:
    (folder / "widget").mkdir()
    for name, text in modules.items():
        (folder / "widget" / f"{name}.js").write_text(text)
    return folder / "widget" / "main.js"


def test_what_is_needed_comes_first_and_comments_go(tmp_path: Path) -> None:
    main = write(
        tmp_path,
        main='import { one } from "./other.js";\n/** Doc. */\none();\n// gone\n',
        other="/**\n * Why.\n */\nexport function one() {\n  return `// kept`; // gone\n"
        "  /** @type {X} */ y = 'a'; // \"it\"\n}\n",
    )
    text = build_widget(main).plain.decode()
    assert text == '(() => {\n"use strict";\nfunction one(){\nreturn `// kept`;\ny=\'a\';// "it"\n}\none();\n})();\n'


def test_spaces_go_where_they_mean_nothing(tmp_path: Path) -> None:
    main = write(
        tmp_path,
        main="const a = (b, c) => (b === 'x = { y }' ? `( ${ b } )` : /[ \"(] = /.test(c) && 4 / 2 - -c);\n",
    )
    written = "const a=(b,c)=>(b==='x = { y }'?`( ${ b } )`:/[ \"(] = /.test(c)&&4 / 2 - -c);\n"
    assert build_widget(main).plain.decode().splitlines()[2] == written.strip()


def test_libraries_stand_before_the_modules(tmp_path: Path) -> None:
    main = write(
        tmp_path,
        main='import { one } from "./other.js";\none();\n',
        other='import { lib } from "../vendor/lib.js";\nexport function one() {\n  lib();\n}\n',
    )
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "lib.js").write_text("function a() {}\nexport{a as lib};\n")
    text = build_widget(main).plain.decode()
    assert text.index("const { lib }") < text.index("function one") < text.index("one();")


@pytest.mark.parametrize(
    ("modules", "words"),
    [
        ({"main": 'import * as other from "./other.js";\n', "other": ""}, "not a form"),
        ({"main": "export default 1;\n"}, "not a form"),
        ({"main": 'import { a } from "./other.js";\n', "other": 'import { b } from "./main.js";\n'}, "imports itself"),
        ({"main": 'import { a } from "./other.js";\nconst LIMIT = 1;\n', "other": "const LIMIT = 2;\n"}, "LIMIT"),
    ],
)
def test_what_cannot_be_put_into_one_file_is_refused(tmp_path: Path, modules: dict[str, str], words: str) -> None:
    with pytest.raises(NotLinkable, match=words):
        build_widget(write(tmp_path, **modules))


def test_the_file_is_the_same_on_each_start() -> None:
    one, two = build_widget(MAIN), build_widget(MAIN)
    assert one == two


def test_a_part_of_it_can_be_a_module_of_its_own(tmp_path: Path) -> None:
    main = write(tmp_path, main="export function one() {\n  return 1;\n}\n")
    text = build_module(main, "one").plain.decode()
    assert text == "export const one = (() => {\nfunction one(){\nreturn 1;\n}\nreturn one;\n})();\n"


def test_libraries_keep_their_licences() -> None:
    text = build_widget(MAIN).plain.decode()
    for owner in ("Guillermo Rauch", "MarkedJS", "Cure53"):
        assert owner in text
    assert "sourceMappingURL" not in text


def test_it_weighs_little() -> None:
    assert len(build_widget(MAIN).gzipped) <= MOST_BYTES


async def test_the_file_is_sent_compressed_and_only_when_it_changed(http: httpx.AsyncClient) -> None:
    got = await http.get("/widget.js")
    assert got.headers["content-encoding"] == "gzip"
    assert got.headers["access-control-allow-origin"] == "*"
    assert got.text.startswith("(() => {")
    again = await http.get("/widget.js", headers={"If-None-Match": got.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = await http.get("/widget.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == got.text
    assert (await http.head("/widget.js")).status_code == 200
