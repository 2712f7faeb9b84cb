"""Runs, verdicts and receipts: R-12, R-13, R-17, R-30 to R-33, R-61 to R-67, R-96."""

import secrets

from catalogue import ENTITIES
from crypto import chain_hashes, sign
from device import CLOCK_AHEAD_MAX, Device, new_id, now
from merge import Dot, shown
from reauthor import rewritten
from records import Change, read_state
from schema import ENUMS

ACCEPTED, GAP, FORKED, REJECTED = (ENUMS["Outcome"][name] for name in ("ACCEPTED", "GAP", "FORKED", "REJECTED"))


def push(story, run):
    """The result of one run."""
    return story.node.push([run])[0]


def accepted(story):
    """a run that is taken"""
    device = story.first
    story.asset, change = device.new_record(
        "asset",
        serial=("text", "挖掘机-1"),
        firmware=("text", "4.2"),
        tags=("text", "rental"),
        cycles=("integer", 3),
    )
    device.commit(change)
    device.write(story.asset, "asset", notes=("text", "hydraulics checked"), cycles=("integer", 2))
    result = push(story, device.run(1, 2))
    receipt, node = device.take_receipt(result["receipt"])
    session = story.node.session
    story.check("R-61 R-12", "a run of two sets is accepted", (result["outcome"], receipt["seq"]) == (ACCEPTED, 2))
    story.check("R-17", "its receipt is signed by this node, of its epoch", receipt["epoch"] == session["epoch"])
    story.check("R-17", "it says whether the node is HQ", receipt["hq"] == session["hq"])
    verdicts = receipt["first_seq"], receipt["refusals"], receipt["undecided"]
    story.check("R-64", "both sets were applied", verdicts == (1, [], []))
    again = device.take_receipt(push(story, device.run(1, 2))["receipt"])[0]
    story.check("R-1 R-64", "the same run again has the same verdicts", again == receipt)
    story.check("R-61", "one result for each run, in order", _in_order(story))


def _in_order(story):
    runs = [story.first.run(2, 2), {**story.first.run(1, 2), "replica": 1}, story.first.run(1, 1)]
    outcomes = [(result["replica"], result["outcome"]) for result in story.node.push(runs)]
    return outcomes == [(story.first.replica, ACCEPTED), (1, REJECTED), (story.first.replica, ACCEPTED)]


def verdicts(story):
    """refused and undecided sets"""
    device = story.first
    request, change = device.new_record("request", severity=("text", "minor"), description=("text", "leaks"))
    created = device.commit(change)
    refused = device.write(request, "request", severity=("text", "severe"))
    late = device.new_record("asset", serial=("text", "late"))
    undecided = device.write(late[0], "asset", firmware=("text", "5"))
    forgery = device.change(story.asset, "asset", firmware=("text", "9"))
    forged = device.commit(forgery, author=secrets.token_bytes(16))
    result = push(story, device.run(created))
    receipt, _ = device.take_receipt(result["receipt"])
    codes = {refusal["seq"]: refusal["code"] for refusal in receipt["refusals"]}
    story.check("R-64", "what its author may not write is refused", codes.get(refused) == "field_forbidden")
    words = next((refusal for refusal in receipt["refusals"] if refusal["seq"] == refused), {})
    story.check("R-64", "with a sentence in two languages", words.get("message_en") and words.get("message_zh"))
    story.check("R-122", "as is a set by another author than its signer", codes.get(forged) == "signature_mismatch")
    story.check("R-64", "a change to a record that is not there is undecided", receipt["undecided"] == [undecided])
    story.check("R-64", "what is behind a refused set is taken", receipt["seq"] == forged)
    shown = device.shown(request).fields[ENTITIES["request"].tags["severity"]]
    values = [sibling.value for sibling in shown.siblings.values()]
    story.check("R-64 R-95", "the author stops applying what was refused", values == [("text", "minor")])


def clocks(story):
    """sets of devices whose clock is wrong"""
    device, far = story.first, now() + 10 * 365 * 86_400_000
    first = device.commit(device.change(story.asset, "asset", firmware=("text", "in ten years")), milliseconds=far)
    device.commit(device.change(story.asset, "asset", notes=("text", "of 1970")), milliseconds=1)
    device.write(story.asset, "asset", firmware=("text", "4.3"))
    receipt, _ = device.take_receipt(push(story, device.run(first))["receipt"])
    refused = [refusal["seq"] for refusal in receipt["refusals"]]
    story.check("R-60", "no set is refused for its time", not refused, str(refused))
    latest = shown(device.shown(story.asset).fields[ENTITIES["asset"].tags["firmware"]], "register")
    story.check("R-60 R-93", "what overwrites is shown, whatever clocks say", latest == ("text", "4.3"), str(latest))
    story.check("R-60", "a stamp far ahead does not move the clock", device.clock[0] <= now() + CLOCK_AHEAD_MAX)


