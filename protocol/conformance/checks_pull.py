"""What comes back: R-40 to R-43, R-70, R-71, R-73, R-74, R-76, R-90 to R-95."""

import threading
import time

from catalogue import DELETED, ENTITIES
from device import Device, edited_after_delete
from merge import entries, join, shown
from people import opens_all
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
    carried = [key for page in pages for key in page["person_keys"]]
    opened, count = opens_all([(state.id, state) for state in map(read_state, states)], carried)
    story.check("R-161 R-162", "what is personal opens with the keys that came beside it", opened and count > 0, str(count))
    lost = [page["dropped"] + page["evicted"] for page in pages]
    story.check("R-73", "who held nothing loses nothing", not any(lost) and device.base)
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


STEPS = (first_pull, own_merge, concurrency, receipts, waiting)
