from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import Settings, load_settings
from bot.config.languages import TEXTS
from bot.config.texts import TextSettings
from bot.errors import ConfigError


def load(folder: Path, text: str) -> Settings:
    file = folder / "config.yml"
    file.write_text(text, encoding="utf-8")
    return load_settings(file)


@pytest.mark.parametrize("text", ["", "# nothing\n", "{}", "model: {}\n"])
def test_everything_has_a_default(tmp_path: Path, text: str) -> None:
    settings = load(tmp_path, text)
    assert settings.decision == Settings().decision
    assert settings.intents == tmp_path / "intents"
    assert settings.model.bundle == tmp_path / "models"
    assert settings.conversations.url == f"sqlite:///{tmp_path}/conversations.db"
    assert settings.slack is None


@pytest.mark.parametrize(("language", "said"), [("de", "Lassen Sie sich Zeit."), ("fr-CA", "Prenez votre temps.")])
def test_texts_that_are_not_written_are_in_the_bots_language(tmp_path: Path, language: str, said: str) -> None:
    texts = load(tmp_path, f"language: {language}\ntexts: {{empty: Nanu?}}").texts
    assert (texts.take_your_time, texts.empty) == (said, "Nanu?")


@pytest.mark.parametrize("language", ["en", "pl"])
def test_in_other_languages_texts_are_english(tmp_path: Path, language: str) -> None:
    assert load(tmp_path, f"language: {language}").texts == TextSettings()


@pytest.mark.parametrize("language", sorted(TEXTS))
def test_a_language_has_every_text_with_its_places(language: str) -> None:
    english = TextSettings()
    assert TEXTS[language].keys() == TextSettings.model_fields.keys()
    assert TextSettings.model_validate(TEXTS[language]).model_dump() == TEXTS[language]
    for name, text in TEXTS[language].items():
        assert text != getattr(english, name)
        assert ("{name}" in text) is ("{name}" in getattr(english, name))


def test_values_are_taken(tmp_path: Path) -> None:
    text = "name: Willow\nactions: {modules: [actions]}\nweb:\n  port: 0\n  origins: ['*']\nslack: {}\n"
    settings = load(tmp_path, text + "model: {adapter_scale: 1}\n")
    assert (settings.name, settings.actions.modules, settings.web.port) == ("Willow", ("actions",), 0)
    assert (settings.web.origins, settings.model.adapter_scale) == (("*",), 1.0)
    assert settings.slack is not None


def test_relative_paths_start_at_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "bot"
    (folder / "weights").mkdir(parents=True)
    (folder / "config.yml").write_text("intents: ../shared\nmodel: {bundle: /abs, adapter: lora, base: weights}\n")
    monkeypatch.chdir(folder)
    settings = load_settings(Path("config.yml"))
    assert settings.intents == folder / "../shared"
    assert settings.model.bundle == Path("/abs")
    assert settings.model.adapter == folder / "lora"
    assert settings.model.base == str(folder / "weights")


def test_an_nli_model_stays_as_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "nli").mkdir()
    zero_shot = load(tmp_path, "zero_shot: {engine: nli, model: nli, hypothesis_template: '{}'}").zero_shot
    assert (zero_shot.engine, zero_shot.model, zero_shot.hypothesis_template) == ("nli", "nli", "{}")
    assert load(tmp_path, "zero_shot: {}").zero_shot.engine == "cards"


