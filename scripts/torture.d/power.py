"""The power fails: images of disks as they may be found, each opened by the real programs."""
import os
import random
import shutil

from calls import Broken, demand
from opener import Opener
from power_day import NAMES, Day, present
from recording import Disks, write
from tiers import Entries

NODES = ("hq", "perth", "guangzhou")
CONTROL_IMAGES = 30
# How often an image is looked at more closely.
CLOSER_EVERY = 10
SAID_EVERY = 1000


class Promises:
    """What was said until a moment."""

    def __init__(self):
        self.made, self.tried, self.machine, self.attached = set(), [], None, None
        self.kept = {name: [] for name in NAMES}
        self.sets = {name: [] for name in NAMES}

    def hear(self, said):
        if "made" in said:
            self.made.add(said["made"])
        if "machine" in said:
            self.machine = said["machine"]
        if "tried" in said:
            self.tried.append(said["tried"])
        if "attached" in said:
            self.attached = said["attached"]
        if "kept" in said:
            self.kept[said["at"]] += said["kept"]
        if "set" in said and said["of"] in self.sets:
            self.sets[said["of"]].append(said["set"])


class Looker:
    """Opens images in a folder of its own."""

    def __init__(self, programs, library, folder, attached):
        self.folder = folder
        folder.mkdir()
        self.openers = {}
        for name, program, verb, place in (
                ("field", "field", ("dump", "--canonical"), "--replica"),
                ("receipts", "field", ("receipts", "--json"), "--replica"),
                ("attachment", "field", ("attachments", "get", attached), "--replica"),
                ("fieldsyncd", "fieldsyncd", ("dump", "--canonical"), "--data"),
                ("verify", "fieldsyncd", ("verify",), "--data")):
            self.openers[name] = Opener(library, [programs / program, *verb, place], folder / name / "data")

    def end(self):
        for opener in self.openers.values():
            opener.end()

    def lay(self, name, image):
        shutil.rmtree(self.folder / name, ignore_errors=True)
        write(image, self.folder / name)

    def open(self, name, image):
        self.lay(name, image)
        return self.openers[name].open()

    def open_again(self, name, before):
        """What another verb finds in what one has opened."""
        shutil.rmtree(self.folder / name, ignore_errors=True)
        os.rename(self.folder / before, self.folder / name)
        return self.openers[name].open()


class Power:
    def __init__(self, world, count, seed):
        self.world, self.count, self.seed = world, count, seed
        self.again = world.library("again")
        self.recorder = world.library("recorder")

    def run(self):
        day = self._recorded("day")
        found = self._images(day, self.count)
        if found:
            raise Broken(f"{len(found)} of {self.count} images; the first: {found[0]}")
        lost = self._images(self._recorded("control", is_synced=False), CONTROL_IMAGES)
        demand(lost, "the control, whose databases were never synced, lost nothing: this proof would find nothing")
        self.world.say(f"control, databases not synced: {len(lost)} of {CONTROL_IMAGES} images fail, as they must; "
                       f"the first: {lost[0].splitlines()[0]}")
        return f"{self.count} images: all that was promised is there, nothing half, nothing else"

    def _recorded(self, name, is_synced=True):
        day = Day(self.world, self.recorder, name, is_synced)
        day.run()
        events = day.log.read()
        self._expect_faithful(day, events)
        return day, events

    @staticmethod
    def _expect_faithful(day, events):
        """With every write in its place the imagined disks are the real ones: nothing was missed."""
        disks = Disks(day.disk, NAMES)
        for event in events:
            disks.play(event)
        for name in NAMES:
            imagined, real = disks.whole(name), present(day.disk / name)
            odd = [path for path in imagined.keys() | real.keys() if imagined.get(path) != real.get(path)]
            demand(not odd, f"{name}: the recording misses something of {sorted(odd)}")

    # MARK: images

    def _images(self, recorded, count):
        """Returns what was found wrong."""
        day, events = recorded
        moments = self._moments(day, events, count)
        disks, promises = Disks(day.disk, NAMES), Promises()
        attached = next((event.words["attached"] for event in events if "attached" in event.words), "none")
        looker = Looker(self.world.programs, self.again, day.folder / "images", attached)
        found, looked = [], 0
        for index, event in enumerate(events):
            for name, number in moments.get(index, ()):
                try:
                    Image(disks, promises, looker, name, random.Random(f"{self.seed} {number}")).look(number)
                except Broken as broken:
                    found.append(f"{name} at event {index} of {len(events)}, image {number}: {broken}")
                looked += 1
                if looked % SAID_EVERY == 0:
                    self.world.say(f"{looked} images, {len(found)} of them wrong")
            promises.hear(event.words)
            disks.play(event)
        looker.end()
        return found

    def _moments(self, day, events, count):
        """By event: the images that are taken before it. Any moment of a disk, and often the worst, just before something is synced,
        or just after something was promised."""
        disks, by_disk, worst = Disks(day.disk, NAMES), {name: [] for name in NAMES}, {name: [] for name in NAMES}
        for index, event in enumerate(events):
            said = event.words
            owner = said.get("at") or said.get("made") or disks.owner(event)
            disks.play(event)
            if owner:
                by_disk[owner].append(index)
            if owner and event.kind == "S":
                worst[owner].append(index)
            if owner and event.kind == "A":
                worst[owner].append(index + 1)
        moments = {}
        for number in range(count):
            choice = random.Random(f"{self.seed} moment {number}")
            name = choice.choice(NAMES)
            index = choice.choice(choice.choice((by_disk, worst))[name])
            moments.setdefault(min(index, len(events) - 1), []).append((name, number))
        return moments


