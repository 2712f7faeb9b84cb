"""A branch and HQ: relayed runs, chains whose beginning is gone, and a device that roams. R-65, R-66, R-76, R-80."""

from checks_pull import exchange
from checks_push import ACCEPTED, GAP
from checks_reconcile import agrees
from client import Client
from comparing import Comparison
from device import Device


def relayed(story):
    """what a branch relays to HQ"""
    final = _is_at_hq(story.renewed, story.node)
    story.check("R-65 R-76", "HQ's receipt for a relayed chain comes back by the branch", final)


def _is_at_hq(device, branch):
    """Waits, at the node and not for ever, until HQ's receipt for all of the chain is there."""
    for _ in range(60):
        device.pull(branch)
        if device.hq[0] == len(device.sets):
            return True
        branch.pull(checkpoint=branch.reconcile()["checkpoint"], wait=1)
    return False


def gone(story):
    """a chain whose first sets are gone"""
    device = Device(story.second.identity)
    at_hq = Client(story.hq_url, device.identity)
    record, change = device.new_record("asset", serial=("text", "EX-3"))
    device.commit(change)
    device.write(record, "asset", notes=("text", "kept at HQ"))
    base = at_hq.push([device.run()])[0]["receipt"]
    receipt, node = device.take_receipt(base)
    story.check("R-17", "HQ says of its receipt that it is HQ's", receipt["hq"] and node["key"] == device.identity.root.current)
    device.write(record, "asset", notes=("text", "behind it"))
    unknown = story.other_node.push([{**device.run(3), "chain": []}])[0]
    asked = (unknown["outcome"], unknown["next_seq"]) == (GAP, 1)
    story.check("R-68", "a node that keeps no certificates of a chain asks for its beginning", asked)
    gap = story.other_node.push([device.run(3)])[0]
    story.check("R-62", "without its beginning the chain has a gap", gap["next_seq"] == 1)
    result = story.other_node.push([{**device.run(3), "base": base}])[0]
    taken = device.take_receipt(result["receipt"])[0] if result["outcome"] == ACCEPTED else {}
    story.check("R-66", "behind HQ's receipt the chain is taken up", taken.get("seq") == 3, str(result))
    forged = story.other_node.push([{**device.run(3), "base": taken and result["receipt"]}])[0]
    story.check("R-66", "behind a branch's receipt it is not", forged["code"] == "untrusted", str(forged["outcome"]))


def roaming(story):
    """a device that goes to another node"""
    device, hq = story.second, Client(story.hq_url, story.second.identity)
    exchange(story.other_node, device)
    device.write(story.asset, "asset", notes=("text", "on the road"))
    hq.push([device.run()])
    story.refuses("R-72 R-80", "the branch's checkpoint at HQ", "bad_checkpoint", lambda: device.pull(hq))
    Comparison(hq, device).take()
    story.check("R-80 R-91", "after the comparison both hold the same", agrees(hq, device))


STEPS = (relayed, gone, roaming)