@pytest.mark.parametrize(
    ("url", "absolute"),
    [
        ("sqlite:///a/b.db", "sqlite:///{}/a/b.db"),
        ("sqlite+aiosqlite:///b.db?mode=ro", "sqlite+aiosqlite:///{}/b.db?mode=ro"),
        ("sqlite:////var/b.db", "sqlite:////var/b.db"),
        ("sqlite:///:memory:", "sqlite:///:memory:"),
        ("sqlite://", "sqlite://"),
        ("postgresql://me@host/b.db", "postgresql://me@host/b.db"),
    ],
)
def test_only_a_relative_sqlite_file_is_made_absolute(tmp_path: Path, url: str, absolute: str) -> None:
    assert load(tmp_path, f"conversations: {{url: '{url}'}}").conversations.url == absolute.format(tmp_path)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("naem: x", 1, "`naem` is not a known key. Did you mean `name`?"),
        ("web:\n  prot: 1", 2, "`web.prot` is not a known key. Did you mean `port`? Known keys here: host, port"),
        ("zzz: 1", 1, "Known keys here: name, language"),
        ("web: {port: true}", 1, "`web.port` must be a whole number, not true"),
        ("web: {port: '80'}", 1, "must be a whole number, not text"),
        ("web: {port: 1.5}", 1, "must be a whole number, not the number 1.5"),
        ("web: {port: 70000}", 1, "must be at most 65535, not 70000"),
        ("web:\n  port: -1", 2, "must be at least 0, not -1"),
        ("actions: {timeout: 0}", 1, "must be more than 0"),
        ("actions: {modules: actions}", 1, "must be a list, not text"),
        ("actions: {modules: [a, 3]}", 1, "`actions.modules#2` must be text, not the number 3"),
        ("actions: {endpoint: localhost}", 1, "http://localhost:5055/webhook"),
        ("actions: {modules: [a], endpoint: 'http://b'}", 1, "either modules or endpoint"),
        ("decision:\n  act: 0.3", 1, "must not be above act"),
        ("decision: {risk: 5}", 1, "must be at most 1.0, not 5"),
        ("decision: {act: 0.3}", 1, "Set both, as {act: 0.3, clarify: 0.3}."),
        ("zero_shot: {model: a/b}", 1, "model is for the engine nli, not cards. Add engine: nli, or remove model."),
        ("zero_shot:\n  engine: nli", 1, "the engine nli needs a model. Name one, as {engine: nli, model:"),
        ("zero_shot: {engine: nil}", 1, "Did you mean `nli`?"),
        (
            "zero_shot: {hypothesis_template: about}",
            1,
            "must hold {} once, and no other braces. As 'This is about: {}'",
        ),
        ("zero_shot: {hypothesis_template: '{} {}'}", 1, "must hold {} once"),
        ("zero_shot: {hypothesis_template: '{} {0}'}", 1, "must hold {} once"),
        ("zero_shot: {engine: nli, model: a/b, candidates: 0}", 1, "must be at least 1, not 0"),
        ("web: {origins: [example.com]}", 1, "as https://www.example.com"),
        ("decision: {act: 60%}", 1, "must be a number, not text"),
        ("name: 42", 1, "must be text, not the number 42. Put it in quotes"),
        ("name: ''", 1, "must not be empty"),
        ("web: 3", 1, "must be a mapping"),
        ("name: x\nweb:", 2, "must be a mapping (key: value), not nothing"),
        ("slack:", 1, "`slack: {}`"),
        ("slack: {conversation: threads}", 1, "Did you mean `thread`?"),
        ("language: English!", 1, "en or pt-BR"),
        ("texts:\n  person_left: '{nme} left'", 2, "nothing is filled in for {nme}. Only {name} is"),
        ("a: b: c", 1, "quotes"),
        ("name: x\nname: y", 2, "already on line 1"),
    ],
)
def test_errors_name_file_line_key_and_what_is_allowed(tmp_path: Path, text: str, line: int, words: str) -> None:
    with pytest.raises(ConfigError) as raised:
        load(tmp_path, text)
    [said] = str(raised.value).splitlines()
    assert said.startswith(f"{tmp_path / 'config.yml'}:{line}: error: ")
    assert words in said
    assert "pydantic" not in said


def test_every_error_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        load(tmp_path, "naem: x\nweb: {port: a}\nmodel: {threads: 0}")
    assert len(str(raised.value).splitlines()) == 3


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="ripen init"):
        load_settings(tmp_path / "config.yml")


def test_a_folder_in_place_of_the_file_says_what_to_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"--config .*config\.yml"):
        load_settings(tmp_path)


def test_a_secret_in_place_of_a_variable_name_is_refused_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="Name of the environment variable") as raised:
        load(tmp_path, "slack: {bot_token_env: xoxb-1-secret}")
    assert "secret" not in str(raised.value).partition("error: ")[2].replace("signing secret", "")


@given(st.binary(max_size=80))
def test_no_content_breaks_it(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "wild.yml"
    file.write_bytes(content)
    try:
        settings = load_settings(file)
    except ConfigError as error:
        said = str(error)
    else:
        said = settings.name
    assert said
