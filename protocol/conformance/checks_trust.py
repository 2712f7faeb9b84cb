"""Enrolment, sessions, frames and problems: R-1 to R-5, R-15, R-50 to R-54, R-100."""

import secrets
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from client import VERSION, enroll, enroll_request, fetch_authority
from codec import read, varint, write
from crypto import DEVICE, new_key, sign, verify_chain
from device import now
from frames import frame, unframe
from limits import Refused
from transport import Line, Problem

# R-102, of a device.
AT_A_TIME = 16


def enrolment(story):
    """enrolment with a code"""
    story.enrol()
    leaf = story.first.identity.leaf
    story.check("R-50 R-52", "a code with another fingerprint is for another authority", _is_refused(story))
    story.check("R-52", "TLS is of that authority, which nobody else trusts", _is_own_authority(story.url))
    story.check("R-53 R-15", "the chain begins with this key and ends in HQ", leaf["kind"] == DEVICE)
    story.check("R-14", "a device's certificate names a person and a branch", leaf["user"] and leaf["branch"])
    names = {leaf["name"], story.second.identity.leaf["name"]}
    two = leaf["subject"] != story.second.identity.leaf["subject"]
    story.check("R-4", "two devices of one name are two devices", len(names) == 1 and two)
    signature = story.first.identity.chain[0]["signature"]
    story.check("R-10", "keys of 32 bytes, signatures of 64", (len(leaf["key"]), len(signature)) == (32, 64))
    story.check("R-121", "the home scope is a scope", "/" in story.first.identity.home_scope)


def _is_refused(story):
    other = replace(story.code, fingerprint=bytes(12))
    try:
        fetch_authority(story.url, other)
    except Refused as refusal:
        return refusal.reason == "untrusted" and fetch_authority(story.url, story.code)
    return False


def _is_own_authority(url):
    line = Line(url, authority=None)
    line.tls = ssl.create_default_context()
    try:
        line.request("GET", "/v1/authority")
    except ssl.SSLCertVerificationError:
        return True
    return False


def used_codes(story):
    """codes that are used, unknown or not proven"""
    line, secret = story.node.line, story.code.secret
    again = enroll(story.url, story.codes[0], story.keys[0], "conformance")
    same = _subject(again) == _subject(story.first.identity)
    story.check("R-1 R-50", "the same enrolment again is the same device", same)

    def ask(request):
        return lambda: line.call("/v1/enroll", "EnrollRequest", request, "EnrollResponse")

    story.refuses("R-50", "a used code with another key", "code_used", ask(enroll_request(new_key(), secret, "x")))
    unknown = enroll_request(new_key(), secrets.token_bytes(8), "x")
    story.refuses("R-53", "a secret that nobody gave out", "code_unknown", ask(unknown))
    unproven = {**enroll_request(new_key(), secret, "x"), "proof": bytes(64)}
    story.refuses("R-53", "a key without proof of possession", "signature_mismatch", ask(unproven))
    purpose = {**unknown, "proof": sign(new_key(), "session", unknown["secret"])}
    story.refuses("R-11", "a proof for another purpose", "signature_mismatch", ask(purpose))


def _subject(identity):
    return identity.leaf["subject"]


def sessions(story):
    """sessions by a signed nonce"""
    node = story.node
    nonce = node.nonce()
    story.check("R-51", "a nonce has 32 bytes", len(nonce) == 32)
    proof = node.proof(nonce)
    session = node.line.call("/v1/session", "SessionRequest", proof, "SessionResponse")
    opened = session["token"] and session["expires_at"] > session["node_time"]
    story.check("R-51", "a signed nonce opens a session", opened)

    def ask(request):
        return lambda: node.line.call("/v1/session", "SessionRequest", request, "SessionResponse")

    story.refuses("R-51", "a nonce that was used", "unauthenticated", ask(proof))
    story.refuses("R-51", "a nonce of nobody", "unauthenticated", ask(node.proof(bytes(32))))
    stolen = node.proof(node.nonce(), key=new_key())
    story.refuses("R-51", "a nonce signed by another key", "signature_mismatch", ask(stolen))
    cut = {"chain": node.identity.chain[:1], "version": VERSION}
    story.refuses("R-15", "a chain that does not end in HQ", "untrusted", ask(cut))
    tampered = [{**node.identity.chain[0], "signature": bytes(64)}, *node.identity.chain[1:]]
    story.refuses("R-15", "a certificate nobody signed", "bad_signature", ask({"chain": tampered}))


