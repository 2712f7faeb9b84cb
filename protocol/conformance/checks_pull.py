"""What comes back: R-40 to R-43, R-70 to R-76, R-80, R-90 to R-95."""

import threading
import time

from catalogue import DELETED, ENTITIES
from device import Device, edited_after_delete
from digests import halves, hashes_by_scope
from merge import entries, join, shown
from records import read_state, state_hash, write_state

ASSET = ENTITIES["asset"].tags


def exchange(node, device):
    """R-61 and R-70: pushes what is new, then pulls."""
    result = node.push([device.run()])[0] if device.sets else None
    if result:
        device.take_receipt(result["receipt"])
    return device.pull(node)


def first_pull(story):
    """a first pull, page by page"""
    device = story.second
    pages = device.pull(story.other_node, page_bytes=1)
    states = [data for page in pages for data in page["states"]]
    sizes = [len(page["states"]) for page in pages]
    story.check("R-71", "pages of a single state each", len(pages) > 3 and max(sizes) == 1)
    complete = [page["complete"] for page in pages]
    story.check("R-71", "only the last is complete", complete.count(True) == 1 and complete[-1])
    one_form = all(write_state(read_state(data)) == data for data in states)
    story.check("R-20 R-40", "every state has its one form", one_form)
    story.check("R-73", "all scopes that are granted are covered", pages[-1]["scopes"] == [] and device.base)
    alone = Device(device.identity)
    alone.pull(story.other_node)
    story.check("R-70 R-41", "the same states come in a pull of whole pages", _hashes(alone) == _hashes(device))
    again = device.pull(story.other_node)
    story.check("R-70", "after the checkpoint there is nothing more", [page["states"] for page in again] == [[]])


def _hashes(device):
    return {record: state_hash(state) for record, state in device.base.items()}


def own_merge(story):
    """what this implementation merges by itself"""
    device = story.renewed
    mine = device.shown(story.asset)
    device.pull(story.node)
    theirs = device.base[story.asset]
    firmware = theirs.fields[ASSET["firmware"]].siblings
    story.check("R-90 R-92 R-96", "what was written again overwrote what it had seen", len(firmware) == 1)
    latest = shown(theirs.fields[ASSET["firmware"]], "register")
    story.check("R-93", "the latest is shown", latest == ("text", "5.0"))
    join(mine, theirs)
    story.check("R-91 R-95", "the own sets add nothing to the node's state", write_state(mine) == write_state(theirs))
    notes = [content for _, content in entries(theirs.fields[ASSET["notes"]], "log")]
    both = {"by the device", "by the clone"} <= set(notes)
    once = len(set(notes)) == len(notes)
    story.check("R-63 R-96", "both sides of the fork are there, once", both and once, str(notes))
    cycles = entries(theirs.fields[ASSET["cycles"]], "counter")
    story.check("R-93", "a counter is the sum of what was added", cycles == 5, str(cycles))
    story.check("R-32", "what a rule made twice is one write", _rule_writes(story) == 1)
    story.check("R-22 R-120", "a kind of a later version comes as it was sent", _later_values(story))


def _rule_writes(story):
    state = story.renewed.base[story.by_rule]
    return len(state.fields[ASSET["serial"]].siblings)


def _later_values(story):
    fields = story.renewed.base[story.later].fields
    values = [sibling.value for tag in (900, 901) for sibling in fields[tag].siblings.values()]
    return values == [("opaque", (12, b"\x62\x03abc")), ("text", "known")]


def concurrency(story):
    """two devices write at the same time, and one of them deletes"""
    one, other = story.renewed, story.second
    exchange(story.other_node, other)
    story.stale = one.base[story.asset].copy()
    for device, serial in ((one, "EX-1"), (other, "EX-2")):
        device.write(story.asset, "asset", serial=("text", serial), tags=("text", serial))
    exchange(story.node, one)
    exchange(story.other_node, other)
    one.pull(story.node)
    same = write_state(one.base[story.asset]) == write_state(other.base[story.asset])
    story.check("R-91", "both hold the same state, to the byte", same)
    serials = one.base[story.asset].fields[ASSET["serial"]]
    story.check("R-93", "two values of a review field are a conflict", len(serials.siblings) == 2)
    tags = [content for _, content in entries(one.base[story.asset].fields[ASSET["tags"]], "set")]
    story.check("R-92 R-93", "a set has what both added", tags == ["EX-1", "EX-2", "rental"], str(tags))
    one.write(story.asset, "asset", serial=("text", "EX-1"))
    exchange(story.node, one)
    other.write(story.asset, "asset", notes=("text", "unseen"))
    one.commit(one.delete(story.asset, "asset"))
    exchange(story.node, one)
    exchange(story.other_node, other)
    one.pull(story.node)
    state = one.base[story.asset]
    story.check("R-92", "who has seen a conflict ends it by writing", len(state.fields[ASSET["serial"]].siblings) == 1)
    seen = DELETED in state.fields and edited_after_delete(state)
    story.check("R-94", "a delete that an edit did not know of", len(seen or []) == 1, str(seen))


