"""Keys of persons, and what is sealed under them: R-160, R-161."""

import hmac
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from codec import read, write
from limits import Refused
from values import read_value, value_message

NONCE_BYTES = 12


def key_id(person, key):
    """R-160."""
    return int.from_bytes(sha256(b"fieldsync person v1\0" + person + key).digest()[:8], "big")


def _place(record, tag):
    return record + tag.to_bytes(4, "big")


def _sealing(key):
    return AESGCM(hmac.digest(key, b"fieldsync personal seal v1", "sha256"))


def opens_all(states, carried):
    """R-162: whether every sealed value of these states opens with a key that came beside them; and how many there are."""
    keys = {key_id(each["person"], each["key"]): each["key"] for each in carried}
    sealed = [
        (record, tag, content)
        for record, state in states
        for tag, field in state.fields.items()
        for kind, content in (sibling.value for sibling in field.siblings.values())
        if kind == "sealed"
    ]
    opened = [
        key in keys and unseal(keys[key], record, tag, content) is not None for record, tag, (key, content) in sealed
    ]
    return all(opened), len(opened)


def seal(key, record, tag, value):
    """R-161: the content of a `Sealed` value."""
    place, plain = _place(record, tag), write("FieldValue", {"value": value_message(value)})
    nonce = hmac.digest(key, b"fieldsync personal nonce v1\0" + place + plain, "sha256")[:NONCE_BYTES]
    return nonce + _sealing(key).encrypt(nonce, plain, place)


def unseal(key, record, tag, content):
    """R-161: the value; None when it was not sealed under this key for this field of this record."""
    try:
        plain = _sealing(key).decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], _place(record, tag))
        value = read_value(read("FieldValue", plain, strict=True)["value"])
    except (InvalidTag, ValueError, Refused):
        return None
    return None if value is None or value[0] == "sealed" else value
