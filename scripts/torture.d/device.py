"""A device whose disk turns bits, and whose files are copied, put back and cloned: what it shows is right or refused, what it
promised is at HQ."""
import copy
import random
import shutil

from calls import demand
from tiers import DONE, Site

# Rounds between two looks at everything that was promised; the machine is another one then.
DAY = 10
# Bits that are turned in each round, of which the last one stays and is salvaged.
FLIPS = 10
DATABASE = "replica.db"
JOURNAL = DATABASE + "-unsent"


class Damaging:
    def __init__(self, site, rounds, seed, say):
        self.site, self.rounds, self.say = site, rounds, say
        self.random = random.Random(seed)
        self.flips = self.salvages = 0
        self.accidents = {}

    def run(self):
        self.site.people()
        for number in range(1, self.rounds + 1):
            self._flip(self.site.li)
            accident = self.random.choice((self._database_back, self._files_back, self._folder_back, self._clone))
            name = accident(self.site.wang)
            self.accidents[name] = self.accidents.get(name, 0) + 1
            if number % DAY == 0 or number == self.rounds:
                self.site.expect_everything()
                self.say(f"{number} rounds, {self.flips} bits, {self.salvages} salvages")
                self.site.new_machine()
        told = ", ".join(f"{self.accidents[name]} {name}" for name in sorted(self.accidents))
        return f"{self.flips} bits turned, {self.salvages} devices salvaged; {told}"

    # MARK: bits

    def _flip(self, device):
        for _ in range(self.random.randrange(1, 4)):
            device.write()
        path, shown = device.home / DATABASE, device.dump()
        whole = path.read_bytes()
        for number in range(FLIPS):
            bit = self.random.randrange(len(whole) * 8)
            self._turn(path, bit)
            self.flips += 1
            found = device.do("doctor", "--json")
            demand(found.code == 14 and not found.json["sound"], f"bit {bit} is not found: {found}")
            demand(found.json["gone"] == 0, f"bit {bit}: {found}")
            read = device.do("dump", "--canonical")
            demand(read.code == 14 or (read.code == 0 and read.output == shown), f"bit {bit} is read: {read}")
            if number < FLIPS - 1:
                self._turn(path, bit)
        outcome = device.do("doctor", "--salvage", "--json")
        demand(outcome.code == 0, f"bit {bit}: {outcome}")
        self.salvages += 1
        for old in device.home.glob(DATABASE + ".damaged-*"):
            old.unlink()
        device.sync()

    @staticmethod
    def _turn(path, bit):
        with open(path, "r+b") as file:
            file.seek(bit // 8)
            byte = file.read(1)[0]
            file.seek(bit // 8)
            file.write(bytes([byte ^ 1 << bit % 8]))

    # MARK: copies. Each returns its name.

    def _go_on(self, device):
        """After the copy was made."""
        for _ in range(self.random.randrange(1, 4)):
            device.write()
        if self.random.random() < 0.6:
            device.sync()

    def _expect_new_id(self, device, before):
        status = device.done("status")
        demand(status["replica"] != before and status["new_id"], f"{device.name} does not notice: {status}")
        device.write()
        device.sync()

    def _put_back(self, device, files, whole):
        """`whole`: over the files that are there, as cp does; else as new files."""
        for path, content in files.items():
            if not whole:
                path.unlink(missing_ok=True)
            path.write_bytes(content)

    def _database_back(self, device):
        """Its journal knows more: what was not sent is there again."""
        device.write()
        path = device.home / DATABASE
        files = {path: path.read_bytes()}
        device.write()
        self._go_on(device)
        before = device.done("status")["replica"]
        self._put_back(device, files, self.random.random() < 0.5)
        self._expect_new_id(device, before)
        return "databases put back"

    def _files_back(self, device):
        device.write()
        files = {path: path.read_bytes() for path in (device.home / DATABASE, device.home / JOURNAL)}
        device.write()
        device.sync()
        before = device.done("status")["replica"]
        self._put_back(device, files, self.random.random() < 0.5)
        self._expect_new_id(device, before)
        return "databases put back with their journals"

    def _folder_back(self, device):
        device.write()
        aside = device.home.with_name("aside")
        shutil.copytree(device.home, aside)
        device.write()
        device.sync()
        before = device.done("status")["replica"]
        shutil.rmtree(device.home)
        shutil.move(aside, device.home)
        self._expect_new_id(device, before)
        return "folders put back"

    def _clone(self, device):
        device.write()
        clone = copy.copy(device)
        clone.home = device.home.with_name("clone")
        shutil.copytree(device.home, clone.home)
        ids = []
        for one in (device, clone, device, clone):
            # One list of entries: both write in the same person's name.
            one.count = device.count
            one.write()
            device.count = one.count
            if self.random.random() < 0.7:
                one.sync()
            ids.append(one.done("status")["replica"])
        demand(ids[0] != ids[1], f"a clone of {device.name} has its id")
        for one in (clone, device):
            demand(one.do("sync").code in DONE, "a clone cannot send what it has")
        shutil.rmtree(clone.home)
        return "clones"


def device(world, rounds, seed):
    with Site(world.programs, world.folder) as site:
        return Damaging(site, rounds, seed, world.say).run()
