"""What recorder.c wrote down, and the disks that it may have left when the power fails at any moment of it."""
import fcntl
import json
import os
import struct

from calls import demand

HEADER = struct.Struct("<cIQqII")
SECTOR = 512


class Event:
    """`kind`: O opened, W written, T cut, R renamed, L linked, U removed, M folder made, S synced, A a word of ours."""

    __slots__ = ("kind", "file", "at", "first", "second")

    def __init__(self, kind, file, at, first, second):
        self.kind, self.file, self.at, self.first, self.second = kind, file, at, first, second

    @property
    def words(self):
        """What we said; nothing of any other event."""
        return json.loads(self.first) if self.kind == "A" else {}


class Log:
    """The file that all recorded programs append to; `mark` adds what was promised, in its place among their writes."""

    def __init__(self, path):
        self.path = path

    def mark(self, **said):
        text = json.dumps(said).encode()
        with open(self.path, "ab", buffering=0) as log:
            fcntl.flock(log, fcntl.LOCK_EX)
            log.write(HEADER.pack(b"A", 0, 0, 0, len(text), 0) + text)

    def read(self):
        events, place = [], 0
        with open(self.path, "rb") as log:
            content = log.read()
        while place < len(content):
            kind, _, file, at, first, second = HEADER.unpack_from(content, place)
            place += HEADER.size
            middle, end = place + first, place + first + second
            events.append(Event(kind.decode(), file, at, content[place:middle], content[middle:end]))
            demand(kind != b"X", lambda: f"the recorder cannot follow {events[-1].first!r} of {events[-1].second!r}")
            place = end
        return events


