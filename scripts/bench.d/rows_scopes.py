"""What a pull costs somebody who holds many scopes, and what it costs to move one."""
import csv
import json
import uuid
from contextlib import ExitStack
from copy import deepcopy

import data
from programs import Exchanging, Node, Watch, median
from table import most, times

FEW, OF_A_DEVICE, MOVED = 5, 2_000, 1_000
# Together fewer than a device may ask at once.
ROUNDS, IDLE = 15, 10
# Of what an exchange costs whoever holds few scopes.
GOAL = 1.5


def scopes(world):
    many = world.sizes.scopes
    office = _Offices(world, {"many": many, "device": OF_A_DEVICE, "few": FEW})
    try:
        branches = office.branch("many"), office.branch("few")
        devices = office.device("device"), office.device("few")
        yield from _compared(office, f"a branch with {many:,} sites", "many", *branches)
        yield from _compared(office, f"a device with {OF_A_DEVICE:,} sites", "device", *devices)
        yield from _move(office, *branches)
    finally:
        office.hq.stop()


def _compared(office, who, name, folder, of_few):
    note = f"reference: one with {FEW}"
    idle, reference = office.idle(folder, of_few)
    yield times(f"{who}, idle exchange", idle.cpu, reference.cpu, GOAL, "cpu-ms", f"{note}; {idle.wall:.1f} ms on the wall")
    yield most(f"{who}, idle exchange, payload", idle.up + idle.down, 400, "bytes",
               note=f"{idle.up:.0f} up, {idle.down:.0f} down")
    change, reference = office.changes((name, folder), ("few", of_few))
    yield times(f"{who}, pull of one change", change.cpu, reference.cpu, GOAL, "cpu-ms",
                f"{note}; {change.wall:.1f} ms on the wall, {change.down:.0f} bytes down")


def _move(office, loser, gainer):
    """A site with its orders goes to another branch while both are in touch."""
    site = office.sites["moved"]
    with office.line(loser) as losing, office.line(gainer) as gaining:
        idle = office.answer(losing)
        moving, nothing = (office.assign(site, "few") for _ in range(2))
        lost, gained, again = office.answer(losing), office.answer(gaining), office.answer(gaining)
    if lost.dropped != 1:
        raise SystemExit(f"bench: the loser of a site dropped {lost.dropped:.0f} scopes")
    # The site and its account come with the orders.
    records = MOVED + 2
    note = f"{moving['change_sets']:.0f} change set; the node's processor, beyond the same verb again, which has nothing to do"
    yield most(f"a site of {MOVED:,} records moves, at HQ", (moving.cpu - nothing.cpu) * 1000, 50, "ms", note=note)
    yield most("the same, to the loser beyond an idle answer", lost.down - idle.down, 64, "bytes",
               note=f"{lost.received:.0f} records")
    yield most("the same, deliveries to the gainer", (gained.received + again.received) / records, 1, "a record",
               note=f"{gained.received:.0f} in the first exchange, {again.received:.0f} in the next; {gained.down:,.0f} bytes, "
                    f"{gained.down / records:.0f} a record")


class _Offices:
    """HQ, and under it branches that serve so many sites with an order each, whom nobody serves: the driver is the branch."""

    def __init__(self, world, sites):
        self.programs, self.runs = world.programs, 0
        self.folder = world.programs.work / "scopes"
        self.folder.mkdir()
        self.hq = Node(self.programs, self.folder / "offices")
        self._import(sites)
        accounts = self._ids("SELECT name, id FROM account")
        self.sites = self._ids("SELECT name, id FROM site")
        self.orders = self._ids("SELECT s.name, min(o.id) FROM site s JOIN work_order o ON o.site = s.id GROUP BY 1")
        self.hq.serve()
        for name in sites:
            Node(self.programs, self.folder / name, self.hq, name)
            self.hq_says("scope", "assign", "--to", name, "--account", accounts[name], "--quiet")
            self.hq.add_user(name, "service_rep", "--branch", name)

    def _import(self, sites):
        """An account for each branch, and beside the others the site that is to move."""
        names = [(branch, f"{branch} {index}") for branch, count in sites.items() for index in range(count)]
        names += [("many", "moved")] * MOVED
        rules = deepcopy(data.MAP)
        rules["rows"][0]["set"]["name"] = "customer"
        with open(self.folder / "visits.csv", "w", encoding="utf-8", newline="") as file:
            lines = csv.writer(file)
            lines.writerow(data.COLUMNS + ["customer"])
            for index, (branch, site) in enumerate(names):
                row = data.row(index, 1)
                row[data.COLUMNS.index("site")] = site
                lines.writerow(row + [branch])
        (self.folder / "visits.map.json").write_text(json.dumps(rules, ensure_ascii=False), encoding="utf-8")
        self.programs.fieldsyncd("import", self.folder / "visits.csv", "--data", self.hq.folder, "--quiet")

    def _ids(self, query):
        return {name: str(uuid.UUID(bytes=record)) for name, record in self.hq.ask(query)}

    def hq_says(self, *words):
        return self.programs.fieldsyncd(*words, "--data", self.hq.folder)

    def branch(self, name):
        return self.folder / name

    def device(self, name):
        """Of somebody in the office of that branch; it exchanges with HQ, which knows him too."""
        folder = self.folder / f"device of {name}"
        self.programs.fieldbench("enrol", folder, self.hq.url, self.hq.code(name))
        return folder

    def assign(self, site, branch):
        """What it took of HQ."""
        with Watch(self.hq) as seen:
            self.hq_says("scope", "assign", "--to", branch, site, "--quiet")
        return seen

    def line(self, folder, times=1):
        return Exchanging(self.programs, folder, times)

    def idle(self, *folders):
        """Of each folder an exchange with nothing to say."""
        return self._in_turns(folders, IDLE, lambda index, line, _: self.answer(line, IDLE))

    def changes(self, *holders):
        """Of each holder, which has the name of its sites and its folder, an exchange that brings one change."""
        return self._in_turns(
            [folder for _, folder in holders], 1,
            lambda index, line, number: self._change(f"{holders[index][0]} {number % FEW}", line))

    def _in_turns(self, folders, times, act):
        """Of each the median of several."""
        with ExitStack() as open_lines:
            lines = [open_lines.enter_context(self.line(folder, times)) for folder in folders]
            rounds = [[act(index, line, number) for index, line in enumerate(lines)] for number in range(ROUNDS)]
        return [_Median(mine) for mine in zip(*rounds)]

    def answer(self, line, times=1):
        with Watch(self.hq) as seen:
            used = line.again()
        return _Exchanged(used, seen, times)

    def _change(self, site, line):
        self.runs += 1
        self.hq_says("set", self.orders[site], f"diagnosis=round {self.runs}", "--quiet")
        found = self.answer(line)
        if found.received != 1:
            raise SystemExit(f"bench: {found.received:.0f} records came instead of one")
        return found


class _Exchanged:
    """Of one exchange: milliseconds of both ends' processors and on the wall, bytes, records that came, scopes that went."""

    def __init__(self, used, seen, times):
        self.cpu = (used["cpu_s"] + seen["process_cpu_seconds_total"]) * 1000 / times
        self.wall = used["wall_s"] * 1000 / times
        self.up, self.down = seen.up / times, seen.down / times
        self.received, self.dropped = used["received"], used["dropped"]


class _Median:
    """Of several, figure by figure."""

    def __init__(self, exchanged):
        for name in vars(exchanged[0]):
            setattr(self, name, median([getattr(one, name) for one in exchanged]))
