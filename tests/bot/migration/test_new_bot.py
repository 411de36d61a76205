"""A whole project, carried over as a user would."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.catalog.loader import CatalogLoader, load_catalog
from bot.config import load_settings
from bot.errors import RipenError
from bot.migration.new_bot import LEFT_OUT_FILE, NOTES_FILE, Migrated, migrate_rasa
from training.testing.conversations.script import Names, read_scripts

PROJECT = Path(__file__).parent / "project"


@pytest.fixture
def bot(tmp_path: Path) -> tuple[Path, Migrated]:
    return tmp_path / "bot", migrate_rasa(PROJECT, tmp_path / "bot")


def test_the_new_bot_loads_and_knows_what_the_old_one_knew(bot: tuple[Path, Migrated]) -> None:
    folder, told = bot
    catalog = load_catalog(folder / "intents")
    assert list(catalog.intents) == ["greet", "goodbye", "book_table", "check_balance", "faq/ask_hours", "give_rating"]
    assert str(told) == "6 intents with 16 examples and 7 responses"
    booking = catalog.intents["book_table"]
    assert [slot.name for slot in booking.slots] == ["guests", "seating", "wishes", "city", "amount_of_money"]
    assert booking.slots[0].ask == "For how many? (Two / Four)"
    assert booking.slots[3].synonyms == {"the eternal city": "Rome"}
    assert booking.action == "utter_booked"
    greeting = catalog.intents["greet"]
    assert [response.text for response in greeting.responses] == ["Hello {name}!"]
    assert greeting.action == "utter_help"
    assert catalog.responses["utter_help"][0].text == "I can book tables\nand show balances."
    assert catalog.responses["utter_help"][0].buttons[1].payload == '/check_balance{"account": "1"}'
    assert catalog.intents["check_balance"].action == "action_show_balance"
    assert catalog.intents["faq/ask_hours"].action == "utter_faq/ask_hours"
    assert catalog.intents["goodbye"].description == "The customer says goodbye."
    assert not greeting.is_described


def test_its_settings_come_from_the_project(bot: tuple[Path, Migrated]) -> None:
    found = load_settings(bot[0] / "config.yml")
    assert found.name == "Project"
    assert found.actions.endpoint == "http://localhost:5055/webhook"
    assert found.texts.out_of_scope == "Come again?"


def test_what_has_no_counterpart_is_told(bot: tuple[Path, Migrated]) -> None:
    folder, told = bot
    page = (folder / NOTES_FILE).read_text(encoding="utf-8")
    for part in (
        "`utter_greet`: its variations for a condition or a channel are left out (1)",
        "`utter_shiny` goes without its attachment",
        "`seating` got values of its own",
        "asks for `wishes` in Python",
        "`check_balance` runs `action_show_balance` alone: `utter_help` came after it",
        "`give_rating` has no examples",
        "Nobody calls `validate_book_form` here",
        LEFT_OUT_FILE,
    ):
        assert part in page
    assert len(told.notes) == 7
    left_out = (folder / LEFT_OUT_FILE).read_text(encoding="utf-8")
    assert "inform:" in left_out
    assert "affirm:" in left_out
    assert "deny:" not in left_out  # it was never taught


def test_editors_find_the_schemas(bot: tuple[Path, Migrated]) -> None:
    folder, _ = bot
    for file in (folder / "config.yml", *(folder / "intents").glob("*.yml"), *folder.glob("tests/*/*.yml")):
        schema = file.read_text(encoding="utf-8").splitlines()[0].removeprefix("# yaml-language-server: $schema=")
        assert (file.parent / schema).is_file()


def test_its_test_stories_can_be_played(bot: tuple[Path, Migrated]) -> None:
    names = Names.of(load_catalog(bot[0] / "intents"), None)
    scripts = read_scripts(bot[0] / "tests" / "conversations", names, bot[0])
    assert [(script.title, len(script.turns)) for script in scripts] == [("booking", 4), ("booking (2)", 1)]


def test_nothing_is_written_where_something_is(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(RipenError, match="not an empty folder"):
        migrate_rasa(PROJECT, tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def test_actions_without_a_server_are_told(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    rules = "nlu:\n- intent: a\n  examples: |\n    - b\nrules:\n- rule: r\n  steps: [{intent: a}, {action: action_x}]\n"
    (tmp_path / "old" / "all.yml").write_text(rules, encoding="utf-8")
    assert "`action_x` are to be run" in migrate_rasa(tmp_path / "old", tmp_path / "new").notes[-1]


def test_what_is_nowhere_or_rasas_own_is_told(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    nlu = "nlu:\n- intent: a\n  examples: |\n    - b\n- intent: restart\n  examples: |\n    - again\n"
    rules = (
        "rules:\n- rule: r\n  steps: [{intent: a}, {action: utter_gone}, {action: action_back}, {action: action_x}]\n"
    )
    (tmp_path / "old" / "all.yml").write_text(nlu + rules, encoding="utf-8")
    told = migrate_rasa(tmp_path / "old", tmp_path / "new").notes
    assert any(note.startswith("`a` goes without `action_back`, `utter_gone`") for note in told)
    assert any(note.startswith("The examples of `restart` are left out") for note in told)


SHARING = r"""
nlu:
- intent: track
  examples: |
    - where is [A-1042](order)
- intent: cancel
  examples: |
    - stop [B-2077](order)
- intent: complain
  examples: |
    - "[C-3005](order) is torn"
- intent: slots
  examples: |
    - free slots
- regex: order
  examples: |
    - [A-Z]-\d{4}
forms:
  track_form: {required_slots: [order]}
  cancel_form: {required_slots: [order]}
responses:
  utter_ask_order: [{text: "Which order?"}]
  utter_sorry: [{text: slots}]
