"""vectors/wire: what is read from bytes, or why they are refused (vectors/README.md)."""

import re

from audit import chained, verify_head
from bundles import read_bundle
from codec import read
from crypto import BRANCH, DEVICE, HQ, Roots, read_code, verify, verify_chain, verify_order, verify_receipt, verify_run, verify_wipe
from digests import digests
from frames import unframe
from limits import Refused, require
from readable import read_number
from records import read_change_set, read_state, state_hash, write_change_set, write_state
from schema import ENUMS

KINDS = {HQ: "hq", BRANCH: "branch", DEVICE: "device"}


def disagreement(case):
    """None when this implementation does what the case expects, else what it does."""
    try:
        content = READERS[case["message"]](case)
    except Refused as refusal:
        return None if refusal.reason == case["expect"] else str(refusal)
    if case["expect"] != "ok":
        return "it was taken"
    return None if content == case["content"] else f"read as {content}"


def _change_set(case):
    data, replica = bytes.fromhex(case["bytes"]), int(case["replica"], 16)
    change_set = read_change_set(data, replica)
    if write_change_set(change_set, replica) != data:
        return "something that encodes to other bytes"
    return {
        "timestamp": list(change_set.timestamp),
        "author": change_set.author.hex(),
        "replaces": change_set.replaces.hex() or None,
        "changes": [_change(change) for change in change_set.changes],
    }


def _change(change):
    named = {"type": change.type, "record": change.record.hex()}
    if change.witness:
        return {**named, "witness": _state(change.witness)}
    fields = [
        {"tag": tag, "value": value and _value(value), "overwrites": [_dot(dot) for dot in dots]}
        for tag, value, dots in change.writes
    ]
    made = {"dot": _dot(change.dot), "creates": change.creates, "rule": change.rule.hex() or None}
    return {**named, **made, "fields": fields}


def _record_state(case):
    data = bytes.fromhex(case["bytes"])
    state = read_state(data)
    if write_state(state) != data:
        return "something that encodes to other bytes"
    return {"type": state.type, "id": state.id.hex(), "state": _state(state), "hash": f"{state_hash(state):032x}"}


def _state(state):
    fields = []
    for tag, field in sorted(state.fields.items()):
        siblings = [_sibling(dot, sibling) for dot, sibling in sorted(field.siblings.items())]
        superseded = [_dot(dot) for dot in sorted(field.superseded)]
        fields.append({"tag": tag, "siblings": siblings, "superseded": superseded})
    return {"known": _runs(state.known.runs), "fields": fields}


def _sibling(dot, sibling):
    made = {"dot": _dot(dot), "timestamp": list(sibling.timestamp), "author": sibling.author.hex()}
    return {**made, "value": _value(sibling.value)}


def _value(value):
    kind, content = value
    match kind:
        case "known":
            return {kind: _runs(content)}
        case "reference":
            return {kind: content.hex()}
        case "sealed":
            return {kind: [_id(content[0]), content[1].hex()]}
        case "opaque":
            return {kind: [content[0], content[1].hex()]}
    return {kind: list(content) if isinstance(content, tuple) else content}


def _dot(dot):
    return [_id(dot.replica), dot.n]


def _runs(runs):
    return [[_id(replica), first, last] for replica, first, last in runs]


def _id(number):
    return f"{number:016x}"


def _frame(case):
    return {"message": unframe(bytes.fromhex(case["bytes"]), case["limit"]).hex()}


def _roots(case):
    """HQ's key, and what the case lets the reader know of others."""
    signed = [read("SignedRootRotation", bytes.fromhex(each)) for each in case.get("rotations", [])]
    return Roots(bytes.fromhex(case["root"])).taking(signed)


def _rotation(case):
    roots = _roots(case)
    return {"root": roots.current.hex(), "earlier": [rotation.old.hex() for rotation in roots.rotations]}


def _certificate(case):
    chain = [read("SignedCertificate", bytes.fromhex(each)) for each in case["chain"]]
    leaf = verify_chain(chain, _roots(case), case["now"])
    ids = {name: leaf[name].hex() for name in ("key", "subject")}
    person = {name: leaf[name].hex() or None for name in ("user", "branch")}
    plain = {name: leaf[name] for name in ("name", "code", "issued_at", "expires_at")}
    return {"kind": KINDS[leaf["kind"]], **ids, **person, **plain}


def _run(case):
    run = read("Run", bytes.fromhex(case["bytes"]))
    author, hashes = verify_run(run, _roots(case))
    return {
        "author": author["subject"].hex(),
        "replica": _id(run["replica"]),
        "before": [run["first_seq"] - 1, run["before"].hex()],
        "hashes": [each.hex() for each in hashes],
    }


def _receipt(case):
    signed = read("SignedReceipt", bytes.fromhex(case["bytes"]))
    receipt, node = verify_receipt(signed, _roots(case), case["now"])
    plain = {name: receipt[name] for name in ("seq", "first_seq", "undecided", "hq")}
    ids = {name: _id(receipt[name]) for name in ("replica", "epoch")}
    refusals = [[refusal["seq"], refusal["code"]] for refusal in receipt["refusals"]]
    by = {"node": node["subject"].hex(), "kind": KINDS[node["kind"]]}
    return {**by, **plain, **ids, "hash": receipt["hash"].hex(), "refusals": refusals}


