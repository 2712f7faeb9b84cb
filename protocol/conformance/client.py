"""Enrolment, sessions and the three calls of an exchange with one node: R-50 to R-54, R-61, R-70, R-80."""

import ssl
from hashlib import sha256

from crypto import Roots, public, read_code, sign, verify_chain
from limits import require
from transport import Line, Problem

VERSION = "conformance 1"


class Identity:
    """What a device keeps of its enrolment. `root`: HQ's keys (Roots); `authority`: the CA's certificate, PEM."""

    def __init__(self, key, chain, root, authority, answer):
        self.key, self.chain, self.root, self.authority = key, chain, root, authority
        self.home_scope = answer["home_scope"]
        self.take(chain, answer)

    def take(self, chain, answer):
        self.root = self.root.taking(answer["rotations"])
        self.chain, self.leaf = chain, verify_chain(chain, self.root)
        self.device_code = answer["device_code"]


def fetch_authority(url, code):
    """R-52: fetched without verification, compared with the fingerprint of the code."""
    pem = Line(url).request("GET", "/v1/authority").decode("ascii")
    fingerprint = sha256(ssl.PEM_cert_to_DER_cert(pem)).digest()
    require(fingerprint[:12] == code.fingerprint, "another CA than the code's", "untrusted")
    return pem


def enroll_request(key, secret, name):
    return {
        "secret": secret,
        "key": public(key),
        "proof": sign(key, "enroll", secret),
        "name": name,
        "version": VERSION,
    }


def enroll(url, typed, key, name):
    """R-53."""
    code = read_code(typed)
    authority = fetch_authority(url, code)
    asked = enroll_request(key, code.secret, name)
    answer = Line(url, authority).call("/v1/enroll", "EnrollRequest", asked, "EnrollResponse")
    leaf = verify_chain(answer["chain"], root=None)
    require(leaf["key"] == public(key), "a certificate of another key", "untrusted")
    root = Roots(verify_chain(answer["chain"][-1:], root=None)["key"])
    return Identity(key, answer["chain"], root, authority, answer)


class Client:
    """A device's sessions with one node."""

    def __init__(self, url, identity):
        self.line, self.identity, self.session = Line(url, identity.authority), identity, None
        self.heard = None

    def nonce(self):
        known = [rotation.signed for rotation in self.identity.root.rotations]
        asked = {"chain": self.identity.chain, "version": VERSION, "rotations": known}
        answer = self.line.call("/v1/session", "SessionRequest", asked, "SessionResponse")
        self.identity.root = self.identity.root.taking(answer["rotations"])
        return answer["nonce"]

    def proof(self, nonce, key=None):
        """A SessionRequest with a signed nonce (R-51)."""
        signature = sign(key or self.identity.key, "session", nonce)
        return {"chain": self.identity.chain, "version": VERSION, "nonce": nonce, "signature": signature}

    def open(self):
        asked = self.proof(self.nonce()) | {"checkpoint": self.heard}
        self.session = self.line.call("/v1/session", "SessionRequest", asked, "SessionResponse")
        return self.session

    def renew(self):
        """R-54: a new certificate for the same key."""
        answer = self.line.call("/v1/renew", "SessionRequest", self.proof(self.nonce()), "EnrollResponse")
        leaf = verify_chain(answer["chain"], self.identity.root.taking(answer["rotations"]))
        require(leaf["key"] == public(self.identity.key), "a certificate of another key", "untrusted")
        self.identity.take(answer["chain"], answer)
        return answer

    def push(self, runs, pending=0):
        asked = {"runs": runs, "pending": pending, "checkpoint": self.heard}
        answer = self._call("/v1/push", "PushRequest", asked, "PushResponse")
        self.heard = answer["checkpoint"]
        return answer["results"]

    def pull(self, **asked):
        return self._call("/v1/pull", "PullRequest", asked, "PullResponse")

    def reconcile(self, **asked):
        return self._call("/v1/reconcile", "ReconcileRequest", asked, "ReconcileResponse")

    def audit(self, **asked):
        return self._call("/v1/audit", "AuditRequest", asked, "AuditResponse")

    def _call(self, path, asked, message, answered):
        """R-51: a token that the node no longer knows is replaced, once."""
        if not self.session:
            self.open()
        try:
            return self.line.call(path, asked, message, answered, self.session["token"])
        except Problem as problem:
            if problem.code != "unauthenticated":
                raise
            self.open()
            return self.line.call(path, asked, message, answered, self.session["token"])