rules:
- rule: track
  steps: [{intent: track}, {action: track_form}, {active_loop: track_form}]
- rule: cancel
  steps: [{intent: cancel}, {action: cancel_form}, {active_loop: cancel_form}]
- rule: complain
  steps: [{intent: complain}, {action: utter_sorry}]
- rule: slots
  steps: [{intent: slots}, {action: utter_sorry}]
- rule: track done
  condition: [{active_loop: track_form}]
  steps: [{action: track_form}, {active_loop: null}, {action: utter_sorry}]
- rule: cancel done
  condition: [{active_loop: cancel_form}]
  steps: [{action: cancel_form}, {active_loop: null}, {action: utter_sorry}]
"""


def test_a_slot_of_several_intents_is_written_once(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "all.yml").write_text(SHARING, encoding="utf-8")
    told = migrate_rasa(tmp_path / "old", tmp_path / "new")
    folder = tmp_path / "new" / "intents"
    assert (folder / "slots.yml").read_text(encoding="utf-8").splitlines()[1:] == [
        "slots:",
        "  order:",
        "    pattern: '[A-Z]-\\d{4}'",
        "    ask: Which order?",
    ]
    assert [file.name for file in folder.iterdir() if "A-Z" in file.read_text(encoding="utf-8")] == ["slots.yml"]
    catalog = load_catalog(folder)
    asked = {name: intent.slots[0].ask for name, intent in catalog.intents.items()}
    assert asked == {"track": "Which order?", "cancel": "Which order?", "complain": None}
    assert str(told) == "3 intents with 3 examples and 1 responses"
    assert any(note.startswith("The intent `slots` is left out") for note in told.notes)


def test_a_refusal_of_the_loader_is_told(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    text = f"intents: [a]\nresponses:\n  utter_long:\n  - text: {'x' * 5000}\n"
    (tmp_path / "old" / "domain.yml").write_text(text, encoding="utf-8")
    assert any("responses.yml:" in note for note in migrate_rasa(tmp_path / "old", tmp_path / "new").notes)


INTENTS = st.sampled_from(["greet", "slots", "a/b", "utter_x", "größe", "nlu_fallback", "2nd"])
ACTIONS = st.sampled_from(["utter_x", "utter_ask_s", "utter_a/b", "action_y", "action_restart", "f", "no action!", ""])
TEXTS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=12)
ROWS = st.sampled_from(["hi", "[x](s)", '[y]{"entity": "s", "role": "r"}', "[z](a b)", '[z]{"entity', "x" * 1001])
EXAMPLES = st.lists(st.one_of(ROWS, TEXTS), max_size=3).map(lambda rows: "".join(f"- {row}\n" for row in rows))
RUBBISH = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 5), TEXTS, INTENTS, ACTIONS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=6,
)


def mostly(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.integers(0, 9).flatmap(lambda lot: strategy if lot else RUBBISH)


def listed(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Some mappings, each with some of the keys, of which each may hold anything at times."""
    return mostly(st.lists(st.fixed_dictionaries({}, optional={key: mostly(keys[key]) for key in keys}), max_size=4))


STEP = st.one_of(
    st.fixed_dictionaries({"intent": INTENTS}),
    st.fixed_dictionaries({"action": ACTIONS}),
    st.fixed_dictionaries({"active_loop": st.sampled_from([None, "f"])}),
    RUBBISH,
)
STEPS = mostly(
    st.tuples(INTENTS, ACTIONS, st.lists(STEP, max_size=4)).map(
        lambda told: [{"intent": told[0]}, {"action": told[1]}, *told[2]]
    )
)
PATHS = st.lists(st.fixed_dictionaries({"rule": TEXTS, "story": TEXTS, "steps": STEPS, "condition": STEPS}), max_size=4)
BUTTONS = listed(title=TEXTS, payload=TEXTS)
SAID = listed(text=TEXTS, buttons=BUTTONS, image=TEXTS, custom=RUBBISH, condition=RUBBISH, attachment=RUBBISH)
MAPPINGS = listed(type=st.sampled_from(["from_entity", "from_intent"]), entity=st.just("s"), role=st.just("r"))
PROJECTS = st.fixed_dictionaries(
    {
        "nlu": listed(intent=INTENTS, examples=EXAMPLES, metadata=st.fixed_dictionaries({"description": TEXTS})),
        "rules": PATHS,
    },
    optional={
        "stories": PATHS,
        "responses": mostly(st.dictionaries(ACTIONS, SAID, max_size=3)),
        "forms": mostly(
            st.dictionaries(ACTIONS, mostly(st.fixed_dictionaries({"required_slots": RUBBISH})), max_size=2)
        ),
        "slots": mostly(st.dictionaries(ACTIONS, mostly(st.fixed_dictionaries({"mappings": MAPPINGS})), max_size=2)),
        "intents": mostly(st.lists(INTENTS, max_size=3)),
        "actions": mostly(st.lists(ACTIONS, max_size=3)),
        "language": RUBBISH,
        "action_endpoint": RUBBISH,
    },
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(held=PROJECTS)
def test_whatever_a_project_holds_becomes_a_bot_or_one_clear_line(
    tmp_path_factory: pytest.TempPathFactory, held: Any
) -> None:
    folder = tmp_path_factory.mktemp("wild")
    (folder / "old").mkdir()
    with (folder / "old" / "all.yml").open("w", encoding="utf-8") as file:
        YAML().dump(held, file)
    try:
        told = migrate_rasa(folder / "old", folder / "new")
    except RipenError:
        return
    errors = [str(each) for each in CatalogLoader(folder / "new" / "intents").survey()[1] if each.severity == "error"]
    assert set(errors) <= set(told.notes)