def _audit_entry(case):
    given = case["entry"]
    about = given["set"] and (int(given["set"][0], 16), given["set"][1], bytes.fromhex(given["set"][2]))
    authority = None if given["authority"] is None else bytes.fromhex(given["authority"])
    entry = {**given, "set": about, "authority": authority, "detail": given["detail"].encode()}
    return {"chain": chained(entry, bytes.fromhex(case["previous"])).hex()}


def _audit_head(case):
    head, node = verify_head(read("SignedAuditHead", bytes.fromhex(case["bytes"])), _roots(case))
    by = {"node": node["subject"].hex(), "kind": KINDS[node["kind"]], "epoch": _id(head["epoch"])}
    return {**by, "n": head["n"], "chain": head["chain"].hex(), "at": head["at"]}


def _order(case):
    root = _roots(case)
    own = verify_chain([read("SignedCertificate", bytes.fromhex(each)) for each in case["chain"]], root)
    signed = read("SignedDeviceOrder", bytes.fromhex(case["bytes"]))
    order, _ = verify_order(signed, root, own)
    task = next(name.lower() for name, number in ENUMS["Task"].items() if number == order["task"])
    return {"task": task, "order": order["order"].hex(), "keep_work": order["keep_work"]}


def _wipe(case):
    report = read("WipeReport", bytes.fromhex(case["bytes"]))
    device = verify_wipe(report, _roots(case))
    plain = {name: report[name] for name in ("at", "unsent")}
    return {"device": device["subject"].hex(), "order": report["order"].hex(), **plain}


def _code(case):
    code = read_code(case["text"])
    return {"secret": code.secret.hex(), "fingerprint": code.fingerprint.hex(), "text": code.text}


def _content_range(case):
    found = re.fullmatch(r"bytes (?:([0-9]+)-([0-9]+)|\*)/([0-9]+)", case["text"])
    require(found, "not a part of a blob")
    first, last, total = (int(each or 0) for each in found.groups())
    count = last - first + 1 if found[1] else 0
    require(total < 2**63 and (0 < count <= total - first or count == total == 0), "not within its blob")
    return {"offset": first, "count": count, "total": total}


def _number(case):
    prefix, branch, device, counter, text = read_number(case["text"])
    return {"prefix": prefix, "branch": branch, "device": device, "counter": counter, "text": text}


def _signature(case):
    key, data, signature = (bytes.fromhex(case[name]) for name in ("key", "bytes", "signature"))
    verify(key, case["purpose"], data, signature)
    return {"signed": case["purpose"]}


def _digests(case):
    states = [read_state(bytes.fromhex(data)) for data in case["states"]]
    return {"digests": [[scope, f"{digest:032x}", records] for scope, digest, records in digests(states)]}


def _pull_request(case):
    request = read("PullRequest", bytes.fromhex(case["bytes"]))
    plain = {name: request[name] for name in ("page_bytes_max", "wait")}
    return {"cursor": request["cursor"].hex(), **plain}


def _push_request(case):
    return {"sets": [len(run["sets"]) for run in read("PushRequest", bytes.fromhex(case["bytes"]))["runs"]]}


def _reconcile_request(case):
    request = read("ReconcileRequest", bytes.fromhex(case["bytes"]))
    return {"hashes": [[_id(each) for each in listed["hashes"]] for listed in request["listed"]]}


def _bundle(case):
    header, writer, parts = read_bundle(bytes.fromhex(case["bytes"]), _roots(case))
    counted = {"push": "runs", "results": "results", "page": "states"}
    return {
        "writer": writer["subject"].hex(),
        "kind": KINDS[writer["kind"]],
        "created_at": header["created_at"],
        "recipient": header["recipient"].hex(),
        "recipient_name": header["recipient_name"],
        "checkpoint": _checkpoint(header["checkpoint"]),
        "since": _checkpoint(header["since"]),
        "heads": [[_id(head["replica"]), head["seq"], head["hash"].hex()] for head in header["heads"]],
        "parts": [[kind, len(message[counted[kind]])] for kind, message in parts],
    }


def _checkpoint(checkpoint):
    return checkpoint and [_id(checkpoint["epoch"]), checkpoint["position"], _id(checkpoint["token"])]


READERS = {
    "AuditEntry": _audit_entry,
    "AuditHead": _audit_head,
    "Bundle": _bundle,
    "ChangeSet": _change_set,
    "RecordState": _record_state,
    "Frame": _frame,
    "Certificate": _certificate,
    "RootRotation": _rotation,
    "Run": _run,
    "Receipt": _receipt,
    "DeviceOrder": _order,
    "WipeReport": _wipe,
    "EnrolmentCode": _code,
    "ContentRange": _content_range,
    "ReadableNumber": _number,
    "Signature": _signature,
    "Digests": _digests,
    "PullRequest": _pull_request,
    "PushRequest": _push_request,
    "ReconcileRequest": _reconcile_request,
}