def refusals_of_runs(story):
    """gaps, and runs that do not verify"""
    device = story.first
    head = len(device.sets)
    for number in range(3):
        device.write(story.asset, "asset", notes=("text", f"note {number}"))
    gap = push(story, device.run(head + 2))
    story.check("R-62", "behind a gap: from where to send", gap["outcome"] == GAP and gap["next_seq"] == head + 1)
    unsigned = {**device.run(head + 1), "signature": bytes(64)}
    story.check("R-67", "a run nobody signed", _rejection(push(story, unsigned)) == "bad_signature")
    purpose = {**device.run(head + 1), "signature": sign(device.identity.key, "receipt", device.hash_at(head + 3))}
    story.check("R-11 R-67", "a run signed for another purpose", _rejection(push(story, purpose)) == "bad_signature")
    swapped = {**device.run(head + 1), "sets": device.sets[head:][::-1]}
    story.check("R-12 R-67", "sets in another order", _rejection(push(story, swapped)) == "bad_signature")
    stranger = {**device.run(head + 1), "chain": device.identity.chain[:1]}
    story.check("R-15 R-67", "an author who is nobody's", _rejection(push(story, stranger)) == "untrusted")
    nobody = {**device.run(1, 1), "chain": []}
    untrusted = _rejection(push(story, nobody)) == "untrusted"
    story.check("R-15 R-68", "the first run of a chain without certificates", untrusted)
    forged = push(story, {**unsigned, "chain": []})
    asked = (forged["outcome"], forged["next_seq"]) == (GAP, 1)
    story.check("R-68", "a known chain's run that its author did not sign is to come with certificates", asked)
    later = _of_later_version(story)
    story.check("R-5 R-67", "a set of a later version", _rejection(push(story, later)) == "upgrade_required")
    other = story.second
    foreign = story.other_node.push([device.run()])[0]
    story.check("R-67", "a run of another device", _rejection(foreign) == "scope_denied")
    foreign = story.other_node.push([{**device.run(2), "chain": []}])[0]
    told = foreign["outcome"] == GAP or _rejection(foreign) == "scope_denied"
    story.check("R-67 R-68", "nor is one taken without certificates", told, str(foreign["outcome"]))
    other.replica = device.replica
    other.commit(other.new_record("asset", serial=("text", "stolen"))[1])
    owned = _rejection(story.other_node.push([other.run()])[0])
    story.check("R-13 R-67", "a replica id that another key has", owned == "replica_owned")
    other.new_chain()
    result = push(story, {**device.run(head + 1), "chain": []})
    goes_on = result["outcome"] == ACCEPTED
    story.check("R-62 R-67 R-68", "after all that the chain goes on where it was, without certificates", goes_on)
    device.take_receipt(result["receipt"])


def _rejection(result):
    return result["code"] if result["outcome"] == REJECTED else f"outcome {result['outcome']}"


def _of_later_version(story):
    """A run whose only set has a field above the schema's, rightly chained and signed."""
    device = Device(story.first.identity)
    device.commit(device.new_record("asset", serial=("text", "later"))[1])
    device.sets[0] += b"\x78\x01"
    device.hashes = chain_hashes(device.hash_at(0), device.sets)
    return device.run()


def rules_and_later_kinds(story):
    """records made by a rule, and values of a kind that a later version added"""
    rule, record = secrets.token_bytes(16), new_id(now())
    tags = ENTITIES["asset"].tags
    scope = ("text", story.first.identity.home_scope)
    change = Change(record, ENTITIES["asset"].type, creates=True, rule=rule)
    change.writes = [(1, scope, []), (tags["serial"], ("text", "by rule"), [])]
    story.by_rule, results = record, []
    for device, node in ((story.first, story.node), (story.second, story.other_node)):
        first = device.commit(change)
        results.append(node.push([device.run(first)])[0])
        device.take_receipt(results[-1]["receipt"])
    story.check("R-32", "two replicas make what a rule makes", [each["outcome"] for each in results] == [ACCEPTED] * 2)
    story.later = new_id(now())
    device = story.first
    opaque = ("opaque", (12, b"\x62\x03abc"))
    writes = [(1, scope, []), (900, opaque, []), (901, ("text", "known"), [])]
    device.commit(Change(story.later, 900, Dot(device.replica, 1), True, writes=writes))
    receipt = device.take_receipt(push(story, device.run(len(device.sets)))["receipt"])[0]
    story.check("R-22 R-120", "a type, fields and kinds of a later version are taken", receipt["refusals"] == [])


def fork(story):
    """two databases under one id: a fork, and writing again under a new one"""
    device, head = story.first, len(story.first.sets)
    device.pull(story.node)
    clone = device.copy()
    device.write(story.asset, "asset", notes=("text", "by the device"))
    push(story, device.run(head + 1))
    behind = [read_state(data) for data in story.node.pull(heads=[clone.head()])["states"]]
    forked = [state.id for state in behind if clone.is_forked_in(state)]
    story.check("R-63", "a state with a write of the device's id that it did not make", forked == [story.asset])
    story.check("R-63", "whoever made it does not take it for another's", not any(map(device.is_forked_in, behind)))
    clone.write(story.asset, "asset", notes=("text", "by the clone"))
    clone.write(story.asset, "asset", firmware=("text", "4.9"))
    clone.write(story.asset, "asset", firmware=("text", "5.0"))
    forked = push(story, clone.run(head + 1))
    found = forked["outcome"], forked["forked_seq"]
    story.check("R-63", "another set at the same seq", found == (FORKED, head + 1), str(found))
    behind = push(story, clone.run(head + 2))
    found = behind["outcome"], behind["forked_seq"]
    story.check("R-63", "a run behind a fork: the chains parted before it", found == (FORKED, 0), str(found))
    own = {"replica": clone.replica, "seq": head + 1, "hash": clone.hash_at(head + 1)}
    story.refuses("R-70", "a pull by the clone", "replica_forked", lambda: story.node.pull(heads=[own]))
    answer = story.node.pull(heads=[clone.head()])
    story.check("R-70", "a head that the node has not got tells nothing", answer["node_time"])
    renewed = rewritten(clone, head + 1)
    result = story.node.push([renewed.run()])[0]
    receipt = renewed.take_receipt(result["receipt"])[0]
    taken = receipt["seq"] == 3 and not receipt["refusals"]
    story.check("R-96", "written again under a new id, all of it is taken", taken, str(receipt))
    story.renewed = renewed


STEPS = (accepted, verdicts, clocks, refusals_of_runs, rules_and_later_kinds, fork)
