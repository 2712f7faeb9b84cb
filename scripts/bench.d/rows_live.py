"""How long a change takes to be seen elsewhere, while devices and branches are live."""
import os
import subprocess
import time

from programs import Node, Waiting, median
from table import most

ROUNDS = 15
# Longer than any line that is not broken takes.
SECONDS_MAX = 10


def live(world):
    with LiveTiers(world.programs, world.key()) as tiers:
        fsync = world.programs.reference("fsync", world.programs.work / "fsync.bin", 100)["median_s"] * 1000
        near = tiers.times(tiers.near, tiers.writer)
        far = tiers.times(tiers.far, tiers.writer)
    return [
        _row("live: device, branch, another device", near, 2, fsync, 10),
        _row("live: device, branch, HQ, branch, device", far, 4, fsync, 20),
    ]


def _row(name, times, fsyncs, fsync, allowed):
    reference = fsyncs * fsync
    note = (f"median; 9 of 10 in {sorted(times)[len(times) * 9 // 10]:.1f} ms; reference: {fsyncs} fsyncs of {fsync:.1f} ms, "
            "one after the other")
    return most(name, median(times), reference + allowed, "ms", reference, note)


class LiveTiers:
    """HQ, two branches, two devices at the first one and one at the second, all exchanging by themselves."""

    def __init__(self, programs, key):
        self.programs, self.key = programs, key
        self.folder = programs.work / "live"
        self.folder.mkdir()
        self.nodes, self.watching = [], []

    def __enter__(self):
        hq = self._node(Node(self.programs, self.folder / "hq"))
        first, second = (self._node(Node(self.programs, self.folder / name, hq, name)) for name in ("one", "two"))
        for login, branch in (("wei", "one"), ("chen", "two")):
            hq.add_user(login, "technician", "--branch", branch)
        # Both work on it, so both branches hold it.
        account = self._new(hq, "account", "name=Depot", "type=company")
        site = self._new(hq, "site", f"account={account['id']}", "name=Depot")
        order = ["type=repair", f"site={site['id']}", "assignees+=wei", "assignees+=chen"]
        self.order = self._new(hq, "work_order", *order)
        self.writer, self.near, self.far = (
            self._device(name, node, login)
            for name, node, login in (("writer", first, "wei"), ("near", first, "wei"), ("far", second, "chen")))
        return self

    def __exit__(self, *_):
        for process in self.watching:
            process.terminate()
            process.wait(timeout=60)
        for node in reversed(self.nodes):
            node.stop()

    def _node(self, node):
        self.nodes.append(node)
        node.serve()
        return node

    def _new(self, node, *words):
        return self.programs.fieldsyncd("new", *words, "--data", node.folder, "--json").json

    def _device(self, name, node, login):
        home = self.folder / name
        words = ["enroll", node.url, "--code", node.code(login), "--name", name, "--key-file", self.key, "--quiet"]
        self.programs.field(home, *words)
        watch = [str(self.programs.folder / "field"), "sync", "--watch", "--quiet"]
        log = open(self.folder / f"{name}.log", "ab")
        self.watching.append(subprocess.Popen(watch, env={**os.environ, "FIELD_HOME": str(home)}, stdout=log, stderr=log))
        _until(lambda: self.programs.field(home, "list", "work_order", "--json").json["items"])
        return home

    def times(self, reader, writer):
        """Milliseconds from the commit on one device until the other one shows what it says, one a round."""
        with Waiting(self.programs, "latency", writer, reader, self.key, self.order["id"]) as looking:
            return [self._time(looking, writer, f"round {number} {reader.name}") for number in range(ROUNDS)]

    def _time(self, looking, writer, text):
        looking.say(text)
        self.programs.field(writer, "set", self.order["number"], f"diagnosis={text}", "--quiet")
        return looking.answer()["wall_s"] * 1000


def _until(is_so):
    deadline = time.monotonic() + SECONDS_MAX
    while not is_so():
        if time.monotonic() > deadline:
            raise SystemExit("bench: a change did not arrive where it was waited for")
        time.sleep(0.1)
