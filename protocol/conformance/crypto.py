"""Keys, signatures, chains, certificates, receipts and enrolment codes: R-10 to R-17, R-50."""

from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from codec import read
from limits import Refused, require
from schema import ENUMS
from values import ascending

HQ, BRANCH, DEVICE = (ENUMS["Kind"][name] for name in ("HQ", "BRANCH", "DEVICE"))


# ------------------------------------------------------------------------------------------------------- signatures


def _signed(purpose, data):
    """R-11: what a signature is over."""
    return f"fieldsync {purpose} v1\0".encode() + data


def new_key():
    return Ed25519PrivateKey.generate()


def public(key):
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def sign(key, purpose, data):
    return key.sign(_signed(purpose, data))


def verify(public_key, purpose, data, signature):
    """R-11."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, _signed(purpose, data))
    except (InvalidSignature, ValueError):
        raise Refused("bad_signature", purpose) from None


# ------------------------------------------------------------------------------------------------------ hash chains


def first_hash(replica):
    """R-12: the hash of set 0."""
    return sha256(b"fieldsync chain v1\0" + replica.to_bytes(8, "big")).digest()


def next_hash(before, change_set):
    """R-12."""
    return sha256(before + change_set).digest()


def chain_hashes(before, sets):
    hashes = []
    for change_set in sets:
        before = next_hash(before, change_set)
        hashes.append(before)
    return hashes


# ----------------------------------------------------------------------------------------------------- certificates


def read_certificate(signed):
    """R-14. `signed`: a SignedCertificate that was read."""
    certificate = read("Certificate", signed["certificate"], strict=True)
    require(certificate["kind"] in (0, HQ, BRANCH, DEVICE), "a kind of a later version", "upgrade_required")
    require(certificate["kind"] != 0, "no kind")
    require(len(certificate["key"]) == 32 and len(certificate["issuer"]) == 32, "not a key")
    require(len(certificate["subject"]) == 16, "no subject")
    person = 16 if certificate["kind"] == DEVICE else 0
    require(len(certificate["user"]) == len(certificate["branch"]) == person, "devices name a person and a branch")
    return certificate


# ------------------------------------------------------------------------------------------------------- root keys


@dataclass(frozen=True)
class Rotation:
    """R-148. `signed`: as it travels."""

    old: bytes
    new: bytes
    at: int
    compromised: bool
    signed: dict


def read_rotation(signed):
    """R-148."""
    content = read("RootRotation", signed["rotation"], strict=True)
    old, new = content["old"], content["new"]
    require(len(old) == len(new) == 32 and old != new, "not two keys")
    verify(old, "rotation", signed["rotation"], signed["old_signature"])
    verify(new, "rotation", signed["rotation"], signed["new_signature"])
    return Rotation(old, new, content["at"], content["compromised"], signed)


@dataclass(frozen=True)
class Roots:
    """R-149: HQ's key, and how it was replaced, oldest first."""

    current: bytes
    rotations: tuple = ()

    def taking(self, signed):
        told = [read_rotation(each) for each in signed]
        known, current = list(self.rotations), self.current
        pairs = {(rotation.old, rotation.new) for rotation in [*known, *told]}
        require(len(pairs) == len({old for old, _ in pairs}), "two keys follow one", "untrusted")
        seen = {current, *(rotation.old for rotation in known)}
        while step := next((each for each in told if each.old == current and each.new not in seen), None):
            known.append(step)
            current = step.new
            seen.add(current)
        while step := next((e for e in told if e.new == (known[0].old if known else current) and e.old not in seen), None):
            known.insert(0, step)
            seen.add(step.old)
        return Roots(current, tuple(known))

    def replacement(self, key):
        """None for the current key."""
        if key == self.current:
            return None
        found = [rotation for rotation in self.rotations if rotation.old == key]
        require(found, "another organisation", "untrusted")
        return found[0]


def verify_chain(chain, root, now=None):
    """R-15: the leaf. `root`: Roots, or None at enrolment (R-53); `now` None: expiry does not count (R-16)."""
    require(len(chain) <= 4, "more than 4 certificates", "too_large")
    certificates = [read_certificate(signed) for signed in chain]
    require(certificates, "no certificate", "untrusted")
    last = certificates[-1]
    require(last["kind"] == HQ and last["key"] == last["issuer"], "does not end in HQ", "untrusted")
    replaced = root and root.replacement(last["key"])
    for certificate in certificates if replaced else ():
        late = certificate["issuer"] == replaced.old and certificate["issued_at"] >= replaced.at
        require(not late, "certified by a key that had been replaced", "untrusted")
    for certificate, issuer in zip(certificates, certificates[1:]):
        require(certificate["issuer"] == issuer["key"], "a link is missing", "untrusted")
        require(_may_certify(issuer, certificate), "may not certify this", "untrusted")
    for signed, issuer in zip(chain, [*certificates[1:], last]):
        verify(issuer["key"], "certificate", signed["certificate"], signed["signature"])
    require(now is None or not (replaced and replaced.compromised), "the root key is known to others", "expired")
    for certificate in certificates:
        require(now is None or now < certificate["expires_at"], certificate["name"], "expired")
    return certificates[0]


