"""What is surely personal data, for texts that somebody wrote on purpose: what is nobody's is told apart.

mask.py is the eager one. Sole user of phonenumbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers
from phonenumbers import Leniency, PhoneNumberMatcher, PhoneNumberType

from bot.personal.check_digits import is_card, is_iban

EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?P<domain>(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24})\b")
CARD = re.compile(r"(?<![\w.,+-])[2-6](?:[ -]?\d){12,18}(?![\w-])")
# Of the schemes that cards are known by, where their numbers begin and how long they are (ISO/IEC 7812-1).
SCHEMES = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|3[47]\d{13}"
    r"|3(?:0[0-5]|[689]\d)\d{11}|35(?:2[89]|[3-8]\d)\d{12,15}|6(?:011|4[4-9]\d|5\d\d|2\d\d)\d{12,15}"
)
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[A-Z0-9]{11,30}|(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,4})?)\b", re.IGNORECASE)
MAYBE_ANYTHING = re.compile(r"[@\d]")
MAYBE_PHONE = re.compile(r"\d(?:[^\w\n]{0,3}\d){6}")

# RFC 2606 and 6761: domains that are nobody's.
NOBODYS_DOMAIN = re.compile(
    r"(?:^|\.)(?:example\.(?:com|org|net|edu)|[\w-]+\.(?:example|test|invalid|localhost))$", re.I
)
DESKS = {
    "info", "help", "hello", "hi", "contact", "support", "service", "services", "customerservice", "customer-service",
    "customercare", "care", "team", "office", "mail", "post", "sales", "shop", "store", "orders", "order", "returns",
    "refunds", "billing", "accounts", "accounting", "invoices", "payments", "press", "media", "jobs", "careers", "hr",
    "privacy", "legal", "abuse", "security", "admin", "postmaster", "webmaster", "noreply", "donotreply",
    "newsletter", "feedback", "complaints", "enquiries", "inquiries", "reservations", "bookings", "booking",
    "reception", "kontakt", "kundenservice", "hilfe", "datenschutz", "no-reply",
}  # fmt: skip
# Published for tests: by payment providers, and in the IBAN registry.
TEST_CARDS = {
    "4111111111111111", "4242424242424242", "4012888888881881", "4000056655665556", "5555555555554444",
    "5105105105105100", "2223003122003222", "378282246310005", "371449635398431", "6011111111111117",
    "6011000990139424", "3566002020360505", "30569309025904",
}  # fmt: skip
TEST_ACCOUNTS = {
    "GB82WEST12345698765432", "GB29NWBK60161331926819", "DE89370400440532013000", "FR1420041010050500013M02606",
    "NL91ABNA0417164300", "ES9121000418450200051332", "IT60X0542811101000000123456", "CH9300762011623852957",
    "AT611904300234573201", "BE68539007547034", "PL61109010140000071219812874", "IE29AIBK93115212345678",
}  # fmt: skip
# Never given to anybody, for use in stories: 555-01xx in North America; Ofcom has several ranges in the UK.
FICTION = re.compile(r"^(?:1\d{3}55501\d{2}|441632960\d{3}|442079460\d{3}|447700900\d{3}|44808157\d{4})$")

REGIONS = {
    "en": ("US", "GB"), "de": ("DE", "AT", "CH"), "fr": ("FR", "BE", "CH"), "es": ("ES", "MX"), "it": ("IT", "CH"),
    "pt": ("PT", "BR"), "nl": ("NL", "BE"), "pl": ("PL",), "sv": ("SE",), "da": ("DK",), "nb": ("NO",), "fi": ("FI",),
    "cs": ("CZ",), "tr": ("TR",), "el": ("GR",), "ja": ("JP",), "ko": ("KR",), "uk": ("UA",), "ro": ("RO",),
}  # fmt: skip
"""Where people who write a language have phone numbers that they write without a country's code."""
_PERSONS = (PhoneNumberType.MOBILE, PhoneNumberType.PERSONAL_NUMBER, PhoneNumberType.FIXED_LINE_OR_MOBILE)
_NOBODYS = (
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.UAN,
    PhoneNumberType.VOICEMAIL,
)

Kinds = Iterator[tuple[str, str]]


def find_personal_data(text: str, language: str, *, only_persons: bool = False) -> Kinds:
    """What `text` holds of such things: (kind, as written). With `only_persons`, phones that may be mobile alone."""
    if not MAYBE_ANYTHING.search(text):
        return
    for found in EMAIL.finditer(text):
        if not NOBODYS_DOMAIN.search(found["domain"]) and found[0].split("@")[0].lower() not in DESKS:
            yield "an e-mail address", found[0]
    text = EMAIL.sub(" ", text)
    for kind, numbers, is_one, published in (
        ("a bank account", IBAN, _is_account, TEST_ACCOUNTS),
        ("a card number", CARD, _is_card, TEST_CARDS),
    ):
        for written in [found[0] for found in numbers.finditer(text)]:
            if is_one(number := compact(written).upper()):
                text = text.replace(written, " ")  # is no phone number, too
                if number not in published:
                    yield kind, written
    yield from _phones(text, language, only_persons)


def _phones(text: str, language: str, only_persons: bool) -> Kinds:
    if not MAYBE_PHONE.search(text):
        return
    seen: set[int] = set()
    for region in _regions(language):
        for found in PhoneNumberMatcher(text, region, Leniency.VALID):
            written, number = found.raw_string, found.number
            place = range(found.start, found.end)
            if not seen.isdisjoint(place) or not _is_written_as_phone(written):
                continue
            seen.update(place)
            kind = phonenumbers.number_type(number)
            fiction = FICTION.match(f"{number.country_code}{number.national_number}")
            if not fiction and kind not in _NOBODYS and (kind in _PERSONS or not only_persons):
                yield "a phone number", written


def _is_written_as_phone(written: str) -> bool:
    """Ten digits in a row may count anything; a phone number begins with + or 0, or is written in groups."""
    return written.startswith(("+", "0", "(")) or bool(re.search(r"\d[^\d]+\d", written))


def _regions(language: str) -> tuple[str, ...]:
    base, _, region = language.partition("-")
    usual = REGIONS.get(base, (base.upper(),))
    regions = (region, *usual) if len(region) == 2 and region.isupper() else usual
    known = tuple(region for region in dict.fromkeys(regions) if region in phonenumbers.SUPPORTED_REGIONS)
    return known or ("ZZ",)


def _is_card(number: str) -> bool:
    return bool(SCHEMES.fullmatch(number)) and is_card(number)


def _is_account(number: str) -> bool:
    return 15 <= len(number) <= 34 and is_iban(number)


def compact(text: str) -> str:
    """A number without what is written between its digits; an address in small letters."""
    return re.sub(r"[\s()/.-]+", "", text) if "@" not in text else text.strip().lower()
