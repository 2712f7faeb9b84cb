"""What the rows share: sizes, a node that holds the visits, devices."""
import data
from programs import Node, run


class Sizes:
    def __init__(self, scale, records):
        self.records = records or (1_000_000 if scale else 100_000)
        self.sites = max(5, min(2000, self.records // 50))
        self.runs = 1 if scale else 3
        self.sets = min(1000, self.records // 20)
        self.scopes = 50_000 if scale else 5_000
        self.sessions, self.rate, self.seconds = (1000, 2000, 30) if scale else (50, 200, 10)


class World:
    def __init__(self, programs, sizes):
        self.programs, self.sizes = programs, sizes
        self.visits = data.write(programs.work, sizes.records, sizes.sites)
        self.node = Node(programs, programs.work / "hq")
        self.devices = 0

    def take_in(self):
        """Imports the visits before anybody is served."""
        return self.programs.fieldsyncd("import", self.visits, "--data", self.node.folder, "--quiet")

    def key(self):
        path = self.programs.work / "key"
        path.write_bytes(b"0123456789abcdef" * 2)
        return path

    def enrol_field(self):
        """A device of the product's own tool; nothing pulled yet."""
        home = self._folder("field")
        self.programs.field(
            home, "enroll", self.node.url, "--code", self.node.code(), "--name", home.name, "--key-file", self.key(),
            "--quiet")
        return home

    def enrol(self):
        """A device of the benchmark's own; nothing pulled yet."""
        device = self._folder("device")
        run([self.programs.folder / "fieldbench", "enrol", device, self.node.url, self.node.code()])
        return device

    def _folder(self, kind):
        self.devices += 1
        return self.programs.work / f"{kind}-{self.devices}"

    def exchange(self, device):
        return self.programs.fieldbench("exchanges", device).json

    def change(self, device, sets, changes, *more):
        return self.programs.fieldbench("change", device, "--sets", str(sets), "--changes", str(changes), *more).json

    def state_bytes(self, where="", arguments=()):
        """Bytes beside the data of a record: its state and the hash for digests."""
        query = "SELECT avg(length(state) + 16) FROM work_order " + where
        return self.node.ask(query, arguments)[0][0]

    def newest(self, count, skip):
        query = "SELECT id FROM work_order ORDER BY id DESC LIMIT ? OFFSET ?"
        return [row[0] for row in self.node.ask(query, (count, skip))]

    def forget(self, device):
        run([self.programs.folder / "fieldbench", "forget", device])