def receipts(story):
    """receipts that a pull brings"""
    device = story.renewed
    head = {**device.head(), "seq": len(device.sets) - 1, "hash": device.hash_at(len(device.sets) - 1)}
    answer = story.node.pull(checkpoint=device.checkpoint, heads=[head])
    ahead = [device.take_receipt(each)[0]["seq"] for each in answer["receipts"]]
    told = len(device.sets) in ahead
    story.check("R-63 R-76", "who is behind its own chain learns it from a receipt", told, str(ahead))
    refusing = story.first.head()
    answer = story.node.pull(heads=[refusing])
    told = [story.first.take_receipt(each)[0] for each in answer["receipts"]]
    story.check("R-76", "and the refused sets of a chain", any(receipt["refusals"] for receipt in told))


def waiting(story):
    """a pull that waits until there is something"""
    device, other = story.renewed, story.second
    story.check("R-74", "a pull that waits is held while there is nothing", _is_held(story.node, device))
    found = []
    thread = threading.Thread(target=lambda: found.append(_awaited(story.node, device.checkpoint, story.asset)))
    thread.start()
    other.write(story.asset, "asset", notes=("text", "awaited"))
    other.take_receipt(story.other_node.push([other.run(len(other.sets))])[0]["receipt"])
    thread.join(60)
    story.check("R-74", "and answered when there is something", found == [True])


def _is_held(node, device):
    """For a second, unless the node commits something else meanwhile, as a branch does."""
    for _ in range(10):
        device.pull(node)
        began = time.monotonic()
        answer = node.pull(checkpoint=device.checkpoint, wait=1)
        if answer["checkpoint"] == device.checkpoint:
            return time.monotonic() - began > 0.9
    return False


def _awaited(node, checkpoint, record):
    for _ in range(20):
        answer = node.pull(checkpoint=checkpoint, wait=10)
        if record in [read_state(data).id for data in answer["states"]]:
            return True
        checkpoint = answer["checkpoint"]
    return False


def reconciling(story):
    """comparing what both hold"""
    device, node, scope = story.renewed, story.node, story.first.identity.home_scope
    story.check("R-43 R-80", "the digests of a complete pull are the node's", agrees(node, device))
    missing = device.base.pop(story.by_rule)
    device.base[story.asset] = story.stale
    answer = node.reconcile(digests=device.digests())
    story.check("R-80", "a scope that differs is named", answer["differing"] == [scope], str(answer["differing"]))
    invented = bytes(16)
    sent, unknown = _compare(node, {**hashes_by_scope(device.base.values())[scope], invented: 1}, scope)
    story.check("R-80", "what differs or is missing comes, and only that", set(sent) == {missing.id, story.asset})
    story.check("R-80 R-81", "what the node does not have at all is named", unknown == [invented])
    device.take_states(sent.values())
    device.checkpoint = answer["checkpoint"]
    pages = device.pull(node)
    story.check("R-80", "the pull goes on from the answer's checkpoint", pages[-1]["complete"])
    story.check("R-43 R-91", "after the join both hold the same", agrees(node, device))


def agrees(node, device):
    """Whether no digest differs after a pull; once more when the node took something in between, as a branch does."""
    for _ in range(20):
        device.pull(node)
        if node.reconcile(digests=device.digests())["differing"] == []:
            return True
    return False


def reconcile(node, device):
    """R-80: takes in what differs; the checkpoint to pull from is the node's of before."""
    answer = node.reconcile(digests=device.digests())
    held = hashes_by_scope(device.base.values())
    for scope in answer["differing"]:
        device.take_states(_compare(node, held.get(scope, {}), scope)[0].values())
    device.checkpoint = answer["checkpoint"]


def _compare(node, hashes, scope):
    """Both halves of a scope by id: ({id: state}, unknown ids)."""
    ids, sent, unknown = sorted(hashes), {}, []
    middle = ids[len(ids) // 2] if ids else bytes(16)
    for after, upto in ((b"", middle), (middle, b"")):
        resume = after
        while True:
            named = [record for record in ids if record > resume and (not upto or record <= upto)]
            pairs = [{"id": record, **halves(hashes[record])} for record in named]
            answer = node.reconcile(scope=scope, after=resume, upto=upto, pairs=pairs)
            sent |= {read_state(data).id: data for data in answer["states"]}
            unknown += answer["unknown"]
            resume = answer["resume_after"]
            if not resume:
                break
    return sent, unknown


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
    session = node.open()
    reconcile(node, device)
    new = device.checkpoint["epoch"] == session["epoch"] != lost["epoch"]
    story.check("R-72 R-80", "the node has a new epoch, and both hold the same", new and agrees(node, device))
    receipt = device.take_receipt(node.push([device.run()])[0]["receipt"])[0]
    story.check("R-17 R-61", "its receipts are of the new epoch", receipt["epoch"] == session["epoch"])


STEPS = (first_pull, own_merge, concurrency, receipts, waiting, reconciling)
LAST_STEPS = (checkpoints,)
