"""A node with records, well-behaved devices beside it, and devices that an attacker has."""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path += [str(ROOT / "scripts/bench.d"), str(ROOT / "scripts/lib"), str(ROOT / "protocol/conformance")]

from client import Client, enroll  # noqa: E402
from crypto import new_key  # noqa: E402
from programs import Programs  # noqa: E402
from world import Sizes, World  # noqa: E402

SESSIONS, RATE = 20, 40


class Site:
    def __init__(self, programs, folder, seconds, records):
        self.seconds = seconds
        self.world = World(Programs(programs, None, folder), Sizes(False, records))
        self.node, self.folder = self.world.node, folder

    def __enter__(self):
        self.world.take_in()
        self.node.add_user()
        self.node.serve()
        self.device = self.world.enrol()
        self.world.exchange(self.device)
        return self

    def __exit__(self, *_):
        self.node.kill()

    def codes(self, count):
        path = self.folder / "codes"
        path.write_text("".join(self.node.code() + "\n" for _ in range(count)))
        return path

    def others(self, during=lambda: None):
        """What well-behaved devices meet: one-change pushes, open loop. `during` begins the attack once they have enrolled."""
        codes = self.codes(SESSIONS)
        during()
        return self.world.programs.fieldbench(
            "load", self.device, codes, "--rate", str(RATE), "--seconds", str(self.seconds)).json

    def attacker(self):
        """A device with a good session."""
        client = Client(self.node.url, enroll(self.node.url, self.node.code(), new_key(), "attacker"))
        client.open()
        return client

    def restart(self, clients):
        """A node that has done nothing yet, and its clients with new sessions."""
        self.node.kill()
        self.node.serve()
        again = [Client(self.node.url, client.identity) for client in clients]
        for client in again:
            client.open()
        return again

    def figures(self, name):
        """Of each label what it counted, where that is anything."""
        return {label: int(value) for label, value in self.node.labelled(name).items() if value}

    def figure(self, name):
        return int(self.node.figures().get(name, 0))


def pace(load):
    failed = f", {load['failed']:.0f} FAILED" if load["failed"] else ""
    return f"p50 {load['p50_ms']:.1f} ms, p99 {load['p99_ms']:.1f} ms, {load['sets']:.0f} pushes{failed}"


def mebibytes(count):
    return f"{count / 2**20:.1f} MiB"
