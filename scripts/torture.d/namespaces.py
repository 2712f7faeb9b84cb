"""Networks of this machine alone, one for each of several places, and a router between them that can lose what goes one way."""
import os
import subprocess

from calls import demand


def ip(*words):
    subprocess.run(["ip", *words], check=True, stdout=subprocess.DEVNULL)


class Networks:
    """Each place has the address 10.77.N.2; `cut` drops whatever one of them sends another, in silence."""

    def __init__(self, places):
        self.prefix, self.places, self.cuts = f"fst{os.getpid()}", places, []

    def __enter__(self):
        self._add("router")
        for number, place in enumerate(self.places):
            self._connect(number, place)
        self._in("router", "sysctl", "-qw", "net.ipv4.ip_forward=1")
        return self

    def __exit__(self, *_):
        for place in ("router", *self.places):
            subprocess.run(["ip", "netns", "del", self._name(place)], check=False, stderr=subprocess.DEVNULL)

    @staticmethod
    def are_allowed():
        name = f"fsttry{os.getpid()}"
        made = subprocess.run(["ip", "netns", "add", name], check=False, stderr=subprocess.DEVNULL).returncode == 0
        if made:
            ip("netns", "del", name)
        return made

    def address(self, place):
        return f"10.77.{self.places.index(place)}.2"

    def programs(self, place, real, folder):
        """A folder with both programs as they run in that place."""
        folder.mkdir(parents=True)
        for name in ("field", "fieldsyncd"):
            script = folder / name
            script.write_text(f'#!/bin/sh\nexec ip netns exec {self._name(place)} {real / name} "$@"\n')
            script.chmod(0o700)
        return folder

    def cut(self, source, target):
        self._rule("add", source, target)
        self.cuts.append((source, target))

    def heal(self):
        for source, target in self.cuts:
            self._rule("del", source, target)
        self.cuts = []

    def _rule(self, verb, source, target):
        self._in("router", "ip", "rule", verb, "iif", f"to{self.places.index(source)}", "to", self.address(target), "blackhole")

    def _name(self, place):
        return f"{self.prefix}-{place}"

    def _in(self, place, *words):
        subprocess.run(["ip", "netns", "exec", self._name(place), *words], check=True)

    def _add(self, place):
        ip("netns", "add", self._name(place))
        self._in(place, "ip", "link", "set", "lo", "up")

    def _connect(self, number, place):
        demand(number < 250, "too many places")
        self._add(place)
        ip("link", "add", f"to{number}", "netns", self._name("router"), "type", "veth", "peer", "name", "eth0", "netns",
           self._name(place))
        self._in("router", "ip", "addr", "add", f"10.77.{number}.1/24", "dev", f"to{number}")
        self._in("router", "ip", "link", "set", f"to{number}", "up")
        self._in(place, "ip", "addr", "add", f"10.77.{number}.2/24", "dev", "eth0")
        self._in(place, "ip", "link", "set", "eth0", "up")
        self._in(place, "ip", "route", "add", "default", "via", f"10.77.{number}.1")
