"""The section `texts` of config.yml."""

from __future__ import annotations

import re

from pydantic import Field, field_validator

from bot.config.base import Section, Text
from bot.config.languages import TEXTS


class TextSettings(Section):
    """What the bot says on its own behalf; where config.yml is silent, in its `language` (languages.py)."""

    apology: Text = Field(
        "Sorry, something went wrong on our side. Please try again in a moment.",
        description="When something went wrong on the bot's side.",
    )
    out_of_scope: Text = Field(
        "Sorry, I did not understand that. Could you say it in other words?",
        description="When the message is about nothing that the bot knows.",
    )
    out_of_scope_again: Text = Field(
        "Sorry, I did not understand that either.",
        description="The same for the second time in a row, above the way to a person if the bot has one.",
    )
    clarify: Text = Field("Did you mean one of these?", description="Above the choices, when the bot asks back.")
    clarify_one: Text = Field("Did you mean this?", description="The same, above a single choice.")
    clarify_refused: Text = Field(
        "All right, I leave that alone. Or did you want this?",
        description="The same, above a single choice that the message said not to do.",
    )
    clarify_again: Text = Field(
        "Which one? Please press it, or type its number.",
        description='Above the same choices, when the user answers with a "yes" that does not say which.',
    )
    clarify_again_one: Text = Field(
        "Just to be sure: please press one of the two.",
        description='The same, above a single choice, when a "yes" may mean that what was refused be left.',
    )
    left_alone: Text = Field(
        "Then I have done nothing. If you want it after all, please say so in a full sentence.",
        description='When the user says "yes" to that once more.',
    )
    cannot_undo: Text = Field(
        "That has been done already, and I cannot undo it.",
        description="When the message says not to do what was just done, above the way to a person if there is one.",
    )
    misunderstood: Text = Field(
        "Sorry, I got you wrong. What would you like instead?",
        description='When the user says "that\'s not what I meant", above what else it may have been, or a person.',
    )
    none_of_these: Text = Field("None of these", description="The last choice, when the bot asks back.")
    ask_rephrase: Text = Field(
        "All right, none of these. Could you say in other words what you would like?",
        description="When the user takes none of the choices.",
    )
    hand_off: Text = Field("I am passing this on to a person.", description="When a person is asked to take over.")
    somebody_there: Text = Field(
        "Somebody is there, and will be with you in a moment.",
        description="After that, when somebody has the agent view open.",
    )
    nobody_there: Text = Field(
        "Nobody is there right now. You will be answered here as soon as somebody is.",
        description="The same, when nobody has it open.",
    )
    person_joined: Text = Field("{name} has joined.", description="When a person is there; {name} is theirs.")
    person_left: Text = Field(
        "{name} has left. The bot answers again.", description="When a person has given the conversation back."
    )
    person_away: Text = Field(
        "{name} had to go. Somebody else will be with you soon.",
        description="When a person is gone without a word, and the conversation waits for another one.",
    )
    no_answer: Text = Field(
        "I see what you mean, but I have no answer to that yet.",
        description="When an intent has neither an action nor responses.",
    )
    not_an_answer: Text = Field(
        "I could not use that.",
        description="Before a question that is asked again, when the message did not answer it.",
    )
    take_your_time: Text = Field(
        "Take your time.", description='When the user asks for a moment ("hold on, let me check").'
    )
    no_help: Text = Field(
        "I need it to go on, and know no more about it than that.",
        description="When the user asks about a question whose slot has no help; the question follows.",
    )
    without_it: Text = Field(
        "All right, then without it.",
        description="When the user cannot answer a question, and the intent goes on: its slot is not required.",
    )
    given_up: Text = Field(
        "All right, but without that I cannot go on. What else can I do for you?",
        description="The same, when it cannot go on; also when a question was asked three times.",
    )
    go_ahead: Text = Field(
        "Please go ahead.",
        description='When the user says "yes" to an answer that ends with "Anything else?" or the like.',
    )
    a_bot: Text = Field(
        "I am a chatbot, not a person.",
        description='When the user asks "are you a bot?" or "who are you?", above the way to a person if there is one.',
    )
    acknowledged: Text = Field(
        "All right. Just write if there is anything else.",
        description='When the user says "ok", "yes" or "no", and nothing was asked.',
    )
    later: Text = Field("You asked for this as well:", description="Before the buttons of wishes that wait their turn.")
    called_off: Text = Field(
        "All right, I have dropped that.", description="When the user drops what was being asked for."
    )
    too_long: Text = Field(
        "That is too long for me. Could you put it in a few sentences?",
        description="When a message is longer than max_message_chars.",
    )
    empty: Text = Field(
        "I received an empty message. What can I do for you?", description="When a message holds no text."
    )

    def said_in(self, language: str) -> TextSettings:
        """The same, with those that config.yml does not set in `language`, or English where it is not known."""
        known = TEXTS.get(language.partition("-")[0].lower(), {})
        return self.model_copy(update={name: text for name, text in known.items() if name not in self.model_fields_set})

    @field_validator("person_joined", "person_left", "person_away")
    @classmethod
    def _fill_in_the_name_alone(cls, text: str) -> str:
        strange = next((place for place in re.findall(r"\{\w*\}", text) if place != "{name}"), None)
        if strange:
            raise ValueError(f"nothing is filled in for {strange}\nOnly {{name}} is, with what the agent is called.")
        return text
