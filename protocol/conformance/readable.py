"""Readable numbers (R-123): what people read out and type instead of an id."""

import re

from limits import require

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FORM = re.compile(r"([0-9A-Z]{1,8})-([0-9A-Z]{1,8})-([0-9A-Z]{1,8})-(\d{6}|[1-9]\d{6,8})-([0-9A-Z])")


def read_number(typed):
    """(prefix, branch, device, counter, as printed)."""
    text = typed.upper()
    # Upper case makes ASCII letters of some that are none: the long s becomes S.
    found = FORM.fullmatch(text) if typed.isascii() else None
    require(found, "not a readable number")
    require(check_character(text[:-2]) == found[5], "mistyped")
    return found[1], found[2], found[3], int(found[4]), text


def check_character(body):
    """In GF(2)[x]/(x^2 + x + 1) times GF(3)[i]/(i^2 + 1), each element as its two coefficients."""
    (b0, b1), (t0, t1) = (0, 0), (0, 0)
    for value in (ALPHABET.index(character) for character in body if character != "-"):
        b0, b1 = b0 ^ value // 9 % 2, b1 ^ value // 18
        t0, t1 = (t0 + value) % 3, (t1 + value // 3) % 3
        b0, b1 = b1, b0 ^ b1
        t0, t1 = (t0 - t1) % 3, (t0 + t1) % 3
    return ALPHABET[b1 * 18 + b0 * 9 + -t1 % 3 * 3 + -t0 % 3]
