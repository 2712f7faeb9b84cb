"""What a node's audit looks like from outside: R-130 to R-132."""

from hashlib import sha256

from codec import read
from crypto import DEVICE, verify, verify_chain
from limits import require

NOTHING = bytes(32)


def chained(entry, previous):
    """R-130. `entry`: as vectors/README.md has it, with bytes; `set`: (replica, seq, hash) or None."""
    replica, seq, hash_ = entry["set"] or (0, 0, NOTHING)
    authority = NOTHING if entry["authority"] is None else sha256(entry["authority"]).digest()
    numbers = b"".join(each.to_bytes(8, "big") for each in (entry["n"], entry["at"], entry["position"]))
    about = replica.to_bytes(8, "big") + seq.to_bytes(8, "big") + hash_ + authority
    kind = entry["kind"].to_bytes(1, "big")
    return sha256(b"fieldsync audit v1\0" + previous + numbers + kind + about + entry["detail"]).digest()


def verify_head(signed, root):
    """R-132: (the head, the node's certificate)."""
    node = verify_chain(signed["chain"], root)
    verify(node["key"], "audit", signed["head"], signed["signature"])
    require(node["kind"] != DEVICE, "a device has no audit", "untrusted")
    head = read("AuditHead", signed["head"])
    require(len(head["chain"]) == 32 and 1 <= head["n"] < 2**53, "not a head")
    return head, node
