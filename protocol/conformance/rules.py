"""`run rules`: every rule of README.md has a vector, a check of `run exchange`, or a test that is named here."""

import ast
import json
import re
from collections import Counter
from pathlib import Path

from schema import PROTOCOL
from vectors import AREAS, rules_of

NUMBER = re.compile(r"R-\d+")
# What no client can see of a node, and no bytes show: the rule, the file of the test, its title.
TESTED_ELSEWHERE = {
    "R-75": ("Tests/EndToEndTests/BootstrappingTests.swift", "A branch that has never pulled says so"),
    "R-97": ("Tests/StoreTests/StoreForkTests.swift", "Two sides meet at headquarters"),
    "R-98": ("Tests/StoreTests/StoreForkTests.swift", "every note is there once"),
    "R-99": ("Tests/StoreTests/TombstoneTests.swift", "An edit of a year later is a decision"),
    "R-134": ("Tests/StoreTests/AuditHeadTests.swift", "one that cannot be true beside it"),
    "R-116": ("Tests/EndToEndTests/BlobTests.swift", "goes before the next part of it"),
    "R-124": ("Tests/CoreTests/ModelOrderFoldTests.swift", "the office decides by an ordinary event that has seen both sides"),
    "R-125": ("Tests/CoreTests/ModelProposalTests.swift", "only who may write the field decides"),
    "R-140": ("Tests/EndToEndTests/DeviceOrderTests.swift", "orders about its devices, and about no others"),
    "R-141": ("Tests/CoreTests/ModelDeviceTests.swift", "takes back the suspensions that it knew of, no other"),
    "R-142": ("Tests/EndToEndTests/DeviceOrderTests.swift", "What a device made after others had its key waits"),
    "R-144": ("Tests/EndToEndTests/DeviceWipeTests.swift", "What it had not sent comes in first; then nothing is left of it"),
    "R-146": ("Tests/EndToEndTests/DeviceWipeTests.swift", "without a byte of the first one's, whose work is in and his"),
    "R-147": ("Tests/EndToEndTests/DeviceLeaseTests.swift", "It warns, then shows nothing and still takes work"),
    "R-150": ("Tests/EndToEndTests/RootRotationTests.swift", "follow three rotations that they were away for"),
    "R-163": ("Tests/StoreTests/PeopleTests.swift", "Erased, nobody reads it any more"),
    "R-101": ("Tests/EndToEndTests/BackoffTests.swift", "the waits double"),
}


def check_rules(report):
    vectors, checks = _in_vectors(), _in_checks()
    named = re.findall(r"^\*\*(R-\d+) (.+?)\.\*\*", (PROTOCOL / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    for rule, title in named:
        has = f"{title}: {vectors[rule]} vectors, {checks[rule]} checks"
        report.check(rule, has, vectors[rule] + checks[rule] or _has_test(rule), "neither a vector nor a check")
    unknown = sorted(({*vectors, *checks, *TESTED_ELSEWHERE}) - {rule for rule, _ in named})
    report.check("R-1", "no vector or check is of a rule that is not there", not unknown, str(unknown))


def _in_vectors():
    found = Counter()
    for area in AREAS:
        for path in (PROTOCOL / "vectors" / area).glob("*.json"):
            found.update(NUMBER.findall(rules_of(json.loads(path.read_text(encoding="utf-8")))))
    return found


def _in_checks():
    """The rules in the first argument of each `check` or `refuses`."""
    found = Counter()
    for path in Path(__file__).parent.glob("checks_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("check", "refuses"):
                found.update(NUMBER.findall(node.args[0].value))
                # Every refusal is held against R-100 too.
                found.update(["R-100"] if node.func.attr == "refuses" else [])
    return found


def _has_test(rule):
    file, title = TESTED_ELSEWHERE.get(rule, ("", ""))
    path = PROTOCOL.parent / file
    return path.is_file() and title in path.read_text(encoding="utf-8")
