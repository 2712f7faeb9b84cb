"""Bad networks: answers that are lost after the commit, and links that lose what goes one way."""
import random
import time

from calls import demand
from lossy import LossyLine
from namespaces import Networks
from tiers import Site

SHARE_LOST = 0.3
# Pushes between two looks at everything that was promised.
DAY = 200
# One partition for so many pushes.
PUSHES_A_PARTITION = 50
ROUNDS_MAX = 10
LINKS = (("hq", "perth"), ("hq", "guangzhou"), ("perth", "field"), ("guangzhou", "field"))


def lost_answers(world, count, seed):
    """Devices that watch push one set at a time, on a line that loses three answers in ten."""
    choice = random.Random(seed)
    with Site(world.programs, world.folder / "lossy", serving=("--plain-http",)) as site:
        line = LossyLine(("127.0.0.1", int(site.perth.address.split(":")[1])), SHARE_LOST, choice)
        site.people(perth=line.url)
        while line.pushes < count:
            until = min(count, line.pushes + DAY)
            watches = [device.start("sync", "--watch") for device in (site.li, site.wang)]
            while line.pushes < until:
                choice.choice((site.li, site.wang)).write()
            for watch in watches:
                demand(watch.process.poll() is None, lambda ended=watch: ended.outcome())
                watch.killed(0)
            site.expect_everything()
            world.say(f"{line.pushes} pushes, {line.lost} answers lost; every set is at HQ once")
            site.new_machine()
        line.end()
        return f"{line.pushes} pushes, {line.lost} of them without an answer: every set at HQ once"


class ApartSite(Site):
    """HQ, the branches and the field each have a network of their own."""

    def __init__(self, networks, *words, **more):
        self.networks = networks
        super().__init__(*words, **more)

    def _where(self, name):
        return name if name in self.networks.places else "field"

    def programs_of(self, name):
        programs = super().programs_of(name)
        programs.folder = self.networks.programs(self._where(name), self.binaries, self.folder / f"bin-{name}")
        return programs

    def host(self, name):
        return self.networks.address(name)


def partitions(world, count, seed):
    """Links lose what goes one way, everybody works on, the links are healed."""
    choice = random.Random(seed)
    worst = 0
    with Networks(("hq", "perth", "guangzhou", "field")) as networks, \
            ApartSite(networks, world.programs, world.folder / "apart") as site:
        site.people()
        for number in range(count):
            for link in choice.sample(LINKS, choice.randint(1, 2)):
                networks.cut(*choice.choice((link, link[::-1])))
            syncs = [device.start("sync") for device in site.devices]
            for replica in site.replicas:
                replica.write()
            # Some syncs wait in vain when the link comes back, others have given up.
            time.sleep(choice.uniform(0, 3))
            networks.heal()
            for sync in syncs:
                outcome = sync.outcome()
                demand(outcome.code in (0, 10, 12), outcome)
            worst = max(worst, _converge(site))
            site.expect_promises_kept()
            if number % 10 == 9:
                site.expect_everything()
                world.say(f"{number + 1} partitions; the same everywhere after at most {worst} exchanges of each device")
                site.new_machine()
        site.expect_everything()
    return f"{count} partitions healed, the same everywhere after at most {worst} exchanges of each device"


def _converge(site):
    """Branches come back by themselves; then each device needs at most ten exchanges."""
    rounds = site.settle()
    demand(rounds <= ROUNDS_MAX, f"{rounds} exchanges of each device until all held the same")
    return rounds


def network(world, count, seed):
    told = [lost_answers(world, count, seed)]
    if Networks.are_allowed():
        told.append(partitions(world, max(1, count // PUSHES_A_PARTITION), seed))
    else:
        told.append("links cut one way: left out, this machine allows no network namespaces")
    return "; ".join(told)
