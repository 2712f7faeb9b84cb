"""The two programs, as a person at a keyboard calls them."""

import json
import os
import signal
import subprocess
import time

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "Australia/Perth"}


class Replica:
    """A folder, and the program that works in it."""

    def __init__(self, programs, world, name, program, option):
        self.folder = os.path.join(world, name)
        self.name = name
        self.world = world
        self.command = [os.path.join(programs, program)]
        self.option = [option, self.folder]
        self.environment = ENVIRONMENT

    def run(self, *words, ok=(0,)):
        line = self.command + list(words) + self.option
        done = subprocess.run(line, cwd=self.world, env=self.environment, capture_output=True, timeout=120, check=False)
        if done.returncode not in ok:
            raise SystemExit(f"{self.name} {' '.join(words)}: {done.returncode}\n{done.stderr.decode()}")
        return done.stdout.decode()

    def ask(self, *words, ok=(0,)):
        return json.loads(self.run(*words, "--json", ok=ok))

    def dump(self):
        return self.run("dump", "--canonical")


class Node(Replica):
    def __init__(self, programs, world, name):
        super().__init__(programs, world, name, "fieldsyncd", "--data")
        self.process = None
        self.port = 0

    def serve(self):
        line = self.command + ["serve", "--listen", f"127.0.0.1:{self.port}", "--plain-http"] + self.option
        log = open(os.path.join(self.world, self.name + ".log"), "ab")
        self.process = subprocess.Popen(line, cwd=self.world, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=log)
        said = self.process.stdout.readline().decode().strip()
        if not said.startswith("listening on "):
            raise SystemExit(f"{self.name} does not serve: {said}")
        self.port = int(said.rsplit(":", 1)[1])

    def stop(self):
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        self.process = None


class Device(Replica):
    """Locked by a key file, or by a passphrase."""

    def __init__(self, programs, world, name, passphrase=None):
        super().__init__(programs, world, name, "field", "--replica")
        self.secret = os.path.join(world, name + (".passphrase" if passphrase else ".key"))
        with open(self.secret, "wb") as file:
            file.write(passphrase.encode() + b"\n" if passphrase else os.urandom(32))
        self.lock = [] if passphrase else ["--key-file", self.secret]
        if passphrase:
            self.environment = {**ENVIRONMENT, "FIELD_PASSPHRASE_FILE": self.secret}

    def enrol(self, url, code):
        self.run("enroll", url, "--code", code, "--name", self.name, *self.lock)

    def sync(self):
        return self.ask("sync", ok=(0, 12))


def wait(what, condition):
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    raise SystemExit(f"it does not come to pass: {what}")
