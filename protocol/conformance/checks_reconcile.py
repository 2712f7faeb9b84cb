"""Comparing what both hold, and bringing back what a node lost: R-33, R-43, R-72, R-80 to R-82."""

from dataclasses import replace
from uuid import UUID

from catalogue import ENTITIES
from comparing import Comparison
from device import Device
from limits import require
from merge import RecordState, apply
from records import Change
from transport import Problem

ASSET = ENTITIES["asset"].tags
# So that a page of 4,000,000 bytes does not hold all the large ones.
SMALL, LARGE, NOTE_BYTES = 300, 75, 60_000


def agrees(node, device):
    """Whether no digest differs after a pull; once more when the node took something in between, as a branch does."""
    for _ in range(20):
        device.pull(node)
        if node.reconcile(digests=device.digests())["differing"] == []:
            return True
    return False


def reconciling(story):
    """comparing what both hold"""
    device, node, scope = story.renewed, story.node, story.first.identity.home_scope
    story.check("R-43 R-80", "the digests of a complete pull are the node's", agrees(node, device))
    missing = device.base.pop(story.by_rule)
    device.base[story.asset] = story.stale
    invented = written_elsewhere(device)
    found = Comparison(node, device)
    story.check("R-80", "a scope that differs is named", found.differing == [scope], str(found.differing))
    only = set(found.states) == {missing.id, story.asset}
    story.check("R-82", "what differs or is missing comes, and only that", only)
    story.check("R-81 R-82", "what the node does not have at all is named", found.lost() == {invented})
    story.check("R-81", "of a record that is only older here nothing is told", found.take() == {invented})
    del device.base[invented]
    pages = device.pull(node)
    story.check("R-80", "the pull goes on from the answer's checkpoint", pages[-1]["complete"])
    story.check("R-43 R-91", "after the join both hold the same", agrees(node, device))


def foreign_scopes(story):
    """scopes that are not the person's"""
    device, node = story.renewed, story.node
    scope = f"site/{UUID(int=7 << 76 | 2 << 62 | 1)}"
    digest = {"scope": scope, "high": 1, "low": 2, "records": 3}
    answer = node.reconcile(digests=[*device.digests(), digest])
    told = answer["dropped"] == [scope] or answer["unheld"] == [scope]
    story.check("R-73 R-80", "a scope that is not his is compared no further", told and scope not in answer["differing"])
    listed = {"scope": scope, "after": b"", "upto": b"", "hashes": [5]}
    answer = node.reconcile(listed=[listed])
    empty = answer["states"] == [] and answer["unknown"] == [5] and answer["evicted"] == []
    story.check("R-82", "and is as empty as one that nobody has", empty)
    summed = {"scope": scope, "after": b"", "upto": [b"\x01", b""], "sums": [0, 9]}
    differing = node.reconcile(ranges=[summed])["differing_ranges"]
    story.check("R-82", "also in sums", differing == [1], str(differing))


def written_elsewhere(device):
    """The id of a record that the device holds in its base and no node does: of a replica that is gone."""
    other = Device(device.identity)
    record, change = other.new_record("asset", serial=("text", "lost"))
    state = RecordState(id=record, type=change.type)
    apply(state, change.dot, (other.clock[0] + 1, 0), device.identity.leaf["user"], change.writes)
    device.base[record] = state
    return record


def large_scopes(story):
    """scopes that are cut into ranges"""
    device, node = story.renewed, story.node
    small, large = _write_many(node, device.identity)
    device.pull(node)
    parts = [small[0], small[150], large[-1]]
    for record in parts:
        del device.base[record]
    invented = written_elsewhere(device)
    found = Comparison(node, device)
    only = set(found.states) == set(parts) and found.lost() == {invented}
    story.check("R-82", "of a large scope comes what differs, and only that", only, str(len(found.states)))
    few = 0 < found.listed <= len(parts) + 1 < found.cut
    story.check("R-82", "ranges are summed, and those that differ listed", few, f"{found.listed} of {found.cut}")
    found = Comparison(node, device, limits=(1, 1))
    same = set(found.states) == set(parts) and found.lost() == {invented}
    story.check("R-82", "ranges of a single record find the same", same, str(len(found.states)))
    del device.base[invented]
    for record in large:
        device.base.pop(record, None)
    found = Comparison(node, device)
    story.check("R-82", "an answer that is cut short is resumed", found.resumed > 0, str(found.resumed))
    story.check("R-82", "and brings all", set(found.states) == {*parts, *large}, str(len(found.states)))
    found.take()
    story.check("R-43 R-80", "after which both hold the same", agrees(node, device))


def _write_many(node, identity):
    """Two lists of ids, ascending: small records, and such as have a long text."""
    device, note = Device(identity), "x" * NOTE_BYTES
    small = [device.new_record("asset", serial=("text", f"S-{number}")) for number in range(SMALL)]
    large = [device.new_record("asset", serial=("text", "large"), notes=("text", note)) for _ in range(LARGE)]
    device.commit(*(change for _, change in small))
    for first in range(0, LARGE, 15):
        device.commit(*(change for _, change in large[first : first + 15]))
    device.take_receipt(node.push([device.run()])[0]["receipt"])
    return [sorted(record for record, _ in each) for each in (small, large)]


