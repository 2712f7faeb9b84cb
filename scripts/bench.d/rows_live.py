"""How long a change takes to be seen elsewhere, while devices and branches are live."""
import os
import sqlite3
import subprocess
import time

from programs import Node, median
from table import most

ROUNDS = 15
# Longer than any line that is not broken takes; one poll looks at both ends.
SECONDS_MAX, POLL_SECONDS = 10, 0.0005


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
        hq.add_user()
        made = self.programs.fieldsyncd("new", "work_order", "type=repair", "--data", hq.folder, "--json").json
        self.number, self.id = made["number"], bytes.fromhex(made["id"].replace("-", ""))
        first, second = (self._node(Node(self.programs, self.folder / name, hq, name)) for name in ("one", "two"))
        self.writer, self.near, self.far = (self._device(name, node) for name, node in
                                            (("writer", first), ("near", first), ("far", second)))
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

    def _device(self, name, node):
        home = self.folder / name
        words = ["enroll", node.url, "--code", node.code(), "--name", name, "--key-file", self.key, "--quiet"]
        # A branch has what HQ has, the person among it, within two seconds.
        _until(lambda: self.programs.field(home, *words, accepted=(0, 3, 4, 10)).code == 0)
        watch = [str(self.programs.folder / "field"), "sync", "--watch", "--quiet"]
        log = open(self.folder / f"{name}.log", "ab")
        self.watching.append(subprocess.Popen(watch, env={**os.environ, "FIELD_HOME": str(home)}, stdout=log, stderr=log))
        _until(lambda: self._shown(home) is not None)
        return home

    def times(self, reader, writer):
        """Milliseconds from the commit on one device until the other one shows what it says, one a round."""
        return [self._time(reader, writer, f"round {number} {reader.name}") for number in range(ROUNDS)]

    def _time(self, reader, writer, text):
        with _Reading(writer, self.id) as there, _Reading(reader, self.id) as here:
            setting = subprocess.Popen(
                [str(self.programs.folder / "field"), "set", self.number, f"diagnosis={text}", "--quiet"],
                env={**os.environ, "FIELD_HOME": str(writer)}, stdout=subprocess.DEVNULL)
            _until(lambda: there.shown() == (text,), POLL_SECONDS)
            began = time.monotonic()
            _until(lambda: here.shown() == (text,), POLL_SECONDS)
            took = time.monotonic() - began
            setting.wait(timeout=60)
        return took * 1000

    def _shown(self, home):
        with _Reading(home, self.id) as reading:
            return reading.shown()


class _Reading:
    """A device's database as anybody may read it."""

    def __init__(self, home, record):
        self.path, self.record = next(home.glob("*.db")), record

    def __enter__(self):
        self.db = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, isolation_level=None)
        return self

    def __exit__(self, *_):
        self.db.close()

    def shown(self):
        return self.db.execute("SELECT diagnosis FROM work_order WHERE id = ?", (self.record,)).fetchone()


def _until(is_so, pause=0.1):
    deadline = time.monotonic() + SECONDS_MAX
    while not is_so():
        if time.monotonic() > deadline:
            raise SystemExit("bench: a change did not arrive where it was waited for")
        time.sleep(pause)