def tokens(story):
    """requests without a session, and a session that is gone"""
    body, line = frame(write("PullRequest", {})), story.node.line
    for path in ("/v1/push", "/v1/pull", "/v1/reconcile"):
        without = partial(line.request, "POST", path, body)
        story.refuses("R-1 R-51", f"{path} without a token", "unauthenticated", without)
    story.node.session = {"token": "forgotten"}
    pulled = story.node.pull(page_bytes_max=1)
    story.check("R-51", "another session is opened when the node no longer knows the token", pulled["node_time"] > 0)


def frames(story):
    """frames, sizes, and messages of a later version"""
    line, token = story.node.line, story.node.session["token"]

    def post(body):
        return lambda: line.request("POST", "/v1/pull", body, token)

    story.refuses("R-2", "a body that is no frame", "bad_request", post(b"\x05\x00ab"))
    story.refuses("R-2", "two frames in a body", "bad_request", post(frame(b"") * 2))
    story.refuses("R-2 R-5", "another encoding", "upgrade_required", post(b"\x00\x02"))
    story.refuses("R-3", "a message beyond its limit", "decompression_limit", post(frame(bytes(16_000_001))))
    story.refuses("R-3", "a body beyond its limit", "payload_too_large", post(bytes(8_000_001)))
    stranger = partial(line.request, "POST", "/v1/session")
    bomb = partial(stranger, frame(bytes(131_073)))
    story.refuses("R-3", "a stranger's message beyond its limit", "decompression_limit", bomb)
    story.refuses("R-3", "a stranger's body beyond its limit", "payload_too_large", partial(stranger, bytes(131_073)))
    heads = [{"replica": number, "seq": 1, "hash": bytes(32)} for number in range(1, 1_002)]
    too_many = frame(write("PullRequest", {"heads": heads}))
    story.refuses("R-3", "1,001 heads in a pull", "payload_too_large", post(too_many))
    later = write("PullRequest", {"page_bytes_max": 1}) + varint(1_000 << 3 | 2) + varint(2) + b"hi"
    answer = read("PullResponse", unframe(line.request("POST", "/v1/pull", frame(later), token)))
    story.check("R-5", "a later version's field in a request is passed over", answer["node_time"] > 0)
    twice = (varint(4 << 3) + b"\1") * 2
    story.refuses("R-5", "a single field twice", "bad_request", post(frame(twice)))
    history = f"/v1/records/{secrets.token_hex(16)}/history"
    story.refuses("R-1", "the history of no record", "not_found", lambda: line.request("GET", history, token=token))


def rates(story):
    """more requests at a time than a device may have"""
    page = story.node.pull()
    while not page["complete"]:
        page = story.node.pull(cursor=page["cursor"])
    waiting = {"checkpoint": page["checkpoint"], "wait": 3}
    begun = threading.Barrier(AT_A_TIME + 1)

    def ask(_):
        line = Line(story.url, story.node.identity.authority)
        begun.wait()
        try:
            line.call("/v1/pull", "PullRequest", waiting, "PullResponse", story.node.session["token"])
        except Problem as problem:
            return problem
        return None

    with ThreadPoolExecutor(AT_A_TIME + 1) as askers:
        answers = [askers.submit(ask, number) for number in range(AT_A_TIME + 1)]
        others = story.other_node.pull()["node_time"]
        refused = [problem for problem in (answer.result() for answer in answers) if problem]
    story.check("R-102", f"{AT_A_TIME} pulls wait, one more is refused", [p.code for p in refused] == ["rate_limited"])
    told = refused and int(refused[0].headers.get("Retry-After", 0)) > 0
    story.check("R-100 R-102", "it says when to come again", told)
    story.check("R-102", "others are answered meanwhile", others > 0)


def renewal(story):
    """renewal of the certificate"""
    identity = story.first.identity
    before, code = identity.leaf, identity.device_code
    story.node.renew()
    kept = all(identity.leaf[name] == before[name] for name in ("key", "subject", "user", "branch"))
    story.check("R-54", "the new certificate is of the same key and device", kept)
    story.check("R-54", "it is valid no shorter, with another code", _renewed(identity, before, code))
    story.check("R-15", "its chain is valid now", verify_chain(identity.chain, identity.root, now()) == identity.leaf)
    stolen = story.node.proof(story.node.nonce(), key=new_key())
    story.refuses(
        "R-54",
        "a renewal that another key asks for",
        "signature_mismatch",
        lambda: story.node.line.call("/v1/renew", "SessionRequest", stolen, "EnrollResponse"),
    )
    story.check("R-51", "a session with the new certificate", story.node.open()["token"])


def _renewed(identity, before, code):
    return identity.leaf["expires_at"] >= before["expires_at"] and identity.device_code not in ("", code)


STEPS = (enrolment, used_codes, sessions, tokens, frames)
LAST_STEPS = (rates, renewal)