def _may_certify(issuer, certificate):
    if issuer["kind"] == HQ:
        return certificate["kind"] in (BRANCH, DEVICE)
    own_device = certificate["kind"] == DEVICE and certificate["branch"] == issuer["subject"]
    return issuer["kind"] == BRANCH and own_device


# ------------------------------------------------------------------------------------------------- runs and receipts


def verify_run(run, root):
    """R-13: (the author's certificate, the hash of each set). R-16: whether it has expired does not count."""
    require(run["first_seq"] >= 1 and run["sets"] and len(run["before"]) == 32, "not a run")
    require(run["first_seq"] > 1 or run["before"] == first_hash(run["replica"]), "a chain that begins otherwise")
    author = verify_chain(run["chain"], root)
    hashes = chain_hashes(run["before"], run["sets"])
    verify(author["key"], "run", hashes[-1], run["signature"])
    return author, hashes


def verify_receipt(signed, root, now=None):
    """R-17: (the receipt, the node's certificate)."""
    receipt = read("Receipt", signed["receipt"])
    refused = [refusal["seq"] for refusal in receipt["refusals"]]
    require(len(receipt["hash"]) == 32, "not a hash")
    for numbers in (refused, receipt["undecided"]):
        require(ascending(numbers), "verdicts are not ascending")
        require(all(receipt["first_seq"] <= seq <= receipt["seq"] for seq in numbers), "a verdict beyond its range")
    node = verify_chain(signed["chain"], root, now)
    require(node["kind"] != DEVICE and receipt["hq"] == (node["kind"] == HQ), "not by such a node", "untrusted")
    verify(node["key"], "receipt", signed["receipt"], signed["signature"])
    return receipt, node


# ---------------------------------------------------------------------------------------------- orders and last words


def verify_order(signed, root, own):
    """R-143: (the order, the certificate of the node that gave it). `own`: the certificate of the device that reads it."""
    node = verify_chain(signed["chain"], root)
    verify(node["key"], "order", signed["order"], signed["signature"])
    order = read("DeviceOrder", signed["order"])
    require(len(order["order"]) == len(order["device"]) == 16, "not an order to a device")
    may_order = node["kind"] == HQ or (node["kind"] == BRANCH and node["subject"] == own["branch"])
    require(may_order and order["device"] == own["subject"], "not for this node to order", "untrusted")
    known = (ENUMS["Task"]["WIPE"], ENUMS["Task"]["HANDOVER"])
    require(order["task"] in known, "an order of a later version", "upgrade_required")
    return order, node


def verify_wipe(report, root):
    """R-145: the device's certificate."""
    device = verify_chain(report["chain"], root)
    require(device["kind"] == DEVICE and len(report["order"]) == 16, "not a report of a wipe")
    said = report["order"] + (report["at"] % 2**64).to_bytes(8, "big") + report["unsent"].to_bytes(8, "big")
    verify(device["key"], "wiped", said, report["signature"])
    return device


# -------------------------------------------------------------------------------------------------- enrolment codes

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass
class EnrolmentCode:
    secret: bytes
    fingerprint: bytes
    text: str


def read_code(typed):
    """R-50."""
    text = typed.upper().translate(str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None}))
    require(len(text) == 33 and all(letter in ALPHABET for letter in text), "not a code")
    values = [ALPHABET.index(letter) for letter in text]
    remainder = 0
    for value in values:
        remainder = _times_x(remainder) ^ value
    require(remainder == 0, "mistyped")
    number = 0
    for value in values[:32]:
        number = number << 5 | value
    content = number.to_bytes(20, "big")
    return EnrolmentCode(content[:8], content[8:], "-".join(text[at : at + 4] for at in range(0, 33, 4)))


def _times_x(value):
    """In GF(2)[x]/(x^5 + x^2 + 1)."""
    value <<= 1
    return value ^ 0b100101 if value & 0b100000 else value
