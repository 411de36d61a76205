"""The check digits by which numbers of cards and accounts are told from other numbers."""

from __future__ import annotations

import unicodedata


def is_card(number: str) -> bool:
    """Whether the last digit of `number`, all digits, is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def is_iban(number: str) -> bool:
    """Whether `number`, of letters and digits, has the check digits of an account number (ISO 13616): with the first
    four characters at the end and letters as numbers, the rest by 97 is 1."""
    plain = unicodedata.normalize("NFKC", number).upper()
    try:
        return int("".join(str(int(character, 36)) for character in plain[4:] + plain[:4])) % 97 == 1
    except ValueError:  # a letter like the Turkish capital I, which [A-Z] matches when case is ignored
        return False
