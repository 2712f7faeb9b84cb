"""Comparing what a device and a node hold: digests, sums of ranges, short hashes (R-80 to R-82)."""

from dataclasses import dataclass, field, replace

from digests import hashes_by_scope
from limits import require
from merge import join
from records import read_state

# "more than a few" are cut, so that a range has about so many records.
LISTED_MAX = 256
RANGE_RECORDS = 48
ID_BYTES = 16


@dataclass
class Range:
    """The ids of a scope behind those that begin with `after`, up to the last that begins with `upto`."""

    scope: str
    after: bytes = b""
    upto: bytes = b""
    hashes: dict = field(default_factory=dict)  # {id: hash} of what is held there, ascending by id

    def behind(self, after):
        """What is left of it behind the ids with that prefix."""
        left = {record: each for record, each in self.hashes.items() if not after or record > last_id(after)}
        return replace(self, after=after, hashes=left)

    def listed(self):
        return {
            "scope": self.scope,
            "after": self.after,
            "upto": self.upto,
            "hashes": [each % 2**64 for each in self.hashes.values()],
        }


def last_id(prefix):
    return prefix.ljust(ID_BYTES, b"\xff")


def parting(before, behind):
    """The shortest prefix of an id that the next one does not have."""
    common = next(at for at in range(ID_BYTES) if before[at] != behind[at])
    return before[: common + 1]


class Comparison:
    """Compares what a device holds with what a node does, and takes in what comes, but for the checkpoint.

    `limits`: of how many records a range is listed, and into ranges of how many a larger one is cut.
    `cut`, `listed`, `resumed`: how many ranges were summed, how many listed, how often an answer was cut short."""

    def __init__(self, node, device, limits=(LISTED_MAX, RANGE_RECORDS)):
        self.node, self.device = node, device
        self.listed_max, self.range_records = limits
        self.states, self.unknown, self.evicted = {}, set(), set()
        self.recovering, self.cut, self.listed, self.resumed = False, 0, 0, 0
        answer = node.reconcile(digests=device.digests())
        self.checkpoint, self.differing = answer["checkpoint"], answer["differing"]
        self.dropped, self.unheld = answer["dropped"], answer["unheld"]
        held = hashes_by_scope(device.base.values())
        self.held = {record: each for scope in self.differing for record, each in held.get(scope, {}).items()}
        self._compare([Range(scope, hashes=dict(sorted(held.get(scope, {}).items()))) for scope in self.differing])

    def take(self):
        """R-80: joins what came; the pull goes on from the checkpoint. R-81: what the node lacks."""
        surplus = self.surplus()
        self.device.lose(self.dropped, self.evicted & set(self.held))
        self.device.take_states(self.states.values())
        self.device.checkpoint = self.checkpoint
        return surplus

    def lost(self):
        """R-81: the records held whose hash is unknown and of which no state came."""
        return {
            record
            for record, each in self.held.items()
            if each % 2**64 in self.unknown and record not in self.states and record not in self.evicted
        }

    def surplus(self):
        """R-81: those that are lost, and those whose state the join with what is held changes."""
        base = self.device.base
        more = {record for record, data in self.states.items() if record in base and adds(base[record], data)}
        return self.lost() | more

    def _compare(self, ranges):
        while ranges:
            self._list([each for each in ranges if len(each.hashes) <= self.listed_max])
            ranges = self._narrow([each for each in ranges if len(each.hashes) > self.listed_max])

    def _narrow(self, ranges):
        """The pieces of ranges that differ."""
        if not ranges:
            return []
        cut = [self._pieces(each) for each in ranges]
        answer = self.node.reconcile(ranges=[_summed(pieces) for pieces in cut])
        flat = [piece for pieces in cut for piece in pieces]
        self.cut += len(flat)
        require(all(number < len(flat) for number in answer["differing_ranges"]), "a range that was not asked for")
        return [flat[number] for number in answer["differing_ranges"]]

    def _pieces(self, whole):
        """Ranges that follow one another and end where the whole one does."""
        ids, after, pieces = list(whole.hashes), whole.after, []
        for first in range(0, len(ids), self.range_records):
            behind = ids[first + self.range_records :]
            upto = parting(ids[first + self.range_records - 1], behind[0]) if behind else whole.upto
            part = {record: whole.hashes[record] for record in ids[first : first + self.range_records]}
            pieces.append(Range(whole.scope, after, upto, part))
            after = upto
        return pieces

    def _list(self, ranges):
        self.listed += len(ranges)
        while ranges:
            answer = self.node.reconcile(listed=[each.listed() for each in ranges])
            self.states |= {read_state(data).id: data for data in answer["states"]}
            self.unknown |= set(answer["unknown"])
            self.evicted |= set(answer["evicted"])
            self.recovering = answer["recovering"]
            place = answer["resume"]
            if not place:
                return
            require(place["range"] < len(ranges), "a range that was not asked for")
            self.resumed += 1
            first, *others = ranges[place["range"] :]
            require(place["range"] or place["after"] > first.after, "a comparison that does not get on")
            ranges = [first.behind(place["after"]), *others]


def _summed(pieces):
    """SummedRanges: pieces that follow one another."""
    sums = [sum(piece.hashes.values()) % 2**64 for piece in pieces]
    return {"scope": pieces[0].scope, "after": pieces[0].after, "upto": [piece.upto for piece in pieces], "sums": sums}


def adds(held, data):
    """Whether the join with what is held changes a node's state."""
    state = read_state(data)
    before = state.copy()
    join(state, held)
    return (state.known.runs, state.fields) != (before.known.runs, before.fields)
