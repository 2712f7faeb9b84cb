"""Plays a short story with HQ, a branch and two devices, and keeps what it leaves: the replicas' folders while things are unsent
and undecided, what one device and the branch say next, and what everybody holds at that time."""

import io
import json
import lzma
import os
import shutil
import sys
import tarfile
import tempfile

from programs import Device, Node, wait
from recorder import Recorder
from unsealing import data_key, unseal

KEPT = ("hq", "perth", "li", "wang")
LEFT_OUT = ("control.sock", "lock", "use.lock", "exchange.lock", "blobs.lock")


class Story:
    def __init__(self, programs, world):
        self.hq, self.perth = (Node(programs, world, name) for name in ("hq", "perth"))
        self.li = Device(programs, world, "li", passphrase="correct horse battery staple")
        self.wang = Device(programs, world, "wang")
        self.hq.run("init", "--role", "hq", "--org", "Acme", "--json")
        self.hq.serve()
        self.above = Recorder(self.hq)
        code = self.hq.ask("branch", "invite", "--name", "perth")["code"]
        self.perth.run("init", "--role", "branch", "--upstream", self.above.url, "--code", code, "--name", "perth")
        self.perth.serve()
        self.below = Recorder(self.perth)
        for device in (self.li, self.wang):
            self.enrol(device)

    def enrol(self, device):
        roles = ["--role", "technician", "--role", "parts_keeper"]
        self.perth.run("user", "add", "--name", device.name, "--display", "Mr " + device.name, *roles)
        device.enrol(self.below.url, self.perth.ask("device", "invite", "--user", device.name)["code"])
        device.sync()

    def play(self):
        """Ordinary days: records of many types, an order that is worked on, two people who write the same field."""
        new = lambda *words: self.perth.ask("new", *words)
        account = new("account", "name=Ironbark 铁皮木", "type=company", "tags+=mine")["id"]
        new("contact", f"account={account}", "name=王磊", "phones+=13812345678", "emails+=wang@example.com")
        site = new("site", f"account={account}", "name=North pit", "latitude=-31.95", "access_notes+=gate 4")["id"]
        self.machine = new("asset", "serial=EX-1", f"site={site}", "tags+=crawler", "cycles+=100")["number"]
        product = self.hq.ask("new", "product", "code=EX3600", "name=挖掘机 EX3600")["id"]
        wait("the catalogue comes down", lambda: product in self.perth.dump())
        self.perth.run("set", self.machine, f"model={product}")
        order = new("work_order", "type=repair", f"asset={self.machine}", "assignees+=wang", "diagnosis=Swing motor noisy")
        self.perth.run("new", "work_event", f"order={order['number']}", "kind=assigned")
        for device in (self.li, self.wang):
            device.sync()
        for step in ("accept", "depart", "arrive", "start", "finish"):
            self.wang.run("job", step, order["number"])
        self.li.run("set", self.machine, "serial=EX-1A", "notes+=Plate read by Li", "cycles+=12", "firmware=4.2.1")
        self.wang.run("set", self.machine, "serial=EX-1B", "notes+=油缸密封件渗漏", "cycles+=5")
        gone = self.li.ask("new", "note", f"subject={self.machine}", "text=to be deleted")["id"]
        self.li.sync()
        self.wang.sync()
        self.perth.run("delete", gone, ok=(0, 4))
        self.li.sync()
        wait("HQ has all", lambda: self.perth.ask("status")["pending_up"] == 0)
        wait("HQ's receipts come down", lambda: self.li.sync()["pending"] == 0 and self.li.ask("status")["at_branch"] == 0)
        self.wang.sync()

    def leave_unsent(self):
        """Everybody goes on alone: nothing of this is anywhere else when the folders are kept."""
        self.hq.stop()
        self.perth.run("set", self.machine, "tags+=only at the branch")
        self.perth.stop()
        self.hq.run("new", "account", "name=Only at HQ", "type=company")
        self.li.run("set", self.machine, "notes+=only on Li's device", "cycles+=1000")
        self.li.run("set", self.machine, "firmware=5.0.0")
        self.li.run("new", "note", f"subject={self.machine}", "text=三条未发送")
        self.wang.run("set", self.machine, "notes+=only on Wang's device")
        # So that its log is taken into its database.
        self.hq.serve()
        self.hq.stop()

    def talk(self):
        """What Li's device says to the branch next, and the branch to HQ."""
        self.above.keep()
        self.below.keep()
        self.perth.serve()
        self.li.sync()
        self.hq.serve()
        wait("the branch sends it up", lambda: self.perth.ask("status")["pending_up"] == 0)
        self.perth.stop()
        self.hq.stop()


def keep(replica, out):
    """A replica's folder, and what a person opens it with."""
    folder = replica.folder + ".kept"
    shutil.copytree(replica.folder, folder, ignore=shutil.ignore_patterns(*LEFT_OUT, "*-shm"))
    secret = os.path.join(folder, "data.key")
    if isinstance(replica, Device):
        secret = shutil.copy(replica.secret, out)
    if os.path.exists(os.path.join(folder, "data.keys")):
        database = os.path.join(folder, "node.db" if isinstance(replica, Node) else "replica.db")
        unseal(database, data_key(folder, secret))
    pack(folder, os.path.join(out, replica.name + ".tar.xz"))


def pack(folder, path):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for base, _, files in sorted(os.walk(folder)):
            for file in sorted(files):
                name = os.path.relpath(os.path.join(base, file), folder)
                tar.add(os.path.join(base, file), name, filter=unowned)
    with open(path, "wb") as file:
        file.write(lzma.compress(packed.getvalue(), preset=9 | lzma.PRESET_EXTREME))


def unowned(entry):
    entry.uid = entry.gid = entry.mtime = 0
    entry.uname = entry.gname = ""
    return entry


def traffic(kept):
    """The first session, push and pull that went over the line, with their answers."""
    named = {}
    for path, request, status, answer in kept:
        name = path.rsplit("/", 1)[-1]
        if name in ("session", "push", "pull") and status == 200 and name not in named:
            named[name] = {"request": request.hex(), "answer": answer.hex()}
    return named


def main(programs, out):
    # Where a device finds its key file is part of what it keeps: always the same place.
    world = os.path.join(tempfile.gettempdir(), "fieldsync-fixtures", os.path.basename(out))
    os.makedirs(world)
    try:
        story = Story(programs, world)
        story.play()
        story.leave_unsent()
        os.makedirs(out)
        for name in KEPT:
            keep(getattr(story, name), out)
        held = {name: getattr(story, name).dump() for name in KEPT}
        story.talk()
        spoken = {"li": traffic(story.below.kept), "perth": traffic(story.above.kept)}
        with open(os.path.join(out, "expected.json"), "w", encoding="utf-8") as file:
            told = {"machine": story.machine, "dumps": held, "traffic": spoken}
            json.dump(told, file, ensure_ascii=False, indent=1)
            file.write("\n")
        for file in sorted(os.listdir(out)):
            print(f"{os.path.getsize(os.path.join(out, file)):8} {file}")
    finally:
        for node in (story.hq, story.perth) if "story" in locals() else ():
            node.stop()
        shutil.rmtree(world)


main(sys.argv[1], sys.argv[2])
