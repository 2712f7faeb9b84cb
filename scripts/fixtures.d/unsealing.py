"""Takes the seal off a database that nobody has open: sealed pages do not compress, and there is a megabyte of them in an empty
database. Whoever opens the fixture seals it again; docs/decisions/0023 says how pages are sealed."""

import hashlib
import hmac
import os

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PAGE, RESERVED, SALT = 4096, 32, 16
WORDS = b"SQLite format 3\0"


def digest(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def data_key(folder, secret_file):
    """The newest of a folder's data keys, opened by a key file or a file with a passphrase."""
    head, lock, sealed = open(os.path.join(folder, "data.keys"), encoding="utf-8").read().split("\n")[:3]
    given = open(secret_file, "rb").read()
    if lock.startswith("scrypt "):
        _, log_n, salt = lock.split()
        cost = {"n": 1 << int(log_n), "r": 8, "p": 1, "maxmem": 1 << 30}
        secret = hashlib.scrypt(given.rstrip(b"\n"), salt=bytes.fromhex(salt), dklen=32, **cost)
    else:
        secret = digest(b"fieldsync key file 1", given)
    sealed = bytes.fromhex(sealed)
    return AESGCM(secret).decrypt(sealed[:12], sealed[12:], f"{head}\n{lock}".encode())[:32]


def unseal(database, key):
    """Replaces a sealed database by the same pages in the clear. Its log must be empty."""
    log = database + "-wal"
    if os.path.exists(log):
        if os.path.getsize(log) > 0:
            raise SystemExit(f"{log} is not empty: its node did not end as it should")
        os.remove(log)
    sealed = open(database, "rb").read()
    file_key = digest(digest(key, b"fieldsync pages 1"), b"fieldsync sealed pages 1\0" + sealed[:SALT])
    pages = [page(file_key, at // PAGE + 1, sealed[at : at + PAGE]) for at in range(0, len(sealed), PAGE)]
    with open(database, "wb") as file:
        file.writelines(pages)


def page(key, number, slot):
    start = SALT if number == 1 else 0
    nonce, tag = slot[-RESERVED : -RESERVED + 16], slot[-16:]
    opened = Cipher(algorithms.AES(key), modes.GCM(nonce, tag)).decryptor()
    opened.authenticate_additional_data(b"P" + number.to_bytes(4, "big"))
    content = opened.update(slot[start:-RESERVED]) + opened.finalize()
    return WORDS[:start] + content + bytes(RESERVED)
