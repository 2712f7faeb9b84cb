"""Three tiers on loopback: HQ, the branches perth and guangzhou, and their technicians' devices; what people enter, and what was
promised to them."""
import json
import re

from calls import Call, demand, eventually
from programs import Node, Programs

DONE = (0, 12)
# The exit code of a program whose disk fails.
BROKEN = 74
EVERYWHERE = ("technician", "--role", "parts_keeper")


class Replica:
    """What is entered at one replica. Every entry has words of its own; half of them are a log entry and a count in one change set, so that
    half a set, a set twice or a lost one would show in the sum; the others are records of their own."""

    def __init__(self, name, machine=None):
        self.name, self.machine = name, machine
        self.tried, self.promised = [], []
        self.count = 0

    def begin(self):
        """The next entry's command, running."""
        return self.begin_with(self.next_entry())

    def begin_with(self, entry):
        return self.start(*self.words(entry))

    def next_entry(self):
        self.count += 1
        self.tried.append(f"{('log', 'note')[self.count % 2]} {self.count} of {self.name}")
        return self.tried[-1]

    def words(self, entry):
        if entry.startswith("note"):
            return "new", "note", f"subject={self.machine}", f"text={entry}"
        return "set", self.machine, f"notes+={entry}", "cycles+=1"

    def keep(self, outcome):
        """What exits 0 is promised."""
        if outcome.code == 0:
            self.promised.append(self.tried[-1])
        return outcome

    def write(self):
        outcome = self.keep(self.begin().outcome())
        demand(outcome.code == 0, outcome)

    def new_day(self, machine):
        self.machine, self.tried, self.promised = machine, [], []

    def do(self, *words):
        return self.start(*words).outcome()

    def done(self, *words):
        outcome = self.do(*words, "--json")
        demand(outcome.code in DONE, outcome)
        return outcome.json


class Device(Replica):
    """A technician's device, enrolled and synced once."""

    def __init__(self, site, name, node, role=EVERYWHERE, url=None):
        super().__init__(name)
        self.programs, self.home = site.programs_of(name), site.place(name)
        key = site.folder / f"{name}.key"
        key.write_bytes(name.encode().ljust(32, b"."))
        node.add_user(name, *role)
        self.done("enroll", url or node.url, "--code", node.code(name), "--name", name, "--key-file", key)
        site.made(name)
        self.sync()

    def start(self, *words):
        return Call([self.programs.folder / "field", *words], {**self.programs.env, "FIELD_HOME": str(self.home)})

    def sync(self):
        return self.done("sync")

    def dump(self):
        outcome = self.do("dump", "--canonical")
        demand(outcome.code == 0, outcome)
        return outcome.output


class Office(Replica):
    """Somebody who works at a node itself."""

    def __init__(self, node, name):
        super().__init__(name)
        self.node, self.programs = node, node.programs

    def start(self, *words):
        return Call([self.programs.folder / "fieldsyncd", *words, "--data", self.node.folder], self.programs.env)

    def dump(self):
        outcome = self.do("dump", "--canonical")
        demand(outcome.code == 0, outcome)
        return outcome.output


