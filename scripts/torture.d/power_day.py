"""A day at three tiers while every write to their disks is written down, and what was promised at which moment."""
import pathlib

from calls import demand, eventually
from recording import Log
from tiers import Site, place

NAMES = ("hq", "perth", "guangzhou", "li", "wang", "chen")
ROUNDS, CONTROL_ROUNDS = 7, 2


class Day:
    """`log`: what happened, in order; its words are
    {"made": NAME}                  the replica is there
    {"machine": ID}                 what the entries are about
    {"tried": ENTRY, "at": NAME}    somebody begins to enter something
    {"kept": [ENTRY…], "at": NAME}  the program has promised that they are at NAME
    {"set": ENTRY, "of": NAME}      the entry of the device's next change set; null: it is about something else
    {"attached": SHA256, "at": NAME}  the bytes of an attachment are promised
    """

    def __init__(self, world, preload, name, is_synced=True):
        """`is_synced`: whether databases are, when they ask for it."""
        self.is_synced = is_synced
        self.folder = world.folder / name
        self.disk = self.folder / "disk"
        self.disk.mkdir(parents=True)
        self.log = Log(self.folder / "log")
        self.env = {"LD_PRELOAD": str(preload), "RECORDER_ROOT": str(self.disk), "RECORDER_LOG": str(self.log.path)}
        if not is_synced:
            self.env["RECORDER_NO_SYNC"] = "1"
        self.programs = world.programs

    def run(self):
        with Site(self.programs, self.folder, env=self.env, disk=self.disk, made=self._made) as site:
            site.people()
            machine = site.offices[0].done("get", site.li.machine)["id"]
            self.log.mark(machine=machine)
            for number in range(ROUNDS if self.is_synced else CONTROL_ROUNDS):
                self._round(site, number)
            self._end(site)
            site.expect_everything()
            for node in site.nodes:
                node.stop()

    def _made(self, name):
        self.log.mark(made=name)

    def _round(self, site, number):
        for replica in site.replicas:
            self._write(replica)
        for device in site.devices[number % 2:]:
            self._sync(site, device)
        if number == 2:
            self._rotate(site.li)
        if number == 4:
            # A node that ends in order, is sealed under new keys, and begins again.
            site.perth.stop()
            self._rotate(site.offices[1])
            site.perth.serve(*site.serving)
        if number == 5:
            self._attach(site.li)

    def _write(self, replica):
        self.log.mark(tried=replica.next_entry(), at=place(replica))
        outcome = replica.keep(replica.begin_with(replica.tried[-1]).outcome())
        demand(outcome.code == 0, outcome)
        self.log.mark(set=replica.tried[-1], of=replica.name)
        self.log.mark(kept=[replica.tried[-1]], at=place(replica))

    def _sync(self, site, device):
        entries = list(device.promised)
        device.sync()
        self.log.mark(kept=entries, at="guangzhou" if device is site.chen else "perth")

    @staticmethod
    def _rotate(replica):
        """Everything is sealed under new keys."""
        outcome = replica.do("key", "rotate")
        demand(outcome.code == 0, outcome)

    def _attach(self, device):
        photo = self.folder / "photo.jpg"
        photo.write_bytes(bytes(range(256)) * 600)
        attached = device.done("attach", device.machine, photo)
        self.log.mark(set=None, of=device.name)
        self.log.mark(attached=attached["sha256"], at=device.name)

    def _end(self, site):
        """All are at HQ, and it has said so."""
        site.settle()
        demand(eventually(60, lambda: all(site.all_at_hq(device) for device in site.devices)), "receipts do not come")
        self.log.mark(kept=[entry for device in site.devices for entry in device.promised], at="hq")
        # Whoever writes now does so on a disk that has seen everything.
        for replica in site.replicas:
            self._write(replica)


def present(folder: pathlib.Path):
    """What really lies in a folder: {path: bytes; None: a folder}, without what is not recorded."""
    found = {}
    for path in folder.rglob("*"):
        if path.name.endswith("-shm") or path.is_socket():
            continue
        found[str(path.relative_to(folder))] = None if path.is_dir() else path.read_bytes()
    return found
