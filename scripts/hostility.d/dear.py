"""Bodies as long, and as dear to decode, as they may be."""
import os
import secrets

from site_under_attack import ROOT  # first: it says where the other modules are

from codec import varint, write
from crypto import chain_hashes, first_hash, sign
from frames import frame

assert ROOT
PULL = frame(write("PullRequest", {}))


def trials(clients):
    """Of each: its name, its address, and a body for each of the clients."""
    for name, path, body in (
        ("bombs", "/v1/push", frame(bytes(16_000_001))),
        ("bombs of a stranger", "/v1/session", frame(bytes(131_073))),
        ("messages at the limit", "/v1/push", frame(later_fields(16_000_000))),
        ("bodies at the limit", "/v1/push", plain(later_fields(7_999_990, os.urandom))),
        ("bodies that say no length", "/v1/push", chunks(plain(later_fields(7_999_990, os.urandom)))),
        ("pulls with as many heads as there may be", "/v1/pull", frame(heads(1_000))),
        ("the same, that wait", "/v1/pull", frame(waiting(clients[0]) + heads(1_000))),
        ("more heads than there may be", "/v1/pull", frame(heads(100_000))),
        ("as many digests of scopes as there may be", "/v1/reconcile", frame(digests(100_000))),
        ("many ranges", "/v1/reconcile", frame(ranges(65_536))),
        ("many listed ranges and hashes", "/v1/reconcile", frame(listed(65_535, 2) + listed(1, 3_000))),
        ("more sets than there may be", "/v1/push", frame(b"".join(empty_run(10_000) for _ in range(790)))),
        ("first pulls", "/v1/pull", PULL),
    ):
        yield name, path, [body] * len(clients)
    for name, sets, changes, fields in (("sets of long values", 15, 120, 1), ("sets of many fields", 15, 980, 51)):
        yield name, "/v1/push", [frame(own_run(client, sets, changes, fields)) for client in clients]


def plain(message):
    return varint(len(message)) + b"\0" + message


def chunks(body):
    """A body that is sent without its length."""
    return [body[at : at + 65_536] for at in range(0, len(body), 65_536)]


def field(number, content):
    return varint(number << 3 | 2) + varint(len(content)) + content


def later_fields(count, content=bytes):
    """Fields of a later version, which are passed over (R-5), of about so many bytes in all."""
    pieces, left, number = [], count, 1_000
    while left > 20:
        pieces.append(field(number, content(min(60_000, left - 6))))
        left -= len(pieces[-1])
        number += 1
    return b"".join(pieces)


def heads(count):
    """Of chains that nobody knows."""
    return b"".join(
        field(5, varint(1 << 3 | 1) + os.urandom(8) + varint(2 << 3) + varint(1) + field(3, bytes(32)))
        for _ in range(count))


def waiting(client):
    """A pull that has nothing to get for five seconds."""
    page = client.pull()
    while not page["complete"]:
        page = client.pull(cursor=page["cursor"])
    return write("PullRequest", {"checkpoint": page["checkpoint"], "wait": 5})


def digests(count):
    """Of scopes that nobody knows."""
    return b"".join(
        field(1, field(1, b"site/%08x-0000-7000-8000-000000000000" % number) + varint(2 << 3 | 1) + bytes(8) + varint(3 << 3 | 1) + bytes(8))
        for number in range(count))


def ranges(count):
    """With ends that do not fit into the place of a short one."""
    return field(6, field(3, bytes(16)) * count + field(4, bytes(8 * count)))


def listed(count, hashes):
    return field(7, field(1, b"site/" + b"x" * 60) + field(4, os.urandom(8 * hashes))) * count


def empty_run(sets):
    return field(1, field(4, b"") * sets)


def own_run(client, sets, changes, fields):
    """A run of the client's own, rightly signed, of so many sets of records of a type that nobody knows yet."""
    replica = secrets.randbits(64)
    made = [change_set(client.identity.leaf["user"], changes, fields) for _ in range(sets)]
    head = chain_hashes(first_hash(replica), made)[-1]
    run = {
        "replica": replica, "first_seq": 1, "before": first_hash(replica), "sets": made,
        "signature": sign(client.identity.key, "run", head), "chain": client.identity.chain,
    }
    return write("PushRequest", {"runs": [run]})


def change_set(author, changes, fields):
    """Of about a megabyte. One field is long, many are short."""
    if fields == 1:
        values = field(7, varint(1 << 3) + varint(1) + field(2, os.urandom(4_000).hex().encode()))
    else:
        values = b"".join(field(7, varint(1 << 3) + varint(tag) + field(2, b"twelve bytes")) for tag in range(1, fields))
    head = b"".join((varint(2 << 3), varint(60_000), varint(3 << 3), varint(1), varint(4 << 3), b"\1"))
    made = b"".join(field(6, field(1, identifier()) + head + values) for _ in range(changes))
    return varint(1 << 3) + varint(1_790_000_000_000) + field(3, author) + made


def identifier():
    """A UUIDv7."""
    raw = bytearray((1_790_000_000_000).to_bytes(6, "big") + os.urandom(10))
    raw[6], raw[8] = raw[6] & 15 | 112, raw[8] & 63 | 128
    return bytes(raw)