class File:
    """`synced`: what the disk holds for certain; `pending`: writes (place, bytes) and cuts (size, None) that it may hold."""

    def __init__(self):
        self.synced, self.pending = bytearray(), []

    def sync(self):
        for change in self.pending:
            apply(self.synced, *change)
        self.pending = []

    def whole(self):
        content = bytearray(self.synced)
        for change in self.pending:
            apply(content, *change)
        return content

    def imagine(self, random):
        """Every change that is not synced is there, or lost, or torn between sectors."""
        content = bytearray(self.synced)
        lost = random.randrange(4)
        for at, written in self.pending:
            fate = random.randrange(8)
            if lost == 0 or fate < lost:
                continue
            if fate != 7 or written is None:
                apply(content, at, written)
                continue
            start = 0
            while start < len(written):
                end = min((at + start) // SECTOR * SECTOR + SECTOR - at, len(written))
                if random.random() < 0.5:
                    apply(content, at + start, written[start:end])
                start = end
        return content


def apply(content, at, written):
    if written is None:
        # A cut may also lengthen a file.
        del content[at:]
        content.extend(bytes(max(0, at - len(content))))
        return
    content.extend(bytes(max(0, at - len(content))))
    content[at:at + len(written)] = written


class Folder:
    """`names`: as programs see them now; `synced`: as the disk has them for certain; `pending`: changes in their order, each of one name or two.
    File systems keep that order: of what is not synced, a beginning is there."""

    def __init__(self):
        self.names, self.synced, self.pending = {}, {}, []

    def change(self, change, after=None):
        """`after`: a change of another folder without which this one is not: what moves is in one of the two."""
        entry = (change, after)
        update(self.names, change)
        self.pending.append(entry)
        return entry

    def sync(self):
        for change, _ in self.pending:
            update(self.synced, change)
        self.pending = []


def update(names, change):
    for name, node in change.items():
        if node is None:
            names.pop(name, None)
        else:
            names[name] = node


class Disks:
    """All recorded disks, at a moment that only goes forward."""

    def __init__(self, root, names):
        self.root = os.path.realpath(root)
        self.disks = {name: Folder() for name in names}
        self.files, self.owners = {}, {}

    def path(self, raw):
        """Of a recorded path: whose disk it is on, and the names from there."""
        parts = os.path.relpath(os.path.normpath(raw.decode()), self.root).split("/")
        return parts[0], parts[1:]

    def _folder(self, raw):
        """The folder of a path, and the last name."""
        owner, names = self.path(raw)
        folder = self.disks[owner]
        for name in names[:-1]:
            folder = folder.names[name]
        return folder, names[-1]

    def owner(self, event):
        """Whose disk it happens on; None: nobody's."""
        if event.kind in "WT":
            return self.owners.get(event.file)
        return None if event.kind == "A" else self.path(event.first)[0]

    def play(self, event):
        if event.kind != "A":
            getattr(self, f"_{event.kind}")(event)

    def _O(self, event):  # noqa: N802
        folder, name = self._folder(event.first)
        if name not in folder.names:
            folder.change({name: File()})
            self.owners[event.file] = self.path(event.first)[0]
            self.files[event.file] = folder.names[name]
        if event.at:
            folder.names[name].pending.append((0, None))

    def _W(self, event):  # noqa: N802
        if event.file in self.files:
            self.files[event.file].pending.append((event.at, event.first))

    def _T(self, event):  # noqa: N802
        if event.file in self.files:
            self.files[event.file].pending.append((event.at, None))

    def _M(self, event):  # noqa: N802
        folder, name = self._folder(event.first)
        folder.change({name: Folder()})

    def _U(self, event):  # noqa: N802
        folder, name = self._folder(event.first)
        # A socket was never recorded.
        if name in folder.names:
            folder.change({name: None})

    def _L(self, event):  # noqa: N802
        (source, old), (target, new) = self._folder(event.first), self._folder(event.second)
        target.change({new: source.names[old]})

    def _R(self, event):  # noqa: N802
        (source, old), (target, new) = self._folder(event.first), self._folder(event.second)
        node = source.names[old]
        if source is target:
            source.change({old: None, new: node})
            return
        source.change({old: None}, after=(target, target.change({new: node})))

    def _S(self, event):  # noqa: N802
        self._synced(event).sync()

    def _synced(self, event):
        owner, names = self.path(event.first)
        if event.file in self.files:
            return self.files[event.file]
        node = self.disks[owner]
        for name in names:
            node = node.names[name]
        return node

    # MARK: images

    def image(self, owner, random):
        """What the disk may hold when the power fails now: {path: bytes; None: a folder}."""
        kept = {}
        self._choose(self.disks[owner], random, kept)
        return self._collect(lambda folder: self._names(folder, kept), lambda file: file.imagine(random), self.disks[owner])

    def whole(self, owner):
        """What programs see now."""
        return self._collect(lambda folder: folder.names, File.whole, self.disks[owner])

    def _choose(self, folder, random, kept):
        """How many of a folder's changes are there."""
        count = len(folder.pending)
        kept[folder] = random.choice((0, count, random.randint(0, count)))
        nodes = [*folder.synced.values(), *(node for change, _ in folder.pending for node in change.values())]
        for node in nodes:
            if isinstance(node, Folder) and node not in kept:
                self._choose(node, random, kept)

    @staticmethod
    def _names(folder, kept):
        names = dict(folder.synced)
        for change, after in folder.pending[:kept[folder]]:
            if after:
                target, entry = after
                # Whatever is not pending any more is there.
                if entry in target.pending[kept.get(target, 0):]:
                    continue
            update(names, change)
        return names

    def _collect(self, names, content, folder, prefix=""):
        found = {}
        for name, node in names(folder).items():
            if isinstance(node, File):
                found[prefix + name] = content(node)
            else:
                found[prefix + name] = None
                found.update(self._collect(names, content, node, f"{prefix}{name}/"))
        return found


def write(image, folder):
    os.makedirs(folder)
    for name, content in image.items():
        path = os.path.join(folder, name)
        if content is None:
            os.makedirs(path, mode=0o700)
            continue
        with open(path, "wb", buffering=0) as file:
            file.write(content)
        os.chmod(path, 0o600)
