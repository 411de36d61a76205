"""Descriptions are written about the customer; a question to the customer says "you"."""

from __future__ import annotations

import re

_SUBJECT = re.compile(
    r"^(?:the|a|an)\s+(?:customer|user|client|caller|shopper|visitor|person|guest|member|employee|employer|buyer)\s+"
    r"(?P<verb>[a-z]+)\b",
    re.IGNORECASE,
)
_IRREGULAR = {"has": "have", "is": "are", "was": "were", "does": "do", "goes": "go", "isn't": "aren't"}
# Not "they" and "them": in "when they arrive" they are as often the parcels.
_PRONOUNS = {
    "their": "your",
    "theirs": "yours",
    "themselves": "yourself",
    "themself": "yourself",
    "his": "your",
    "her": "your",
    "hers": "yours",
    "himself": "yourself",
    "herself": "yourself",
}
_PRONOUN = re.compile(rf"\b(?:{'|'.join(_PRONOUNS)})\b", re.IGNORECASE)


def in_users_words(description: str) -> str:
    """ "The customer wants to change their address." -> "You want to change your address".

    A description of another shape (or language) is returned as written, less its full stop.
    """
    sentence = " ".join(description.split()).rstrip(".")
    subject = _SUBJECT.match(sentence)
    if subject is None:
        return sentence
    rest = _PRONOUN.sub(lambda found: _PRONOUNS[found[0].lower()], sentence[subject.end() :])
    return f"You {_second_person(subject['verb'].lower())}{rest}"


def _second_person(verb: str) -> str:
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb.endswith("ies") and len(verb) > 4:
        return f"{verb[:-3]}y"
    if verb.endswith(("sses", "shes", "ches", "xes", "zzes")):
        return verb[:-2]
    return verb[:-1] if verb.endswith("s") and not verb.endswith("ss") else verb