def checkpoints(story):
    """checkpoints of another node or epoch, and of a node that was set back"""
    device, node = story.renewed, story.node
    foreign = {**device.checkpoint, "epoch": device.checkpoint["epoch"] ^ 1}
    lost = {**device.checkpoint, "token": device.checkpoint["token"] ^ 1}

    def pull(checkpoint):
        return lambda: node.pull(checkpoint=checkpoint)

    story.refuses("R-72", "a checkpoint of another epoch", "bad_checkpoint", pull(foreign))
    story.refuses("R-72", "a checkpoint that the node did not give", "epoch_changed", pull(lost))
    story.refuses("R-72", "after which every old one is void", "bad_checkpoint", lambda: device.pull(node))
    found = _until_recovering(node, device)
    session = node.open()
    found.take()
    new = device.checkpoint["epoch"] == session["epoch"] != lost["epoch"]
    story.check("R-72 R-80", "the node has a new epoch, and both hold the same", new and agrees(node, device))
    receipt = device.take_receipt(node.push([device.run()])[0]["receipt"])[0]
    story.check("R-17 R-61", "its receipts are of the new epoch", receipt["epoch"] == session["epoch"])
    story.check("R-61", "a push is answered with where the node stands", node.heard["epoch"] == session["epoch"])
    story.check("R-51", "a session is opened with it", node.open()["epoch"] == session["epoch"])
    node.heard["token"] ^= 1
    story.check("R-51 R-72", "a node that did not give it begins an epoch", node.open()["epoch"] != session["epoch"])


def recovering(story):
    """what a node of a young epoch takes back"""
    device, node = story.renewed, story.node
    record = written_elsewhere(device)
    found = _until_recovering(node, device)
    story.check("R-81", "a node of a young epoch says that it takes back what it lost", found.recovering)
    lost = found.take()
    story.check("R-81", "what only the device knows is found", lost == {record}, str(lost))
    receipt = _witness(node, device, device.base[record])
    story.check("R-33 R-81", "a witness of it is taken", not receipt["refusals"], str(receipt["refusals"]))
    both = agrees(node, device) and agrees(node, Device(device.identity))
    story.check("R-33 R-91", "after which a device that begins gets it", both)
    bare = device.base[story.asset].copy()
    bare.fields[ASSET["serial"]].siblings = {}
    bare.settle()
    receipt = _witness(node, device, bare)
    refused = [refusal["seq"] for refusal in receipt["refusals"]]
    story.check("R-81", "a witness that would only remove is refused", len(device.sets) in refused, str(refused))
    device.pull(node)
    story.check("R-81", "and removes nothing", device.base[story.asset].fields[ASSET["serial"]].siblings)


def contradicting(story):
    """a set that says something else than the witness of it"""
    device, node = story.renewed, story.node
    other = Device(device.identity)
    record, change = other.new_record("asset", serial=("text", "witnessed"))
    state = RecordState(id=record, type=change.type)
    apply(state, change.dot, (other.clock[0] + 1, 0), device.identity.leaf["user"], change.writes)
    receipt = _witness(node, device, state)
    story.check("R-33", "a witness is taken", not receipt["refusals"], str(receipt["refusals"]))
    said = [(tag, ("text", "said later") if tag == ASSET["serial"] else value, over) for tag, value, over in change.writes]
    other.commit(replace(change, writes=said))
    receipt = other.take_receipt(node.push([other.run()])[0]["receipt"])[0]
    story.check("R-64 R-83", "the set is taken into the log", receipt["seq"] == 1 and not receipt["refusals"])
    both = agrees(node, device)
    serials = [value for _, _, value in device.base[record].fields[ASSET["serial"]].siblings.values()] if both else []
    story.check("R-83 R-90", "what is held stays as it was witnessed", serials == [("text", "witnessed")], str(serials))


def _until_recovering(node, device):
    """A branch takes back once it has heard from HQ, and opens another epoch then: waits for that, and not for ever."""
    for _ in range(60):
        found = Comparison(node, device)
        if found.recovering and found.checkpoint["epoch"] == node.open()["epoch"]:
            break
        try:
            node.pull(checkpoint=found.checkpoint, wait=1)
        except Problem as problem:
            require(problem.code == "bad_checkpoint", "only its epoch may be another one")
    return found


def _witness(node, device, state):
    """R-33: the receipt for a set that says what the device knows of a record."""
    seq = device.commit(Change(state.id, state.type, witness=state))
    return device.take_receipt(node.push([device.run(seq)])[0]["receipt"])[0]


STEPS = (reconciling, foreign_scopes)
LAST_STEPS = (checkpoints, recovering, contradicting, large_scopes)
