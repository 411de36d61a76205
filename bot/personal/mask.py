"""What must not get from a message into an intent file, or before a reviewer's eyes: ways to reach and charge people.

Too much is masked rather than too little; precise.py accuses nobody without need. The name of a kind stands for the
value ("email address"), as `slots.delexicalise` reads codes: an encoder knows what that is.
"""

from __future__ import annotations

import re

from bot.personal.check_digits import is_card, is_iban

EMAIL, PHONE, CARD, ACCOUNT = "email address", "phone number", "card number", "account number"

SHORTEST_BARE = 9
"""Digits in a row; shorter ones are order numbers, unless they begin like a phone number."""

_EMAIL = re.compile(r"[\w.+%'-]+(?:@|＠)[\w-]+(?:\.[\w-]+)+")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{2,4}){3,8}\b", re.IGNORECASE)
_DIGITS = re.compile(r"(?<![\w.])(?:\+|\(\+?)?\d(?:[ ().\-/]{0,3}\d){6,22}(?![\w])")
_DATE = re.compile(r"\d{4}([-./])\d{1,2}\1\d{1,2}|\d{1,2}([-./])\d{1,2}\2\d{4}")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
"""No file may hold these, and a terminal would obey some."""

_MARK = re.compile(r"\](?=[({])")


def mask(text: str) -> str:
    """`text` with e-mail addresses, phone, card and account numbers in words, and its white space made even.

    Also the same as an example: brackets in it mark no slot (catalog/annotations.py). A masked text masks to itself.
    Too much is masked rather than too little: a long order number may be read as a phone number.
    """
    text = _EMAIL.sub(EMAIL, " ".join(_UNPRINTABLE.sub(" ", text).split()))
    text = _IBAN.sub(_name_account, text)
    return _MARK.sub("] ", _DIGITS.sub(_name_digits, text))


def _name_account(found: re.Match[str]) -> str:
    """The words after an account number may look like a part of it."""
    written = found[0]
    for end in [*(gap.start() for gap in re.finditer("[ -]", written)), len(written)][::-1]:
        if is_iban(re.sub("[ -]", "", written[:end])):
            return ACCOUNT + written[end:]
    return written


def _name_digits(found: re.Match[str]) -> str:
    written = found[0]
    digits = re.sub(r"\D", "", written)
    if _DATE.fullmatch(written) or (written == digits and len(digits) < SHORTEST_BARE and written[0] != "0"):
        return written
    if 13 <= len(digits) <= 19:
        return CARD if is_card(digits) else ACCOUNT
    return PHONE if len(digits) <= 15 else ACCOUNT
