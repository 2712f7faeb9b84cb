"""Change sets and record states: what their messages mean, and the one form of each (R-20 to R-42)."""

from dataclasses import dataclass, field
from hashlib import sha256

from codec import read, write
from limits import CHANGE_SET_BYTES_MAX, COUNT_MAX, STATE_BYTES_MAX, require
from merge import Dot, RecordState, Sibling
from values import Table, ascending, dot_of, known_dots, read_value, value_message

MILLISECONDS_MAX = 2**48 - 1
RULE_DOT = b"fieldsync rule v1\0"


@dataclass
class Change:
    """`writes`: [(tag, value or None, overwritten dots)], where a value is (kind, content)."""

    record: bytes
    type: int
    dot: Dot | None = None
    creates: bool = False
    rule: bytes = b""
    writes: list = field(default_factory=list)
    witness: RecordState | None = None


@dataclass
class ChangeSet:
    timestamp: tuple
    author: bytes
    changes: list
    replaces: bytes = b""


# ------------------------------------------------------------------------------------------------------ change sets


def read_change_set(data, replica):
    """R-30. `replica`: whose run carries it."""
    require(len(data) <= CHANGE_SET_BYTES_MAX, "a change set too long", "too_large")
    message = read("ChangeSet", data, strict=True)
    require(len(message["author"]) == 16, "no author")
    require(len(message["replaces"]) in (0, 32), "not a hash")
    require(message["milliseconds"] <= MILLISECONDS_MAX, "a timestamp beyond 48 bits")
    require(replica not in message["replicas"], "the table holds the run's own replica")
    table = Table(message["replicas"], [replica])
    fields, limit = sum(len(change["fields"]) for change in message["changes"]), COUNT_MAX["ChangeSet", "fields of all changes"]
    require(fields <= limit, f"more than {limit} fields", "too_large")
    changes = [_read_change(change, replica, table) for change in message["changes"]]
    table.require_used()
    return ChangeSet((message["milliseconds"], message["counter"]), message["author"], changes, message["replaces"])


def _read_change(message, replica, table):
    require(len(message["record"]) == 16 and message["type"] >= 1, "no record")
    change = Change(message["record"], message["type"], rule=message["rule"], creates=message["creates"])
    if message["witness"]:
        alone = not (message["n"] or message["creates"] or message["rule"] or message["rule_dot"] or message["fields"])
        require(alone, "a witness with something else")
        change.witness = _state(message["witness"])
        require((change.witness.id, change.witness.type) == (change.record, change.type), "of another record")
        return change
    change.writes = [_read_write(each, table) for each in message["fields"]]
    require(ascending([tag for tag, _, _ in change.writes]), "fields are not ascending")
    change.dot = _rule_dot(message, change) if message["rule"] else _own_dot(message, replica)
    return change


def _own_dot(message, replica):
    require(not message["rule_dot"], "a rule's dot without the rule")
    return dot_of(replica, message["n"])


def _rule_dot(message, change):
    """R-32: the dot is the hash of what the rule wrote."""
    require(len(message["rule"]) == 16 and message["n"] == 0, "a rule's write has no dot of its own")
    require(message["creates"] and not any(dots for _, _, dots in change.writes), "a rule makes, overwriting nothing")
    require(message["rule_dot"] == rule_dot(message), "the dot of other content")
    return Dot(message["rule_dot"], 1)


def rule_dot(message):
    """R-32. `message`: a Change."""
    content = write("Change", {**message, "rule_dot": 0})
    return int.from_bytes(sha256(RULE_DOT + content).digest()[:8], "big")


def _read_write(message, table):
    require(message["tag"] >= 1, "a field without its tag")
    pairs = message["overwrites"]
    require(len(pairs) % 2 == 0, "half a pair")
    dots = [dot_of(table[index], n) for index, n in zip(pairs[::2], pairs[1::2])]
    require(ascending(dots), "overwritten dots are not ascending")
    return message["tag"], read_value(message["value"]), dots


def write_change_set(change_set, replica):
    """The one form of a change set that `replica` makes."""
    named = {dot.replica for change in change_set.changes for _, _, dots in change.writes for dot in dots} - {replica}
    table = [replica, *sorted(named)]
    message = {
        "milliseconds": change_set.timestamp[0],
        "counter": change_set.timestamp[1],
        "author": change_set.author,
        "replaces": change_set.replaces,
        "replicas": table[1:],
        "changes": [_change_message(change, table) for change in change_set.changes],
    }
    return write("ChangeSet", message)


