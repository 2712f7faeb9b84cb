"""Command lines, and what they come to."""
import json
import os
import subprocess
import time


class Broken(Exception):
    """A promise that was not kept."""


class Outcome:
    """`code`: the exit code, or the negative number of the signal that ended it."""

    def __init__(self, words, code, output, complaint):
        self.words, self.code, self.output, self.complaint = words, code, output, complaint

    @property
    def json(self):
        return json.loads(self.output)

    def __str__(self):
        words = " ".join(str(word) for word in self.words)
        return f"{words}: exit {self.code}\n{self.output[-1500:]}{self.complaint[-1500:]}"


class Call:
    """A program that runs."""

    def __init__(self, words, env):
        self.words = words
        self.process = subprocess.Popen(
            [str(word) for word in words], env={**os.environ, **env}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def outcome(self, within=120):
        try:
            output, complaint = self.process.communicate(timeout=within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            output, complaint = self.process.communicate()
            raise Broken(f"hangs: {Outcome(self.words, 'none', output.decode(), complaint.decode())}") from None
        return Outcome(self.words, self.process.returncode, output.decode(), complaint.decode())

    def killed(self, after):
        """Gives it so many seconds, and kills it if it has not ended by then."""
        try:
            self.process.wait(timeout=after)
        except subprocess.TimeoutExpired:
            self.process.kill()
        return self.outcome()


def eventually(seconds, condition):
    """Waits for a condition, and no longer than it takes. Returns whether it came true."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def demand(holds, what):
    """`what`: a sentence, or what makes one."""
    if not holds:
        raise Broken(str(what() if callable(what) else what))
