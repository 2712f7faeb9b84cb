"""One database that accepts writes: its own chain, its base of what the node sent, and what it shows (R-95)."""

import secrets
import time
from uuid import UUID

from catalogue import DELETED, ENTITIES, SCOPE
from crypto import chain_hashes, first_hash, sign, verify_receipt
from digests import digests, halves, scope_of
from limits import require
from merge import Dot, FieldState, KnownDots, RecordState, apply, join
from records import Change, ChangeSet, read_change_set, read_state, write_change_set

SINGLE_VALUED = ("register", "review", "ranked")
# of a timestamp that moves the clock, milliseconds.
CLOCK_AHEAD_MAX = 5 * 60_000


class Device:
    def __init__(self, identity):
        self.identity, self.clock = identity, (0, 0)
        self.base = {}  # id: RecordState, joined from what nodes sent
        self.checkpoint = None
        self.new_chain()

    def new_chain(self):
        """A new random id (R-96); what was written under the old one is `sets` no more."""
        self.replica = secrets.randbits(64)
        self.sets, self.hashes, self.refused = [], [], {}
        self.left, self.vouched, self.hq = set(), 0, (0, 0)

    def copy(self):
        """The same database once more, as a backup that is put back or a cloned disk makes it."""
        other = Device(self.identity)
        other.replica, other.sets, other.hashes = self.replica, list(self.sets), list(self.hashes)
        other.refused, other.clock = dict(self.refused), self.clock
        other.left, other.vouched, other.hq = set(self.left), self.vouched, self.hq
        other.base = {record: state.copy() for record, state in self.base.items()}
        return other

    # ------------------------------------------------------------------------------------------------------ writing

    def new_record(self, name, at_milliseconds=None, **values):
        """(id, Change) of a record of that type in the home scope (R-121)."""
        record = new_id(at_milliseconds or now())
        values = {"scope": ("text", self.identity.home_scope), **values}
        return record, self.change(record, name, creates=True, **values)

    def change(self, record, name, creates=False, **values):
        """A write of the named fields; None clears one. What it overwrites follows from each field's kind (R-92)."""
        entity, seen = ENTITIES[name], self.shown(record) or RecordState()
        writes = []
        for tag, value in sorted((entity.tags[field], value) for field, value in values.items()):
            kind, siblings = entity.kinds[tag], seen.fields.get(tag, FieldState()).siblings
            overwrites = {dot: None for dot in siblings} if kind in SINGLE_VALUED else {}
            writes.append((tag, value, sorted(self._with_replaced(record, tag, overwrites))))
        return Change(record, entity.type, Dot(self.replica, self.next_n(record)), creates, writes=writes)

    def delete(self, record, name):
        """R-94: the value is what the deleter knows."""
        return self.change(record, name, deleted=("known", tuple(self.shown(record).known.runs)))

    def _with_replaced(self, record, tag, dots):
        """R-92: of every own sibling that is not in the base, also what that one overwrote."""
        known = self.base[record].known if record in self.base else KnownDots()
        replaced = set(dots)
        for dot in dots:
            if dot not in known:
                replaced |= {each for each in self._overwritten_by(record, tag, dot)}
        return replaced

    def _overwritten_by(self, record, tag, dot):
        for change in self.own_changes(record):
            if change.dot == dot:
                return next((dots for written, _, dots in change.writes if written == tag), [])
        return []

    def next_n(self, record):
        """R-31: greater than every own n of this record, also of sets that were refused."""
        own = [change.dot.n for change in self.own_changes(record) if change.dot.replica == self.replica]
        known = self.base[record].known.last(self.replica) if record in self.base else 0
        return max([known, *own]) + 1

    def own_changes(self, record):
        return [change for own in self.own_sets() for change in own.changes if change.record == record and change.dot]

    def own_sets(self):
        return [read_change_set(data, self.replica) for data in self.sets]

    def commit(self, *changes, author=None, replaces=b"", milliseconds=None):
        """Stamps and chains (R-12) a change set. `milliseconds`: of a clock that goes wrong. Its seq."""
        timestamp = (milliseconds, 0) if milliseconds else self._next_timestamp(changes)
        change_set = ChangeSet(timestamp, author or self.identity.leaf["user"], list(changes), replaces)
        self.sets.append(write_change_set(change_set, self.replica))
        self.hashes.append(chain_hashes(self.hash_at(len(self.hashes)), self.sets[-1:])[0])
        return len(self.sets)

    def _next_timestamp(self, changes):
        """R-60: the least that is later than the clock saw and than every sibling that is overwritten."""
        before = [self.clock, *self._overwritten_timestamps(changes)]
        timestamp = max((now(), 0), *((milliseconds, counter + 1) for milliseconds, counter in before))
        if timestamp[0] <= now() + CLOCK_AHEAD_MAX:
            self.clock = timestamp
        return timestamp

    def _overwritten_timestamps(self, changes):
        for change in changes:
            seen = self.shown(change.record) or RecordState()
            for tag, _, dots in change.writes:
                siblings = seen.fields[tag].siblings if tag in seen.fields else {}
                yield from (siblings[dot].timestamp for dot in dots if dot in siblings)

    def write(self, record, name, **values):
        return self.commit(self.change(record, name, **values))

    # ------------------------------------------------------------------------------------------------------ pushing

    def hash_at(self, seq):
        return self.hashes[seq - 1] if seq else first_hash(self.replica)

    def run(self, first=1, last=None):
        """R-13: the sets first … last, signed at the last."""
        last = last or len(self.sets)
        return {
            "replica": self.replica,
            "first_seq": first,
            "before": self.hash_at(first - 1),
            "sets": self.sets[first - 1 : last],
            "signature": sign(self.identity.key, "run", self.hash_at(last)),
            "chain": self.identity.chain,
        }

    def take_receipt(self, signed):
        """R-17: verifies a receipt for this chain and notes what it refused; (the receipt, the node's certificate)."""
        receipt, node = verify_receipt(signed, self.identity.root)
        require(receipt["replica"] == self.replica, "a receipt of another chain", "untrusted")
        require(receipt["seq"] <= len(self.sets), "a receipt for sets of somebody else (R-63)", "untrusted")
        require(receipt["hash"] == self.hash_at(receipt["seq"]), "a receipt for other sets (R-63)", "untrusted")
        self.refused |= {refusal["seq"]: refusal for refusal in receipt["refusals"]}
        self.vouched = max(self.vouched, receipt["seq"])
        if receipt["hq"]:
            self.hq = receipt["seq"], receipt["epoch"]
        return receipt, node

    def head(self):
        seq, (hq_seq, hq_epoch) = len(self.sets), self.hq
        return {"replica": self.replica, "seq": seq, "hash": self.hash_at(seq), "hq_seq": hq_seq, "hq_epoch": hq_epoch}

    # ------------------------------------------------------------------------------------------------------ pulling

    def take_states(self, states):
        """Joins what a node sent into the base (R-95), each in its one form (R-40)."""
        read = [read_state(data) for data in states]
        require(not any(self.is_forked_in(state) for state in read), "somebody else writes under this id", "forked")
        for state in read:
            self.left.discard(state.id)
            if state.id in self.base:
                join(self.base[state.id], state)
            else:
                self.base[state.id] = state

    def lose(self, dropped, evicted):
        """R-73: the bases of what is held no more leave; R-95: what was sent of it does not show it again."""
        scopes = set(dropped)
        gone = {record for record, state in self.base.items() if scope_of(state) in scopes} | set(evicted)
        for record in gone:
            self.base.pop(record, None)
        self.left |= gone

    def is_forked_in(self, state):
        """R-63: whether a state names a dot of this id that was not made here, or one with another value."""
        made = {change.dot: change for change in self.own_changes(state.id)}
        named = [run for run in state.known.runs if run[0] == self.replica]
        if not all(Dot(self.replica, n) in made for _, first, last in named for n in range(first, last + 1)):
            return True
        return any(
            dot.replica == self.replica and _value_of(made[dot], tag) != sibling.value
            for tag, field in state.fields.items()
            for dot, sibling in field.siblings.items()
        )

    def pull(self, client, page_bytes=0):
        """R-70, R-71, R-76: every page, applied together when the last has come; the pages."""
        asked = {"page_bytes_max": page_bytes, "heads": [self.head()] if self.sets else []}
        if self.checkpoint:
            asked["checkpoint"] = self.checkpoint
        pages, cursor = [], b""
        for _ in range(100_000):
            pages.append(client.pull(**asked, cursor=cursor))
            cursor = pages[-1]["cursor"]
            if pages[-1]["complete"]:
                break
        for page in pages:
            for receipt in page["receipts"]:
                self.take_receipt(receipt)
            self.take_states(page["states"])
        require(not any(page["dropped"] or page["evicted"] for page in pages[:-1]), "losses before the last page")
        self.lose(pages[-1]["dropped"], pages[-1]["evicted"])
        self.checkpoint = pages[-1]["checkpoint"]
        return pages

    def shown(self, record):
        """R-95: the base with the own sets over it that it does not know and nobody refused; None: no such record."""
        state = self.base[record].copy() if record in self.base else None
        for seq, own in enumerate(self.own_sets(), start=1):
            for change in own.changes if seq not in self.refused else []:
                if change.record != record or not change.dot or not (state or change.creates):
                    continue
                if record in self.left and seq <= self.vouched:
                    continue
                state = state or RecordState(id=record, type=change.type)
                apply(state, change.dot, own.timestamp, own.author, change.writes)
        return state

    def digests(self):
        """R-80: of the base (R-95)."""
        return [
            {"scope": scope, **halves(digest), "records": records}
            for scope, digest, records in digests(self.base.values())
        ]


def _value_of(change, tag):
    return next((value for written, value, _ in change.writes if written == tag), None)


def edited_after_delete(state):
    """R-94: the siblings that the deleter had not seen."""
    known = next(iter(state.fields[DELETED].siblings.values())).value[1]
    seen = KnownDots(known)
    return [
        dot
        for tag, field in state.fields.items()
        for dot in field.siblings
        if tag not in (SCOPE, DELETED) and dot not in seen and dot not in state.fields[DELETED].siblings
    ]


def now():
    return time.time_ns() // 1_000_000


def new_id(milliseconds):
    """A UUIDv7."""
    number = milliseconds << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)
    return UUID(int=number).bytes
