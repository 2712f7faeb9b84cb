"""What an attacker does, bounded in time and number, and what it costs."""
import pathlib
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from http.client import HTTPSConnection
from urllib.parse import urlsplit

from site_under_attack import mebibytes, pace  # first: it says where the other modules are

import dear
from dear import PULL

FOLDER = pathlib.Path(__file__).parent
SILENT_PROCESSES = 4
SLOW_OF_A_DEVICE = 24


class Attack:
    """Threads that do one thing again and again until they are told to stop."""

    def __init__(self, count, act, seconds):
        self.counts, self.end = Counter(), time.monotonic() + seconds
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self._work, args=(act, index), daemon=True) for index in range(count)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def _work(self, act, index):
        while time.monotonic() < self.end:
            try:
                outcome = act(index)
            except (OSError, EOFError) as failure:
                outcome = type(failure).__name__
            with self.lock:
                self.counts[outcome] += 1

    def stop(self):
        self.end = 0
        for thread in self.threads:
            thread.join(timeout=30)
        return dict(self.counts.most_common())


class Asking:
    """A connection for each thread, over which its client's body is sent as often as it is answered."""

    def __init__(self, clients, path, bodies):
        self.clients, self.path, self.bodies = clients, path, bodies
        self.lines = {}

    def __call__(self, index):
        client = self.clients[index % len(self.clients)]
        line = self.lines.get(index)
        if line is None:
            line = self.lines[index] = HTTPSConnection(client.line.host, context=client.line.tls, timeout=30)
        headers = {"Authorization": f"Bearer {client.session['token']}"} if self.path != "/v1/session" else {}
        try:
            line.request("POST", self.path, self.bodies[index % len(self.bodies)], headers)
            answer = line.getresponse()
            answer.read()
        except Exception as failure:
            del self.lines[index]
            line.close()
            raise OSError(str(failure)) from failure
        told = " with Retry-After" if answer.status == 429 and answer.headers.get("Retry-After") else ""
        return f"{answer.status}{told}"


def flood(site, connections):
    """One device, over many connections: first pulls of 1,000 records."""
    yield "others before", pace(site.others())
    attack = Attack(connections or 200, Asking([site.attacker()], "/v1/pull", [PULL]), 3 * site.seconds + 60)
    yield "others during", pace(site.others(attack.start))
    yield "others during, again", pace(site.others())
    yield "the attacker's answers", attack.stop()
    yield "delayed", site.figure("requests_delayed_total")
    yield "memory of the node", mebibytes(site.node.reset_memory())
    yield "others after", pace(site.others())


def idle(site, connections):
    """Connections that asked once and then keep silent, from as many addresses as it takes."""
    count = connections or 5_000
    yield "others before", pace(site.others())
    before, kept = site.node.reset_memory(), site.figure("connections")
    host, port = urlsplit(site.node.url).hostname, urlsplit(site.node.url).port
    began = time.monotonic()
    shares = [count // SILENT_PROCESSES + (index < count % SILENT_PROCESSES) for index in range(SILENT_PROCESSES)]
    silent = [
        subprocess.Popen(
            [sys.executable, "-B", FOLDER / "silence.py", host, str(port), str(share), str(1 + index)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for index, share in enumerate(shares)]
    try:
        opened = sum(int(process.stdout.readline()) for process in silent)
        yield "opened and answered", f"{opened} of {count} within {time.monotonic() - began:.1f} s"
        yield "connections at the node", site.figure("connections") - kept
        after = site.node.reset_memory()
        each = (after - before) / max(1, opened) / 1024
        yield "memory of the node", f"{mebibytes(before)} -> {mebibytes(after)}, {each:.1f} KiB each"
        yield "others during", pace(site.others())
        yield "still open at the node", site.figure("connections") - kept
    finally:
        for process in silent:
            process.stdin.close()
            process.wait(timeout=60)
    time.sleep(2)
    yield "memory of the node when they have gone", mebibytes(site.node.reset_memory())


def slow(site, connections):
    """Heads and bodies that trickle, and answers that nobody takes."""
    count = connections or 200
    yield "others before", pace(site.others())
    # As many devices as it takes that each of them may ask so much at a time.
    clients = [site.attacker() for _ in range(-(-count // SLOW_OF_A_DEVICE))]
    before = site.node.reset_memory()
    host, port = urlsplit(site.node.url).hostname, urlsplit(site.node.url).port
    lines = []
    for index in range(count):
        raw = socket.socket()
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        raw.bind((f"127.0.0.{2 + index // 1_000}", 0))
        raw.connect((host, port))
        client = clients[index // SLOW_OF_A_DEVICE]
        lines.append(client.line.tls.wrap_socket(raw, server_hostname=host))
        token = client.session["token"].encode()
        head = b"POST /v1/pull HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + b"\r\nContent-Length: %d\r\n\r\n"
        lines[-1].sendall((head[:40], head % 8_000_000, head % len(PULL) + PULL)[index % 3])

    def trickle():
        end = time.monotonic() + site.seconds + 60
        while time.monotonic() < end and any(line.fileno() >= 0 for line in lines):
            for index, line in enumerate(lines):
                if index % 3 != 2 and line.fileno() >= 0:
                    try:
                        line.send(b"x")
                    except OSError:
                        line.close()
            time.sleep(1)

    trickling = threading.Thread(target=trickle, daemon=True)
    yield "others during", pace(site.others(trickling.start))
    yield "memory of the node over idle", mebibytes(site.node.peak_memory() - before)
    deadline = time.monotonic() + 60
    while site.figure("connections") > 5 and time.monotonic() < deadline:
        time.sleep(1)
    yield "closed, by what the node waited for", site.figures("connections_closed_total")
    yield "left at the node", site.figure("connections")


def memory(site, connections):
    """Messages as long and as dear as they may be, from several devices at a time."""
    count = connections or 16
    clients = [site.attacker() for _ in range(4)]
    for name, path, bodies in dear.trials(clients):
        clients = site.restart(clients)
        before = site.node.reset_memory()
        attack = Attack(count, Asking(clients, path, bodies), site.seconds)
        attack.start()
        time.sleep(site.seconds)
        answers = attack.stop()
        yield name, f"+{mebibytes(site.node.peak_memory() - before)} over {mebibytes(before)}: {answers}"
