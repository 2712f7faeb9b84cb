"""kill -9 of any process at random moments, a third of them while a device exchanges."""
import random
import time

from calls import demand
from tiers import DONE, Site

# Kills between two looks at everything that was promised; the machine is another one then, so that records stay small.
DAY = 50


class Killing:
    def __init__(self, site, kills, seed, say):
        self.site, self.kills_max, self.seed, self.say = site, kills, seed, say
        self.kills = {}
        self.watch = None

    def run(self):
        self.site.people()
        # How long a verb takes here and now: it is killed at any moment of that.
        self.verb_seconds = self._measure(lambda: self.site.li.write())
        self.sync_seconds = self._measure(lambda: self.site.li.sync())
        day = 0
        while sum(self.kills.values()) < self.kills_max:
            self.random = random.Random(f"{self.seed} {day}")
            self._day()
            day += 1
        return f"{sum(self.kills.values())} kills on {day} days: " + ", ".join(
            f"{self.kills[kind]} {kind}" for kind in sorted(self.kills))

    @staticmethod
    def _measure(work):
        began = time.monotonic()
        work()
        return time.monotonic() - began

    def _day(self):
        wanted = min(self.kills_max, sum(self.kills.values()) + DAY)
        accidents = [self._device_syncs, self._device_syncs, self._device_writes, self._node_while_pushed_to,
                     self._hq_while_pushed_to, self._watch, self._office_writes]
        # Bounded: most verbs are killed, but none has to be.
        for _ in range(4 * DAY):
            if sum(self.kills.values()) >= wanted:
                break
            self.random.choice(self.site.devices).write()
            self.random.choice(accidents)()
        self._end_watch()
        self.site.expect_everything()
        self.say(f"{sum(self.kills.values())} kills; {sum(len(one.promised) for one in self.site.replicas)} entries of "
                 f"{self.site.li.machine} are at HQ once")
        self.site.new_machine()

    # MARK: accidents

    def _moment(self, seconds):
        return self.random.uniform(0, 1.2 * seconds)

    def _count(self, kind, outcome):
        if outcome.code == -9:
            self.kills[kind] = self.kills.get(kind, 0) + 1
        else:
            demand(outcome.code in DONE, outcome)

    def _device_writes(self):
        device = self.random.choice(self.site.devices)
        self._count("writing", device.keep(device.begin().killed(self._moment(self.verb_seconds))))

    def _office_writes(self):
        """A verb that a node does for somebody: the verb is killed, or the node while it does it."""
        office = self.random.choice(self.site.offices)
        call = office.begin()
        if self.random.random() < 0.5:
            self._count("office verb", office.keep(call.killed(self._moment(self.verb_seconds))))
            return
        time.sleep(self._moment(self.verb_seconds))
        self._restart(office.node, "node at work")
        office.keep(call.outcome())

    def _device_syncs(self):
        device = self.random.choice(self.site.devices)
        self._count("syncing", device.start("sync").killed(self._moment(self.sync_seconds)))

    def _node_while_pushed_to(self):
        self._kill_during_syncs(self.site.perth, self.site.devices[:2], (0, 10, 12))

    def _hq_while_pushed_to(self):
        """Devices talk to branches, which are there."""
        self._kill_during_syncs(self.site.hq, self.site.devices, DONE)

    def _kill_during_syncs(self, node, devices, allowed):
        syncs = [device.start("sync") for device in devices]
        time.sleep(self._moment(self.sync_seconds))
        self._restart(node, "branch" if node is self.site.perth else "hq")
        for sync in syncs:
            outcome = sync.outcome()
            demand(outcome.code in allowed, f"while a node was killed: {outcome}")

    def _restart(self, node, kind):
        node.kill()
        self.kills[kind] = self.kills.get(kind, 0) + 1
        node.serve(*self.site.serving)

    def _watch(self):
        """wang's device exchanges all the time, and is killed now and then."""
        if self.watch:
            self._end_watch()
        self.watch = self.site.wang.start("sync", "--watch")

    def _end_watch(self):
        if not self.watch:
            return
        self._count("watching", self.watch.killed(0))
        self.watch = None


def kill(world, count, seed):
    """Every process is killed again and again, `count` times in all."""
    with Site(world.programs, world.folder) as site:
        return Killing(site, count, seed, world.say).run()
