"""Personal data that slipped into the files, as when real messages are pasted in: addresses, phones, cards, accounts.

What is there to be found is never repeated whole in a finding: those end up in logs and on pull requests.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bot.catalog.catalog import Catalog, ResponseTemplate, Source
from bot.checks.finding import Finding, find
from bot.checks.wiring import texts_of
from bot.detectors.abandonment import go_on
from bot.personal.precise import compact, find_personal_data


def check_personal_data(catalog: Catalog, language: str, contacts: Collection[str]) -> Iterator[Finding]:
    """Addresses and numbers in examples, descriptions and responses that may be a person's.

    `contacts` are the bot's own, which may stand anywhere. In responses, landlines are taken for the bot's own, too.
    """
    own = frozenset(map(compact, contacts))
    for intent in catalog.intents.values():
        for example in intent.examples:
            yield from _check(example.text, example.source, language, own, said_by_users=True)
        yield from _check(intent.description, intent.source, language, own, said_by_users=False)
        yield from _check_answers(intent.responses, language, own)
    for templates in catalog.responses.values():
        yield from _check_answers(templates, language, own)


def _check_answers(templates: tuple[ResponseTemplate, ...], language: str, own: frozenset[str]) -> Iterator[Finding]:
    for template in templates:
        for text in texts_of(template):
            if template.source is not None:
                yield from _check(text, template.source, language, own, said_by_users=False)


def _check(text: str, source: Source, language: str, own: frozenset[str], *, said_by_users: bool) -> Iterator[Finding]:
    go_on()
    found = find_personal_data(text, language, only_persons=not said_by_users)
    leaks = {written: kind for kind, written in found if compact(written) not in own}
    if not leaks:
        return
    hidden = text
    for written in leaks:
        hidden = hidden.replace(written, _mask(written))
    kinds = list(dict.fromkeys(leaks.values()))
    message = f'"{hidden}" holds {" and ".join(kinds)}.'
    remedy = f"Write {' and '.join(_NOBODYS_OWN[kind] for kind in kinds)} in its place"
    remedy += "." if said_by_users else "; if it is the bot's own, name it under check.contacts in config.yml."
    yield Finding(find("personal-data", source, message, remedy, hidden))


_NOBODYS_OWN = {
    "an e-mail address": "anna@example.com",
    "a phone number": "+1 212 555 0123",
    "a card number": "4111 1111 1111 1111, a test number,",
    "a bank account": "GB82 WEST 1234 5698 7654 32, a published example,",
}


def _mask(found: str) -> str:
    """Enough to find it by, and no more."""
    return f"{found[0]}…@…" if "@" in found else f"{found[:2]}…{found[-2:]}"
