"""The programs as scripts drive them: a node, devices, the raw references; what each took of the machine."""
import json
import os
import re
import sqlite3
import ssl
import statistics
import subprocess
import time
import urllib.request


class Used:
    """What a process took: seconds on the wall, of the processor, and the most memory it held."""

    def __init__(self, wall, cpu, memory, output, code):
        self.wall, self.cpu, self.memory, self.output, self.code = wall, cpu, memory, output, code

    @property
    def json(self):
        return json.loads(self.output)


def run(command, env=None):
    """Runs a program to its end. 12 says that something needs a person, which is no failure here."""
    start = time.monotonic()
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, env={**os.environ, **(env or {})})
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 12):
        raise SystemExit(f"{' '.join(map(str, command[:3]))} ended with {process.returncode}")
    return Used(time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, output.decode(),
                process.returncode)


def median(values):
    return statistics.median(values)


class Programs:
    """`env`: what both programs find in their environment beside what everybody has."""

    def __init__(self, folder, reference, work, env=None):
        self.folder, self.reference_program, self.work, self.env = folder, reference, work, env or {}

    def fieldsyncd(self, *words):
        return run([self.folder / "fieldsyncd", *words], self.env)

    def field(self, home, *words):
        return run([self.folder / "field", *words], {**self.env, "FIELD_HOME": str(home)})

    def fieldbench(self, *words):
        return run([self.folder / "fieldbench", *words])

    def reference(self, *words):
        """One raw reference."""
        return run([self.reference_program, *words]).json

    def insert(self, source, count, batch, *more):
        """Rows inserted by C into the same table."""
        return self.reference("insert", source, self._fresh("reference.db"), count, batch, *more)

    def session(self, source, count):
        """The same rows brought over by SQLite's session extension."""
        return self.reference("session", source, self._fresh("peer.db"), count)

    def plain(self, program, name, env, *words):
        """A copy, as of now, of a sealed database: nothing but the program itself reads that one."""
        path = self._fresh(name)
        run([self.folder / program, "export", "--sqlite", path, "--quiet", *words], env)
        return path

    def _fresh(self, name):
        for end in ("", "-wal", "-shm"):
            (self.work / (name + end)).unlink(missing_ok=True)
        return self.work / name


class Node:
    """Headquarters, or a branch of one, with its server. Figures come from its own /metrics: bytes are bodies, without HTTP's and TLS's
    share."""

    def __init__(self, programs, folder, upstream=None, name=None, host=None):
        """`host`: its address, where that is not this machine's loopback; it serves at a port that is always the same then."""
        self.programs, self.folder, self.process = programs, folder, None
        self.url = f"https://{host}:7443" if host else "https://127.0.0.1:0"
        role = ["--role", "hq", "--org", "Bench"]
        if upstream:
            invited = programs.fieldsyncd("branch", "invite", "--data", upstream.folder, "--name", name, "--json").json
            role = ["--role", "branch", "--upstream", upstream.url, "--code", invited["code"], "--name", name]
        programs.fieldsyncd("init", "--data", folder, *role, *(("--host", host) if host else ()), "--quiet")

    @property
    def address(self):
        return self.url.split("//")[1]

    def serve(self, *more):
        """Again where it served before."""
        with open(self.programs.work / "node.log", "ab") as log:
            self.process = subprocess.Popen(
                [self.programs.folder / "fieldsyncd", "serve", "--data", self.folder, "--listen", self.address, *more],
                stdout=subprocess.PIPE, stderr=log, env={**os.environ, **self.programs.env})
        line = self.process.stdout.readline().decode().split()
        if not line:
            raise SystemExit(f"{self.folder} does not serve: {self.process.wait(timeout=60)}; see {log.name}")
        self.url = line[-1]

    def add_user(self, name="wei", role="supervisor", *more):
        """At headquarters a supervisor holds everything."""
        words = ["user", "add", "--data", self.folder, "--name", name, "--display", name, "--role", role, *more]
        self.programs.fieldsyncd(*words, "--quiet")

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=60)

    def kill(self):
        """Without waiting for what is under way."""
        self.process.kill()
        self.process.wait(timeout=60)

    def plain(self):
        return self.programs.plain("fieldsyncd", f"{self.folder.name}.db", None, "--data", self.folder)

    def ask(self, query, arguments=()):
        """The rows of a query, as of now."""
        with sqlite3.connect(self.plain()) as db:
            return db.execute(query, arguments).fetchall()

    def code(self, user="wei"):
        words = ["device", "invite", "--data", self.folder, "--user", user, "--json"]
        return self.programs.fieldsyncd(*words).json["code"]

    def figures(self):
        """Every sample of /metrics without labels, and sums over those with labels."""
        text = self._metrics()
        sums = {}
        for name, value in re.findall(r"^(fieldsync_\w+)(?:\{[^}]*\})? (\S+)$", text, re.M):
            sums[name[len("fieldsync_"):]] = sums.get(name[len("fieldsync_"):], 0) + float(value)
        return sums

    def labelled(self, name):
        """The samples of one figure by their label."""
        found = re.findall(rf'^fieldsync_{name}\{{\w+="([^"]*)"\}} (\S+)$', self._metrics(), re.M)
        return {label: float(value) for label, value in found}

    def _metrics(self):
        trusting = ssl._create_unverified_context()
        with urllib.request.urlopen(self.url + "/metrics", context=trusting) as answer:
            return answer.read().decode()

    def reset_memory(self):
        with open(f"/proc/{self.process.pid}/clear_refs", "w") as file:
            file.write("5")
        return self._memory("VmRSS")

    def peak_memory(self):
        return self._memory("VmHWM")

    def _memory(self, name):
        with open(f"/proc/{self.process.pid}/status") as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith(name))


class Watch:
    """`with Watch(node) as seen: …`: what the node's counters went up by meanwhile."""

    def __init__(self, node):
        self.node = node

    def __enter__(self):
        self.before = self.node.figures()
        # The question itself: measured, so that it can be taken off.
        again = self.node.figures()
        self.question = {name: again[name] - self.before.get(name, 0) for name in again}
        self.before = again
        return self

    def __exit__(self, *_):
        self.after = self.node.figures()

    def __getitem__(self, name):
        return self.after.get(name, 0) - self.before.get(name, 0) - self.question.get(name, 0)

    @property
    def cpu(self):
        return self.after["process_cpu_seconds_total"] - self.before["process_cpu_seconds_total"]

    @property
    def up(self):
        return self["request_body_bytes_total"]

    @property
    def down(self):
        return self["response_body_bytes_total"]


class Waiting:
    """A verb of fieldbench that does something at each line which it is given, and answers with one."""

    def __init__(self, programs, *words):
        self.process = subprocess.Popen(
            [programs.folder / "fieldbench", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.answer()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.communicate()

    def say(self, text=""):
        self.process.stdin.write(text.encode() + b"\n")
        self.process.stdin.flush()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"bench: fieldbench ended with {self.process.wait(timeout=60)}")
        return json.loads(line)


class Exchanging(Waiting):
    """A device, or a branch that nobody serves, with an open connection that waits for a word before it exchanges."""

    def __init__(self, programs, folder, times=1):
        super().__init__(programs, "exchanges", folder, "--warm", "--wait", "--times", str(times))

    def again(self):
        self.say()
        return self.answer()

    def go(self):
        """Once, and no more."""
        with self:
            return self.again()
