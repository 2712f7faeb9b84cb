"""`run exchange`: two devices enrol at a node, exchange with it, and check what it says.

Each step leaves the devices for the next; a step that breaks off is one failed check, and the story ends there."""

import re

import checks_audit
import checks_blobs
import checks_bundles
import checks_pull
import checks_push
import checks_reconcile
import checks_tiers
import checks_trust
from client import Client, enroll
from crypto import new_key, read_code
from device import Device
from limits import Refused
from schema import PROTOCOL
from transport import Problem

STEPS = checks_trust.STEPS + checks_push.STEPS + checks_blobs.STEPS + checks_pull.STEPS + checks_reconcile.STEPS
STEPS += checks_audit.STEPS
LAST_STEPS = checks_reconcile.LAST_STEPS + checks_trust.LAST_STEPS


class Story:
    """`first` and `second` are devices of two people, `node` and `other_node` the clients that they exchange by.

    `hq_url`: where HQ serves, when the node at `url` is a branch; else None. `carry`: a command that lets the node import
    the bundle {in} and answer it in {out}; `bundle`: one that a device of the programs exported."""

    def __init__(self, report, url, codes, hq_url=None, carry=None, bundle=None):
        self.report, self.url, self.codes, self.hq_url = report, url, codes, hq_url
        self.carry, self.bundle = carry, bundle
        self.first = self.second = self.node = self.other_node = None
        self.statuses = _statuses()

    def enrol(self):
        """Enrols both, the first checked step by step in checks_trust."""
        keys = [new_key(), new_key()]
        self.keys = keys
        identities = [enroll(self.url, code, key, "conformance") for code, key in zip(self.codes, keys)]
        self.first, self.second = (Device(identity) for identity in identities)
        self.node, self.other_node = (Client(self.url, identity) for identity in identities)
        self.code = read_code(self.codes[0])

    def check(self, rules, what, holds, why="it does not"):
        return self.report.check(rules, what, holds, why)

    def refuses(self, rules, what, code, call):
        """That a call is answered with the problem of that code, as R-100 says it."""
        try:
            call()
        except Problem as problem:
            document = problem.document
            names = {"type", "title", "status", "detail", "code", "hint", "retryable", "details"}
            whole = names <= set(document) and document["type"] == f"urn:fieldsync:error:{code}"
            right = problem.code == code and problem.status == document.get("status") == self.statuses[code]
            return self.check(f"{rules} R-100", f"{what}: {code}", whole and right, str(problem))
        return self.report.fail(rules, what, "it was taken")


def _statuses():
    """errors.md: the HTTP status of each code."""
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \|", (PROTOCOL / "errors.md").read_text(encoding="utf-8"), re.MULTILINE)
    return {code: int(status) for code, status in rows}


def check_exchange(report, url, codes, hq_url=None, carry=None, bundle=None):
    story = Story(report, url, codes, hq_url, carry, bundle)
    steps = STEPS + (checks_tiers.STEPS if hq_url else ()) + (checks_bundles.STEPS if carry else ())
    for step in steps + LAST_STEPS:
        try:
            step(story)
        except (Problem, Refused, OSError) as failure:
            report.fail("R-1", step.__doc__ or step.__name__, f"{type(failure).__name__}: {failure}")
            return
