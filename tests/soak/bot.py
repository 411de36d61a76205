"""The bot that is soaked: small, with unique answers, and an action that takes its time."""

from __future__ import annotations

from pathlib import Path

INTENTS = """\
say_back:
  description: The user wants a word said back.
  slots: {word: {pattern: 'w[0-9x]+', ask: Which word?}}
  responses: ['Back: {word}']
slow_back:
  description: The user wants a word said back slowly.
  slots: {word: {pattern: 'w[0-9x]+', ask: Which word?}}
  action: action_slow_back
person:
  description: The user wants to talk to a person.
  action: action_hand_off
"""

ACTIONS = """\
import asyncio
import random

from rasa_sdk import Action


class SlowBack(Action):
    def name(self):
        return "action_slow_back"

    async def run(self, dispatcher, tracker, domain):
        await asyncio.sleep(random.uniform(0, 3))
        dispatcher.utter_message(text=f"Back: {tracker.get_slot('word')}")
        return []
"""

CONFIG = """\
name: Soaked
actions: {{modules: [actions]}}
agents: {{}}
web: {{limits: {{messages_per_session: 100000}}}}
slack: {{api_url: '{api_url}', handoff_channel: {DESK}}}
"""

DESK = "C0000DESK"
TOKEN = "a-long-token-for-the-soak"


def make_bot(folder: Path, models: Path, api_url: str) -> Path:
    """Write it into `folder`."""
    for name, text in (("intents/soak.yml", INTENTS), ("actions/__init__.py", ACTIONS)):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "config.yml").write_text(CONFIG.format(api_url=api_url, DESK=DESK), encoding="utf-8")
    (folder / "models").symlink_to(models)
    return folder
