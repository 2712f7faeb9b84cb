"""Disks that are full, and syncs that fail: what was promised stays, whoever is told so stops, and with room again all goes on."""
import os
import random
import subprocess

from calls import Broken, demand
from tiers import BROKEN, Site, place, serve_until_it_fails

# A node takes no writes with less than 64 MiB left; a device writes as long as there is a byte.
NODE_KILOBYTES, DEVICE_KILOBYTES, NODE_RESERVE_KILOBYTES = 192 * 1024, 24 * 1024, 64 * 1024
NODES, DEVICES = ("hq", "perth"), ("li", "chen")
FULL = 15


class SmallDisk:
    """A file system in memory, to be filled."""

    def __init__(self, folder, kilobytes):
        self.folder, self.ballast = folder, folder / "ballast"
        folder.mkdir(parents=True)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", folder], check=False)
        demand(mounted.returncode == 0, f"{folder} cannot be mounted")

    def fill(self, left):
        """Leaves so many kilobytes."""
        with open(self.ballast, "wb") as file:
            free = os.statvfs(self.folder)
            count = free.f_bavail * free.f_frsize - left * 1024
            os.posix_fallocate(file.fileno(), 0, max(count, 1))

    def empty(self):
        self.ballast.unlink(missing_ok=True)

    def unmount(self):
        subprocess.run(["umount", "--lazy", self.folder], check=False)


class SmallSite(Site):
    """HQ, perth, li and chen have small disks."""

    def place(self, name):
        if name in NODES + DEVICES:
            kilobytes = NODE_KILOBYTES if name in NODES else DEVICE_KILOBYTES
            self.small[name] = SmallDisk(self.disk / name, kilobytes)
            return self.disk / name / "data"
        return super().place(name)

    def __init__(self, *words, **more):
        self.small = {}
        super().__init__(*words, **more)

    def __exit__(self, *what):
        super().__exit__(*what)
        for disk in self.small.values():
            disk.unmount()


class Failing:
    def __init__(self, site, preload, random, say):
        self.site, self.preload, self.random, self.say = site, preload, random, say
        self.told = {FULL: 0, BROKEN: 0}

    def round(self):
        victim = self.random.choice(NODES + DEVICES)
        what = self.random.choice((self._full, self._sync_fails))
        what(victim)
        self._go_on()

    # MARK: no room

    def _full(self, name):
        disk, isNode = self.site.small[name], name in NODES
        levels = (0, 64, 4096, NODE_RESERVE_KILOBYTES - 1024) if isNode else (0, 8, 64, 512)
        disk.fill(self.random.choice(levels))
        try:
            self._work(allowed=(0, FULL), exchanging=(0, 10, 12, FULL, 75))
        finally:
            disk.empty()
        for node in self.site.nodes:
            self._expect_running(node, (FULL,))

    # MARK: syncs that fail

    def _sync_fails(self, name):
        """A process of this replica is told by the system that something could not be synced."""
        count = self.random.randint(1, 40 if name in NODES else 8)
        log = self.site.folder / "syncs"
        env = {"LD_PRELOAD": str(self.preload), "RECORDER_ROOT": str(self.site.disk / name), "RECORDER_LOG": str(log),
               "RECORDER_FAIL_SYNC": str(count)}
        owner = next(one for one in self.site.replicas if place(one) == name)
        kept, owner.programs.env = owner.programs.env, env
        try:
            if name in NODES:
                self._stop(owner.node)
                serve_until_it_fails(owner.node)
            self._work(allowed=(0, BROKEN), exchanging=(0, 10, 12, BROKEN, 75))
        finally:
            owner.programs.env = kept
            log.unlink(missing_ok=True)
        for node in self.site.nodes:
            self._expect_running(node, (BROKEN,))
            if node is getattr(owner, "node", None):
                self._stop(node)
                node.serve()

    @staticmethod
    def _stop(node):
        if node.process.poll() is None:
            node.stop()


    # MARK: work

    def _work(self, allowed, exchanging):
        for _ in range(3):
            for replica in self.site.replicas:
                self._count(replica.keep(replica.begin().outcome()), (*allowed, *exchanging) if hasattr(replica, "node") else allowed)
            for device in self.site.devices:
                self._count(device.start("sync").outcome(), exchanging)

    def _count(self, outcome, allowed):
        demand(outcome.code in allowed, outcome)
        if outcome.code in self.told:
            self.told[outcome.code] += 1

    def _expect_running(self, node, allowed):
        """It serves, or it has ended and said why."""
        code = node.process.poll()
        if code is None:
            return
        demand(code in allowed, f"{node.folder} ended with {code}")
        self.told[code] += 1
        node.serve()

    def _go_on(self):
        for replica in self.site.replicas:
            replica.write()
        self.site.expect_everything()


def disk(world, count, seed):
    """`count` disks that are full or cannot sync."""
    if os.geteuid() != 0:
        return "left out: only root may mount small disks"
    choice = random.Random(seed)
    preload = world.library("recorder")
    with SmallSite(world.programs, world.folder) as site:
        site.people()
        failing = Failing(site, preload, choice, world.say)
        for number in range(count):
            try:
                failing.round()
            except Broken as broken:
                raise Broken(f"round {number + 1}: {broken}") from None
            if number % 10 == 9:
                world.say(f"{number + 1} rounds: told {failing.told[FULL]} times that a disk is full, {failing.told[BROKEN]} times that it fails")
                site.new_machine()
        # A few rounds may meet one kind only.
        demand(count < 10 or all(failing.told.values()), f"no program met what was done to its disk: {failing.told}")
        return (f"{count} disks full or failing: {failing.told[FULL]} times told full, {failing.told[BROKEN]} times failing, "
                "nothing that was promised is lost, all went on")
