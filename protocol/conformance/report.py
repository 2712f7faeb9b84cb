"""One line a check, and whether all of them held."""

import sys


class Report:
    def __init__(self):
        self.passed, self.failed = 0, 0

    def ok(self, rules, what):
        self.passed += 1
        print(f"ok {rules} {what}", flush=True)

    def fail(self, rules, what, why):
        self.failed += 1
        print(f"FAILED {rules} {what}: {why}", flush=True)

    def check(self, rules, what, holds, why="it does not"):
        """`rules`: "R-12", or several of them. True when it held."""
        self.ok(rules, what) if holds else self.fail(rules, what, why)
        return bool(holds)

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed", file=sys.stderr)
        return 1 if self.failed or not self.passed else 0
