"""Descriptions are written about the customer; a question to the customer says "you"."""

from __future__ import annotations

import re

from bot.language.addressing import address

_WHO = (
    "customer|user|client|caller|shopper|visitor|person|guest|member|employee|employer|buyer|patient|student|"
    "subscriber|passenger|player|reader|tenant|applicant|traveller|traveler|citizen|resident|colleague"
)
_WHEN = r"(?:when|whenever|if)\s+"
_THE = r"(?:the|a|an|our|any)\s+"
_SOMEONE = (
    rf"(?:(?:{_WHEN})?(?:{_THE}(?:{_WHO})|some(?:one|body))"
    rf"|{_WHEN}(?:{_WHO})|(?:{_WHO})s?(?=\s+who\s)|(?:{_WHO})(?=['’]s\s))"
)
_COMPOUNDS = "service|support|care|account|data|number|portal|feedback|experience|interface|id|card|satisfaction"
_ADVERBS = r"(?:(?:no\s+longer|also|just|only|still|never|always|already|\w+ly)\s+)*"
_BARE = rf"(?:{_WHO})s?"  # "User asks ..."; but "User interface ..." and "Student loans" are about other things
_VERBS = (
    "wants?|asks?|needs?|wish(?:es)?|tries|try|says?|has|have|is|are|was|were|would|can|cannot|could|does|do|did|lost|forgot|"
    "likes?|thinks?|tells?|complains?|reports?|requests?|inquires?|enquires?|expresses|confirms?|mentions?|greets?|thanks"
)
_SUBJECT = re.compile(
    rf"(?:(?:{_BARE}\s+(?={_ADVERBS}(?:{_VERBS}|[a-z]+n['’]t)\b)"
    rf"|{_SOMEONE}s?(?:\s+(?:who|that))?\s+(?!(?:{_COMPOUNDS})\b))(?P<adverbs>{_ADVERBS})"
    r"|(?=(?:wants|asks|needs|wishes|tries|says)\s))"
    r"(?P<verb>[a-z]+(?:n['’]t)?)(?!['’])\b",
    re.IGNORECASE,
)
_OWNER = re.compile(rf"{_SOMEONE}['’]s\s+", re.IGNORECASE)
_IRREGULAR = {
    "has": "have", "is": "are", "was": "were", "does": "do", "goes": "go", "focuses": "focus",
    "hasn't": "haven't", "isn't": "aren't", "wasn't": "weren't", "doesn't": "don't",
}  # fmt: skip
# Not "they" and "them": in "when they arrive" they are as often the parcels.
_PRONOUNS = {
    "their": "your",
    "theirs": "yours",
    "themselves": "yourself",
    "themself": "yourself",
    "his": "your",
    "him": "you",
    "her": "your",
    "hers": "yours",
    "himself": "yourself",
    "herself": "yourself",
}
_PRONOUN = re.compile(rf"\b(?:{'|'.join(_PRONOUNS)})\b", re.IGNORECASE)
_FURTHER_VERB = re.compile(
    r"\b(?:(?P<same>and|or|but)|he|she)\s+(?P<verb>(?(same)(?:wants|asks|needs|wishes|tries|says)|[a-z]+(?:n['’]t)?))\b",
    re.IGNORECASE,
)


def in_users_words(description: str) -> str:
    """ "The customer wants to change their address." -> "You want to change your address".

    Also for those who write "User wants ...", "when someone wants ...", "Users who want ..." or "Wants ...".
    In German, French and Spanish: "Der Kunde möchte kündigen." -> "Sie möchten kündigen". A description of another
    shape (or language) is returned as written, less its full stop.
    """
    sentence = " ".join(description.split()).rstrip(".")
    if owner := _OWNER.match(sentence):
        return f"Your {_to_you(sentence[owner.end() :])}"
    subject = _SUBJECT.match(sentence)
    if subject is None:
        return address(sentence) or sentence
    verb = _second_person(subject["verb"].lower())
    return f"You {subject['adverbs'] or ''}{verb}{_to_you(sentence[subject.end() :])}"


def _to_you(rest: str) -> str:
    """What follows the subject: further verbs of the same subject, and pronouns that stand for it."""

    def further(found: re.Match[str]) -> str:
        return f"{found['same'] or 'you'} {_second_person(found['verb'].lower())}"

    return _PRONOUN.sub(lambda found: _PRONOUNS[found[0].lower()], _FURTHER_VERB.sub(further, rest))


def _second_person(verb: str) -> str:
    verb = verb.replace("’", "'")
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb.endswith("ies") and len(verb) > 4:
        return f"{verb[:-3]}y"
    if verb.endswith(("sses", "shes", "ches", "xes", "zzes")):
        return verb[:-2]
    return verb[:-1] if verb.endswith("s") and not verb.endswith("ss") else verb