class Site:
    """`disk`: the folder in which each replica has one for its data. `made`: is told of each replica that is there. `serving`:
    words for `serve`."""

    def __init__(self, programs, folder, env=None, disk=None, made=lambda name: None, serving=()):
        self.folder, self.disk, self.made, self.serving = folder, disk or folder / "disk", made, serving
        self.binaries, self.env = programs, env
        self.nodes, self.machines = [], 0
        self.hq = self._node("hq")
        self.perth = self._node("perth", self.hq)
        self.guangzhou = self._node("guangzhou", self.hq)
        self.offices = [Office(node, f"{node.folder.parent.name}'s office") for node in self.nodes]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for node in self.nodes:
            if node.process:
                node.kill()

    def place(self, name):
        """Each replica's data are on a disk of its own: DISK/NAME/data."""
        (self.disk / name).mkdir(parents=True)
        return self.disk / name / "data"

    def programs_of(self, name):
        """Each replica has its own: what surrounds one of them may change."""
        return Programs(self.binaries, None, self.folder, self.env)

    def host(self, name):
        """The address of a node; None: on loopback."""
        return None

    def _node(self, name, upstream=None):
        node = Node(self.programs_of(name), self.place(name), upstream, name, self.host(name))
        self.made(name)
        node.serve(*self.serving)
        self.nodes.append(node)
        return node

    def people(self, perth=None):
        """li and wang of perth, chen of guangzhou, who gets an order at perth's machine. `perth`: where li and wang find their branch."""
        self.devices = [Device(self, name, self.perth, url=perth) for name in ("li", "wang")]
        self.li, self.wang = self.devices
        self.chen = Device(self, "chen", self.guangzhou, role=("technician",))
        self.devices.append(self.chen)
        perth_office = self.offices[1]
        account = perth_office.done("new", "account", "name=Ironbark", "type=company")["id"]
        self.where = perth_office.done("new", "site", f"account={account}", "name=North pit")["id"]
        self.new_machine()

    def new_machine(self):
        """Another machine, which everybody holds; whatever is entered from now on is about it."""
        self.machines += 1
        made = self.offices[1].done("new", "asset", f"serial=EX-{self.machines}", f"site={self.where}")["number"]
        # The first order brings the site to chen and his branch; every machine there is his from then on.
        if self.machines == 1:
            order = ("new", "work_order", "type=inspect", f"asset={made}", "assignees+=chen")
            demand(eventually(60, lambda: self.offices[0].do(*order).code == 0), "HQ does not hear of chen or the machine")
        for device in self.devices:
            demand(eventually(60, lambda: self._has(device, made)), f"{device.name} does not hear of {made}")
        for office in self.offices:
            demand(eventually(60, lambda: office.do("get", made).code == 0), f"{office.name} does not hear of {made}")
        for replica in self.replicas:
            replica.new_day(made)

    @staticmethod
    def _has(device, machine):
        device.sync()
        return device.do("get", machine).code == 0

    @property
    def replicas(self):
        return self.devices + self.offices

    # MARK: what has to be so in the end

    def settle(self, seconds=180):
        """Everybody exchanges until all hold the same. Returns after how many exchanges of each."""
        self.rounds = 0
        demand(eventually(seconds, self._agree), lambda: self._differences)
        return self.rounds

    def _agree(self):
        self.rounds += 1
        for device in self.devices:
            outcome = device.do("sync")
            if outcome.code not in DONE:
                self._differences = outcome
                return False
        shared = shared_lines([replica.dump() for replica in self.replicas])
        odd = [lines ^ shared[0] for lines in shared]
        self._differences = f"after {self.rounds} exchanges they differ: {odd}"
        return not any(odd)

    def expect_promises_kept(self):
        """At HQ each promised entry stands once, each other one at most once, and counts agree with entries."""
        found = Entries(self.offices[0].dump(), self.offices[0].done("get", self.li.machine)["id"])
        for replica in self.replicas:
            found.expect(replica.promised, replica.tried, "HQ", replica.name)

    def expect_receipts(self):
        """Every device knows that all of its sets are at HQ."""
        for device in self.devices:
            demand(eventually(60, lambda: self.all_at_hq(device)), lambda: f"{device.name}: {device.done('receipts')}")
            receipts = device.done("receipts")["items"]
            demand(all(item["receipt"] == "hq" for item in receipts), f"{device.name}: {receipts[-5:]}")

    @staticmethod
    def all_at_hq(device):
        device.sync()
        receipts = device.done("receipts")
        return receipts["local"] == receipts["branch"] == 0

    def expect_sound(self):
        for replica in self.replicas:
            outcome = replica.do("verify")
            demand(outcome.code == 0, outcome)

    def expect_everything(self):
        rounds = self.settle()
        self.expect_promises_kept()
        self.expect_receipts()
        self.expect_sound()
        return rounds


def serve_until_it_fails(node):
    """A node whose disk will fail, which may be before it serves."""
    try:
        node.serve()
    except SystemExit:
        demand(node.process.returncode == BROKEN, f"{node.folder} ended with {node.process.returncode}")


def place(replica):
    """On whose disk it writes."""
    node = getattr(replica, "node", None)
    return node.folder.parent.name if node else replica.name


class Entries:
    """What a canonical dump has of what was entered about a machine."""

    def __init__(self, dump, machine):
        records = [json.loads(line) for line in dump.splitlines()]
        machines = [record["fields"] for record in records if record["id"] == machine]
        self.log = machines[0].get("notes", []) if machines else []
        self.cycles = machines[0].get("cycles", [0])[0] if machines else 0
        notes = [record["fields"] for record in records if record["type"] == "note"]
        self.notes = [fields["text"][0] for fields in notes if fields.get("subject") == [machine]]
        self.all = self.log + self.notes

    def expect(self, promised, tried, where, whose):
        """Of one replica's entries: all that were promised, none that were never tried, none twice, none half."""
        found = [entry for entry in self.all if re.fullmatch(rf"(log|note) \d+ of {whose}", entry)]
        demand(len(set(found)) == len(found), f"{where}: an entry of {whose} stands twice")
        lost = [entry for entry in promised if entry not in set(found)]
        demand(not lost, f"{where}: promised to {whose} and lost: {lost}")
        odd = set(found) - set(tried)
        demand(not odd, f"{where}: never entered by {whose}: {odd}")
        demand(self.cycles == len(self.log), f"{where}: half a change set: {self.cycles} cycles, {len(self.log)} entries")


def shared_lines(dumps):
    """Of each dump the lines of records in scopes that all of them hold."""
    lines = [[(json.loads(line)["scope"], line) for line in dump.splitlines()] for dump in dumps]
    common = set.intersection(*({scope for scope, _ in dump} for dump in lines))
    demand(common - {"catalog", "org"}, "they have nothing in common")
    return [{line for scope, line in dump if scope in common} for dump in lines]
