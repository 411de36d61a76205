"""A team leaves Rasa: its project is carried over, its action server goes on running, and the bot talks."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.migration.new_bot import migrate_rasa
from tests.scenarios.action_server import action_server
from tests.scenarios.served import serve

PROJECT = Path(__file__).parents[1] / "bot" / "migration" / "project"

ACTIONS = """
from rasa_sdk import Action


class ShowBalance(Action):
    def name(self):
        return "action_show_balance"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text=f"On {tracker.get_slot('account')} are 12 crowns.")
        dispatcher.utter_message(response="utter_help")
        return []
"""


async def test_a_rasa_project_talks_as_it_did(tmp_path: Path, models: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    shutil.copytree(PROJECT, old)
    (old / "actions.py").write_text(ACTIONS, encoding="utf-8")
    async with action_server(old) as webhook:
        (old / "endpoints.yml").write_text(f"action_endpoint:\n  url: {webhook}\n", encoding="utf-8")
        migrate_rasa(old, new)
        (new / "models").symlink_to(models)
        async with serve(new) as bot:
            assert await bot.texts("hello there") == ["Hello …!", "I can book tables\nand show balances."]
            assert await bot.texts("what's on account 7654321") == [
                "On 7654321 are 12 crowns.",
                "I can book tables\nand show balances.",
            ]
            assert await bot.texts("opening hours") == ["We open at nine."]
            assert await bot.texts("I'd like to book a table") == ["For how many? (Two / Four)"]
            assert await bot.texts("for seven") == ["Would you like to sit outside?"]
            assert await bot.texts("yes") == ["Wishes?"]
            assert await bot.texts("none, thanks") == ["Booked for for seven."]
            assert await bot.texts("zxcv qwer") == ["Come again?"]