def _change_message(change, table):
    message = {"record": change.record, "type": change.type, "creates": change.creates, "rule": change.rule}
    message["fields"] = []
    if change.witness:
        return {**message, "witness": _state_message(change.witness)}
    for tag, value, dots in change.writes:
        pairs = [part for dot in dots for part in (table.index(dot.replica), dot.n)]
        message["fields"].append({"tag": tag, "value": value_message(value), "overwrites": pairs})
    return {**message, "rule_dot": rule_dot(message)} if change.rule else {**message, "n": change.dot.n}


# ---------------------------------------------------------------------------------------------------- record states


def read_state(data):
    """R-40."""
    require(len(data) <= STATE_BYTES_MAX, "a state too long", "too_large")
    return _state(read("RecordState", data, strict=True))


def _state(message):
    require(len(message["id"]) == 16 and message["type"] >= 1, "no record")
    replicas, authors = Table(message["replicas"]), Table(message["authors"])
    require(all(len(author) == 16 for author in message["authors"]), "an author of another length")
    state = RecordState(id=message["id"], type=message["type"])
    state.known = known_dots([(replicas[run["replica"]], run["skipped"] + 1, run["last"]) for run in message["known"]])
    _read_siblings(message, state, replicas, authors)
    _read_superseded(message, state, replicas)
    replicas.require_used()
    authors.require_used()
    return state


def _read_siblings(message, state, replicas, authors):
    """R-42."""
    order = []
    for each in message["writes"]:
        dot, author = dot_of(replicas[each["replica"]], each["n"]), authors[each["author"]]
        timestamp = (id_milliseconds(state.id) + each["milliseconds_after_id"], each["counter"])
        require(0 <= timestamp[0] <= MILLISECONDS_MAX, "a timestamp outside its range")
        require(dot in state.known, "a sibling that is not known")
        order.append((dot, timestamp, author))
        tags = [part["tag"] for part in each["fields"]]
        require(tags and tags[0] >= 1 and ascending(tags), "fields are not ascending")
        for part in each["fields"]:
            require(part["value"] is not None, "a sibling without its value")
            siblings = state.of(part["tag"]).siblings
            require(dot not in siblings, "a dot twice in a field")
            siblings[dot] = Sibling(timestamp, author, read_value(part["value"]))
    require(ascending(order), "writes are not ascending")


def _read_superseded(message, state, replicas):
    listed = [(each["tag"], dot_of(replicas[each["replica"]], each["n"])) for each in message["superseded"]]
    require(ascending(listed) and all(tag >= 1 for tag, _ in listed), "superseded dots are not ascending")
    for tag, dot in listed:
        require(dot not in state.known, "a superseded dot that is known")
        state.of(tag).superseded.add(dot)


def id_milliseconds(record):
    """The time in a UUIDv7."""
    return int.from_bytes(record[:6], "big")


def write_state(state):
    """The one form of a state: what its hash (R-41) is over."""
    return write("RecordState", _state_message(state))


def state_hash(state):
    """R-41, a number of 128 bits."""
    return int.from_bytes(sha256(write_state(state)).digest()[:16], "big")


def _state_message(state):
    groups = {}
    for tag in sorted(state.fields):
        for dot, sibling in state.fields[tag].siblings.items():
            written = {"tag": tag, "value": value_message(sibling.value)}
            groups.setdefault((dot, sibling.timestamp, sibling.author), []).append(written)
    superseded = sorted((tag, dot) for tag, each in state.fields.items() for dot in each.superseded)
    dots = [dot for dot, _, _ in groups] + [dot for _, dot in superseded]
    replicas = sorted({dot.replica for dot in dots} | {run[0] for run in state.known.runs})
    authors = sorted({author for _, _, author in groups})
    return {
        "id": state.id,
        "type": state.type,
        "replicas": replicas,
        "authors": authors,
        "known": [
            {"replica": replicas.index(replica), "skipped": first - 1, "last": last}
            for replica, first, last in state.known.runs
        ],
        "writes": [
            {
                "replica": replicas.index(dot.replica),
                "n": dot.n,
                "milliseconds_after_id": timestamp[0] - id_milliseconds(state.id),
                "counter": timestamp[1],
                "author": authors.index(author),
                "fields": groups[dot, timestamp, author],
            }
            for dot, timestamp, author in sorted(groups)
        ],
        "superseded": [{"tag": tag, "replica": replicas.index(dot.replica), "n": dot.n} for tag, dot in superseded],
    }
