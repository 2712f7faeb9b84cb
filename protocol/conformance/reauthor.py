"""Writing again under a new id after a fork (R-96)."""

from device import Device
from merge import Dot, KnownDots
from records import Change


def rewritten(old, first):
    """A device with a new id whose sets are those of `old` from `first` on, under new dots; the base has the others."""
    device = Device(old.identity)
    device.base = {record: state.copy() for record, state in old.base.items()}
    renamed = {}  # (record, old dot): new dot
    for seq, own in list(enumerate(old.own_sets(), start=1))[first - 1 :]:
        changes = [_renamed(change, device, renamed) for change in own.changes]
        device.commit(*changes, author=own.author, replaces=old.hash_at(seq))
    return device


def _renamed(change, device, renamed):
    dot = Dot(device.replica, device.next_n(change.record))
    renamed[change.record, change.dot] = dot
    new = {before: after for (record, before), after in renamed.items() if record == change.record}
    writes = [
        (tag, _renamed_value(value, new), sorted(new.get(each, each) for each in dots))
        for tag, value, dots in change.writes
    ]
    return Change(change.record, change.type, dot, change.creates, writes=writes)


def _renamed_value(value, new):
    """The old dots in the value of a delete are replaced too."""
    if not value or value[0] != "known":
        return value
    runs = []
    for replica, first, last in value[1]:
        if any(dot.replica == replica for dot in new):
            dots = [new.get(Dot(replica, n), Dot(replica, n)) for n in range(first, last + 1)]
            runs += [(dot.replica, dot.n, dot.n) for dot in dots]
        else:
            runs.append((replica, first, last))
    return "known", tuple(KnownDots(runs).runs)
