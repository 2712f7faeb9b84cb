"""The state of one record, and what becomes of it: R-40, R-90, R-91, R-93."""

from dataclasses import dataclass, field
from typing import NamedTuple


class Dot(NamedTuple):
    """One write to one record, for ever (R-23)."""

    replica: int
    n: int


class Sibling(NamedTuple):
    """A value that stands in a field; `timestamp` is (milliseconds, counter)."""

    timestamp: tuple
    author: bytes
    value: tuple


class KnownDots:
    """Dots as runs (replica, first, last), ascending, at least one n missing between two of a replica (R-23)."""

    def __init__(self, runs=()):
        self.runs = []
        for replica, first, last in sorted(runs):
            before = self.runs[-1] if self.runs else None
            if before and before[0] == replica and first <= before[2] + 1:
                self.runs[-1] = (replica, before[1], max(before[2], last))
            else:
                self.runs.append((replica, first, last))

    def __contains__(self, dot):
        return any(replica == dot[0] and first <= dot[1] <= last for replica, first, last in self.runs)

    def __or__(self, other):
        return KnownDots(self.runs + other.runs)

    def __eq__(self, other):
        return self.runs == other.runs

    def with_dot(self, dot):
        return KnownDots([*self.runs, (dot[0], dot[1], dot[1])])

    def last(self, replica):
        """The greatest n of a replica, 0 when none is known."""
        return max((last for owner, _, last in self.runs if owner == replica), default=0)


@dataclass
class FieldState:
    siblings: dict = field(default_factory=dict)  # Dot: Sibling
    superseded: set = field(default_factory=set)  # dots that were overwritten here and have not come yet

    def knows(self, dot, known):
        return dot in known or dot in self.superseded


@dataclass
class RecordState:
    known: KnownDots = field(default_factory=KnownDots)
    fields: dict = field(default_factory=dict)  # tag: FieldState
    id: bytes = b""
    type: int = 0

    def of(self, tag):
        return self.fields.setdefault(tag, FieldState())

    def settle(self):
        """What is known leaves every `superseded`; a field with nothing left is none."""
        for state in self.fields.values():
            state.superseded = {dot for dot in state.superseded if dot not in self.known}
        self.fields = {tag: state for tag, state in self.fields.items() if state.siblings or state.superseded}

    def copy(self):
        fields = {tag: FieldState(dict(state.siblings), set(state.superseded)) for tag, state in self.fields.items()}
        return RecordState(KnownDots(self.known.runs), fields, self.id, self.type)


def apply(state, dot, timestamp, author, writes):
    """R-90. `writes`: [(tag, value or None, overwritten dots)]."""
    if dot in state.known:
        return
    for tag, value, overwrites in writes:
        target = state.of(tag)
        for overwritten in overwrites:
            target.siblings.pop(overwritten, None)
        if value is not None and dot not in target.superseded:
            target.siblings[dot] = Sibling(timestamp, author, value)
        target.superseded |= {each for each in overwrites if each not in state.known}
    state.known = state.known.with_dot(dot)
    state.settle()


def join(state, other):
    """R-91: `state` becomes the join of both."""
    for tag in set(state.fields) | set(other.fields):
        state.fields[tag] = _join_field(
            state.fields.get(tag, FieldState()), state.known, other.fields.get(tag, FieldState()), other.known
        )
    state.known = state.known | other.known
    state.settle()


def _join_field(here, here_known, there, there_known):
    joined = FieldState({}, here.superseded | there.superseded)
    for dot in set(here.siblings) | set(there.siblings):
        mine, theirs = here.siblings.get(dot), there.siblings.get(dot)
        if mine and theirs:
            joined.siblings[dot] = max(mine, theirs, key=lambda sibling: sibling[:2])
        elif mine and not there.knows(dot, there_known) or theirs and not here.knows(dot, here_known):
            joined.siblings[dot] = mine or theirs
    return joined


# ---------------------------------------------------------------------------------------------------- what is shown


def by_size(value):
    """Texts by their bytes, then integers."""
    kind, content = value
    return (0, content.encode("utf-8")) if kind == "text" else (1, content)


def in_order(field_state):
    """The siblings' values by (timestamp, dot)."""
    siblings = field_state.siblings.items()
    return [sibling.value for dot, sibling in sorted(siblings, key=lambda each: (each[1].timestamp, each[0]))]


def distinct(field_state):
    return sorted({sibling.value for sibling in field_state.siblings.values()}, key=by_size)


def shown(field_state, kind, order=()):
    """R-93: the one value that a register, review or ranked field shows."""
    values = in_order(field_state)
    return max(values, key=order.index) if kind == "ranked" else values[-1]


def entries(field_state, kind):
    """R-93: what a set, log or counter holds."""
    if kind == "set":
        return distinct(field_state)
    return in_order(field_state) if kind == "log" else sum(content for _, content in in_order(field_state))