class Image:
    """One disk after the power failed, at the moment that `disks` are at."""

    def __init__(self, disks, promises, looker, name, random):
        self.disks, self.promises, self.looker, self.name, self.random = disks, promises, looker, name, random

    def look(self, number):
        program = "fieldsyncd" if self.name in NODES else "field"
        outcome = self.looker.open(program, self.disks.image(self.name, self.random))
        demand(outcome.code >= 0, outcome)
        if self.name not in self.promises.made:
            return
        demand(outcome.code == 0, outcome)
        self._expect(outcome.output, self.promises.kept[self.name])
        if number % CLOSER_EVERY == 0:
            self._look_closer(program)

    def _expect(self, dump, kept):
        if not self.promises.machine:
            return
        entries = Entries(dump, self.promises.machine)
        for whose in {entry.split(" of ")[1] for entry in self.promises.tried}:
            of = f" of {whose}"
            entries.expect([entry for entry in kept if entry.endswith(of)],
                           [entry for entry in self.promises.tried if entry.endswith(of)], self.name, whose)

    def _look_closer(self, program):
        if program == "field":
            receipts = self.looker.open_again("receipts", program)
            demand(receipts.code == 0, receipts)
            if self.name == "li" and self.promises.attached:
                attachment = self.looker.open_again("attachment", "receipts")
                demand(attachment.code == 0, attachment)
            return
        verified = self.looker.open_again("verify", program)
        demand(verified.code == 0, verified)
        self._expect_true_receipts(program)

    def _expect_true_receipts(self, program):
        """The power failed at a node, and not at a device: what its receipts say is at the node is there."""
        device = self.random.choice([name for name in NAMES if name not in NODES])
        branch = "guangzhou" if device == "chen" else "perth"
        if self.name not in ("hq", branch) or device not in self.promises.made:
            return
        receipts = self.looker.open("receipts", self.disks.whole(device))
        demand(receipts.code == 0, receipts)
        levels = ("hq",) if self.name == "hq" else ("hq", "branch")
        sets = self.promises.sets[device]
        said = [item["seq"] for item in receipts.json["items"] if item["receipt"] in levels]
        kept = [sets[seq - 1] for seq in said if seq <= len(sets) and sets[seq - 1]]
        outcome = self.looker.open(program, self.disks.image(self.name, self.random))
        demand(outcome.code == 0, outcome)
        self._expect(outcome.output, kept)


def power(world, count, seed):
    return Power(world, count, seed).run()
